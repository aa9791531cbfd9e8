package mail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// Every id that a list has seen or heard of is a row of mail_node and belongs to a
// thread; that of a mail that never came is a ghost, a row without an item. Where a
// mail shows that two threads are one conversation, they are merged. So the threads
// come out the same in whatever order the mails arrive (the union of public-inbox's
// OverIdx.pm). Ids never lead from one list into another (SECURITY.md, M-3).

// The rules by which a thread is found, as the administrator reads them.
const (
	byNothing   = "new"         // nothing was found: it begins a thread
	byToken     = "token"       // the reply address names the thread
	byInReplyTo = "in-reply-to" // it names a post
	byReference = "references"  // it names a post, or a mail that never came
	byChildren  = "children"    // others answered it before it came
	bySubject   = "subject"     // guessed: a reply without any id
	byArchive   = "archive"     // the rest of the archive told
)

// maxJoined bounds how many threads one mail can show to be one. Real mails join two
// or three; one that names a thousand is vandalism.
const maxJoined = 8

// subjectWindow is how long a thread attracts replies that name no id.
const subjectWindow = 30 * 24 * time.Hour

// place is where a mail belongs.
type place struct {
	thread int64   // 0: it begins one
	parent int64   // the post it answers; 0: the first
	rule   string  //
	others []int64 // threads that turn out to be the same
	known  int64   // the item that its Message-ID belongs to already
	ids    map[string]node
	told   hint
}

// node is what the list knows of an id.
type node struct {
	thread, item int64
	ours         bool // made by MessageID: there need not be a row
	stored       bool
}

// hint is a thread that is known by other means than ids.
type hint struct {
	thread int64 // 0: none
	rule   string
}

// place finds where a mail to a board belongs.
func (g *Gateway) place(ctx context.Context, r db.Reader, board int64, told hint, m *message.Message) (place, error) {
	p, err := g.placeByIDs(ctx, r, board, told, m)
	if err != nil || p.thread != 0 || told.rule != "" || !m.IsReply || len(m.InReplyTo)+len(m.References) > 0 {
		return p, err
	}
	thread, err := g.bySubject(ctx, r, board, m)
	if thread != 0 {
		p.thread, p.rule, p.told = thread, bySubject, hint{thread, bySubject}
	}
	return p, err
}

// placeByIDs is place without guessing. r is a DB to look, or the transaction that
// writes.
func (g *Gateway) placeByIDs(ctx context.Context, r db.Reader, board int64, told hint, m *message.Message) (place, error) {
	p := place{thread: told.thread, rule: told.rule, told: told}
	if told.thread == 0 {
		p.rule = byNothing
	}
	nodes, err := g.nodes(ctx, r, board, slices.Concat(m.InReplyTo, m.References, []string{m.MessageID}))
	if err != nil {
		return p, fmt.Errorf("find the thread of a mail: %w", err)
	}
	p.ids, p.known = nodes, nodes[m.MessageID].item
	p.choose(m)
	return p, nil
}

// choose takes the thread from what is known of the ids: the nearest post first.
// What the rest of an archive tells comes after the ids: it may have been taken apart.
func (p *place) choose(m *message.Message) {
	told := p.thread
	if p.rule == byArchive {
		p.thread = 0
	}
	near := nearest(m)
	for _, ghosts := range []bool{false, true} {
		for _, n := range near {
			if found := p.ids[n.id]; found.thread != 0 && (found.item == 0) == ghosts {
				p.take(found, n.rule)
			}
		}
	}
	if told != 0 {
		p.take(node{thread: told}, byArchive)
	}
}

// named is an id of a mail with the rule it would be found by.
type named struct{ id, rule string }

// nearest returns the ids of a mail, the one it answers first, its own last.
func nearest(m *message.Message) []named {
	var near []named
	for _, id := range m.InReplyTo {
		near = append(near, named{id, byInReplyTo})
	}
	for _, id := range slices.Backward(m.References) {
		near = append(near, named{id, byReference})
	}
	return append(near, named{m.MessageID, byChildren})
}

func (p *place) take(found node, rule string) {
	if p.thread == 0 {
		p.thread, p.rule = found.thread, rule
	}
	switch {
	case found.thread == p.thread:
		if p.parent == 0 && rule != byChildren {
			p.parent = found.item
		}
	case !slices.Contains(p.others, found.thread) && len(p.others) < maxJoined:
		p.others = append(p.others, found.thread)
	}
}

