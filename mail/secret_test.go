package mail_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"html"
	"mime/quotedprintable"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

// secret finds the tokens in a mail of ours.
var secret = regexp.MustCompile(`(?:(?:reply|private|bounce)\+|unsubscribe(?:/|%20)\w+-\w+-)([a-z2-7]{20,})`)

// TestNoTokenIsPublished has a member answer with a mail of ours that holds tokens of
// theirs, quoted whole or added as a file, in every way that mail programs write one, and
// looks for the tokens wherever the answer can be read (SECURITY.md, M-2).
func TestNoTokenIsPublished(t *testing.T) {
	for name, answer := range map[string]func(got caught) string{
		"quoted with its header":      func(got caught) string { return "\r\nYes.\r\n\r\n" + got.raw },
		"below the mark of a forward": func(got caught) string { return "\r\nLook:\r\n\r\n---- Forwarded ----\r\n" + quoted(got.raw) },
		"HTML with links":             func(got caught) string { return "Content-Type: text/html\r\n\r\n" + links(got) },
		"in the subject":              func(got caught) string { return "\r\nYes." },
		"a mail as a mail":            func(got caught) string { return attached("message/rfc822", "", got.raw) },
		"a mail as bytes":             func(got caught) string { return attached("application/octet-stream; name=m.eml", "base64", got.raw) },
		"a mail as text":              func(got caught) string { return attached("text/plain; name=m.eml", "quoted-printable", got.raw) },
		"a mail as HTML":              func(got caught) string { return attached("text/html; name=m.html", "base64", links(got)) },
		"a mail in a mail":            func(got caught) string { return attached("message/rfc822", "", within("message/rfc822", "", got.raw)) },
		"a mail in a mail as bytes": func(got caught) string {
			return attached("application/octet-stream; name=m.eml", "base64", within("application/octet-stream; name=n.eml", "base64", got.raw))
		},
		"base64 in a mail": func(got caught) string {
			return attached("message/rfc822", "", within("text/html", "base64", links(got)))
		},
		"quoted-printable in a mail": func(got caught) string {
			return attached("message/rfc822", "", within("text/plain", "quoted-printable", got.raw))
		},
		"base64 in a mail in base64": func(got caught) string {
			return attached("message/rfc822", "base64", within("text/html", "base64", links(got)))
		},
		"a file in UTF-16": func(got caught) string {
			return attached("text/plain; name=m.txt", "base64", utf16Text("\ufeff"+got.raw, false))
		},
		"a file in UTF-16, big end first": func(got caught) string {
			return attached("application/octet-stream; name=m.txt", "base64", utf16Text("\ufeff"+got.raw, true))
		},
		"left in the mail: UTF-16 without a mark": func(got caught) string {
			return attached("text/plain; name=m.txt", "base64", utf16Text(links(got), false))
		},
		"text in UTF-16": func(got caught) string {
			return part("text/plain; charset=utf-16le", "base64", utf16Text("Yes.\n\n"+got.raw, false))
		},
		"lines broken at 20":               func(got caught) string { return "\r\nYes.\r\n\r\n" + broken(got.raw, 20, "\r\n") },
		"lines broken at 37 in quotations": func(got caught) string { return "\r\nYes.\r\n\r\n> " + broken(got.raw, 37, "\r\n> > ") },
		"lines broken at 7 in a file":      func(got caught) string { return attached("text/plain; name=m.txt", "base64", broken(got.raw, 7, "\n")) },
		"quoted-printable as text":         func(got caught) string { return "\r\nYes.\r\n\r\n" + broken(got.raw, 25, "=\r\n") },
		"left in the mail: a document": func(got caught) string {
			return attached("application/vnd.openxmlformats; name=m.docx", "base64", zipped("word/document.xml", "<w:t>"+strings.ReplaceAll(html.EscapeString(got.raw), "+", "+</w:t><w:t>")+"</w:t>"))
		},
		"left in the mail: a mail in an archive in an archive": func(got caught) string {
			return attached("application/zip; name=m.zip", "base64", zipped("inner.zip", zipped("m.eml", within("text/plain", "base64", got.raw))))
		},
		"left in the mail: UTF-16 in an archive": func(got caught) string {
			return attached("application/zip; name=m.zip", "base64", zipped("m.txt", utf16Text("\ufeff"+got.raw, false)))
		},
		"a mail of ours, as it is, twice": func(got caught) string {
			return attached("multipart/digest; boundary=d", "", "--d\r\n\r\n"+got.raw+"\r\n--d\r\n\r\n"+got.raw+"\r\n--d--\r\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				sink := newSink(t)
				s := newSender(t, d, sink, mail.Config{Relay: sink.url(), Resolver: zone(t, nil)})
				s.run()
				bob := s.reader("bob", "")
				s.reader("carol", "")
				s.start(s.ada, newThread("Secrets", "Who can keep them?"))
				got := s.sink.take(t, 2)[bob.Email]
				var tokens []string
				for _, found := range secret.FindAllStringSubmatch(got.raw+got.from, -1) {
					tokens = append(tokens, found[1])
				}
				if len(tokens) < 5 { // to answer, in private too, to unsubscribe by link and by mail, to return
					t.Fatalf("the mail holds the tokens %v", tokens)
				}
				header, m := got.read(t)
				env := mail.Envelope{From: bob.Email, To: []string{"python@lists.example"}, Peer: netip.MustParseAddr("127.0.0.1"),
					Raw: []byte(lines("From: Bob <"+bob.Email+">", "To: python@lists.example", "Subject: Re: Secrets "+header.Get("Reply-To"), "Message-ID: <secret@people.example>",
						"In-Reply-To: <"+m.MessageID+">", "Date: Mon, 23 Nov 2026 12:00:00 +0000", "MIME-Version: 1.0") + answer(got))}
				if err := s.gateway.Receive(t.Context(), env)[0]; err != nil {
					t.Fatal(err)
				}
				s.told()
				fate := s.lastFate()
				if fate.Fate != mail.Posted {
					t.Fatalf("the fate is %+v; want posted", fate)
				}
				all := s.published(fate.Item)
				all["the mail to others"] = undone(s.sink.next(t).raw, 4)
				attached := strings.Contains(string(env.Raw), "boundary=outer") && !strings.HasPrefix(name, "left in the mail")
				if attached != strings.Contains(all["the post"], "/f/") {
					t.Errorf("the file was lost, or kept: %s\n%s", fate.Reason, all["the post"])
				}
				for where, text := range all {
					for _, token := range tokens {
						if strings.Contains(text, token) || strings.Contains(inOneLine(text), token) {
							t.Errorf("%s tells a token:\n%s", where, text)
							break
						}
					}
				}
			})
		})
	}
}

