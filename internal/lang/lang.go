// Package lang speaks to people in their own language. The English sentence in
// the code is the message and at the same time its key, as in gettext; the other
// languages are .po files beside this one, read once when the program starts.
package lang

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

// Lang is a language of the interface, written as its BCP 47 tag.
type Lang string

// The languages of the interface.
const (
	English Lang = "en"
	Chinese Lang = "zh-Hans"
)

//go:embed zh-Hans.po
var chinesePO string

var chinese = mustRead(chinesePO)

// All returns every language of the interface, the default first.
func All() []Lang { return []Lang{English, Chinese} }

// Name returns what the language calls itself.
func (l Lang) Name() string {
	if l == Chinese {
		return "简体中文"
	}
	return "English"
}

// Mark returns msg as it is. It tells the catalog about a message that stands in
// a table and is translated later, by T with a variable.
func Mark(msg string) string { return msg }

// T translates msg and, when there are arguments, formats it as fmt.Sprintf does.
// A message that has no translation stays English.
func (l Lang) T(msg string, args ...any) string {
	msg = l.find(msg)
	if len(args) == 0 {
		return msg
	}
	return fmt.Sprintf(msg, args...)
}

// N translates a sentence that counts something: one when n is 1, else many. The
// sentence is formatted with n first and args after it.
func (l Lang) N(n int, one, many string, args ...any) string {
	msg := l.find(one)
	if msg == one && n != 1 {
		msg = many
	}
	return fmt.Sprintf(msg, append([]any{n}, args...)...)
}

// Number writes n with a comma between the thousands.
func (l Lang) Number(n int) string {
	if n < 0 {
		return "-" + l.Number(-n)
	}
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return l.Number(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

func (l Lang) find(msg string) string {
	if l != Chinese {
		return msg
	}
	if s := chinese[msg]; s != "" {
		return s
	}
	return msg
}

// Match picks the language for an Accept-Language header (RFC 9110, 12.5.4) or an
// account's setting. Every kind of Chinese gets Simplified Chinese, the only one
// there is so far; what we cannot offer gets English.
func Match(accept string) Lang {
	best, weight := English, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, params, _ := strings.Cut(part, ";")
		l, known := offer(tag)
		if q := quality(params); known && q > weight {
			best, weight = l, q
		}
	}
	return best
}

func offer(tag string) (Lang, bool) {
	primary, _, _ := strings.Cut(strings.TrimSpace(tag), "-")
	switch strings.ToLower(primary) {
	case "zh":
		return Chinese, true
	case "en":
		return English, true
	}
	return English, false
}

func quality(params string) float64 {
	text, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return q
}
