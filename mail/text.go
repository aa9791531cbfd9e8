package mail

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"picus/forum"
	"picus/internal/item"
	"picus/mail/message"
)

// What the forum takes: longer Markdown is kept as plain text, a longer title is cut.
const (
	longestMarkdown = 60 << 10
	longestTitle    = 200
	titleOfText     = 80
)

// body returns what the author of a mail wrote. Where trimming leaves nothing the
// whole text stands: it is never lost, and the mail itself is kept as well.
func (g *Gateway) body(m *message.Message) (string, item.Format) {
	text := m.Reply
	if strings.TrimSpace(text) == "" {
		text = m.Text
	}
	format := item.PlainText
	if m.Markdown && len(text) <= longestMarkdown {
		format = item.Markdown
	}
	return g.hideSecrets(text), format
}

// titleTag finds a [tag] before a subject, but no counter as in Re[2]:.
var titleTag = regexp.MustCompile(`\[[^\]\[]*[^\]\[0-9][^\]\[]*\]`)

// title returns the subject as a thread is called: without the prefixes of replies
// and without the tag that names the list itself. [PATCH v2] and its like stay, since
// they say what the mail is.
func title(m *message.Message, list, prefix string) string {
	subject := withoutPrefix(m.Subject, prefix)
	base, _ := message.BaseSubject(subject)
	var tags string
	for _, tag := range titleTag.FindAllString(strings.TrimSuffix(subject, base), -1) {
		if !strings.EqualFold(strings.Trim(tag, "[] "), list) {
			tags += tag + " "
		}
	}
	return cut(firstOf(strings.TrimSpace(tags+base), firstLine(m), "(no subject)"), longestTitle)
}

// withoutPrefix returns a subject without what its list puts in front of each, which
// would stand there twice when the mail goes out again.
func withoutPrefix(subject, prefix string) string {
	subject = strings.Join(strings.Fields(subject), " ")
	if prefix == "" {
		return subject
	}
	found := regexp.MustCompile(`(?i)(^|[\s:：\]])` + regexp.QuoteMeta(prefix) + `(\s|$)`)
	for {
		base, _ := message.BaseSubject(subject)
		at := found.FindStringSubmatchIndex(subject)
		if at == nil || at[3] > len(subject)-len(base) {
			return subject
		}
		subject = strings.TrimSpace(subject[:at[3]] + subject[at[4]:])
	}
}

// tidySubject has a mail be taken for a reply, and found by its subject, as if its list
// put nothing in front.
func tidySubject(m *message.Message, prefix string) {
	if prefix != "" {
		m.SubjectBase, m.IsReply = message.BaseSubject(withoutPrefix(m.Subject, prefix))
	}
}

// firstLine stands in for a subject that is missing.
func firstLine(m *message.Message) string {
	line, _, _ := strings.Cut(strings.TrimSpace(firstOf(m.Reply, m.Text)), "\n")
	return cut(strings.TrimSpace(line), titleOfText)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}

// cut returns at most n characters of s.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

// kindOf takes a thread whose title asks for a question.
func kindOf(title string) forum.Kind {
	if strings.HasSuffix(title, "?") || strings.HasSuffix(title, "？") {
		return forum.Question
	}
	return forum.Discussion
}