// published is everything in which a post can be read, with every encoding undone.
func (s *sender) published(post int64) map[string]string {
	s.Helper()
	p, err := s.forum.Find(s.Context(), s.ada, post)
	if err != nil {
		s.Fatal(err)
	}
	whole, err := s.gateway.Whole(s.Context(), s.admin, post)
	if err != nil {
		s.Fatal(err)
	}
	var box bytes.Buffer
	b, err := s.gateway.BoardMailbox(s.Context(), account.User{}, "python")
	if err == nil {
		err = b.Write(s.Context(), &box)
	}
	if err != nil {
		s.Fatal(err)
	}
	all := map[string]string{"the post": p.HTML, "the whole mail": whole.Subject + whole.Text, "the mailbox": box.String()}
	files, err := db.Values[[]byte](s.Context(), s.db, "SELECT data FROM blob_part ORDER BY sha256, seq")
	if err != nil {
		s.Fatal(err)
	}
	for _, f := range files {
		all["a file"] += undone(string(f), 4)
	}
	for _, text := range s.texts() {
		all["the database"] += text
	}
	return all
}

// texts are the sources and titles, which feeds, the search and every other form are
// made of.
func (s *sender) texts() (all []string) {
	s.Helper()
	for _, query := range []string{"SELECT source FROM revision", "SELECT title FROM revision WHERE title <> ''", "SELECT name FROM upload"} {
		some, err := db.Values[string](s.Context(), s.db, query)
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

// encoded finds what may be base64 of something longer than a word.
var encoded = regexp.MustCompile(`(?:[A-Za-z0-9+/]{40,}=*\r?\n?)+[A-Za-z0-9+/]*=*`)

// undone returns a text, and below it what it says once its encodings are undone.
func undone(text string, depth int) string {
	if depth == 0 {
		return text
	}
	all := text + html.UnescapeString(text) + strings.NewReplacer("=\r\n", "", "=\n", "").Replace(text) + strings.ReplaceAll(text, "\x00", "") +
		lineEnds.ReplaceAllString(text, "")
	for _, found := range encoded.FindAllString(text, -1) {
		found = strings.NewReplacer("\r", "", "\n", "").Replace(found)
		if raw, err := base64.StdEncoding.DecodeString(found); err == nil {
			all += undone(string(raw), depth-1)
		}
	}
	return all
}

var lineEnds = regexp.MustCompile(`=?\r?\n[> ]*`)

// inOneLine is a text, or a page, without the ends of its lines.
func inOneLine(text string) string {
	return lineEnds.ReplaceAllString(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, "")), "")
}

