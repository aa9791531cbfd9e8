package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWrap is over how many line breaks an attribution may run.
const maxWrap = 4

// joinAttributions finds the lines that name who is quoted, joins those that a
// client wrapped, and returns the lines that are left, in the place of the others.
func joinAttributions(lines []line) []line {
	out := lines[:0]
	for i := range lines {
		l := lines[i]
		if l.fixed || l.class == blank || l.class == armour {
			out = append(out, l)
			continue
		}
		if isForward(l.text) {
			l.attributes = true
			if l.class == textLine {
				l.class = forward
			}
		} else if mayEndAttribution(l.text) {
			out, l = joinBack(out, l, nextText(lines, i))
		} else if isoLine(l.text) {
			l.class, l.attributes = attribution, true
		}
		out = append(out, l)
	}
	return out
}

// joinBack looks for the beginning of the attribution that l may end, in l itself
// and up to maxWrap lines above, and joins them. A line that names somebody but does
// not begin as attributions do is joined only with one that does.
func joinBack(out []line, l line, next string) ([]line, line) {
	quoted := startsAny(strings.TrimLeft(next, " \t"), ">", "|")
	joined, found, size := l.text, "", 0
	for back := 0; ; back++ {
		if attributes(joined, quoted) && (found == "" || opens(joined)) {
			found, size = joined, back
			if opens(joined) {
				break
			}
		}
		if back == maxWrap || back == len(out) || !wraps(out[len(out)-1-back], joined) {
			break
		}
		above := out[len(out)-1-back]
		if above.class != blank {
			joined = strings.TrimRight(above.text, " \t") + " " + strings.TrimLeft(joined, " \t")
		}
	}
	if found == "" {
		return out, l
	}
	if size > 0 {
		l.class = firstLook(found)
		l.text = found
	}
	l.shown, l.attributes = found, true
	if l.class == textLine {
		l.class = attribution
	}
	return out[:len(out)-size], l
}

// wraps reports whether an attribution may run from the line above into below. Over
// a blank line it does only where an address in brackets was put on a line of its own.
func wraps(above line, below string) bool {
	if above.fixed || above.attributes || above.class == armour || len(above.text) > 200 {
		return false
	}
	return above.class != blank || strings.HasPrefix(below, "<")
}

// openings begin an attribution, with a date behind them.
var openings = []string{
	"on ", "at ", "in message ", "le ", "am ", "op ", "il ", "dnia ", "dňa ", "em ", "el ", "den ", "på ", "в ", "dne ", "在", "于", "於", "----",
}

// opens reports whether s begins as attributions do: with a date, a weekday, or a
// word of openings and a date soon after.
func opens(s string) bool {
	s = strings.TrimLeft(s, " \t<>|-*＞\u00a0\u3000")
	lower := strings.ToLower(s[:min(len(s), 80)])
	if !dated(lower) {
		return false
	}
	if digit(lower[0]) {
		return !timeAlone(lower)
	}
	if startsAny(lower, openings...) || nameFirst(s) {
		return true
	}
	// A weekday of any language is followed by a comma or the number of the day.
	word, rest, ok := strings.Cut(lower, " ")
	return ok && rest != "" && (digit(rest[0]) || strings.HasSuffix(word, ",")) && len(word) < 30
}

// timeAlone recognises what is left of a date when a line ended before its time,
// "21:57写道：".
func timeAlone(s string) bool {
	end := strings.IndexByte(s, ':')
	return end > 0 && end <= 2 && !dated(strings.TrimLeft(s[end+1:], "0123456789:"))
}

// nameFirst recognises Gmail's Chinese form, "Ann <ann@example.org> 于2021年…".
func nameFirst(s string) bool {
	before, after, ok := strings.Cut(s, ">")
	return ok && strings.Contains(before, "@") && startsAny(strings.TrimLeft(after, " "), "于", "於", "在")
}

// nextText returns the next line that is not blank.
func nextText(lines []line, i int) string {
	for j := i + 1; j < len(lines) && j < i+4; j++ {
		if lines[j].class != blank {
			return lines[j].text
		}
	}
	return ""
}

