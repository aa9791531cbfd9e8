package forum

import (
	"strings"
	"unicode"
)

// Tongues are the languages that a list can be narrowed to: those that tongue tells.
var Tongues = []string{"zh", "en", "ja", "ko", "ru"}

// english are the words that hardly an English sentence does without, and that other
// languages with the same letters do not have.
var english = map[string]bool{"the": true, "and": true, "is": true, "are": true, "of": true, "to": true, "it": true, "that": true, "this": true, "how": true,
	"what": true, "with": true, "for": true, "not": true, "have": true, "can": true, "you": true, "my": true, "does": true, "when": true, "why": true, "from": true}

// Tongue is tongue for the pages: they say it of what is shown outside its thread.
func Tongue(text string) string { return tongue(text) }

// tongue guesses the language of a text where its author has not said it: by its
// script, and among the Latin ones only English, by its small words. It returns ""
// rather than something wrong, which a reader would hear spoken.
func tongue(text string) string {
	counts := map[string]int{}
	for i, r := range text {
		if i > 4000 {
			break
		}
		switch {
		case unicode.Is(unicode.Han, r):
			counts["zh"] += 2 // a character says as much as half a word
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			counts["ja"] += 2
		case unicode.Is(unicode.Hangul, r):
			counts["ko"] += 2
		case unicode.Is(unicode.Cyrillic, r):
			counts["ru"]++
		case unicode.IsLetter(r):
			counts[""]++
		}
	}
	if counts["ja"] > 0 && counts["ja"]*5 >= counts["zh"] {
		counts["ja"], counts["zh"] = counts["ja"]+counts["zh"], 0
	}
	best, most := "", 0
	for _, t := range append([]string{""}, Tongues...) {
		if counts[t] > most {
			best, most = t, counts[t]
		}
	}
	if best == "" && isEnglish(text) {
		return "en"
	}
	if best == "" && counts["zh"]*3 > counts[""] { // Chinese about code is half Latin
		return "zh"
	}
	return best
}

func isEnglish(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(text[:min(len(text), 4000)]), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	n := 0
	for _, w := range words {
		if english[w] {
			n++
		}
	}
	return n > 0 && n*12 >= len(words)
}
