package message

import (
	"bytes"
	"strconv"
	"strings"
)

// part is one node of the MIME tree.
type part struct {
	header   header
	kind     string // media type in lower case
	params   map[string]string
	disp     string // attachment, inline or ""
	filename string
	body     []byte // still transfer-encoded
	children []*part
}

// budget bounds what one message may cost.
type budget struct{ parts int }

// tree reads the MIME structure below h and body.
func (m *Message) tree(h header, body []byte, depth int, left *budget) *part {
	p := &part{header: h, body: body}
	raw := h.get("Content-Type")
	p.kind, p.params = contentType(raw)
	p.readDisposition(m)
	left.parts--
	switch {
	case !strings.HasPrefix(p.kind, "multipart/"):
		return p
	case depth >= maxDepth:
		m.warn("Parts nested deeper than %d were not opened.", maxDepth)
		return p
	}
	for _, section := range m.sections(p) {
		if left.parts <= 0 {
			m.warn("The message has more than %d parts; the rest was not read.", maxParts)
			break
		}
		head, content := splitPart(section, m.warn)
		child := m.tree(head, content, depth+1, left)
		if p.kind == "multipart/digest" && !head.has("Content-Type") {
			child.kind = "message/rfc822"
		}
		p.children = append(p.children, child)
	}
	if len(p.children) == 0 {
		m.warn("A multipart without parts was read as text.")
		p.kind = "text/plain"
	}
	return p
}

// splitPart is split for a body part, which may begin with its empty line and has
// no mbox line before it.
func splitPart(section []byte, warn func(string, ...any)) (header, []byte) {
	if line := nextLine(section); len(trimEOL(line)) == 0 {
		return nil, section[len(line):]
	}
	end, body := headerEnd(section)
	return readFields(string(section[:min(end, maxHeaderBlock)]), warn), section[body:]
}

// sections cuts a multipart body at its boundary. A boundary that was never
// announced is taken from the first line that looks like one.
func (m *Message) sections(p *part) [][]byte {
	boundary := p.params["boundary"]
	if boundary == "" {
		boundary = findBoundary(p.body)
		if boundary == "" {
			return nil
		}
		m.warn("A multipart names no boundary; the one found in its text was used.")
	}
	sections, closed := cutSections(p.body, []byte("--"+boundary))
	if len(sections) > 0 && !closed {
		m.warn("A multipart is not closed; its last part may be incomplete.")
	}
	return sections
}

// cutSections returns what stands between the lines made of delimiter. The line end
// before a delimiter belongs to it (RFC 2046, section 5.1.1).
func cutSections(body, delimiter []byte) (sections [][]byte, closed bool) {
	start := -1
	for at := 0; ; {
		line := findLine(body, delimiter, at)
		if line < 0 {
			break
		}
		if start >= 0 {
			sections = append(sections, trimOneEOL(body[start:line]))
			if len(sections) > maxParts {
				return sections, true
			}
		}
		after := body[line+len(delimiter):]
		start = line + len(delimiter) + len(nextLine(after))
		if bytes.HasPrefix(after, []byte("--")) {
			return sections, true
		}
		at = start
	}
	if start >= 0 && start <= len(body) {
		sections = append(sections, body[start:])
	}
	return sections, false
}

// findLine returns where the next line begins that holds delimiter alone, with an
// optional -- and white space behind it.
func findLine(body, delimiter []byte, from int) int {
	for at := from; at < len(body); {
		i := bytes.Index(body[at:], delimiter)
		if i < 0 {
			return -1
		}
		at += i
		// Only a line that begins here is looked at to its end, so that one long
		// line full of delimiters costs no more than another.
		if at == 0 || body[at-1] == '\n' {
			rest := trimEOL(nextLine(body[at+len(delimiter):]))
			rest = bytes.TrimRight(bytes.TrimPrefix(rest, []byte("--")), " \t")
			if len(rest) == 0 {
				return at
			}
		}
		at += len(delimiter)
	}
	return -1
}

func trimOneEOL(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	for bytes.HasSuffix(b, []byte("\r")) {
		b = b[:len(b)-1]
	}
	return b
}