// mayEndAttribution looks at the last bytes of a line only, since it is asked of
// every line: a colon, a bracket, dashes, or the verb of Chinese.
func mayEndAttribution(s string) bool {
	s = strings.TrimRight(s, " \t")
	if s == "" || len(s) > 600 {
		return false
	}
	switch s[len(s)-1] {
	case ':':
		return true
	case '>', '-', '*':
		return strings.Trim(s, " \t>-*") != ""
	}
	return strings.HasSuffix(s, "：") || strings.HasSuffix(s, "道") || strings.HasSuffix(s, "\u00a0")
}

// verbs end the attribution of their language ("… wrote:").
var verbs = []string{
	"wrote", "writes", "said", "says", "schrieb", "geschrieben", "schrieben sie", "a écrit", "a ecrit", "nous a dit", "ha scritto", "napisał",
	"napisał(a)", "napisała", "napísal(a)", "napísal", "napsal(a)", "napsal", "escreveu", "escribió", "escribio", "написал", "написала", "написал(а)",
	"пишет", "писал", "писал(а)", "пише", "написав", "skrev", "schreef", "kirjoitti", "yazdı", "yazmış", "írta", "a scris",
	"写道", "寫道", "写到", "のメッセージ", "のメール", "書きました", "さんは書きました", "작성", "님이 작성", "님이 작성한 메시지", "씀",
}

// middleVerbs stand between the date and the name, or the name and the date.
var middleVerbs = []string{" schrieb ", " schreef ", " skrev ", " wrote on ", " wrote at ", " schrieb am ", " kirjoitti ", " ha scritto il ", "写道", "寫道", "さんは書きました", "のメッセージ"}

// attributes reports whether s names who is quoted below: a verb of writing at its
// end with a date or an address before it, the verb between both, or a date and an
// address alone. Behind a bare name the verb counts only if a quote follows.
func attributes(s string, quoted bool) bool {
	if len(s) > 600 {
		return false
	}
	s = strings.TrimLeft(s, " \t<>|-*＞\u00a0\u3000")
	body := strings.TrimRight(s, " \t:：.>*-_\u00a0\u3000\r")
	colon := strings.ContainsAny(s[len(body):], ":：")
	lower := strings.ToLower(body)
	if verb := endingVerb(lower); verb != "" {
		return wroteLine(strings.TrimSpace(lower[:len(lower)-len(verb)]), quoted, colon)
	}
	if !colon {
		return dateAndAddress(s, false) && quoted
	}
	for _, verb := range middleVerbs {
		if strings.Contains(lower, verb) && dated(lower) {
			return true
		}
	}
	return dateAndAddress(strings.TrimRight(s, " \t:：*"), true)
}

// endingVerb returns the longest verb that lower ends with as a word of its own.
func endingVerb(lower string) string {
	longest := ""
	for _, v := range verbs {
		if len(v) > len(longest) && strings.HasSuffix(lower, v) && wordBefore(lower[:len(lower)-len(v)], v) {
			longest = v
		}
	}
	return longest
}

// wordBefore reports whether a verb begins where head ends. Chinese, Japanese and
// Korean write without spaces.
func wordBefore(head, verb string) bool {
	if first, _ := utf8.DecodeRuneInString(verb); first >= 0x2e80 {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(head)
	return head == "" || !unicode.IsLetter(last)
}

// wroteLine judges what stands before the verb.
func wroteLine(head string, quoted, colon bool) bool {
	switch {
	case head == "":
		return false
	case dated(head), strings.Contains(head, "@"):
		return strings.Count(head, " ") < 40
	case strings.Contains(head, " via "), strings.HasPrefix(head, "in message "):
		return colon
	}
	return quoted && colon && strings.Count(head, " ") < 8
}

// dated reports whether s holds something like a date or a time: a year, 15:04, or
// numbers joined as in 24/8/19.
func dated(s string) bool {
	digits, joined := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case digit(c):
			if digits++; digits == 4 && (i < 4 || !digit(s[i-4])) && yearAt(s[i-3:]) {
				return true
			}
			continue
		case (c == ':' || c == '/' || c == '.' || c == '-') && digits > 0 && digits <= 2 && i+1 < len(s) && digit(s[i+1]):
			if c == ':' {
				return true
			}
			if joined++; joined == 2 {
				return true
			}
		case digits == 0:
			joined = 0
		}
		digits = 0
	}
	return false
}

