package message

import "strings"

// What clients put before the subject of a reply or a forwarded mail. Words that
// are subjects in their own right (rv, fs, vs, ref) are left out on purpose.
var (
	replyWords   = []string{"re", "aw", "sv", "antw", "odp", "ynt", "回复", "答复", "回覆", "回復", "答覆", "返信", "답장", "회신"}
	forwardWords = []string{"fw", "fwd", "wg", "tr", "转发", "轉寄", "轉發", "転送", "전달"}
)

// BaseSubject takes reply and forward prefixes in any language, their counters
// (Re[2]:) and [tags] off a subject, as often as they stand there, and tells whether
// the outermost prefix is that of a reply. A subject of tags alone keeps the last.
func BaseSubject(s string) (base string, isReply bool) {
	base = strings.Join(strings.Fields(s), " ")
	for prefixed := false; ; {
		rest, reply, ok := cutPrefix(base)
		if ok {
			isReply = isReply || (reply && !prefixed)
			prefixed = true
		} else if rest, ok = cutTag(base); !ok {
			return base, isReply
		}
		base = rest
	}
}

// cutPrefix takes one "Re:" or "Fwd:" off.
func cutPrefix(s string) (rest string, reply, ok bool) {
	end := strings.IndexAny(s, ":：")
	if end <= 0 || end > 24 {
		return s, false, false
	}
	word := strings.ToLower(strings.TrimSpace(dropCounter(s[:end])))
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(s[end:], "："), ":"))
	for _, w := range replyWords {
		if word == w {
			return rest, true, true
		}
	}
	for _, w := range forwardWords {
		if word == w {
			return rest, false, true
		}
	}
	return s, false, false
}

// dropCounter takes [2], (2) or ^2 off the end of a prefix.
func dropCounter(word string) string {
	trimmed := strings.TrimRight(word, "0123456789^[]() ")
	if strings.ContainsAny(word[len(trimmed):], "0123456789") {
		return trimmed
	}
	return word
}

// cutTag takes one leading [tag] off, unless nothing would be left.
func cutTag(s string) (string, bool) {
	if !strings.HasPrefix(s, "[") {
		return s, false
	}
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return s, false
	}
	rest := strings.TrimSpace(s[end+1:])
	return rest, rest != ""
}
