package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/search"
)

// searches is goal 4: what a search of the newest posts costs, by the length of
// what is looked for.
func (b *bench) searches(ctx context.Context) (err error) {
	h, err := openHouse(ctx, b.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	en, zh := newWriter(b.site.english, b.draw), newWriter(b.site.chinese, b.draw)
	for _, kind := range []struct {
		what string
		term func() string
	}{
		{"search, an English word", en.word},
		{"search, two English words", func() string { return en.word() + " " + en.word() }},
		{"search, a rare English word", func() string { return rare(b.draw, en.words) }},
		{"search, a Chinese word", zh.word},
		{"search, a rare Chinese word", func() string { return rare(b.draw, zh.words) }},
	} {
		member := search.Readers{Condition: account.Admits, Args: []any{account.Members, int64(1)}}
		took, err := timed(500, func() error {
			_, err := search.Find(ctx, h.db, kind.term(), member, 0, 20)
			return err
		})
		if err != nil {
			return err
		}
		b.add(Figure{Goal: 4, What: kind.what + ", p99", Unit: "ms", Floor: 10, How: "search.Find in this process, 500 of them one after the other, newest first"}, percentile(took, 0.99))
	}
	return b.indexSize(ctx, h.db)
}

// rare picks among the words without regard to how often they are used.
func rare(r *rand.Rand, words []string) string { return words[len(words)/4+r.IntN(len(words)*3/4)] }

// timed returns how long each of n calls took, in milliseconds.
func timed(n int, f func() error) ([]float64, error) {
	took := make([]float64, n)
	for i := range took {
		begun := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		took[i] = time.Since(begun).Seconds() * 1000
	}
	return took, nil
}

// indexSize holds the index against the text it was made from.
func (b *bench) indexSize(ctx context.Context, d *db.DB) error {
	index, err := db.Value[float64](ctx, d, "SELECT CAST(sum(octet_length(block)) AS REAL) FROM search_data")
	if err != nil {
		return err
	}
	text, err := db.Value[float64](ctx, d, "SELECT CAST(sum(octet_length(source) + octet_length(title)) AS REAL) FROM revision")
	if err != nil {
		return err
	}
	b.add(Figure{Goal: 4, What: "search index, against the text", Unit: "times", Floor: 0.7, How: "the blocks of the index, the sources and titles of the revisions"}, index/text)
	return nil
}
