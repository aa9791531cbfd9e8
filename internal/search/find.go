package search

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"picus/internal/db"
	"picus/internal/fault"
)

// What one question may cost is bounded by its words, and by its characters where
// Chinese has no spaces between the words.
const (
	maxTerms      = 12
	maxCharacters = 100
)

// Readers is who asks: a condition on the space sp that an item stands in, and its
// parameters.
type Readers struct {
	Condition string
	Args      []any
}

// Find returns the ids of the newest items that hold every word of q and that the
// readers may see, below the id before (0: from the newest).
func Find(ctx context.Context, r *db.DB, q string, by Readers, before int64, limit int) ([]int64, error) {
	terms := tokens(q)
	if len(terms) == 0 {
		return nil, fault.Bad("q", "Type a word to look for.")
	}
	if len(terms) > maxTerms || characters(terms) > maxCharacters {
		return nil, fault.Bad("q", "That is too much at once: use %d words at most.", maxTerms)
	}
	if slices.ContainsFunc(terms, func(t token) bool { return !t.dense && len(t.text) > longestWord }) {
		return nil, nil // such a word is in no text of the index
	}
	if before <= 0 {
		before = 1 << 62
	}
	if r.Postgres() {
		return db.Values[int64](ctx, r, `
			SELECT i.id FROM search s JOIN item i ON i.id = s.item JOIN space sp ON sp.id = i.space
			WHERE s.words @@ ?::tsquery AND i.id < ? AND i.status = 'live' AND `+by.Condition+`
			ORDER BY i.id DESC LIMIT ?`, by.args(tsquery(terms), before, limit)...)
	}
	return db.Values[int64](ctx, r, `
		SELECT i.id FROM search s JOIN item i ON i.id = s.rowid JOIN space sp ON sp.id = i.space
		WHERE search MATCH ? AND s.rowid < ? AND i.status = 'live' AND `+by.Condition+`
		ORDER BY s.rowid DESC LIMIT ?`, by.args(match(terms), before, limit)...)
}

// args puts the parameters of the condition between those of the statement.
func (by Readers) args(words string, before int64, limit int) []any {
	return append(append([]any{words, before}, by.Args...), limit)
}

// characters counts those of the dense runs; each is a lookup of its own.
func characters(terms []token) int {
	n := 0
	for _, t := range terms {
		if t.dense {
			n += utf8.RuneCountInString(t.text)
		}
	}
	return n
}

// match writes the terms in FTS5's query language; every token is quoted, so
// nothing in it can be an operator.
func match(terms []token) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = `"` + strings.Join(stored(t), " ") + `"`
		if alone(t) {
			parts[i] += "*"
		}
	}
	return strings.Join(parts, " ")
}

// tsquery writes the terms in PostgreSQL's query language.
func tsquery(terms []token) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		words := stored(t)
		for j, w := range words {
			words[j] = "'" + w + "'"
		}
		parts[i] = "(" + strings.Join(words, " <-> ") + ")"
		if alone(t) {
			parts[i] = words[0] + ":*"
		}
	}
	return strings.Join(parts, " & ")
}

// alone reports whether t is a single dense character, which is found as the
// beginning of the pairs that hold it.
func alone(t token) bool { return t.dense && utf8.RuneCountInString(t.text) == 1 }

// stored returns what a term looks like in the index. The last character of a
// dense run is followed by another one in most texts, so it is not asked alone.
func stored(t token) []string {
	if !t.dense || alone(t) {
		return []string{t.text}
	}
	var pairs []string
	eachPair(t.text, func(p string) { pairs = append(pairs, p) })
	return pairs[:len(pairs)-1]
}
