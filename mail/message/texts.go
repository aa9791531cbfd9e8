package message

import (
	"bytes"
	"encoding/base64"
	"mime/quotedprintable"
)

// Texts calls f with what each part of a mail says once its transfer encoding is
// undone, and UTF-16 read, the fields of its header included. Mails within the mail are
// opened too.
func Texts(raw []byte, f func(text string)) {
	m := &Message{}
	left := budget{parts: maxParts}
	if text, _, ok := readWide(raw); ok {
		raw = text
	}
	m.texts(raw, 0, &left, f)
}

func (m *Message) texts(raw []byte, depth int, left *budget, f func(string)) {
	h, body := split(raw, m.warn)
	m.sayFields(h, f)
	m.tree(h, body, depth, left).each(func(p *part) {
		m.sayFields(p.header, f)
		decoded, _ := transferDecode(p.body, p.header.get("Content-Transfer-Encoding"))
		if p.isMail(decoded) && depth < maxDepth && left.parts > 0 {
			m.texts(decoded, depth+1, left, f)
			return
		}
		if text, _, ok := readWide(decoded); ok {
			f(string(text))
		}
		f(string(decoded))
	})
}

func (m *Message) sayFields(h header, f func(string)) {
	for _, field := range h {
		f(m.decode(unfold(field.value)))
	}
}

// isMail reports whether what a part holds is a mail, whatever its sender calls it: many
// programs add one as a file of bytes.
func (p *part) isMail(content []byte) bool {
	switch {
	case p.kind == "message/rfc822", p.kind == "message/global":
		return true
	case len(p.children) > 0, p.isText():
		return false
	}
	start := skipJunk(content[:min(len(content), maxHeaderBlock)])
	if colon(trimEOL(nextLine(start))) <= 0 {
		return false
	}
	h, _ := split(start, func(string, ...any) {})
	return h.has("From") && (h.has("Date") || h.has("Message-Id") || h.has("Received") || h.has("Subject"))
}

// deepest bounds how far Rewrite goes into mails within mails.
const deepest = 8

// Rewrite returns a mail whose texts are what f makes of them, in the transfer encoding
// that each has, mails within the mail included. What is no mail is one text.
func Rewrite(raw []byte, f func(text string) string) []byte {
	left := budget{parts: maxParts}
	if text, w, ok := readWide(raw); ok {
		return w.write((&Message{}).rewrite(text, 0, &left, f))
	}
	return (&Message{}).rewrite(raw, 0, &left, f)
}

func (m *Message) rewrite(raw []byte, depth int, left *budget, f func(string) string) []byte {
	raw = []byte(f(string(raw)))
	h, body := split(raw, m.warn)
	var parts []*part
	m.tree(h, body, depth, left).each(func(p *part) {
		if len(p.children) == 0 && len(p.body) > 0 {
			parts = append(parts, p)
		}
	})
	for _, p := range parts {
		encoding := p.header.get("Content-Transfer-Encoding")
		if encodingOf(encoding) == uuEncoding {
			continue // nobody writes that any more
		}
		decoded, _ := transferDecode(p.body, encoding)
		said := decoded
		if p.isMail(decoded) && depth < deepest && left.parts > 0 {
			said = m.rewrite(decoded, depth+1, left, f)
		} else if text, w, ok := readWide(decoded); ok {
			said = w.write([]byte(f(string(text))))
		} else {
			said = []byte(f(string(decoded)))
		}
		if !bytes.Equal(said, decoded) {
			raw = bytes.Replace(raw, p.body, transferEncode(said, encoding), 1)
		}
	}
	return raw
}

// transferEncode is the opposite of transferDecode.
func transferEncode(content []byte, encoding string) []byte {
	var b bytes.Buffer
	switch encodingOf(encoding) {
	case quotedPrintable:
		w := quotedprintable.NewWriter(&b)
		w.Write(content)
		w.Close()
	case base64Encoding:
		const perLine = 57 // bytes, which are 76 characters
		for len(content) > 0 {
			n := min(perLine, len(content))
			b.WriteString(base64.StdEncoding.EncodeToString(content[:n]) + "\r\n")
			content = content[n:]
		}
	default:
		return content
	}
	return b.Bytes()
}
