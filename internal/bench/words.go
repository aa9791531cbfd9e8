package bench

import (
	"math/rand/v2"
	"strings"
)

// Sizes of the two vocabularies. Few words make up most of a text and most words
// are rare, as in every language (Zipf's law); search is measured on both.
const (
	englishWords = 6000
	chineseChars = 2500
	chineseWords = 8000
)

// common are the words that hold English together.
var common = strings.Fields(`the of and to a in is that it for on with as this be are not by at or from have an was
	but they you if can all when which there do will we what my so no would about out up one then your has more how
	than them its some only into just like been other time now very could any after also same does need want get`)

// syllables make up the other English words; they mean nothing.
var (
	onsets = strings.Fields("b c d f g h j k l m n p r s t v w br cl cr dr fl gr pl pr sh sl st tr th")
	vowels = strings.Fields("a e i o u ea ai ou ee io")
	codas  = strings.Fields("n r s t l m d ck nd st ng x ,") // the comma stands for none
)

// language is a vocabulary and the way it is put together.
type language struct {
	tag   string // of item.lang
	words []string
	space string
	stop  []string // ends of sentences
	pause string
}

// english makes up a language whose texts have the length, the spaces and the
// distribution of English.
func english(seed uint64) *language {
	r := rand.New(rand.NewPCG(seed, 'e'))
	words, seen := append([]string{}, common...), map[string]bool{}
	for _, w := range common {
		seen[w] = true
	}
	for len(words) < englishWords {
		var b strings.Builder
		for range 1 + r.IntN(3) {
			b.WriteString(pick(r, onsets) + pick(r, vowels) + strings.Trim(pick(r, codas), ","))
		}
		if w := b.String(); !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return &language{tag: "en", words: words, space: " ", stop: []string{". ", ". ", "? ", "! "}, pause: ", "}
}

// chinese makes up the like of Chinese: words of one to four characters, written
// without spaces, a few characters far more common than the rest.
func chinese(seed uint64) *language {
	r := rand.New(rand.NewPCG(seed, 'z'))
	chars := make([]string, chineseChars)
	for i, n := range r.Perm(0x9FA5 - 0x4E00)[:chineseChars] {
		chars[i] = string(rune(0x4E00 + n))
	}
	char := rand.NewZipf(r, 1.3, 40, chineseChars-1)
	words, seen := []string{}, map[string]bool{}
	for len(words) < chineseWords {
		var b strings.Builder
		for range chineseLength(r, len(words)) {
			b.WriteString(chars[char.Uint64()])
		}
		if w := b.String(); !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return &language{tag: "zh-Hans", words: words, stop: []string{"。", "。", "？", "！"}, pause: "，"}
}

// chineseLength is how many characters a word has: the commonest have one, most
// have two.
func chineseLength(r *rand.Rand, rank int) int {
	if rank < 100 {
		return 1
	}
	return []int{1, 2, 2, 2, 2, 2, 2, 3, 3, 4}[r.IntN(10)]
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
