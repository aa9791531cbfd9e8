package forum

import (
	"context"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// postsPerPage is how many answers or replies a page of a thread holds.
const postsPerPage = 20

// Order is how the answers to a question follow each other.
type Order string

// The orders: best first is the default of a question, oldest first of a discussion.
const (
	ByScore    Order = "score"
	ByActivity Order = "activity" // what was written, edited or commented on last
	Newest     Order = "newest"
	Oldest     Order = "oldest"
)

// Thread is a page of a thread.
type Thread struct {
	ID       int64
	Board    Board
	Kind     Kind
	State    State
	Title    string
	Slug     string
	Lang     string
	Status   item.Status
	Tags     []string
	Created  time.Time
	Answers  int
	Posts    int // everything in sight, the first one included
	Accepted int64
	Locked   bool
	Life     Life // of a question
	Archived bool // read only, because nothing was posted for Rest days
	Rest     int
	Resting  int  // what the thread itself says of that: see Forum.Rest
	Slow     int  // minutes between two posts of one person; 0: no pause
	Moved    bool // it has stood in another board: see CameFrom
	Begun    bool // the reader has begun a reply and not sent it
	Pinned   int  // its place above the board's list; 0: none
	LastAt   time.Time
	LastPost int64
	Seen     time.Time // when the newest post was written that the reader has seen; zero: none
	Watching string    // by's level: "watch", "mute", or "normal"; where they watch by another channel than mail, that
	Order    Order
	First    Post
	Best     *Post   // the accepted answer, on the first page
	Favoured int64   // the answer that the votes prefer, on the first page by score; 0: none
	Page     []*Post // the others
	Next     string  // cursor of the next page; empty: this is the last

	Linked    []item.Backlink // what links to it from elsewhere, a few
	MoreLinks bool            // there are more: see Links

	Offshoots []Offshoot // what was split off, where its line stands on this page

	About *item.Subject // the page or article that it is about; nil: none, or it is not for the reader

	split  int   // how many threads were split off
	notes  bool  // some of the posts are comments
	linked int64 // 1: something elsewhere may link to it
	about  int64
}

// View says which page of a thread to read.
type View struct {
	Order  Order  // empty: what suits the kind
	Cursor string // empty: from the start
	Limit  int    // 0: a page
	Source bool   // with the sources and message ids, for other formats than HTML
}

// Thread returns a page of the thread. A merged thread leads to the one that
// took its posts over: compare the id.
func (f *Forum) Thread(ctx context.Context, by account.User, id int64, v View) (*Thread, error) {
	t, err := f.threadHead(ctx, by, id)
	if err != nil {
		return nil, err
	}
	v = v.withDefaults(t.Kind)
	t.Order = v.Order
	after, err := readCursor(v.Cursor)
	if err != nil {
		return nil, err
	}
	posts, err := f.threadPosts(ctx, by, t, v, after)
	if err != nil {
		return nil, err
	}
	if err := f.trust(ctx, by, posts); err != nil {
		return nil, err
	}
	t.arrange(posts, v, by)
	if err := f.offshoots(ctx, by, t, after); err != nil {
		return nil, err
	}
	if err := f.subject(ctx, by, t); err != nil {
		return nil, err
	}
	if err := f.linkedFrom(ctx, by, t); err != nil {
		return nil, err
	}
	return t, f.pointers(ctx, by, t)
}

func (v View) withDefaults(k Kind) View {
	if v.Limit == 0 {
		v.Limit = postsPerPage
	}
	if v.Order != ByScore && v.Order != ByActivity && v.Order != Newest && v.Order != Oldest {
		v.Order = Oldest
		if k == Question {
			v.Order = ByScore
		}
	}
	if k != Question && v.Order == ByScore {
		v.Order = Oldest
	}
	return v
}

func (f *Forum) threadHead(ctx context.Context, by account.User, id int64) (*Thread, error) {
	var p place
	t, err := db.One(ctx, f.db, func(r db.Row) (*Thread, error) {
		var t Thread
		var created, last, locked, archived, veiled, since, due, mine, seen, moved, begun int64
		var tags string
		err := r.Scan(&t.ID, &p.author, &t.Kind, &t.State, &t.Title, &t.Slug, &tags, &t.Status, &t.Accepted, &locked, &p.merged,
			&t.Slow, &p.rest.last, &p.rest.thread, &p.rest.board, &t.Board.ID, &t.Board.Slug, &t.Board.Title, &t.Board.List, &t.Board.MayRead, &t.Board.MayPost, &t.Board.MayModerate, &archived, &veiled, &p.about,
			&t.Lang, &created, &last, &t.LastPost, &t.Answers, &t.Posts, &t.Pinned, &moved, &t.Watching, &since, &due, &t.Life.Why, &t.Life.Wanted, &t.Life.original, &mine, &seen, &begun, &t.Life.copies, &t.split, &t.notes, &t.linked)
		p.veiled = veiled != 0
		t.Life.read(since, due, mine)
		if read := f.marks.newer(markKey{by.ID, t.ID}, progress{seen: seen}); read.seen > 0 {
			t.Seen = time.UnixMilli(read.seen).UTC()
		}
		t.Moved, t.Begun = moved > 0, begun > 0
		t.Board.Kind, t.Board.Archived, t.Tags, t.Locked = "board", archived != 0, strings.Fields(tags), locked != 0
		t.Created, t.LastAt = time.UnixMilli(created).UTC(), time.UnixMilli(last).UTC()
		return &t, err
	}, `SELECT `+placeColumns+`, i.lang, t.created, t.last_at, t.last_post, t.answers, t.posts, t.pinned, (SELECT count(*) FROM moved_thread mt WHERE mt.thread = t.item), CASE WHEN s.level = 'watch' AND s.channel <> 'mail' THEN s.channel ELSE coalesce(s.level, 'normal') END, `+lifeColumns+`, coalesce(rd.seen, 0),
			(SELECT count(*) FROM draft d WHERE d.account = ? AND d.place = ?), 
			(SELECT count(*) FROM thread same JOIN question o ON o.original = same.item WHERE same.item = t.item OR same.merged = t.item),
			(SELECT count(*) FROM thread was JOIN split s ON s.origin = was.item WHERE was.item = t.item OR was.merged = t.item),
			EXISTS (SELECT 1 FROM post n WHERE n.thread = t.item AND n.below IS NOT NULL), i.linked
		FROM thread t JOIN item i ON i.id = t.item JOIN space sp ON sp.id = t.board
		LEFT JOIN subscription s ON s.target = 'thread' AND s.target_id = t.item AND s.account = ?
		LEFT JOIN question q ON q.item = t.item LEFT JOIN me_too m ON m.thread = t.item AND m.account = ?
		LEFT JOIN reading rd ON rd.thread = t.item AND rd.account = ?
		WHERE t.item = ?`, by.ID, item.ReplyPlace(id, false), by.ID, by.ID, by.ID, id)
	if err != nil {
		return nil, threadMissing(err)
	}
	if p.merged != 0 {
		return f.threadHead(ctx, by, p.merged)
	}
	p.board, p.status, t.about = t.Board, t.Status, p.about
	t.Archived, t.Rest, t.Resting = p.rest.over(f.now()), p.rest.days(), p.rest.thread
	return t, p.readable(by)
}

// pageOf selects the ids of a page by keyset: it begins where the last one ended,
// however far that is into the thread.
func (t *Thread) pageOf(o Order, after cursor, limit int) (string, []any) {
	if after == (cursor{}) {
		after = firstCursor(o)
	}
	switch o {
	case ByScore:
		return `SELECT item FROM post WHERE thread = ? AND kind = 'answer' AND item <> ?
			AND score <= ? AND (score < ? OR item > ?) ORDER BY score DESC, item LIMIT ?`,
			[]any{t.ID, t.Accepted, after.key, after.key, after.id, limit}
	case ByActivity:
		return `SELECT item FROM post WHERE thread = ? AND kind <> 'comment' AND item <> thread AND item <> ?
			AND (active, item) < (?, ?) ORDER BY active DESC, item DESC LIMIT ?`,
			[]any{t.ID, t.Accepted, after.key, after.id, limit}
	case Newest:
		return `SELECT item FROM post WHERE thread = ? AND kind <> 'comment' AND item <> thread AND item <> ?
			AND (created, item) < (?, ?) ORDER BY created DESC, item DESC LIMIT ?`,
			[]any{t.ID, t.Accepted, after.key, after.id, limit}
	default:
		return `SELECT item FROM post WHERE thread = ? AND kind <> 'comment' AND item <> thread AND item <> ?
			AND (created, item) > (?, ?) ORDER BY created, item LIMIT ?`,
			[]any{t.ID, t.Accepted, after.key, after.id, limit}
	}
}

// arrange puts the posts where they belong: the first, the best, the page in
// its order, and each comment below its post.
func (t *Thread) arrange(posts []*Post, v View, by account.User) {
	below := map[int64][]*Post{}
	for _, p := range posts {
		p.InQuestion = t.Kind == Question
		p.locked, p.replies, p.board = t.Locked || t.Archived || t.Board.Archived, t.Posts-1, &t.Board
		if p.hidden(by) {
			p.HTML, p.Source, p.Title = "", "", ""
		}
		switch {
		case p.ID == t.ID:
			t.First = *p
		case p.Kind == Comment:
			below[p.Parent] = append(below[p.Parent], p)
		case p.ID == t.Accepted && v.Cursor == "":
			t.Best = p
		case p.ID != t.Accepted:
			t.Page = append(t.Page, p)
		}
	}
	slices.SortFunc(t.Page, v.Order.compare)
	if len(t.Page) > v.Limit {
		t.Page = t.Page[:v.Limit]
		last := t.Page[v.Limit-1]
		t.Next = cursor{v.Order.key(last), last.ID}.String()
	}
	if v.Cursor == "" {
		t.Favoured = t.favourite()
	}
	t.attach(below)
}

// favourite is the answer with the most votes, where it has more than any other one.
// Whoever asked may have accepted another: the two are told apart.
func (t *Thread) favourite() int64 {
	if t.Order != ByScore || t.Answers < 2 || len(t.Page) == 0 {
		return 0
	}
	first, rival := t.Page[0], 0
	switch {
	case t.Best != nil && t.Best.Score >= first.Score:
		first, rival = t.Best, first.Score
	case t.Best != nil:
		rival = t.Best.Score
	}
	if len(t.Page) > 1 && first.ID == t.Page[0].ID {
		rival = max(rival, t.Page[1].Score)
	}
	if first.Score <= max(rival, 0) {
		return 0
	}
	return first.ID
}

func (t *Thread) attach(below map[int64][]*Post) {
	for _, comments := range below {
		slices.SortFunc(comments, Oldest.compare)
	}
	t.First.Comments = below[t.First.ID]
	if t.Best != nil {
		t.Best.Comments = below[t.Best.ID]
	}
	for _, p := range t.Page {
		p.Comments = below[p.ID]
	}
}
