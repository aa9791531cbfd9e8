package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Excerpt returns the start of a plain text on one line, at most as many
// characters long as asked, the ellipsis included. It ends with a sentence if one
// ends in its last third, else between words; Chinese may be cut anywhere.
func Excerpt(text string, runes int) string {
	line := oneLine(text, runes)
	if utf8.RuneCountInString(line) <= runes {
		return line
	}
	if runes < 1 {
		return ""
	}
	kept := []rune(line)[:runes]
	if end := sentenceEnd(kept); end*3 >= runes*2 {
		return string(kept[:end])
	}
	return strings.TrimRightFunc(string(kept[:wordEnd(kept)]), trailing) + "…"
}

// oneLine joins the lines of a text, with a space only where one belongs, and
// stops soon after the given number of characters.
func oneLine(text string, runes int) string {
	var b strings.Builder
	last, n := rune(0), 0
	broken, spaced := false, false
	for _, r := range text {
		if unicode.IsSpace(r) {
			broken, spaced = broken || r == '\n', true
			continue
		}
		if spaced && n > 0 && !(broken && glued(last, r)) {
			b.WriteByte(' ')
			n++
		}
		broken, spaced = false, false
		b.WriteRune(r)
		last = r
		if n++; n > runes+1 {
			break
		}
	}
	return b.String()
}

// sentenceEnd is the number of characters up to the end of the last sentence.
func sentenceEnd(text []rune) int {
	for i := len(text) - 1; i > 0; i-- {
		switch text[i] {
		case '。', '！', '？':
			return i + 1
		case '.', '!', '?':
			if i+1 < len(text) && text[i+1] == ' ' {
				return i + 1
			}
		}
	}
	return 0
}

// wordEnd is where a text is cut so that the ellipsis still fits: not within a
// Latin word, nor between a letter and its marks.
func wordEnd(text []rune) int {
	end := len(text) - 1
	for i := end; i > 0 && i > end-30; i-- {
		if text[i] == ' ' || cjk(text[i]) && !joined(text[i]) || cjk(text[i-1]) && !joined(text[i]) {
			return i
		}
	}
	for end > 0 && joined(text[end]) {
		end--
	}
	return end
}

// joined says whether a character belongs to the one before it.
func joined(r rune) bool {
	return unicode.IsMark(r) || r == 0x200d || r >= 0x1f3fb && r <= 0x1f3ff
}

// trailing says whether a character looks wrong before an ellipsis.
func trailing(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",;:-–—，、；：（([{《「『“‘", r)
}
