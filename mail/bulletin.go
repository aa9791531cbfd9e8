package mail

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/lang"
)

// mostParents bounds the References of a deep reply; the first and the nearest
// messages are what a mail program needs to find its thread.
const mostParents = 30

// bulletin is a post as it goes out: what the mails to all its recipients share.
type bulletin struct {
	id, root int64
	parent   int64
	kind     item.Kind
	live     bool
	title    string // of its thread or page
	slug     string
	author   string // as the person wants to be called
	authorID int64
	private  bool  // the author takes private mail
	epoch    int64 // of the author's private addresses
	handle   string
	space    item.Space
	source   string
	html     string
	created  time.Time
	tags     []string
	mid      string   // its Message-ID without brackets
	parents  []string // those of the posts above it, the root first

	prefix string // of the list, before the subject
	notice string // of the list, below the text
	mirror string // address of the list elsewhere that answers go to as well; empty: none
	thread forum.Kind
	state  forum.State
	poll   []string // the options of the poll that the post is
	esteem

	shared []byte               // the header fields that are the same for all
	signed [][]byte             // the same as they are signed, the last first, made when it is first needed
	came   *original            // the mail that it came as, where that goes on; else nil
	light  string               // its HTML as a mail may hold it, made when it is first needed
	bodies map[lang.Lang][]byte // the entity in a language, made when it is first needed
	frames map[lang.Lang]*frame // the same, for copies with a line of their own
}

// bulletin reads what the mails about an item share.
func (g *Gateway) bulletin(ctx context.Context, id int64) (*bulletin, error) {
	b, err := db.One(ctx, g.db, scanBulletin, "SELECT "+bulletinColumns+" FROM item i "+bulletinJoins+" WHERE i.id = ?", id)
	if err != nil {
		return nil, err
	}
	b.mid = g.idOf(b.id, b.mid)
	if b.parents, err = g.parents(ctx, b); err != nil {
		return nil, err
	}
	if b.thread == forum.Voting && b.id == b.root {
		if b.poll, err = db.Values[string](ctx, g.db, "SELECT text FROM poll_option WHERE thread = ? ORDER BY n", b.root); err != nil {
			return nil, err
		}
	}
	if b.came, err = g.original(ctx, b); err != nil {
		return nil, err
	}
	if b.prefix != "" || b.notice != "" {
		b.came = nil // the list adds to its mails, so that the author's signature could not stay good
	}
	if b.came == nil {
		b.shared, err = writeFields(g.sharedFields(b))
		return b, err
	}
	list, err := writeFields(append(g.archiveFields(b), g.listFields(b)...))
	if err != nil {
		return nil, err
	}
	b.shared, err = b.came.header(list, g.relayedFields(ctx, b, b.came))
	return b, err
}

var bulletinColumns = `i.id, i.root, coalesce(i.parent, 0), i.kind, i.status = 'live' AND root.status = 'live', root.title, root.slug,
	a.display, a.name, a.id, a.status = 'active' AND a.email IS NOT NULL AND a.unreachable = 0 AND coalesce(d.open, 1) = 1, coalesce(d.epoch, 0), r.source, r.html, i.created, coalesce(t.tags, ''),
	` + broughtAs("i.id") + `,
	sp.id, sp.kind, sp.slug, sp.title, coalesce(sp.list, ''), sp.may_read, sp.may_post, sp.may_moderate,
	coalesce(l.prefix, ''), coalesce(l.footer, ''), coalesce(mi.address, ''), coalesce(t.kind, ''), coalesce(t.state, ''), ` + esteemColumns

const bulletinJoins = `JOIN item root ON root.id = i.root JOIN account a ON a.id = i.author LEFT JOIN private_door d ON d.account = i.author
	JOIN revision r ON r.id = i.head_rev JOIN space sp ON sp.id = i.space
	LEFT JOIN thread t ON t.item = i.root LEFT JOIN post po ON po.item = i.id LEFT JOIN list l ON l.space = i.space
	LEFT JOIN mail_mirror mi ON mi.space = i.space AND mi.paused = 0 AND sp.may_read = 0`

