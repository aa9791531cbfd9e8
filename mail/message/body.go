package message

import (
	"bytes"
	"strings"
)

// readBody fills the text, what the author wrote of it, and the attachments.
func (m *Message) readBody(body []byte) {
	root := m.tree(m.header, body, 0, &budget{parts: maxParts})
	b := bodyReader{m: m}
	b.walk(root, 0)
	m.HTML = b.html && !b.plain
	m.Markdown = b.html
	m.Text = strings.Join(b.texts, "\n\n")
	m.Reply, m.Elided = b.reply(m.Text)
	m.Bounce = m.findBounce(root)
}

// bodyReader collects the readable text of a message.
type bodyReader struct {
	m           *Message
	texts       []string // the whole text of each shown part
	cut         []string // what client markers separated from it, HTML only
	kept        []string
	plain, html bool
}

// reply separates the author's words from quotes and signatures. HTML has been cut
// at its client's markers already and is trimmed as Markdown text after that.
func (b *bodyReader) reply(text string) (reply, elided string) {
	if len(b.cut) == 0 {
		return Trim(text)
	}
	reply, elided = Trim(strings.Join(b.kept, "\n\n"))
	cut := strings.Join(b.cut, "\n\n")
	if strings.TrimSpace(reply) == "" {
		// A mail that is only a quotation or a forward is shown as it is.
		return Trim(text)
	}
	return reply, strings.TrimLeft(elided+"\n\n"+cut, "\n")
}

// walk visits a part and its children in order.
func (b *bodyReader) walk(p *part, depth int) {
	switch {
	case p.kind == "multipart/alternative":
		b.alternative(p, depth)
	case len(p.children) > 0:
		for _, child := range p.children {
			b.walk(child, depth+1)
		}
	case p.isText(), depth == 0 && strings.HasPrefix(p.kind, "text/"):
		// A message of one part is its text, whatever name that part has.
		b.text(p)
	default:
		b.attach(p)
	}
}

// isText reports whether the part is to be read rather than to be offered as a file.
func (p *part) isText() bool {
	switch p.kind {
	case "text/plain", "text/html", "text/enriched", "text/markdown":
		return p.disp != "attachment" && p.filename == ""
	}
	return false
}

// alternative reads the plain text of a multipart/alternative, or the HTML where
// the plain text is missing or blank. What is neither is offered as a file.
func (b *bodyReader) alternative(p *part, depth int) {
	best := p.best()
	for _, child := range p.children {
		switch {
		case child == best:
			b.walk(child, depth+1)
		case len(child.children) > 0:
			b.files(child)
		case !child.isText():
			b.attach(child)
		}
	}
}

// best picks the alternative that is read: plain text that says something, else
// HTML, alone or inside a multipart/related, else the first.
func (p *part) best() *part {
	for _, want := range []string{"text/plain", "text/markdown", "text/html", "text/enriched"} {
		for _, child := range p.children {
			found := child.find(want, 0)
			if found == nil {
				continue
			}
			body, _ := transferDecode(found.body, found.header.get("Content-Transfer-Encoding"))
			if len(bytes.TrimSpace(body)) > 0 {
				return child
			}
		}
	}
	if len(p.children) > 0 {
		return p.children[0]
	}
	return nil
}

// find returns the first readable part of a kind in p, p itself included.
func (p *part) find(kind string, depth int) *part {
	if p.kind == kind && p.isText() {
		return p
	}
	for _, child := range p.children {
		if found := child.find(kind, depth+1); found != nil {
			return found
		}
	}
	return nil
}

// files offers what is in an alternative that is not read: its pictures and files.
func (b *bodyReader) files(p *part) {
	for _, child := range p.children {
		if len(child.children) > 0 {
			b.files(child)
		} else if !child.isText() {
			b.attach(child)
		}
	}
}

// text reads one text part.
func (b *bodyReader) text(p *part) {
	raw := b.decoded(p)
	text, guessed := toUTF8(raw, p.params["charset"], b.m.charset)
	if guessed {
		b.m.CharsetGuessed = true
		if !isASCII(raw) {
			b.m.warn("The charset %q did not fit the text; another was guessed.", printable(p.params["charset"]))
		}
	}
	text = newlines(text)
	switch p.kind {
	case "text/html":
		b.addHTML(text)
	case "text/enriched":
		b.add(stripTags(text))
	default:
		if strings.EqualFold(p.params["format"], "flowed") {
			b.m.FormatFlowed = true
			text = unflow(text, strings.EqualFold(p.params["delsp"], "yes"))
		}
		b.plain = true
		b.add(text)
	}
}

func (b *bodyReader) add(text string) {
	text = strings.Trim(text, "\n")
	if strings.TrimSpace(text) == "" {
		return
	}
	b.texts = append(b.texts, text)
	b.kept = append(b.kept, text)
}

func (b *bodyReader) addHTML(source string) {
	b.html = true
	whole, kept, cut := markdown(source)
	if strings.TrimSpace(whole) == "" {
		return
	}
	b.texts = append(b.texts, whole)
	b.kept = append(b.kept, kept)
	if cut != "" {
		b.cut = append(b.cut, cut)
	}
}

// attach lists a part as a file.
func (b *bodyReader) attach(p *part) {
	content := b.decoded(p)
	name := p.filename
	if name == "" && p.kind == "message/rfc822" {
		name = "message.eml"
	}
	if name == "" && p.kind == "application/pgp-signature" {
		name = "signature.asc"
	}
	b.m.Attachments = append(b.m.Attachments, Attachment{
		Filename: name, Type: p.kind, Size: len(content), Content: content,
		Inline:    p.disp != "attachment",
		ContentID: cleanID(p.header.get("Content-Id")),
	})
}

func (b *bodyReader) decoded(p *part) []byte {
	encoding := p.header.get("Content-Transfer-Encoding")
	content, ok := transferDecode(p.body, encoding)
	if !ok {
		b.m.warn("The transfer encoding %q is unknown; the text is shown as it is.", printable(encoding))
	}
	return content
}

// newlines makes every line end LF and drops what cannot be text.
func newlines(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = crlf.Replace(s)
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.TrimPrefix(s, "\ufeff")
}

var crlf = strings.NewReplacer("\r\r\n", "\n", "\r\n", "\n", "\r", "\n")
