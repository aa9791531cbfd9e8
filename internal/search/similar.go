package search

import (
	"context"
	"slices"
	"strings"

	"picus/internal/db"
)

// mostLikened bounds how many words of a title are looked for.
const mostLikened = 16

// Similar returns the ids of items whose title shares words with the given one and
// that the readers may see, those that share the rarest words first.
func Similar(ctx context.Context, r *db.DB, title string, by Readers, limit int) ([]int64, error) {
	words := likened(title)
	if len(words) == 0 {
		return nil, nil
	}
	if r.Postgres() {
		query := "'" + strings.Join(words, "':A | '") + "':A"
		return db.Values[int64](ctx, r, `
			SELECT i.id FROM search s JOIN item i ON i.id = s.item JOIN space sp ON sp.id = i.space
			WHERE s.words @@ ?::tsquery AND i.status = 'live' AND `+by.Condition+`
			ORDER BY ts_rank(s.words, ?::tsquery) DESC, i.id DESC LIMIT ?`, slices.Concat([]any{query}, by.Args, []any{query, limit})...)
	}
	return db.Values[int64](ctx, r, `
		SELECT i.id FROM search s JOIN item i ON i.id = s.rowid JOIN space sp ON sp.id = i.space
		WHERE search MATCH ? AND i.status = 'live' AND `+by.Condition+`
		ORDER BY s.rank LIMIT ?`, slices.Concat([]any{`title : ("` + strings.Join(words, `" OR "`) + `")`}, by.Args, []any{limit})...)
}

// likened returns the words of a title as the index has them, each once; of Chinese
// the pairs of characters.
func likened(title string) []string {
	var words []string
	for _, t := range tokens(title) {
		switch {
		case t.dense && !alone(t):
			words = append(words, stored(t)...)
		case !t.dense && len(t.text) > 1 && len(t.text) <= longestWord:
			words = append(words, t.text)
		}
		if len(words) > mostLikened {
			words = words[:mostLikened]
			break
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Alike reports whether two titles may well be about the same: they share two words,
// and a third of those of the shorter one. A title of one word is alike by that word.
func Alike(a, b string) bool {
	x, y := likened(a), likened(b)
	shared := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			shared++
		}
	}
	least := min(len(x), len(y))
	return shared > 0 && shared >= min(2, least) && 3*shared >= least
}
