package forum

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
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
	Author int64  // 0: anybody; one author's threads come newest first, whatever Sort says
	Sort   Sort   // empty: the last activity first
	Cursor string
	Limit  int  // 0: a page
	Text   bool // with the first post's text, for feeds
}

// Row is a thread in a list.
type Row struct {
	ID       int64
	Board    Board // slug and title
	Kind     Kind
	State    State
	Title    string
	Slug     string
	Tags     []string
	Author   account.User
	Created  time.Time
	Score    int
	Wanted   int // how many others have the same question
	Posts    int
	Answers  int
	Accepted int64 // 0: none
	Locked   bool
	LastAt   time.Time
	LastBy   account.User
	LastVia  string
	HTML     string // where Filter.Text asked for it
}

// List returns a page of threads and the cursor of the next one, empty at the end.
func (f *Forum) List(ctx context.Context, by account.User, q Filter) ([]Row, string, error) {
	board, err := f.resolve(ctx, by, &q)
	if err != nil {
		return nil, "", err
	}
	return f.list(ctx, by, board, q)
}

// ListIn is List in a board that by has got from Board, which spares asking for it again.
func (f *Forum) ListIn(ctx context.Context, by account.User, b Board, q Filter) ([]Row, string, error) {
	return f.list(ctx, by, b.ID, q)
}

func (f *Forum) list(ctx context.Context, by account.User, board int64, q Filter) ([]Row, string, error) {
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
	query, args := q.query(board, after, by)
	rows, err := db.All(ctx, f.db, scanRow, query, args...)
	if err != nil || len(rows) <= q.Limit {
		return rows, "", err
	}
	rows = rows[:q.Limit]
	last := rows[len(rows)-1]
	return rows, cursor{q.sortKey(last), last.ID}.String(), nil
}

// resolve makes sure that what the filter names is there for by, and returns
// the id of its board.
func (f *Forum) resolve(ctx context.Context, by account.User, q *Filter) (int64, error) {
	if q.Author != 0 {
		q.Sort = SortNewest
	}
	if q.Board == "" {
		return 0, nil
	}
	board, err := f.Board(ctx, by, q.Board)
	return board.ID, err
}

func (q Filter) sortKey(r Row) int64 {
	switch q.Sort {
	case SortVotes:
		return int64(r.Score)
	case SortNewest, SortUnanswered:
		return r.Created.UnixMilli()
	}
	return r.LastAt.UnixMilli()
}

// order is where the list begins: a table with an index that yields its order,
// and the columns of that order.
func (q Filter) order() (table, key, id string) {
	key = "last_at"
	switch q.Sort {
	case SortVotes:
		key = "score"
	case SortNewest, SortUnanswered:
		key = "created"
	}
	switch {
	case q.Tag != "":
		return "thread_tag tt CROSS JOIN thread t CROSS JOIN item i", "tt." + key, "tt.thread"
	case q.Author != 0:
		return "item i CROSS JOIN thread t", "i.created", "i.id"
	}
	return "thread t CROSS JOIN item i", "t." + key, "t.item"
}

// query builds the statement from constant parts only. The plan test goes
// through the combinations that a page offers: none reads more than it shows.
func (q Filter) query(board int64, after cursor, by account.User) (string, []any) {
	var where strings.Builder
	var args []any
	add := func(clause string, arg ...any) {
		where.WriteString(clause)
		args = append(args, arg...)
	}
	table, key, id := q.order()
	add("i.id = t.item AND t.state <> 'deleted' AND "+account.Admits, by.Clearance(), by.Joined())
	add(" AND ("+key+", "+id+") < (?, ?)", after.key, after.id)
	if q.Author != 0 {
		add(" AND i.author = ? AND i.kind = 'thread'", q.Author)
	}
	if q.Tag != "" {
		add(" AND tt.thread = t.item AND tt.tag = (SELECT id FROM tag WHERE name = ?)", q.Tag)
	}
	if board != 0 {
		add(" AND t.board = ?", board)
	}
	if q.Sort == SortUnanswered {
		add(" AND t.kind = 'question' AND t.answers = 0")
	} else if q.Kind != "" {
		add(" AND t.kind = ?", q.Kind)
	}
	text, join := "''", ""
	if q.Text {
		text, join = "r.html", " JOIN revision r ON r.id = i.head_rev"
	}
	args = append(args, q.Limit+1)
	return `SELECT t.item, sp.slug, sp.title, t.kind, t.state, i.title, i.slug, t.tags, a.id, a.name, a.display, t.created,
			t.score, t.posts, t.answers, coalesce(t.accepted, 0), t.locked, t.last_at, l.id, l.name, l.display, t.last_via, coalesce(q.wanted, 0), ` + text + `
		FROM ` + table + ` JOIN space sp ON sp.id = t.board
		JOIN account a ON a.id = i.author JOIN account l ON l.id = t.last_by LEFT JOIN question q ON q.item = t.item` + join + `
		WHERE ` + where.String() + ` ORDER BY ` + key + ` DESC, ` + id + ` DESC LIMIT ?`, args
}

func scanRow(r db.Row) (w Row, err error) {
	var created, last, locked int64
	var tags string
	err = r.Scan(&w.ID, &w.Board.Slug, &w.Board.Title, &w.Kind, &w.State, &w.Title, &w.Slug, &tags, &w.Author.ID, &w.Author.Name, &w.Author.Display, &created,
		&w.Score, &w.Posts, &w.Answers, &w.Accepted, &locked, &last, &w.LastBy.ID, &w.LastBy.Name, &w.LastBy.Display, &w.LastVia, &w.Wanted, &w.HTML)
	w.Tags, w.Locked = strings.Fields(tags), locked != 0
	w.Created, w.LastAt = time.UnixMilli(created).UTC(), time.UnixMilli(last).UTC()
	return w, err
}
