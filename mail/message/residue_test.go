package message_test

import (
	"regexp"
	"strings"
	"testing"

	"picus/mail/message"
)

// residue finds what a Chinese mail program puts above the mail that is answered.
var residue = regexp.MustCompile(`(?m)写道\s*[:：]\s*$|寫道\s*[:：]\s*$|原始邮件|邮件原件|^\s*\*?(发件人|寄件者|发送时间|发送日期|收件人|收件者)\s*\*?\s*[:：]|^-+\s*Original Message\s*-+`)

// TestChineseRepliesKeepNoAttribution measures the real mails of a list that answer in a
// Chinese mail program above what they answer: at most two in a hundred may keep a line of
// it. The list has few of them; every form is in TestTrimKnowsAttributions.
func TestChineseRepliesKeepNoAttribution(t *testing.T) {
	topPosted, left := 0, []string{}
	each(t, "linux-erofs-zh-threads.mbox.gz", func(raw []byte) {
		m := message.Parse(raw)
		if !residue.MatchString(m.Text) || strings.Contains(m.Text, "diff --git") {
			return
		}
		at := residue.FindStringIndex(m.Text)[0]
		above := strings.TrimSpace(m.Text[:at])
		below := m.Text[at:]
		// Answers between the quotes keep them, as they should.
		if above == "" || answersBetween(below) {
			return
		}
		topPosted++
		if residue.MatchString(m.Reply) {
			left = append(left, m.MessageID)
		}
	})
	if topPosted < 20 {
		t.Errorf("found %d mails; want 20 and more", topPosted)
	}
	t.Logf("%d of %d mails keep an attribution", len(left), topPosted)
	if len(left)*50 > topPosted {
		t.Errorf("%d of %d mails keep an attribution, want at most 2 in 100: %v", len(left), topPosted, left)
	}
}

// answersBetween reports whether somebody wrote below a quotation.
func answersBetween(text string) bool {
	quoted := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, ">"):
			quoted = true
		case quoted && line != "" && !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "_"):
			return true
		}
	}
	return false
}
