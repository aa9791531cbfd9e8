package message

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// role is which part of a quoted mail's header a name stands for.
type role byte

const (
	sender role = 1 << iota
	recipient
	when
	about
)

// headerNames are the names that mail programs write above a mail they quote.
var headerNames = map[string]role{
	"from": sender, "to": recipient, "cc": recipient, "bcc": recipient, "reply-to": recipient, "sent": when, "date": when, "subject": about, "sender": sender,
	"von": sender, "an": recipient, "kopie": recipient, "gesendet": when, "gesendet am": when, "datum": when, "betreff": about,
	"de": sender, "expéditeur": sender, "envoyé": when, "envoyé le": when, "le": when, "à": recipient, "destinataire": recipient, "répondre à": recipient, "objet": about,
	"para": recipient, "enviado": when, "enviado el": when, "fecha": when, "asunto": about, "enviada em": when, "enviado em": when, "assunto": about, "data": when,
	"da": sender, "a": recipient, "risposta": recipient, "inviato": when, "oggetto": about,
	"van": sender, "aan": recipient, "beantwoorden - aan": recipient, "verzonden": when, "onderwerp": about,
	"från": sender, "till": recipient, "skickat": when, "ämne": about, "fra": sender, "til": recipient, "sendt": when, "emne": about,
	"od": sender, "do": recipient, "wysłano": when, "temat": about, "от": sender, "кому": recipient, "дата": when, "отправлено": when, "тема": about, "копия": recipient,
	"发件人": sender, "发信人": sender, "收信人": recipient, "发送时间": when, "发送日期": when, "日期": when, "时间": when, "收件人": recipient, "抄送": recipient, "抄送人": recipient, "密送": recipient, "主题": about, "标题": about,
	"寄件者": sender, "寄件人": sender, "寄件日期": when, "傳送時間": when, "寄送時間": when, "收件者": recipient, "副本": recipient, "主旨": about, "主題": about, "发自": sender, "發件人": sender, "發送時間": when, "抄送者": recipient,
	"差出人": sender, "送信者": sender, "送信日時": when, "送信": when, "日時": when, "宛先": recipient, "件名": about,
	"보낸사람": sender, "보낸날짜": when, "날짜": when, "받는사람": recipient, "참조": recipient, "제목": about,
}

// headerRole returns what a line "Name: something" stands for, or 0.
func headerRole(s string) role {
	// Names are short, so that a colon further behind ends the look.
	short := s[:min(len(s), 48)]
	end := strings.IndexByte(short, ':')
	if wide := strings.Index(short, "："); wide >= 0 && (end < 0 || wide < end) {
		end = wide
	}
	if end < 1 {
		return 0
	}
	name := strings.Trim(strings.ReplaceAll(s[:end], "&nbsp;", " "), " \t*_\u00a0\u3000")
	if name == "" || len(name) > 30 {
		return 0
	}
	if name[0] >= 0xe3 {
		// Chinese names of two characters are set to the width of three (抄 送).
		name = strings.Join(strings.Fields(name), "")
	}
	return headerNames[strings.ToLower(name)]
}

// markHeaders finds the headers of mails quoted without marks. One line of that
// form is nothing; a block has a sender and at least two other roles, or stands
// below a forward marker.
func markHeaders(lines []line) {
	for i := 0; i < len(lines); i++ {
		if lines[i].class != textLine || lines[i].fixed || headerRole(lines[i].text) == 0 {
			continue
		}
		end, roles, count := headerBlock(lines, i)
		below := belowForward(lines, i)
		if isPatchHeader(lines[i:end], roles) && !below {
			i = end - 1
			continue
		}
		if (roles&sender != 0 && count >= 3 && roles != sender) || (below && count >= 2) {
			for j := i; j < end; j++ {
				if lines[j].class == textLine {
					lines[j].class = mailHeader
				}
			}
		}
		i = end - 1
	}
}

// headerBlock returns the end of the block that begins at start, the roles in it
// and the number of its fields. A field may run on over two more lines if another
// field follows.
func headerBlock(lines []line, start int) (end int, roles role, count int) {
	gap := 0
	end = start + 1
	for i := start; i < len(lines) && gap <= 2; i++ {
		l := lines[i]
		if l.class != textLine && l.class != blank || l.fixed {
			break
		}
		if r := headerRole(l.text); r != 0 && l.class == textLine {
			roles |= r
			count++
			end, gap = i+1, 0
			continue
		}
		gap++
	}
	return end, roles, count
}

