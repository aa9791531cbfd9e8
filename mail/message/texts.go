package message

// Texts calls f with what each part of a mail says once its transfer encoding is
// undone, the fields of its header included. Mails within the mail are opened too.
func Texts(raw []byte, f func(text string)) {
	m := &Message{}
	left := budget{parts: maxParts}
	m.texts(raw, 0, &left, f)
}

func (m *Message) texts(raw []byte, depth int, left *budget, f func(string)) {
	h, body := split(raw, m.warn)
	m.sayFields(h, f)
	m.tree(h, body, depth, left).each(func(p *part) {
		m.sayFields(p.header, f)
		decoded, _ := transferDecode(p.body, p.header.get("Content-Transfer-Encoding"))
		if p.kind == "message/rfc822" && depth < maxDepth && left.parts > 0 {
			m.texts(decoded, depth+1, left, f)
			return
		}
		f(string(decoded))
	})
}

func (m *Message) sayFields(h header, f func(string)) {
	for _, field := range h {
		f(m.decode(unfold(field.value)))
	}
}