func scanBulletin(r db.Row) (*bulletin, error) {
	b := &bulletin{bodies: map[lang.Lang][]byte{}, frames: map[lang.Lang]*frame{}}
	var created int64
	var tags string
	err := r.Scan(append([]any{&b.id, &b.root, &b.parent, &b.kind, &b.live, &b.title, &b.slug,
		&b.author, &b.handle, &b.authorID, &b.private, &b.epoch, &b.source, &b.html, &created, &tags, &b.mid,
		&b.space.ID, &b.space.Kind, &b.space.Slug, &b.space.Title, &b.space.List, &b.space.MayRead, &b.space.MayPost, &b.space.MayModerate, &b.prefix, &b.notice, &b.mirror, &b.thread, &b.state}, b.esteem.places()...)...)
	b.created, b.tags = time.UnixMilli(created).UTC(), strings.Fields(tags)
	return b, err
}

// parents returns the ids of the posts above b, the root first.
func (g *Gateway) parents(ctx context.Context, b *bulletin) ([]string, error) {
	if b.parent == 0 {
		return nil, nil
	}
	return db.All(ctx, g.db, func(r db.Row) (string, error) {
		var id int64
		var mid string
		err := r.Scan(&id, &mid)
		return g.idOf(id, mid), err
	}, `
		WITH RECURSIVE above (id, parent, distance) AS (
			SELECT i.id, i.parent, 1 FROM item i WHERE i.id = ?
			UNION ALL
			SELECT i.id, i.parent, a.distance + 1 FROM above a JOIN item i ON i.id = a.parent WHERE a.distance < ?
		), chain AS (
			SELECT id, distance FROM above
			UNION ALL
			SELECT CAST(? AS BIGINT), ? + 1 WHERE NOT EXISTS (SELECT 1 FROM above WHERE id = ?)
		)
		SELECT c.id, `+broughtAs("c.id")+`
		FROM chain c ORDER BY c.distance DESC`, b.parent, mostParents, b.root, mostParents, b.root)
}

// broughtAs is the Message-ID of the mail that brought an item, in SQL; ” for none. Other
// mails are about an item too: votes, reports, copies that come back.
func broughtAs(item string) string {
	return "coalesce((SELECT m.message_id FROM message m WHERE m.item = " + item + " AND m.fate = 'posted' ORDER BY m.id LIMIT 1), '')"
}

// idOf returns the Message-ID of an item: the author's own where it came by mail,
// since a reply to that is what everybody's mail program knows, else ours.
func (g *Gateway) idOf(id int64, own string) string {
	if own = cleanID(own); own != "" {
		return own
	}
	return g.MessageID(id)
}

// subjectOf returns the subject of a mail about an item of a kind: of every post in
// a thread the same, without a tag for the list, so that signatures of the author's
// server stay good and mail programs see one thread.
func subjectOf(kind, title string) string {
	if kind == string(item.Post) {
		return "Re: " + title
	}
	return title
}

// subject is subjectOf with the prefix of the list, where it has one. A reader of
// many lists sorts by List-Id; a prefix is for those who cannot.
func (b *bulletin) subject() string {
	subject := subjectOf(string(b.kind), b.title)
	if b.prefix == "" {
		return subject
	}
	if rest, ok := strings.CutPrefix(subject, "Re: "); ok {
		return "Re: " + b.prefix + " " + rest
	}
	return b.prefix + " " + subject
}

// url returns where the item can be read.
func (g *Gateway) url(b *bulletin) string {
	switch b.kind {
	case item.Page:
		return g.conf.BaseURL + pagePath(b.title)
	case item.Article:
		return g.conf.BaseURL + "/blog/" + url.PathEscape(b.handle) + "/" + url.PathEscape(b.slug)
	}
	return g.conf.BaseURL + "/p/" + strconv.FormatInt(b.id, 10)
}

func pagePath(title string) string {
	return "/wiki/" + url.PathEscape(strings.ReplaceAll(title, " ", "_"))
}
