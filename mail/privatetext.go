package mail

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"mime"
	"regexp"
	"strings"
	"time"

	gomessage "github.com/emersion/go-message"

	"picus/internal/item"
	"picus/internal/lang"
	"picus/mail/message"
)

// composePrivate returns the whole message as the receiver gets it, with its id. Nothing
// of the sender's own header is in it: every field is written anew.
func (g *Gateway) composePrivate(ctx context.Context, p private) (raw []byte, mid string, err error) {
	back, err := g.accounts.PrivateToken(ctx, p.to.ID, p.from.ID)
	if err != nil {
		return nil, "", err
	}
	mid = newPrivateID()
	fields := []field{
		{"From", mailbox(g.viaSite(p.from.Display), g.privateAddress(back))},
		{"To", mailbox(p.to.Display, p.to.Email)},
		{"Subject", encodeText(cut(p.hidden(firstOf(p.subject, "(no subject)")), longestSubject))},
		{"Date", g.now().UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + mid + "@" + g.domain() + ">"},
		{"X-Auto-Response-Suppress", "OOF, AutoReply"}, // a robot's answer would go nowhere
	}
	if g.conf.Mailbox != "" { // a provider may put its own address into From
		fields = append(fields, field{"Reply-To", mailbox("", g.privateAddress(back))})
	}
	if id := cleanID(p.answers); id != "" {
		fields = append(fields, field{"In-Reply-To", "<" + id + ">"}, field{"References", "<" + id + ">"})
	}
	if p.sealed != nil {
		raw, err = p.sealed.message(fields)
		return raw, mid, err
	}
	text, page := g.privateBody(p)
	raw, err = mixed(fields, text, page, p.files)
	return raw, mid, err
}

func (g *Gateway) viaSite(name string) string { return withoutAddresses(name) + " via " + g.site() }

// privateBody returns the text and the HTML of a private mail. The HTML is drawn from the
// text, so that nothing in it can run or be fetched.
func (g *Gateway) privateBody(p private) (text, page string) {
	l := lang.Match(p.to.Lang)
	text = strings.TrimRight(p.text, "\n")
	format := item.PlainText
	if p.markdown && len(text) <= longestMarkdown {
		format = item.Markdown
	}
	drawn := lightHTML(g.conf.BaseURL, item.Render("", format, text, true, func(string) bool { return false }).HTML)
	footer := g.privateFooter(l, p)
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><title></title></head>\n<body>\n<div lang=\"\">\n%s\n</div>\n<hr>\n<p>", l, drawn)
	for i, line := range footer {
		if i > 0 {
			b.WriteString("<br>\n")
		}
		b.WriteString(html.EscapeString(line))
	}
	b.WriteString("</p>\n</body>\n</html>\n")
	return text + "\n\n-- \n" + strings.Join(footer, "\n") + "\n", b.String()
}

func (g *Gateway) privateFooter(l lang.Lang, p private) []string {
	var lines []string
	if len(p.left) > 0 {
		lines = append(lines, l.T("Not passed on: %s", strings.Join(p.left, ", ")))
	}
	name := withoutAddresses(oneLine(p.from.Display))
	return append(lines,
		l.T("%s has written this to you alone, through %s, and does not see your address. An answer goes back the same way.", name, g.site()),
		l.T("To block or report %s, or to take no private mail: %s", name, g.conf.BaseURL+"/settings/private"))
}

// sealed is a mail that is encrypted from end to end: it goes on as it is.
type sealed struct {
	kind, encoding string
	body           []byte
}

// sealedMail returns the sealed part of a mail, or nil.
func sealedMail(m *message.Message, raw []byte) *sealed {
	kind := oneLine(m.Header("Content-Type"))
	media, params, err := mime.ParseMediaType(kind)
	pgp := media == "multipart/encrypted"
	smime := (media == "application/pkcs7-mime" || media == "application/x-pkcs7-mime") && !strings.EqualFold(params["smime-type"], "signed-data")
	if err != nil || !pgp && !smime || !ascii(kind) {
		return nil
	}
	_, body, ok := bytes.Cut(crlfBytes(raw), []byte("\r\n\r\n"))
	if !ok || !fitForSMTP(body) {
		return nil
	}
	s := &sealed{kind: kind, body: body}
	if e := strings.ToLower(strings.TrimSpace(m.Header("Content-Transfer-Encoding"))); e == "base64" || e == "quoted-printable" {
		s.encoding = e
	}
	return s
}

func (s *sealed) message(fields []field) ([]byte, error) {
	fields = append(fields, field{"MIME-Version", "1.0"}, field{"Content-Type", s.kind})
	if s.encoding != "" {
		fields = append(fields, field{"Content-Transfer-Encoding", s.encoding})
	}
	head, err := writeFields(fields)
	return bytes.Join([][]byte{head, s.body}, []byte("\r\n")), err
}

// mixed returns a message of a text, the same in HTML, and files.
func mixed(fields []field, text, page string, files []message.Attachment) ([]byte, error) {
	h := headerOf(fields)
	kind := "multipart/alternative"
	if len(files) > 0 {
		kind = "multipart/mixed"
	}
	h.SetContentType(kind, nil)
	var b bytes.Buffer
	w, err := gomessage.CreateWriter(&b, h)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		err = addTexts(w, text, page)
	} else {
		err = addAll(w, text, page, files)
	}
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func addTexts(w *gomessage.Writer, text, page string) error {
	if err := newPart("text/plain", text).add(w); err != nil {
		return err
	}
	return newPart("text/html", page).add(w)
}

func addAll(w *gomessage.Writer, text, page string, files []message.Attachment) error {
	var h gomessage.Header
	h.SetContentType("multipart/alternative", nil)
	both, err := w.CreatePart(h)
	if err != nil {
		return err
	}
	if err := addTexts(both, text, page); err != nil {
		return err
	}
	if err := both.Close(); err != nil {
		return err
	}
	for _, f := range files {
		if err := addFile(w, f); err != nil {
			return err
		}
	}
	return nil
}

var mediaType = regexp.MustCompile(`^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}$`)

// addFile adds a file as its sender named it, and nothing else that its part said.
func addFile(w *gomessage.Writer, f message.Attachment) error {
	kind := strings.ToLower(f.Type)
	if !mediaType.MatchString(kind) || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
		kind = "application/octet-stream"
	}
	var h gomessage.Header
	h.SetContentType(kind, nil)
	h.SetContentDisposition("attachment", map[string]string{"filename": oneLine(firstOf(f.Filename, unnamed(f)))})
	h.Set("Content-Transfer-Encoding", "base64")
	part, err := w.CreatePart(h)
	if err != nil {
		return err
	}
	if _, err := part.Write(f.Content); err != nil {
		return err
	}
	return part.Close()
}
