package mail

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"picus/mail/message"
)

// What a mail program adds of its own accord tells the address that the site does not:
// the line above a quotation, a visiting card, a key. What the author has typed stays.

// hiddenAs stands in the place of an address.
const hiddenAs = "…@…"

// hidden returns a text without the addresses of both.
func (p private) hidden(text string) string {
	if !strings.Contains(text, "@") {
		return text // as nearly every line
	}
	for _, address := range p.addresses {
		text = regexp.MustCompile("(?i)(mailto:)?"+regexp.QuoteMeta(address)).ReplaceAllLiteralString(text, hiddenAs)
	}
	return text
}

// quotedField finds a line that a mail program copies from the header of what it quotes.
var quotedField = regexp.MustCompile(`(?i)^[\s>*_]*(from|to|cc|von|an|kopie|de|para|à|发件人|收件人|抄送|寄件者|收件者|副本|差出人|宛先|보낸 사람|받는 사람)[\s*_]*[:：]`)

// hideQuoted hides the addresses of both in a text where its author has not typed them:
// in all lines but those of the reply itself and of a signature below its mark, and in
// these as well where they are a copied header or a quotation between the lines.
func (p private) hideQuoted(text, reply string) string {
	typed := map[string]bool{}
	for line := range strings.Lines(reply) {
		line = strings.TrimSpace(line)
		typed[line] = !strings.HasPrefix(line, ">")
	}
	var b strings.Builder
	signing := false
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, "\r\n")
		switch {
		case bare == "-- " || bare == "--":
			signing = true
		case strings.TrimSpace(bare) == "" || strings.HasPrefix(strings.TrimSpace(bare), ">"):
			signing = false
		}
		if !signing && !typed[strings.TrimSpace(line)] || quotedField.MatchString(line) {
			line = p.hidden(line)
		}
		b.WriteString(line)
	}
	return b.String()
}

// telling are the types of files that mail programs add and that name their owner.
var telling = []string{"text/vcard", "text/x-vcard", "text/directory", "application/pgp-keys", "message/rfc822", "text/rfc822-headers"}

// takeFiles takes the files over that do not tell an address.
func (p *private) takeFiles(all []message.Attachment) {
	for i, f := range all {
		switch {
		case signature(f) && !strings.EqualFold(f.Type, "application/pgp-keys"), len(f.Content) == 0:
			continue
		case i >= maxFiles || p.tells(f):
			p.left = append(p.left, p.hidden(oneLine(firstOf(f.Filename, unnamed(f)))))
		default:
			f.Filename = p.hidden(f.Filename)
			p.files = append(p.files, f)
		}
	}
}

func (p *private) tells(f message.Attachment) bool {
	for _, kind := range telling {
		if strings.EqualFold(f.Type, kind) {
			return true
		}
	}
	content := bytes.ToLower(f.Content)
	return slices.ContainsFunc(p.addresses, func(address string) bool { return bytes.Contains(content, bytes.ToLower([]byte(address))) })
}

// inlinePicture finds what stands for a picture of the mail in a text that was HTML.
var inlinePicture = regexp.MustCompile(`(?i)!\[([^\]]*)\]\(cid:[^)\s]*[^)]*\)`)
