package lang

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Retell translates a sentence that was kept in English, values and all, such as what
// became of a mail. It looks for the message that the sentence was made of, and puts the
// values into its translation. What no message of the catalog says stays as it is.
func (l Lang) Retell(said string) string {
	if l != Chinese {
		return said
	}
	if s := chinese[said]; s != "" {
		return s
	}
	for _, m := range moulds() {
		if values, ok := m.values(said); ok {
			return fmt.Sprintf(m.translated, values...)
		}
	}
	return said
}

// mould is a message with values in it.
type mould struct {
	begins     string         // what stands before the first value
	pattern    *regexp.Regexp // of the English sentence
	order      []int          // the place of each value among the arguments
	translated string         // with %s for each value
	said       int            // how much of the English is no value
}

// values returns the arguments that a sentence was made with.
func (m mould) values(said string) ([]any, bool) {
	if !strings.HasPrefix(said, m.begins) {
		return nil, false
	}
	found := m.pattern.FindStringSubmatch(said)
	if found == nil {
		return nil, false
	}
	values := make([]any, len(m.order))
	for i, place := range m.order {
		values[place] = found[i+1]
	}
	return values, true
}

var verb = regexp.MustCompile(`%[-+# 0]*(?:\[(\d+)\])?[\d.]*([a-zA-Z%])`)

// leastSaid is how many bytes a message must say itself, so that no sentence is taken for
// one that is little more than its values.
const leastSaid = 10

// moulds are the messages that hold values, those first that say most themselves: where two
// fit a sentence, that is the one it was made of.
var moulds = sync.OnceValue(func() (all []mould) {
	for english, translated := range chinese {
		if m, ok := newMould(english, translated); ok {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b mould) int {
		return cmp.Or(b.said-a.said, strings.Compare(a.pattern.String(), b.pattern.String()))
	})
	return all
})

// newMould is false for a message without values, or one that says too little.
func newMould(english, translated string) (m mould, ok bool) {
	var pattern strings.Builder
	pattern.WriteString(`(?s)^`)
	end, next := 0, 1
	for _, at := range verb.FindAllStringSubmatchIndex(english, -1) {
		text := english[end:at[0]]
		end = at[1]
		m.said += len(text)
		pattern.WriteString(regexp.QuoteMeta(text))
		if english[at[4]:at[5]] == "%" {
			pattern.WriteString("%")
			continue
		}
		if len(m.order) == 0 {
			m.begins = strings.ReplaceAll(english[:at[0]], "%%", "%")
		}
		if at[2] >= 0 {
			next, _ = strconv.Atoi(english[at[2]:at[3]])
		}
		m.order = append(m.order, next-1)
		next++
		pattern.WriteString(`(.*?)`)
	}
	m.said += len(english) - end
	if len(m.order) == 0 || m.said < leastSaid || slices.Max(m.order) >= len(m.order) {
		return m, false
	}
	pattern.WriteString(regexp.QuoteMeta(english[end:]) + "$")
	m.pattern = regexp.MustCompile(pattern.String())
	m.translated = verb.ReplaceAllStringFunc(translated, func(v string) string {
		if strings.HasSuffix(v, "%") {
			return "%%"
		}
		return "%" + strings.Join(regexp.MustCompile(`\[\d+\]`).FindAllString(v, 1), "") + "s"
	})
	return m, true
}
