package mail

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"picus/internal/lang"
	"picus/mail/message"
)

// requestWords are the commands that a mail to LIST+request@ may hold, as the subject
// or as the first line: those of Mailman, and the Chinese ones.
var requestWords = map[string]purpose{
	"help": toHelp, "帮助": toHelp, "幫助": toHelp,
	"who": toWho, "名单": toWho, "名單": toWho,
	"subscribe": toSubscribe, "join": toSubscribe, "订阅": toSubscribe, "訂閱": toSubscribe,
	"unsubscribe": toUnsubscribe, "leave": toUnsubscribe, "退订": toUnsubscribe, "退訂": toUnsubscribe,
	"digest": toDigest, "摘要": toDigest,
	"vacation": toVacation, "away": toVacation, "休假": toVacation,
}

// readRequest returns the command of a mail with the words behind it. A subject comes
// first, since phones send no mail without one.
func readRequest(m *message.Message) (purpose, []string) {
	for _, line := range []string{m.SubjectBase, firstLine(m)} {
		words := strings.Fields(strings.ToLower(width.Fold.String(line)))
		if len(words) == 0 {
			continue
		}
		if p, ok := requestWords[strings.Trim(words[0], ".。:!")]; ok {
			return p, words[1:]
		}
	}
	return "", nil
}

// requestArgs returns the words of a mail to an address that is the command itself:
// the first line, the subject before it, that says more than the command.
func requestArgs(m *message.Message) []string {
	for _, line := range []string{m.SubjectBase, firstLine(m)} {
		words := strings.Fields(strings.ToLower(width.Fold.String(line)))
		if slices.ContainsFunc(words, func(w string) bool { return digestWords[w] != "" || awayWords[w] || dayWord.MatchString(w) }) {
			return words
		}
	}
	return nil
}

// digestWords are the ways to have a digest.
var digestWords = map[string]string{
	"daily": "daily", "每天": "daily", "每日": "daily", "weekly": "weekly", "每周": "weekly", "每週": "weekly",
	"off": "off", "关闭": "off", "關閉": "off", "取消": "off",
	"plain": "plain", "纯文本": "plain", "純文字": "plain", "mime": "mime",
}

// commands are the purposes of mail that asks something of a list.
var commands = map[purpose]bool{toSubscribe: true, toUnsubscribe: true, toDigest: true, toVacation: true, toWho: true}

// readDigest returns the channel that the words ask for, and the form: "plain",
// "mime" or "" as before. Words of which none says either are not understood.
func readDigest(words []string) (channel, form string, understood bool) {
	channel, understood = "daily", len(words) == 0
	for _, w := range words {
		said := digestWords[strings.Trim(w, ".。,，")]
		understood = understood || said != ""
		switch said {
		case "daily", "weekly":
			channel = said
		case "off":
			channel = "mail"
		case "plain", "mime":
			form = said
		}
	}
	return channel, form, understood
}

var awayWords = map[string]bool{"off": true, "end": true, "结束": true, "結束": true, "取消": true, "on": true, "until": true, "till": true, "到": true, "至": true}

var dayWord = regexp.MustCompile(`(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})`)

// defaultAway is how long somebody is away who does not say until when.
const defaultAway = 14 * 24 * time.Hour

// readAway returns until when the words say that somebody is away; zero: back again.
// The day named is the last one.
func readAway(words []string, now time.Time) time.Time {
	line := strings.Join(words, " ")
	if m := dayWord.FindStringSubmatch(line); m != nil {
		year, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		day, _ := strconv.Atoi(m[3])
		last := time.Date(year, time.Month(month), day, 0, 0, 0, 0, now.Location())
		if last.Day() != day || int(last.Month()) != month {
			return time.UnixMilli(1) // a slip of the pen is refused like a day that is over, not taken for another
		}
		return last.AddDate(0, 0, 1)
	}
	for _, w := range words {
		switch w {
		case "off", "end", "结束", "結束", "取消":
			return time.Time{}
		}
	}
	return now.Add(defaultAway)
}

// spoken returns the language of the letters to somebody who has chosen none, since they
// have no account to choose it in: Chinese where the mail is, or at least its sender's
// name; else "". Kana and Hangul tell that the characters are not Chinese.
func spoken(m *message.Message) string {
	chinese := false
	for _, r := range m.SubjectBase + firstLine(m) + m.From.Name {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			return ""
		}
		chinese = chinese || unicode.Is(unicode.Han, r)
	}
	if chinese {
		return string(lang.Chinese)
	}
	return ""
}