func yearAt(s string) bool {
	return (s[:2] == "19" || s[:2] == "20") && (len(s) == 4 || !digit(s[4]))
}

// dateAndAddress recognises "2013/10/2 Ann <ann@example.org>:", and without the
// colon only where the date begins the line.
func dateAndAddress(s string, colon bool) bool {
	open := strings.LastIndexByte(s, '<')
	if open < 6 || !strings.HasSuffix(s, ">") || !strings.Contains(s[open:], "@") || strings.Contains(s[open:], " ") && !colon {
		return false
	}
	head := s[:open]
	if len(head) > 160 || !dated(head) {
		return false
	}
	if digit(s[0]) {
		return true
	}
	year := strings.Index(head, "20")
	return colon && year >= 0 && len(head)-year <= 100
}

// isoLine recognises "2016-03-03 17:21 GMT+01:00 Some One", which has no verb.
func isoLine(s string) bool {
	s = strings.TrimLeft(s, " \t>")
	if len(s) < 23 || s[0] != '2' || s[1] != '0' || len(s) > 120 || strings.HasSuffix(s, "<") {
		return false
	}
	const shape = "dddd-dd-dd dd:dd GMT"
	for i := range len(shape) {
		if shape[i] == 'd' && digit(s[i]) {
			continue
		}
		if shape[i] != s[i] {
			return false
		}
	}
	return true
}

// forwards stand between dashes above a mail that is quoted without marks.
var forwards = []string{
	"forwarded message", "original message", "reply message", "forwarded by", "original appointment", "forwarded mail", "original mail",
	"message transféré", "message d'origine", "message original", "ursprüngliche nachricht", "weitergeleitete nachricht", "originalnachricht",
	"mensaje original", "mensaje reenviado", "messaggio originale", "messaggio inoltrato", "mensagem original", "mensagem encaminhada",
	"oorspronkelijk bericht", "doorgestuurd bericht", "ursprungligt meddelande", "originalmeddelande", "opprinnelig melding", "oprindelig meddelelse",
	"wiadomość oryginalna", "original-nachricht", "исходное сообщение", "пересылаемое сообщение", "пересланное сообщение",
	"原始邮件", "邮件原件", "原邮件", "回复的原邮件", "转发的邮件", "转发邮件", "转发邮件信息", "原始郵件", "原始信件", "轉寄郵件", "轉寄的郵件", "原始消息", "邮件正文", "发自我的手机原始邮件",
	"元のメッセージ", "転送メッセージ", "元のメール", "원본 메일", "원본 메시지", "전달된 메시지",
}

// openers announce such a mail without dashes.
var openers = []string{"begin forwarded message:", "début du message transféré", "début du message réexpédié", "anfang der weitergeleiteten", "inizio messaggio inoltrato", "inicio del mensaje reenviado", "início da mensagem", "下面是被转发的邮件", "以下是转发的邮件"}

// isForward recognises "----- Original Message -----" in its languages.
func isForward(s string) bool {
	s = strings.TrimLeft(s, " \t>*")
	if len(s) < 8 || len(s) > 200 {
		return false
	}
	if s[0] != '-' {
		c := s[0] | 0x20
		if c != 'b' && c != 'd' && c != 'a' && c != 'i' && c != 'p' && c < utf8.RuneSelf {
			return false
		}
		lower := strings.ToLower(s)
		return startsAny(lower, openers...) || postedBy(lower)
	}
	if !strings.HasPrefix(s, "--") {
		return false
	}
	body := strings.TrimRight(strings.ReplaceAll(s, "&nbsp;", " "), " \t*")
	words := strings.ToLower(strings.Trim(body, "- \t\u00a0"))
	if words == "original" && strings.HasSuffix(body, "----") { // QQ Mail in English
		return true
	}
	for _, f := range forwards {
		if words == f || (strings.HasPrefix(words, f) && strings.HasSuffix(body, "--")) {
			return true
		}
	}
	return false
}

// postedBy recognises the line that Discourse writes under a quoted post.
func postedBy(lower string) bool {
	rest, ok := strings.CutPrefix(lower, "posted by ")
	if !ok {
		return false
	}
	_, date, ok := strings.Cut(rest, " on ")
	return ok && len(date) == 10 && dated(date)
}