// nodes returns what the list knows of each id; what it does not know is left out.
func (g *Gateway) nodes(ctx context.Context, r db.Reader, space int64, ids []string) (map[string]node, error) {
	known := map[string]node{}
	var ask []string
	for _, id := range ids {
		if _, seen := known[id]; seen || id == "" || slices.Contains(ask, id) {
			continue
		}
		if post, ok := g.itemOf(id); ok {
			n, err := ourNode(ctx, r, space, post)
			if err != nil {
				return nil, err
			}
			known[id] = n
			continue
		}
		ask = append(ask, id)
	}
	for chunk := range slices.Chunk(ask, idsAtOnce) {
		if err := askNodes(ctx, r, space, chunk, known); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// ourNode returns the node of a post that was written here. One in another list is
// as good as unknown.
func ourNode(ctx context.Context, r db.Reader, space, post int64) (node, error) {
	thread, err := db.Value[int64](ctx, r, `
		SELECT p.thread FROM post p JOIN item i ON i.id = p.item
		WHERE p.item = ? AND (i.space = ? OR EXISTS (SELECT 1 FROM moved_thread m WHERE m.thread = p.thread AND m.board = ?))`, post, space, space)
	if fault.Is(err, fault.Missing) {
		return node{ours: true}, nil
	}
	return node{thread: thread, item: post, ours: true}, err
}

// idsAtOnce is how many ids one query asks for. The number is fixed, so that there is
// one statement to prepare; unused places hold the first id again.
const idsAtOnce = 12

// A mail is where its post is today, which may have been split off or merged, and a
// ghost is where the post is that named it first.
var nodesQuery = `SELECT n.mid, coalesce(p.thread, t.merged, n.thread), coalesce(n.item, 0)
	FROM mail_node n LEFT JOIN post p ON p.item = coalesce(n.item, n.heard) LEFT JOIN thread t ON t.item = n.thread
	WHERE n.space = ? AND n.mid IN (?` + strings.Repeat(", ?", idsAtOnce-1) + ")"

func askNodes(ctx context.Context, r db.Reader, space int64, ids []string, known map[string]node) error {
	args := []any{space}
	for i := range idsAtOnce {
		if i < len(ids) {
			args = append(args, ids[i])
		} else {
			args = append(args, ids[0])
		}
	}
	_, err := db.All(ctx, r, func(row db.Row) (string, error) {
		var mid string
		n := node{stored: true}
		err := row.Scan(&mid, &n.thread, &n.item)
		known[mid] = n
		return mid, err
	}, nodesQuery, args...)
	return err
}

// bySubject returns the newest thread of the list with the subject of a reply that
// names no id at all, as some clients and archives send them.
func (g *Gateway) bySubject(ctx context.Context, r db.Reader, space int64, m *message.Message) (int64, error) {
	base := strings.ToLower(m.SubjectBase)
	if base == "" {
		return 0, nil
	}
	type candidate struct {
		thread int64
		title  string
	}
	threads, err := db.All(ctx, r, func(row db.Row) (c candidate, err error) {
		err = row.Scan(&c.thread, &c.title)
		return c, err
	}, `
		SELECT t.item, i.title
		FROM thread t JOIN item i ON i.id = t.item
		WHERE t.board = ? AND t.state <> 'deleted' AND t.last_at >= ?
		ORDER BY t.last_at DESC LIMIT 1000`, space, g.now().Add(-subjectWindow).UnixMilli())
	for _, c := range threads {
		if title, _ := message.BaseSubject(c.title); strings.ToLower(title) == base {
			return c.thread, err
		}
	}
	return 0, err
}

// errMoved has the place of a mail decided again.
var errMoved = errors.New("the thread has changed meanwhile")

// link writes what a mail that has become a post tells about its conversation, in the
// transaction of the post, and returns the rule that found the thread. The place was
// found before; where it is another one by now, it fails with errMoved.
func (g *Gateway) link(ctx context.Context, tx *db.Tx, board int64, m *message.Message, before place, ref forum.Ref) (rule string, err error) {
	now, err := g.placeByIDs(ctx, tx, board, before.told, m)
	if err != nil {
		return "", err
	}
	if now.known != before.known || now.thread != before.thread {
		return "", errMoved
	}
	if err := putNode(ctx, tx, board, ownID(m, before), ref); err != nil {
		return "", err
	}
	if err := putMoved(ctx, tx, board, ownID(m, before), ref); err != nil {
		return "", err
	}
	for id := range slices.Values(slices.Concat(m.InReplyTo, m.References)) {
		if n := now.ids[id]; n.stored || n.ours {
			continue
		}
		now.ids[id] = node{stored: true}
		_, err := tx.Exec(ctx, "INSERT INTO mail_node (space, mid, thread, heard) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", board, id, ref.Thread, ref.Post)
		if err != nil {
			return "", err
		}
	}
	return now.rule, g.merge(ctx, tx, append(now.others, ref.Thread))
}

// ownID is the id under which a mail is filed: its Message-ID, or another one where a
// different mail has taken that first (SECURITY.md, M-6).
func ownID(m *message.Message, p place) string {
	if p.known != 0 {
		return m.Digest() + "@same-id.invalid"
	}
	return m.MessageID
}

// putMoved files a post that came by the list its thread has left under the list of today
// too, because its answers will go there.
func putMoved(ctx context.Context, tx *db.Tx, board int64, mid string, ref forum.Ref) error {
	if ref.Board == board {
		return nil
	}
	return putNode(ctx, tx, ref.Board, mid, ref)
}

// putNode files a post under its id, which may have been a ghost.
func putNode(ctx context.Context, tx *db.Tx, space int64, mid string, ref forum.Ref) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mail_node (space, mid, thread, item) VALUES (?, ?, ?, ?)
		ON CONFLICT (space, mid) DO UPDATE SET item = excluded.item`, space, mid, ref.Thread, ref.Post)
	return err
}
