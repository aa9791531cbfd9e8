package mail

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message"

	"picus/account"
	"picus/forum"
	"picus/internal/lang"
)

// mostOfPost is how much of a long post a digest holds; the rest is behind its link.
const mostOfPost = 8 << 10

// issue is a digest while it is written.
type issue struct {
	digest
	lang.Lang
	g     *Gateway
	posts []*bulletin // thread by thread
}

// writeDigest returns the whole message of a digest: a list of what is in it and the
// mails themselves, as MIME (RFC 2046, section 5.1.5) or as one text (RFC 1153).
func (g *Gateway) writeDigest(ctx context.Context, d digest, ids []int64) (string, error) {
	s := issue{digest: d, Lang: lang.Match(d.to.Lang), g: g}
	for _, id := range ids {
		b, err := g.bulletin(ctx, id)
		if err != nil {
			return "", err
		}
		s.posts = append(s.posts, b)
	}
	if d.plain {
		return textMail(s.fields(), s.plainText())
	}
	return s.mime()
}

func (s issue) fields() []field {
	return []field{
		{"From", mailbox(s.g.site(), s.g.address("no-reply"))},
		{"To", mailbox(s.to.Display, s.to.Email)},
		{"Subject", encodeText(s.title())},
		{"Date", s.g.now().UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + s.g.digestID(s.digest) + ">"},
		{"List-Id", mailbox(s.g.site(), "digest."+s.g.domain())},
		{"List-Unsubscribe", "<" + s.g.conf.BaseURL + "/unsubscribe/" + s.g.unsubscribeToken(s.to.ID, digestSpace) + ">"},
		{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
		{"Precedence", "bulk"},
		{"Auto-Submitted", "auto-generated"},
		{"X-Auto-Response-Suppress", "All"},
	}
}

// digestSpace stands in an unsubscribe token for the digests instead of a board.
const digestSpace = 0

func (s issue) title() string {
	if s.channel == "weekly" {
		return s.T("%s, week by week, number %d", s.g.site(), s.number+1)
	}
	return s.T("%s, day by day, number %d", s.g.site(), s.number+1)
}

// contents lists the threads with what is new in each.
func (s issue) contents() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n\n", s.title(), s.N(len(s.posts), "%d new post:", "%d new posts:"))
	var root int64
	for i, p := range s.posts {
		if p.root != root {
			root = p.root
			fmt.Fprintf(&b, "%s (%s)%s\n", oneLine(p.title), oneLine(p.space.Title), behind(s.ofThread(p)))
		}
		fmt.Fprintf(&b, "  %2d. %s%s\n", i+1, oneLine(p.author), behind(p.ofPost(s.Lang)))
	}
	if s.more {
		fmt.Fprintf(&b, "\n%s\n", s.T("There was more than one mail holds: the rest comes in another."))
	}
	return b.String()
}

// ofThread says how the question of a post stands; other threads have no answers.
func (s issue) ofThread(b *bulletin) string {
	if b.thread != forum.Question {
		return ""
	}
	return b.ofQuestion(s.Lang)
}

// behind sets a fact behind what it is about.
func behind(fact string) string {
	if fact == "" {
		return ""
	}
	return " - " + fact
}

func (s issue) closing() string {
	return s.T("Answer the single mails in this digest; an answer to the digest itself is not posted.") + "\n" +
		s.T("Fewer mails, or none: %s", s.g.conf.BaseURL+"/settings/mail") + "\n"
}

// text is what a digest holds of a post.
func (s issue) text(b *bulletin) string {
	text := strings.TrimRight(b.source, "\n")
	if len(text) > mostOfPost {
		end := mostOfPost
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "…\n\n" + s.T("The rest: %s", s.g.url(b))
	}
	return text + "\n"
}

// replyTo is the address by which an answer to one post stands in its thread.
func (s issue) replyTo(b *bulletin) string {
	if !b.open() {
		return ""
	}
	return mailbox("", s.g.address("reply+"+account.ReplyToken(s.to.ID, s.key, b.root, s.g.now())))
}

func (s issue) entryFields(b *bulletin) []field {
	fields := s.g.sharedFields(b)
	if reply := s.replyTo(b); reply != "" {
		fields = append(fields, field{"Reply-To", reply})
	}
	return fields
}

func (s issue) mime() (string, error) {
	h := headerOf(s.fields())
	h.SetContentType("multipart/mixed", map[string]string{"boundary": s.boundary("digest")})
	var out bytes.Buffer
	w, err := message.CreateWriter(&out, h)
	if err != nil {
		return "", err
	}
	if err := newPart("text/plain", s.contents()).add(w); err != nil {
		return "", err
	}
	if err := s.addMails(w); err != nil {
		return "", err
	}
	if err := newPart("text/plain", s.closing()).add(w); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return out.String(), nil
}

// foot is where a mail in a digest can be read, and what its readers made of it so far.
func (s issue) foot(b *bulletin) string {
	foot := s.g.url(b) + "\n"
	if fact := b.ofPost(s.Lang); fact != "" {
		foot += fact + "\n"
	}
	return foot
}

func (s issue) boundary(of string) string {
	return "picus-" + s.g.accounts.Sign("boundary", of, s.g.digestID(s.digest))
}

// addMails writes the part that mail programs show as a folder of mails.
func (s issue) addMails(w *message.Writer) error {
	var h message.Header
	h.SetContentType("multipart/digest", map[string]string{"boundary": s.boundary("mails")})
	part, err := w.CreatePart(h)
	if err != nil {
		return err
	}
	for _, b := range s.posts {
		mail, err := textMail(s.entryFields(b), s.text(b)+"\n-- \n"+s.foot(b))
		if err != nil {
			return err
		}
		var h message.Header
		h.SetContentType("message/rfc822", nil)
		entry, err := part.CreatePart(h)
		if err != nil {
			return err
		}
		if _, err := entry.Write([]byte(mail)); err != nil {
			return err
		}
		if err := entry.Close(); err != nil {
			return err
		}
	}
	return part.Close()
}

// plainText is the digest of RFC 1153: 70 hyphens below the list, 30 between mails,
// and a last line that says which digest ends.
func (s issue) plainText() string {
	var b strings.Builder
	b.WriteString(s.contents() + "\n" + s.closing() + "\n" + strings.Repeat("-", 70) + "\n\n")
	for i, p := range s.posts {
		fmt.Fprintf(&b, "Date: %s\nFrom: %s\nSubject: %s\nMessage: %d\nArchived-At: <%s>\n", p.created.Format(time.RFC1123Z), oneLine(p.author), subjectOf(string(p.kind), oneLine(p.title)), i+1, s.g.url(p))
		if reply := s.replyTo(p); reply != "" {
			fmt.Fprintf(&b, "Reply-To: %s\n", reply)
		}
		if fact := p.ofPost(s.Lang); fact != "" {
			fmt.Fprintf(&b, "Summary: %s\n", fact)
		}
		b.WriteString("\n" + dashed(s.text(p)) + "\n" + strings.Repeat("-", 30) + "\n\n")
	}
	last := s.T("End of %s", s.title())
	b.WriteString(last + "\n" + strings.Repeat("*", utf8.RuneCountInString(last)) + "\n")
	return b.String()
}

// dashed sets a blank before a line that a reader would take for the end of a mail.
func dashed(text string) string {
	return strings.ReplaceAll("\n"+text, "\n"+strings.Repeat("-", 30), "\n "+strings.Repeat("-", 30))[1:]
}
