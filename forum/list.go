package forum

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// threadsPerPage is how many threads a page of a list holds.
const threadsPerPage = 30

// Sort is how a list of threads is ordered and narrowed.
type Sort string

// The sorts of a list.
const (
	SortActive     Sort = "active"
	SortNewest     Sort = "newest"
	SortVotes      Sort = "votes"
	SortUnanswered Sort = "unanswered"
)

// Filter says which threads a list holds.
type Filter struct {
	Board  string // slug; empty: all boards
	Kind   Kind   // empty: questions and discussions
	Tag    string // empty: any
	Author int64  // 0: anybody
	Sort   Sort   // empty: the last activity first
	Cursor string
	Limit  int  // 0: a page
	Text   bool // with the first post's text, for feeds
}

// Row is a thread in a list.
type Row struct {
	ID      int64
	Board   Board // slug and title
	Kind    Kind
	State   State
	Title   string
	Slug    string
	Tags    []string
	Author  account.User
	Created time.Time
	Score   int
	Posts   int
	Answers int
	Locked  bool
	LastAt  time.Time
	LastBy  account.User
	LastVia string
	HTML    string // where Filter.Text asked for it
}

// List returns a page of threads and the cursor of the next one, empty at the end.
func (f *Forum) List(ctx context.Context, by account.User, q Filter) ([]Row, string, error) {
	if q.Limit <= 0 || q.Limit > 100 {
		q.Limit = threadsPerPage
	}
	after, err := readCursor(q.Cursor)
	if err != nil {
		return nil, "", err
	}
	if after == (cursor{}) {
		after = firstCursor(Newest)
	}
	if err := f.resolve(ctx, by, &q); err != nil {
		return nil, "", err
	}
	query, args := q.query(after, by.Clearance())
	rows, err := db.All(ctx, f.db, scanRow, query, args...)
	if err != nil || len(rows) <= q.Limit {
		return rows, "", err
	}
	rows = rows[:q.Limit]
	last := rows[len(rows)-1]
	return rows, cursor{q.sortKey(last), last.ID}.String(), nil
}

// resolve makes sure that what the filter names is there for by.
func (f *Forum) resolve(ctx context.Context, by account.User, q *Filter) error {
	if q.Sort == SortUnanswered && q.Kind == "" {
		q.Kind = Question
	}
	if q.Board == "" {
		return nil
	}
	_, err := f.Board(ctx, by, q.Board)
	return err
}

func (q Filter) sortKey(r Row) int64 {
	switch q.order() {
	case "t.score":
		return int64(r.Score)
	case "t.created":
		return r.Created.UnixMilli()
	}
	return r.LastAt.UnixMilli()
}

// order is the column the list is ordered by, newest or highest first.
func (q Filter) order() string {
	switch q.Sort {
	case SortVotes:
		return "t.score"
	case SortNewest, SortUnanswered:
		return "t.created"
	}
	return "t.last_at"
}

// query builds the statement from constant parts only; each combination that a
// page offers has an index that yields its order.
func (q Filter) query(after cursor, clearance int) (string, []any) {
	var where strings.Builder
	var args []any
	add := func(clause string, arg ...any) {
		where.WriteString(clause)
		args = append(args, arg...)
	}
	key := q.order()
	add("t.state <> 'deleted' AND sp.may_read <= ?", clearance)
	add(" AND ("+key+" < ? OR "+key+" = ? AND t.item < ?)", after.key, after.key, after.id)
	if q.Board != "" {
		add(" AND t.board = (SELECT id FROM space WHERE kind = 'board' AND slug = ?)", q.Board)
	}
	if q.Kind != "" {
		add(" AND t.kind = ?", q.Kind)
	}
	if q.Sort == SortUnanswered {
		add(" AND t.kind = 'question' AND t.answers = 0")
	}
	if q.Tag != "" {
		add(" AND t.item IN (SELECT it.item FROM tag g JOIN item_tag it ON it.tag = g.id WHERE g.name = ?)", q.Tag)
	}
	if q.Author != 0 {
		add(" AND i.author = ?", q.Author)
	}
	text, join := "''", ""
	if q.Text {
		text, join = "r.html", " JOIN revision r ON r.id = i.head_rev"
	}
	args = append(args, q.Limit+1)
	return `SELECT t.item, sp.slug, sp.title, t.kind, t.state, i.title, i.slug, t.tags, a.id, a.name, a.display, t.created,
			t.score, t.posts, t.answers, t.locked, t.last_at, l.id, l.name, l.display, t.last_via, ` + text + `
		FROM thread t JOIN item i ON i.id = t.item JOIN space sp ON sp.id = t.board
		JOIN account a ON a.id = i.author JOIN account l ON l.id = t.last_by` + join + `
		WHERE ` + where.String() + ` ORDER BY ` + key + ` DESC, t.item DESC LIMIT ?`, args
}

func scanRow(r db.Row) (w Row, err error) {
	var created, last, locked int64
	var tags string
	err = r.Scan(&w.ID, &w.Board.Slug, &w.Board.Title, &w.Kind, &w.State, &w.Title, &w.Slug, &tags, &w.Author.ID, &w.Author.Name, &w.Author.Display, &created,
		&w.Score, &w.Posts, &w.Answers, &locked, &last, &w.LastBy.ID, &w.LastBy.Name, &w.LastBy.Display, &w.LastVia, &w.HTML)
	w.Tags, w.Locked = strings.Fields(tags), locked != 0
	w.Created, w.LastAt = time.UnixMilli(created).UTC(), time.UnixMilli(last).UTC()
	return w, err
}

// Hits returns the threads and posts with these ids as rows of a result list,
// in the order of ids; what by may not see is left out.
func (f *Forum) Hits(ctx context.Context, by account.User, ids []int64) ([]Post, error) {
	var hits []Post
	for _, id := range ids {
		p, err := f.Find(ctx, by, id)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		hits = append(hits, p)
	}
	return hits, nil
}
