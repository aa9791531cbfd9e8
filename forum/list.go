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
	SortUnanswered Sort = "unanswered" // nobody but the asker has answered
	SortUnaccepted Sort = "unaccepted" // no answer is the accepted one
	SortWaiting    Sort = "waiting"    // for more from the asker
	SortMine       Sort = "mine"       // what the reader watches or takes part in, the last activity first
)

// Filter says which threads a list holds.
type Filter struct {
	Board  string   // slug; empty: all boards
	Kind   Kind     // empty: questions and discussions
	Tags   []string // all of them
	Not    []string // none of them
	Lang   string   // empty: any
	Author int64    // 0: anybody; one author's threads come newest first, whatever Sort says
	Sort   Sort     // empty: the last activity first
	Cursor string
	Limit  int  // 0: a page
	Text   bool // with the first post's text, for feeds

	unpinned bool // without what stands above the list
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
	Archived bool
	Pinned   bool // it stands above the list
	LastAt   time.Time
	LastPost int64
	LastBy   account.User
	LastVia  string
	Unread   bool   // something in it is new to the reader
	New      int    // how many posts, where they have read it before
	HTML     string // where Filter.Text asked for it

	mark  progress
	floor int64 // everything until then counts as read
	rest  rest
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
	if q.Sort == SortMine {
		return f.mine(ctx, by, q, after)
	}
	if err := f.named(ctx, &q); err != nil {
		return nil, "", err
	}
	begin := q.start(board)
	end, err := f.end(ctx, begin, after)
	if err != nil {
		return nil, "", err
	}
	query, args := q.query(begin, q.conditions(begin, board, after, end, by), by)
	rows, err := db.All(ctx, f.db, rowScan(), query, args...)
	f.marks.onto(by, rows)
	f.age(rows)
	switch {
	case err != nil:
		return nil, "", err
	case len(rows) > q.Limit:
		rows = rows[:q.Limit]
		last := rows[len(rows)-1]
		end = cursor{q.sortKey(last), last.ID}
	case end == (cursor{}):
		return rows, "", nil
	}
	return rows, end.String(), nil
}

// resolve makes sure that what the filter names is there for by, and returns
// the id of its board.
func (f *Forum) resolve(ctx context.Context, by account.User, q *Filter) (int64, error) {
	if q.Author != 0 {
		q.Sort = SortNewest
	}
	if q.Sort == SortMine && !by.Signed() {
		return 0, fault.SignIn("Sign in to see what concerns you.")
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
	case SortNewest, SortUnanswered, SortUnaccepted, SortWaiting:
		return r.Created.UnixMilli()
	}
	return r.LastAt.UnixMilli()
}

// query builds the statement from constant parts only. The plan test goes
// through the combinations that a page offers: none reads more than it shows.
func (q Filter) query(begin start, where *clauses, by account.User) (string, []any) {
	table := begin.table
	for _, other := range []string{"thread t", "item i"} {
		if other != begin.table {
			table += " CROSS JOIN " + other
		}
	}
	args := append(readArgs(by), where.args...)
	return "SELECT " + q.rowColumns(by) + " FROM " + table + q.rowJoins(by) +
		" WHERE " + where.String() + " ORDER BY " + begin.key + " DESC, " + begin.id + " DESC LIMIT ?", append(args, q.Limit+1)
}

// rowColumns needs thread t and item i, and what rowJoins joins to them.
func (q Filter) rowColumns(by account.User) string {
	text := "''"
	if q.Text {
		text = "r.html"
	}
	return `t.item, sp.slug, sp.title, t.kind, t.state, i.title, i.slug, t.tags, a.id, a.name, a.display, t.created,
		t.score, t.posts, t.answers, coalesce(t.accepted, 0), t.locked, t.pinned, ` + restColumns + `, t.last_post, l.id, l.name, l.display, t.last_via, coalesce(q.wanted, 0), ` + readColumns(by) + ", " + text
}

func (q Filter) rowJoins(by account.User) string {
	text := ""
	if q.Text {
		text = " JOIN revision r ON r.id = i.head_rev"
	}
	return " JOIN space sp ON sp.id = t.board JOIN account a ON a.id = i.author JOIN account l ON l.id = t.last_by LEFT JOIN question q ON q.item = t.item" + text + readJoins(by)
}

// rowScan reads rows of rowColumns. All rows of a query are read into the same places.
func rowScan() func(db.Row) (Row, error) {
	var w Row
	var created, locked, pinned int64
	var tags string
	places := []any{&w.ID, &w.Board.Slug, &w.Board.Title, &w.Kind, &w.State, &w.Title, &w.Slug, &tags, &w.Author.ID, &w.Author.Name, &w.Author.Display, &created,
		&w.Score, &w.Posts, &w.Answers, &w.Accepted, &locked, &pinned, &w.rest.last, &w.rest.thread, &w.rest.board, &w.LastPost, &w.LastBy.ID, &w.LastBy.Name, &w.LastBy.Display, &w.LastVia, &w.Wanted,
		&w.mark.seen, &w.mark.posts, &w.floor, &w.HTML}
	return func(r db.Row) (Row, error) {
		err := r.Scan(places...)
		w.Tags, w.Locked, w.Pinned = strings.Fields(tags), locked != 0, pinned != 0
		w.Created, w.LastAt = time.UnixMilli(created).UTC(), time.UnixMilli(w.rest.last).UTC()
		return w, err
	}
}

// age marks the threads that are archives by now.
func (f *Forum) age(rows []Row) {
	now := f.now()
	for i := range rows {
		rows[i].Archived = rows[i].rest.over(now)
	}
}
