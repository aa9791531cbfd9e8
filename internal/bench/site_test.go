package bench

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/search"
)

// TestTheGeneratorWritesWhatTheForumWrites has the same schedule written by the
// generator and through the forum's own methods, and compares every row.
func TestTheGeneratorWritesWhatTheForumWrites(t *testing.T) {
	s := plan(7, 600)
	fast, slow := newBuilder(dbtest.SQLite(t), s), newBuilder(dbtest.SQLite(t), s)
	if err := fast.build(t.Context(), func(int) {}); err != nil {
		t.Fatal(err)
	}
	if err := slow.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	slow.replay(t)
	for _, table := range tables(t, fast.db) {
		got, want := rows(t, fast.db, table), rows(t, slow.db, table)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, %d through the forum; the first that differ:\n%s", table, len(got), len(want), difference(got, want))
		}
	}
	for _, q := range []string{"the", "of and", fast.chinese.words[200], fast.chinese.words[3]} {
		got, want := find(t, fast.db, q), find(t, slow.db, q)
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("search for %s: %d hits, %d through the forum", q, len(got), len(want))
		}
	}
}

// replay writes the schedule through the forum.
func (b *builder) replay(t *testing.T) {
	for i, p := range b.posts {
		w, by := b.text(i), b.people[p.author]
		var err error
		if p.first {
			th := b.threads[p.thread]
			_, err = b.forum.Start(t.Context(), by, forum.NewThread{Board: boards[th.board].slug, Kind: th.kind, Title: w.title, Body: w.body,
				Tags: strings.Join(tagNames(th.tags), " "), Lang: w.lang, Via: item.Import, At: p.time()})
		} else {
			_, err = b.forum.Reply(t.Context(), by, forum.NewPost{Thread: b.id(b.first(i)), Parent: b.id(int(p.parent)), Kind: p.kind, Body: w.body,
				Lang: w.lang, Via: item.Import, At: p.time()})
		}
		if err != nil {
			t.Fatalf("post %d: %v", i, err)
		}
		b.replayVotes(t, i)
	}
	for _, i := range b.order {
		if th := b.threads[b.posts[i].thread]; th.accepted != 0 {
			if err := b.forum.Accept(t.Context(), b.people[b.posts[i].author], b.id(i), b.id(th.accepted), item.Import); err != nil {
				t.Fatalf("accept %d: %v", th.accepted, err)
			}
		}
	}
}

func (b *builder) replayVotes(t *testing.T, i int) {
	for n, voter := range b.voters(i) {
		vote := func() (int, error) { return b.forum.Vote(t.Context(), b.people[voter], b.id(i), 1) }
		if n >= int(b.posts[i].up) {
			vote = func() (int, error) {
				return b.forum.VoteDown(t.Context(), b.people[voter], b.id(i), forum.Reason{Word: forum.Unsaid})
			}
		}
		if _, err := vote(); err != nil {
			t.Fatalf("vote on %d: %v", i, err)
		}
	}
}

// tables are those whose rows are no secrets; the search index is compared by
// what it finds.
func tables(t *testing.T, d *db.DB) []string {
	t.Helper()
	all, err := db.Values[string](t.Context(), d, `
		SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT IN ('account', 'site') ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// rows returns every row of a table as text.
func rows(t *testing.T, d *db.DB, table string) []string {
	t.Helper()
	columns, err := db.Values[string](t.Context(), d, "SELECT group_concat('quote(' || name || ')', ' || '', '' || ') FROM pragma_table_info(?)", table)
	if err != nil {
		t.Fatal(err)
	}
	all, err := db.Values[string](t.Context(), d, "SELECT "+columns[0]+" AS line FROM "+table+" ORDER BY line")
	if err != nil {
		t.Fatalf("read %s: %v", table, err)
	}
	return all
}

func difference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("%.400s\n%.400s", got[i], want[i])
		}
	}
	return "one ends before the other"
}

func find(t *testing.T, d *db.DB, q string) []int64 {
	t.Helper()
	ids, err := search.Find(t.Context(), d, q, search.Readers{Condition: "sp.may_read <= ?", Args: []any{0}}, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}