// isPatchHeader recognises the three fields that git puts above a patch sent inside
// a text. They name no recipient, as the header of a quoted mail does.
func isPatchHeader(lines []line, roles role) bool {
	if roles&recipient != 0 || !strings.HasPrefix(lines[0].text, "From: ") {
		return false
	}
	for _, l := range lines {
		if strings.HasPrefix(l.text, "Subject: [") && strings.Contains(l.text, "PATCH") {
			return true
		}
	}
	return false
}

func belowForward(lines []line, i int) bool {
	for i--; i >= 0 && lines[i].class == blank; i-- {
	}
	return i >= 0 && lines[i].class == forward
}

// phones begin the lines that mail programs put below a text by themselves.
var phones = []string{
	"sent from ", "sent via ", "sent with ", "sent by ", "<<sent ", "<sent ", "(sent ", "from my ", "get outlook for ", "envoyé depuis ", "envoyé de mon ", "envoyé à partir ",
	"diese nachricht wurde von ", "gesendet mit ", "gesendet von ", "inviato da ", "sendt fra min ", "skickat från ", "från min ", "enviado do meu ", "enviado desde mi ", "enviado de meu ",
	"verzonden met ", "verzonden vanaf ", "verstuurd vanaf ", "wysłane z ", "отправлено с ", "lähetetty ", "odesláno z ",
	"发自我的", "发自 ", "發自我的", "从我的", "從我的", "來自我的", "来自我的", "获取 outlook", "取得 outlook", "下载 outlook", "iphoneから送信", "ipadから送信", "androidから送信", "나의 iphone", "내 iphone", "내 galaxy",
}

// isPhone recognises "Sent from my iPhone" and its like.
func isPhone(s string) bool {
	s = strings.TrimLeft(s, " \t")
	if len(s) < 8 || len(s) > 120 {
		return false
	}
	lower := strings.ToLower(s)
	if startsAny(lower, phones...) {
		return true
	}
	if get, rest, ok := strings.Cut(lower, " ["); ok && strings.HasPrefix(rest, "outlook for ") && slices.Contains([]string{"get", "获取", "取得", "下载"}, get) {
		return true
	}
	if strings.HasPrefix(lower, "发自") && (strings.HasSuffix(lower, "邮箱") || strings.HasSuffix(lower, "邮件")) {
		return true
	}
	if strings.HasPrefix(lower, "von meine") && strings.Contains(lower, " gesendet") {
		return true
	}
	word, rest, ok := strings.Cut(lower, " ")
	return ok && isWord(word) && strings.HasPrefix(rest, "from mobile")
}

// markSignatures finds lines of mail programs. Inside a text the same words are the
// author's, so that no other text may follow before the end or the quotation.
func markSignatures(lines []line) {
	tail := true
	for i := len(lines) - 1; i >= 0; i-- {
		l := &lines[i]
		switch {
		case l.class == blank, delimiterKind(l.text) != 0 && !l.fixed:
		case l.class != textLine:
			tail = true
		case tail && !l.fixed && isPhone(l.text):
			l.class = signature
		default:
			tail = false
		}
	}
	markBanners(lines)
}

// banners are put above a text by a company's mail server.
var banners = []string{"[外部邮件]", "【外部邮件】", "外部邮件：", "[external]", "[external email]", "caution: this email originated", "caution: external email", "[这封邮件来自外部"}

func markBanners(lines []line) {
	for i := range lines {
		if lines[i].class == blank {
			continue
		}
		if s := lines[i].text; lines[i].class == textLine && len(s) <= 200 && startsAny(strings.ToLower(s[:min(len(s), 60)]), banners...) {
			lines[i].class = signature
			continue
		}
		return
	}
}

// delimiterKind returns the byte a line is drawn with, or 0 where it is no line of
// dashes or the like.
func delimiterKind(s string) rune {
	s = strings.Trim(s, " \t")
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || !strings.ContainsRune("-_,=+~#*ᐧ—–", first) {
		return 0
	}
	for _, r := range s[size:] {
		if r != ' ' && !strings.ContainsRune("-_,=+~#*ᐧ—–", r) {
			return 0
		}
	}
	if size == len(s) && first < utf8.RuneSelf {
		return 0 // one - or * is an empty bullet
	}
	return first
}

