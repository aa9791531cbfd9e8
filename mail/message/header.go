package message

import (
	"bytes"
	"strings"
)

// field is one header field as it stands, still folded and encoded.
type field struct{ name, value string }

// header holds the fields of a message or part in their order.
type header []field

// get returns the first field called name, unfolded, or "".
func (h header) get(name string) string {
	for i := range h {
		if len(h[i].name) == len(name) && strings.EqualFold(h[i].name, name) {
			return unfold(h[i].value)
		}
	}
	return ""
}

// has reports whether there is a field called name.
func (h header) has(name string) bool {
	for i := range h {
		if len(h[i].name) == len(name) && strings.EqualFold(h[i].name, name) {
			return true
		}
	}
	return false
}

// all returns every field called name, unfolded.
func (h header) all(name string) []string {
	var values []string
	for i := range h {
		if len(h[i].name) == len(name) && strings.EqualFold(h[i].name, name) {
			values = append(values, unfold(h[i].value))
		}
	}
	return values
}

// split separates the header of a message or part from its body and reads its
// fields. It takes what real mail brings: an mbox "From " line, a byte order mark,
// \r\r\n line ends, lines without a colon, no header at all.
func split(raw []byte, warn func(string, ...any)) (header, []byte) {
	raw = skipJunk(raw)
	end, body := headerEnd(raw)
	block := raw[:end]
	if len(block) > maxHeaderBlock {
		warn("The header is longer than %d KB; the rest of it was not read.", maxHeaderBlock>>10)
		block = block[:maxHeaderBlock]
	}
	return readFields(string(block), warn), raw[body:]
}

// skipJunk drops what stands before the first header field.
func skipJunk(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	for {
		line := nextLine(raw)
		text := trimEOL(line)
		mbox := bytes.HasPrefix(text, []byte("From ")) || bytes.HasPrefix(text, []byte(">From "))
		if len(line) == 0 || (!mbox && len(bytes.TrimSpace(text)) > 0) {
			return raw
		}
		raw = raw[len(line):]
	}
}

// headerEnd returns where the header of raw ends and where its body begins. The
// header ends at the first empty line. Where a line without a colon stands in it,
// that is garbage if more fields follow, and the body if none do: then the empty
// line was forgotten.
func headerEnd(raw []byte) (end, body int) {
	garbage, fields := -1, 0
	for at := 0; at < len(raw); {
		line := nextLine(raw[at:])
		text := trimEOL(line)
		switch {
		case len(text) == 0:
			if garbage >= 0 {
				return garbage, garbage
			}
			return at, at + len(line)
		case text[0] == ' ' || text[0] == '\t':
		case colon(text) > 0:
			garbage = -1
			fields++
		case garbage < 0:
			garbage = at
		}
		at += len(line)
	}
	if garbage >= 0 {
		return garbage, garbage
	}
	if fields == 0 {
		return 0, 0
	}
	return len(raw), len(raw)
}

// readFields cuts a header block into fields. A line that is no field continues
// the one before it.
func readFields(block string, warn func(string, ...any)) header {
	h := make(header, 0, strings.Count(block, "\n")+1)
	start, at := 0, 0
	flush := func(end int) {
		if end <= start {
			return
		}
		text := block[start:end]
		c := colon(text)
		if c <= 0 {
			return
		}
		value := text[c+1:]
		if len(value) > maxHeaderField {
			warn("The header field %s is longer than %d KB and was cut.", printable(text[:c]), maxHeaderField>>10)
			value = value[:maxHeaderField]
		}
		h = append(h, field{strings.TrimRight(text[:c], " \t"), value})
	}
	for at < len(block) {
		next := at + lineLen(block[at:])
		line := strings.TrimRight(block[at:next], "\r\n")
		if line != "" && line[0] != ' ' && line[0] != '\t' {
			if colon(line) > 0 {
				flush(at)
				start = at
			} else {
				warn("A header line without a colon was taken as a continuation.")
			}
		}
		at = next
	}
	flush(len(block))
	return h
}

// colon returns where the name of a header field ends, or -1 where the line is
// none: a name is printable ASCII without spaces (RFC 5322, section 2.2), though
// spaces before the colon are read as the obsolete syntax allows.
func colon[T string | []byte](line T) int {
	for i := range len(line) {
		switch c := line[i]; {
		case c == ':':
			return i
		case c == ' ' || c == '\t':
			for j := i; j < len(line); j++ {
				if line[j] == ':' && i > 0 {
					return j
				}
				if line[j] != ' ' && line[j] != '\t' {
					return -1
				}
			}
			return -1
		case c <= ' ' || c >= 0x7f:
			return -1
		}
	}
	return -1
}

// unfold joins the lines of a field (RFC 5322, section 2.2.3).
func unfold(value string) string {
	if strings.IndexByte(value, '\n') < 0 {
		return strings.Trim(value, " \t\r")
	}
	var b strings.Builder
	b.Grow(len(value))
	for line := range strings.SplitSeq(value, "\n") {
		if b.Len() > 0 && line != "" && line[0] != ' ' && line[0] != '\t' {
			b.WriteByte(' ') // garbage that was taken as a continuation
		}
		b.WriteString(strings.TrimRight(line, "\r"))
	}
	return strings.Trim(b.String(), " \t\r")
}

func nextLine(b []byte) []byte {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1]
	}
	return b
}

func lineLen(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i + 1
	}
	return len(s)
}

func trimEOL(line []byte) []byte {
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line
}

// printable makes a name fit for a warning.
func printable(s string) string {
	if len(s) > 40 {
		s = s[:40]
	}
	return strings.ToValidUTF8(s, "?")
}
