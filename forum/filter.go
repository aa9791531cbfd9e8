package forum

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// searchedThrough is how many threads a page of a narrowed list is chosen from. A list
// for which no index was made goes on to the next page where it finds too few, instead of
// reading on for as long as it takes.
const searchedThrough = 2000

// stage is what a question waits for, as a list of them asks for it. Each has its
// index, whose condition is written in the same words.
var stages = map[Sort]string{
	SortUnanswered: "t.kind = 'question' AND t.helped = 0 AND t.state IN ('open', 'answered')",
	SortUnaccepted: "t.kind = 'question' AND t.state IN ('open', 'answered')",
	SortWaiting:    "t.kind = 'question' AND t.state = 'needinfo'",
}

// start is where a list begins: a table with an index that yields its order, the
// columns of that order, and the part of the filter that the index knows.
type start struct {
	table, key, id string
	where          string
	args           []any
	whole          bool // the index knows all of the filter
}

func (q Filter) start(board int64) start {
	column := "last_at"
	switch q.Sort {
	case SortVotes:
		column = "score"
	case SortNewest, SortUnanswered, SortUnaccepted, SortWaiting:
		column = "created"
	}
	stage := stages[q.Sort]
	plain := len(q.Tags) <= 1 && len(q.Not) == 0 && q.Lang == ""
	switch {
	case len(q.Tags) > 0:
		return start{table: "thread_tag tt", key: "tt." + column, id: "tt.thread", where: "tt.tag = (SELECT id FROM tag WHERE name = ?)", args: []any{q.Tags[0]},
			whole: plain && board == 0 && q.Kind == "" && stage == ""}
	case q.Author != 0:
		return start{table: "item i", key: "i.created", id: "i.id", where: "i.author = ? AND i.kind = 'thread'", args: []any{q.Author}, whole: plain && board == 0 && q.Kind == ""}
	}
	s := start{table: "thread t", key: "t." + column, id: "t.item", where: "t.state <> 'deleted'", whole: plain}
	switch {
	case stage != "":
		s.where = stage
	case board == 0 && q.Kind != "":
		s.where, s.args = s.where+" AND t.kind = ?", []any{q.Kind}
	}
	if board != 0 {
		s.where, s.args = s.where+" AND t.board = ?", append(s.args, board)
		s.whole = plain && (q.Kind == "" || stage != "")
	}
	return s
}

// end returns where the search for the threads of a page ends, the zero cursor where
// it does not: it passes over so many that the index has in their order.
func (f *Forum) end(ctx context.Context, s start, after cursor) (cursor, error) {
	if s.whole {
		return cursor{}, nil
	}
	end, err := db.One(ctx, f.db, func(r db.Row) (c cursor, err error) {
		err = r.Scan(&c.key, &c.id)
		return c, err
	}, "SELECT "+s.key+", "+s.id+" FROM "+s.table+" WHERE "+s.where+" AND ("+s.key+", "+s.id+") < (?, ?) ORDER BY "+s.key+" DESC, "+s.id+" DESC LIMIT 1 OFFSET ?",
		append(slices.Clone(s.args), after.key, after.id, f.through-1)...)
	if fault.Is(err, fault.Missing) {
		return cursor{}, nil
	}
	return end, err
}

// clauses are the conditions of a statement, each with its parameters.
type clauses struct {
	strings.Builder
	args []any
}

func (c *clauses) add(clause string, args ...any) {
	if c.Len() > 0 {
		c.WriteString(" AND ")
	}
	c.WriteString(clause)
	c.args = append(c.args, args...)
}

// conditions are the whole filter, from constant parts only.
func (q Filter) conditions(s start, board int64, after, end cursor, by account.User) *clauses {
	var c clauses
	c.add(s.where, s.args...)
	c.add("("+s.key+", "+s.id+") < (?, ?)", after.key, after.id)
	if end != (cursor{}) {
		c.add("("+s.key+", "+s.id+") >= (?, ?)", end.key, end.id)
	}
	c.add("i.id = t.item AND t.state <> 'deleted' AND "+account.Admits, by.Clearance(), by.Joined())
	if len(q.Tags) > 0 {
		c.add("tt.thread = t.item")
	}
	if board != 0 {
		c.add("t.board = ?", board)
	}
	if q.unpinned {
		c.add("t.pinned = 0")
	}
	if stage := stages[q.Sort]; stage != "" {
		c.add(stage)
	} else if q.Kind != "" {
		c.add("t.kind = ?", q.Kind)
	}
	if q.Lang != "" {
		c.add("t.lang = ?", q.Lang)
	}
	for i, tag := range q.Tags {
		if i > 0 {
			c.add(tagged, tag)
		}
	}
	for _, tag := range q.Not {
		c.add("NOT "+tagged, tag)
	}
	return &c
}

const tagged = "EXISTS (SELECT 1 FROM thread_tag x WHERE x.tag = (SELECT id FROM tag WHERE name = ?) AND x.thread = t.item)"

// named has the filter name tags as they are kept, each once, and first the one that
// the fewest things carry, so that the list begins there.
func (f *Forum) named(ctx context.Context, q *Filter) error {
	if len(q.Tags)+len(q.Not) == 0 {
		return nil
	}
	with, err := f.items.KnownTags(ctx, q.Tags)
	if err != nil {
		return err
	}
	without, err := f.items.KnownTags(ctx, q.Not)
	if err != nil {
		return err
	}
	slices.SortStableFunc(with, func(a, b item.TagRef) int { return cmp.Compare(a.Items, b.Items) })
	q.Tags, q.Not = tagNames(with), tagNames(without)
	return nil
}

func tagNames(tags []item.TagRef) []string {
	var names []string
	for _, t := range tags {
		if !slices.Contains(names, t.Name) {
			names = append(names, t.Name)
		}
	}
	return names
}
