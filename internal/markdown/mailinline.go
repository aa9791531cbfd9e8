package markdown

import "strings"

// inline writes a line of a mail with its addresses as links and, in text, `code`
// between backticks as code.
func (m *mail) inline(text string, ticks bool) {
	if !strings.ContainsAny(text, ":.`") {
		m.out = appendEscaped(m.out, text)
		return
	}
	from := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ':' || c == '.':
			start, n := m.address(text, from, i)
			if n == 0 {
				continue
			}
			m.out = appendEscaped(m.out, text[from:start])
			m.link(text[start : start+n])
			from = start + n
			i = from - 1
		case c == '`' && ticks:
			n := tickLength(text, i)
			if n == 0 {
				continue
			}
			m.out = appendEscaped(m.out, text[from:i])
			m.write("<code>")
			m.out = appendEscaped(m.out, text[i+1:i+n-1])
			m.write("</code>")
			from = i + n
			i = from - 1
		}
	}
	m.out = appendEscaped(m.out, text[from:])
}

// address finds the address around a colon or a dot.
func (m *mail) address(text string, from, at int) (start, length int) {
	rest := []byte(text[at:min(len(text), at+maxURL+300)])
	head := schemeBefore([]byte(text[from:at]), rest)
	if head == 0 {
		return 0, 0
	}
	start = at - head
	whole := text[start:min(len(text), start+maxURL+300)]
	if start > 0 && text[start-1] == '<' { // RFC 3986, appendix C
		if end := strings.IndexAny(whole, "> \t\""); end > head+3 && whole[end] == '>' {
			return start, end
		}
	}
	n := urlLength([]byte(whole))
	if n <= head {
		return 0, 0
	}
	return start, n
}

func (m *mail) link(address string) {
	href := address
	if !strings.Contains(address[:min(len(address), 8)], "://") {
		href = "http://" + address
	}
	href, external, ok := safeURL(href)
	if !ok || !external {
		m.out = appendEscaped(m.out, address)
		return
	}
	m.write(`<a href="`)
	m.out = appendEscaped(m.out, href)
	m.write(`"` + rel + `>`)
	m.out = appendEscaped(m.out, address)
	m.write("</a>")
	if m.linked == nil {
		m.linked = map[string]bool{}
	}
	if !m.linked[href] && len(m.links) < maxLinks {
		m.linked[href] = true
		m.links = append(m.links, Link{Kind: "url", Target: href})
	}
}

// tickLength is the length of the code in backticks that begins here. Quotes of
// the old kind (`so' and “so”) are none.
func tickLength(text string, at int) int {
	if at > 0 && (alnum(text[at-1]) || text[at-1] == '`') {
		return 0
	}
	end := strings.IndexByte(text[at+1:min(len(text), at+200)], '`')
	if end < 1 {
		return 0
	}
	code := text[at+1 : at+1+end]
	if code[0] == ' ' || code[end-1] == ' ' || strings.HasPrefix(text[at+2+end:], "`") {
		return 0
	}
	return end + 2
}