// findBoundary looks for a line "--something" that is followed by a part header.
func findBoundary(body []byte) string {
	for at := 0; at < len(body) && at < 64<<10; {
		line := nextLine(body[at:])
		text := bytes.TrimRight(trimEOL(line), " \t")
		at += len(line)
		if bytes.HasPrefix(text, []byte("--")) && len(text) > 4 && len(text) <= 80 && colon(trimEOL(nextLine(body[at:]))) > 0 {
			return string(text[2:])
		}
	}
	return ""
}

// contentType reads a Content-Type; without a readable one a part is plain text
// (RFC 2045, section 5.2).
func contentType(raw string) (kind string, params map[string]string) {
	kind, rest, _ := strings.Cut(raw, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if kind == "text" || kind == "" || !strings.Contains(kind, "/") {
		kind = "text/plain"
	}
	return kind, parameters(rest)
}

// parameters reads a;b="c" lists with the continuations and charsets of RFC 2231.
// Values stay encoded where they hold RFC 2047 words; the first of a name counts.
func parameters(s string) map[string]string {
	params := map[string]string{}
	var extended []string
	for s != "" && len(params) < 100 {
		var name, value string
		name, value, s = nextParameter(s)
		if name == "" {
			continue
		}
		if strings.Contains(name, "*") {
			extended = append(extended, name)
		}
		if _, known := params[name]; !known {
			params[name] = value
		}
	}
	joinExtended(params, extended)
	return params
}

// nextParameter cuts name=value off the front of s.
func nextParameter(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t;")
	end := strings.IndexAny(s, "=;")
	if end < 0 {
		return "", "", ""
	}
	if s[end] == ';' {
		return "", "", s[end+1:]
	}
	name = strings.ToLower(strings.TrimSpace(s[:end]))
	s = strings.TrimLeft(s[end+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return name, strings.TrimSpace(value), rest
	}
	value, rest = quotedString(s)
	return name, value, rest
}

// quotedString reads a quoted string at the start of s; one left open ends with s.
func quotedString(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// joinExtended puts name*0, name*1* and name* together as name (RFC 2231).
func joinExtended(params map[string]string, names []string) {
	for _, name := range names {
		base, _, _ := strings.Cut(name, "*")
		if _, done := params[base]; done {
			continue
		}
		if value, ok := params[base+"*"]; ok {
			params[base] = extendedValue(value)
			continue
		}
		var b strings.Builder
		encoded := false
		for i := range 100 {
			n := base + "*" + strconv.Itoa(i)
			if value, ok := params[n+"*"]; ok {
				encoded = true
				b.WriteString(value)
			} else if value, ok := params[n]; ok {
				b.WriteString(value)
			} else {
				break
			}
		}
		params[base] = b.String()
		if encoded {
			params[base] = extendedValue(b.String())
		}
	}
}

// extendedValue decodes charset'language'percent-encoded text.
func extendedValue(value string) string {
	charset := ""
	if parts := strings.SplitN(value, "'", 3); len(parts) == 3 {
		charset, value = parts[0], parts[2]
	}
	raw := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] == '%' && i+2 < len(value) && unhex(value[i+1]) >= 0 && unhex(value[i+2]) >= 0 {
			raw = append(raw, byte(unhex(value[i+1])<<4|unhex(value[i+2])))
			i += 2
			continue
		}
		raw = append(raw, value[i])
	}
	text, _ := toUTF8(raw, charset, "")
	return text
}

// readDisposition fills how the sender wants the part shown and what it is called.
func (p *part) readDisposition(m *Message) {
	raw := p.header.get("Content-Disposition")
	disp, rest, _ := strings.Cut(raw, ";")
	p.disp = strings.ToLower(strings.TrimSpace(disp))
	name := parameters(rest)["filename"]
	if name == "" {
		name = p.params["name"]
	}
	p.filename = safeName(m.decode(name))
}

// safeName keeps the last element of a path, since a name is shown and stored.
func safeName(name string) string {
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	if name == "." || name == ".." {
		return ""
	}
	for len(name) > 255 {
		name = strings.ToValidUTF8(name[:255], "")
	}
	return name
}