// footer finds what separates a text from the lines below it that are none of the
// author's words. below counts, for each line, the lines of text behind it.
type footer struct {
	lines     []line
	below     []int32
	dashes    map[int32]int // how many lines are "--", in each part
	part      []int32       // a part ends where the header of a quoted mail stands
	lastQuote int
}

// markDelimiters decides which drawn lines separate a footer from the text. What
// has text of the author below it is a rule, an underline or a table, and stays.
func markDelimiters(lines []line) {
	f := footer{lines: lines, below: make([]int32, len(lines)), dashes: map[int32]int{}, part: make([]int32, len(lines)), lastQuote: -1}
	n, part := int32(0), int32(0)
	for i := len(lines) - 1; i >= 0; i-- {
		f.below[i], f.part[i] = n, part
		if f.lastQuote < 0 && lines[i].class == quote {
			f.lastQuote = i
		}
		switch l := lines[i]; {
		case l.class == mailHeader, l.class == forward:
			n = 0
			part++
		case l.class == attribution:
			n = 0
		case l.class != textLine:
		case l.fixed || delimiterKind(l.text) == 0:
			n++
		case isSignatureLine(l.text):
			f.dashes[part]++
		}
	}
	for i := range lines {
		l := &lines[i]
		if l.class == textLine && !l.fixed && (confidential(l.text) && f.below[i] <= 12 || delimiterKind(l.text) != 0 && f.separates(i)) {
			l.class = delimiter
		}
	}
}

// isSignatureLine is the line RFC 3676, section 4.3, puts above a signature, with or
// without the space that much software strips.
func isSignatureLine(s string) bool { return strings.TrimRight(s, " \t") == "--" }

// separates reports whether what stands below line i is no text of the author.
func (f *footer) separates(i int) bool {
	below := f.below[i]
	if below == 0 {
		return true
	}
	s := strings.Trim(f.lines[i].text, " \t")
	switch {
	case isSignatureLine(s):
		// Several such lines are rules of somebody's taste; one is a signature, and
		// a long text below it is none unless the space says so. A mail that is quoted
		// without marks below has signatures of its own.
		return f.dashes[f.part[i]] == 1 && (below <= 12 || f.lines[i].text == "-- ")
	case s == "—" || s == "––":
		return below <= 4
	case strings.Trim(s, "_") == "" && len(s) >= 10 && f.lines[i].text[0] == '_':
		// A drawing between quotations is part of an answer.
		return below <= 8 && i > f.lastQuote && (f.quoteAbove(i) || f.listBelow(i))
	}
	return false
}

func (f *footer) quoteAbove(i int) bool {
	for i--; i >= 0 && f.lines[i].class == blank; i-- {
	}
	return i >= 0 && f.lines[i].class == quote
}

// listBelow reports whether the footer of a mailing list or a company stands below:
// its name and where to find it, or that all is confidential.
func (f *footer) listBelow(i int) bool {
	for _, l := range f.lines[i+1 : min(i+30, len(f.lines))] {
		if strings.Contains(l.text, "mailing list") || strings.Contains(l.text, "://") || strings.Contains(l.text, "@") || confidential(l.text) {
			return true
		}
	}
	return false
}

// confidential recognises the notes that companies put below every mail.
func confidential(s string) bool {
	if len(s) < 12 {
		return false
	}
	if s[0] >= utf8.RuneSelf || s[0] == '*' || s[0] == ' ' || s[0] == '#' {
		s = strings.TrimLeft(s, " *#/\t\u3000")
		return startsAny(s, "本邮件含有", "本邮件及其附件", "本邮件包含", "本电子邮件", "此邮件含有", "此邮件及其", "本電子郵件", "本郵件含有", "声明：本邮件", "保密声明")
	}
	if s[0] != 'T' && s[0] != 'C' {
		return false
	}
	return startsAny(s, "This e-mail and its attachments contain confidential", "This email and any attachments", "This e-mail and any attachments",
		"This email message and any attachments", "CONFIDENTIALITY NOTICE", "Confidentiality Notice")
}