// broken is a text with lines of so many bytes.
func broken(text string, every int, end string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\r\n") {
		for len(line) > every {
			b.WriteString(line[:every] + end)
			line = line[every:]
		}
		b.WriteString(line + strings.TrimPrefix(end, "="))
	}
	return b.String()
}

// utf16Text is a text in UTF-16, the high byte of each unit first or last.
func utf16Text(text string, high bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if high {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// zipped is an archive of one file.
func zipped(name, content string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err == nil {
		_, err = f.Write([]byte(content))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

// links are the secrets of a mail as the HTML of mail programs has them.
func links(got caught) string {
	var b strings.Builder
	addresses := regexp.MustCompile(`[a-z]+\+[a-z0-9]+@lists\.example`).FindAllString(got.head()+got.from, -1)
	for _, a := range append(addresses, regexp.MustCompile(`https://[^>]+/unsubscribe/[^>]+`).FindString(got.head())) {
		for _, form := range []string{a, url.QueryEscape(a), strings.ReplaceAll(a, "+", "&#43;"), strings.ReplaceAll(a, "+", "&#x2B;"), strings.ReplaceAll(a, "+", "&plus;")} {
			if strings.HasPrefix(form, "https%3A") {
				continue // no link
			}
			b.WriteString("<p>Write to <a href=\"mailto:" + form + "\">" + form + "</a>, <a href='" + form + "?subject=x'>here</a></p>\r\n")
		}
	}
	return b.String() + html.EscapeString(got.head())
}

// attached is the body of a mail with a file.
func attached(kind, encoding, content string) string {
	return "Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n\r\nSee the file.\r\n--outer\r\n" + part(kind, encoding, content) + "\r\n--outer--\r\n"
}

// within is a mail with another in it.
func within(kind, encoding, content string) string {
	return "From: carol@people.example\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary=inner\r\n\r\n--inner\r\n" + part(kind, encoding, content) + "\r\n--inner--\r\n"
}

func part(kind, encoding, content string) string {
	head := "Content-Type: " + kind + "\r\n"
	switch encoding {
	case "base64":
		text := base64.StdEncoding.EncodeToString([]byte(content))
		content = strings.Join(slices.Collect(func(yield func(string) bool) {
			for len(text) > 76 && yield(text[:76]) {
				text = text[76:]
			}
			yield(text)
		}), "\r\n")
	case "quoted-printable":
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		w.Write([]byte(content))
		w.Close()
		content = b.String()
	default:
		return head + "\r\n" + content
	}
	return head + "Content-Transfer-Encoding: " + encoding + "\r\n\r\n" + content
}

func quoted(text string) string { return "> " + strings.ReplaceAll(text, "\r\n", "\r\n> ") }
