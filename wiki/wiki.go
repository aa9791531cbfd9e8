// Package wiki is the community's pages: what was learned, kept where it can be
// found and mended by anybody.
package wiki

import (
	"context"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/markdown"
)

const (
	maxTitle = 120      // characters
	maxBody  = 64 << 10 // bytes; what the renderer is proved on
)

// Wiki is the room. Who acts is a parameter of every method.
type Wiki struct {
	db    *db.DB
	items *item.Store
	now   func() time.Time
}

// New returns the wiki on a store of items.
func New(items *item.Store) *Wiki {
	return &Wiki{db: items.DB, items: items, now: items.Now}
}

// Page is a page as a reader sees it.
type Page struct {
	ID       int64
	Title    string
	Revision int64 // the newest
	Seq      int64
	Source   string
	HTML     string
	Author   account.User // of the newest revision
	Created  time.Time
	Updated  time.Time
	Tags     []string
}

// Lead returns what the page says before its first heading, as HTML, and whether there
// is more.
func (p Page) Lead() (lead string, more bool) { return markdown.Lead(p.HTML) }

// space returns the wiki's space; there is one.
func (w *Wiki) space(ctx context.Context) (item.Space, error) {
	return w.items.EnsureSpace(ctx, item.Space{Kind: "wiki", Slug: "wiki", Title: "Wiki", MayPost: 1})
}

// Page returns the page with a title. It fails with fault.Missing where there
// is none; the caller may then offer to write it.
func (w *Wiki) Page(ctx context.Context, by account.User, title string) (Page, error) {
	p, err := db.One(ctx, w.db, func(r db.Row) (p Page, err error) {
		var created, updated int64
		var space item.Space
		var tags string
		err = r.Scan(&p.ID, &p.Title, &p.Revision, &p.Seq, &p.Source, &p.HTML, &p.Author.ID, &p.Author.Name, &p.Author.Display, &created, &updated, &tags, &space.MayRead, &space.MayModerate)
		p.Created, p.Updated, p.Tags = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC(), strings.Fields(tags)
		if err == nil && space.Readable(by) != nil {
			err = fault.Gone("There is no page with this title yet.")
		}
		return p, err
	}, `
		SELECT i.id, wp.title, r.id, r.seq, r.source, r.html, a.id, a.name, a.display, i.created, r.at,
			coalesce((SELECT string_agg(g.name, ' ') FROM item_tag it JOIN tag g ON g.id = it.tag WHERE it.item = i.id), ''), sp.may_read, sp.may_moderate
		FROM wiki_page wp JOIN item i ON i.id = wp.item JOIN revision r ON r.id = i.head_rev
		JOIN account a ON a.id = r.author JOIN space sp ON sp.id = i.space
		WHERE wp.title = ? AND i.status = 'live'`, markdown.Title(title))
	if fault.Is(err, fault.Missing) {
		return p, fault.Gone("There is no page with this title yet.")
	}
	return p, err
}

// Edit is a new version of a page, or a page's first.
type Edit struct {
	Title   string
	Base    int64 // the revision the author had before their eyes; 0: there was none
	Body    string
	Tags    string
	Summary string
	Minor   bool
	Via     item.Via
	At      time.Time      // of an import; zero: now
	Sent    item.SentDraft // the draft that it was
}

// Save writes a page. Faults are on "title", "body" and "tags"; fault.Conflict
// says that somebody else saved the page, or made it, since Base.
func (w *Wiki) Save(ctx context.Context, by account.User, e Edit) (item.Saved, error) {
	space, err := w.space(ctx)
	if err != nil {
		return item.Saved{}, err
	}
	if err := space.Postable(by); err != nil {
		return item.Saved{}, err
	}
	title, tags, err := e.check()
	if err != nil {
		return item.Saved{}, err
	}
	if err := w.items.Limited(by, e.Via); err != nil {
		return item.Saved{}, err
	}
	n := item.New{Kind: item.Page, Space: space.ID, Author: by, Slug: title, Status: item.Live, Via: e.Via, At: w.when(e), Tags: tags, Summary: e.Summary, Sent: e.Sent,
		Text: item.Render(title, item.Markdown, e.Body, false, w.items.PageExists(ctx))}
	var saved item.Saved
	err = w.db.Write(ctx, func(tx *db.Tx) error {
		saved, err = w.save(ctx, tx, n, e)
		return err
	})
	return saved, err
}

func (e Edit) check() (title string, tags []string, err error) {
	var all fault.List
	title = markdown.Title(e.Title)
	switch {
	case title == "":
		all.Add(fault.Bad("title", "Give the page a title."))
	case utf8.RuneCountInString(title) > maxTitle:
		all.Add(fault.Bad("title", "A page's title may have %d characters at most.", maxTitle))
	case strings.ContainsAny(title, "/#[]|<>?%\\") || strings.HasPrefix(title, "-"):
		all.Add(fault.Bad("title", "A page's title cannot hold any of / # [ ] | < > ? % \\ nor begin with a hyphen."))
	}
	switch {
	case strings.TrimSpace(e.Body) == "":
		all.Add(fault.Bad("body", "There is no text yet."))
	case len(e.Body) > maxBody:
		all.Add(fault.Bad("body", "The text is too long: %d KB at most.", maxBody>>10))
	}
	tags, tagErr := item.ReadTags(e.Tags)
	all.Add(tagErr)
	return title, tags, all.Err()
}

func (w *Wiki) when(e Edit) time.Time {
	if e.Via == item.Import && !e.At.IsZero() {
		return e.At
	}
	return w.now()
}

func (w *Wiki) save(ctx context.Context, tx *db.Tx, n item.New, e Edit) (item.Saved, error) {
	id, err := db.Value[int64](ctx, tx, "SELECT item FROM wiki_page WHERE title = ?", n.Text.Title)
	switch {
	case fault.Is(err, fault.Missing):
		saved, err := w.items.Create(ctx, tx, n)
		if err != nil {
			return saved, err
		}
		_, err = tx.Exec(ctx, "INSERT INTO wiki_page (item, title, changed) VALUES (?, ?, ?)", saved.Item, n.Text.Title, n.At.UnixMilli())
		if err != nil {
			return saved, err
		}
		return saved, w.items.Arrived(ctx, tx, saved.Item, "/wiki/"+url.PathEscape(strings.ReplaceAll(n.Text.Title, " ", "_")))
	case err != nil:
		return item.Saved{}, err
	case e.Base == 0 && e.Via != item.Import:
		return item.Saved{}, fault.Clash("Somebody else made this page while you were writing. Your text is below; compare it with theirs and save again.")
	}
	if _, err := tx.Exec(ctx, "UPDATE wiki_page SET changed = ? WHERE item = ?", n.At.UnixMilli(), id); err != nil {
		return item.Saved{}, err
	}
	return w.items.Update(ctx, tx, item.Change{Item: id, Base: e.Base, Author: n.Author, Slug: n.Slug, Via: n.Via, At: n.At,
		Tags: n.Tags, Text: n.Text, Summary: e.Summary, Minor: e.Minor, Sent: n.Sent})
}

// History returns the newest revisions of a page.
func (w *Wiki) History(ctx context.Context, by account.User, title string) (Page, []item.Revision, error) {
	p, err := w.Page(ctx, by, title)
	if err != nil {
		return p, nil, err
	}
	all, err := w.items.Revisions(ctx, p.ID, 0, 100)
	return p, all, err
}

// Revision returns one revision of a page by its number.
func (w *Wiki) Revision(ctx context.Context, by account.User, title string, seq int64) (Page, item.Revision, error) {
	p, err := w.Page(ctx, by, title)
	if err != nil {
		return p, item.Revision{}, err
	}
	r, err := w.items.Revision(ctx, p.ID, seq)
	return p, r, err
}

// Recent returns the pages that changed last.
func (w *Wiki) Recent(ctx context.Context, by account.User, limit int) ([]Page, error) {
	return db.All(ctx, w.db, scanListed, listed+`
		WHERE i.status = 'live' AND `+account.Admits+` ORDER BY wp.changed DESC, wp.item DESC LIMIT ?`, by.Clearance(), by.Joined(), limit)
}

// All returns the pages in the order of their titles, from after on.
func (w *Wiki) All(ctx context.Context, by account.User, after string, limit int) ([]Page, error) {
	return db.All(ctx, w.db, scanListed, listed+`
		WHERE wp.title > ? AND i.status = 'live' AND `+account.Admits+` ORDER BY wp.title LIMIT ?`, after, by.Clearance(), by.Joined(), limit)
}

const listed = `
	SELECT i.id, wp.title, r.id, r.seq, r.html, a.id, a.name, a.display, i.created, r.at
	FROM wiki_page wp JOIN item i ON i.id = wp.item JOIN revision r ON r.id = i.head_rev
	JOIN account a ON a.id = r.author JOIN space sp ON sp.id = i.space`

func scanListed(r db.Row) (p Page, err error) {
	var created, updated int64
	err = r.Scan(&p.ID, &p.Title, &p.Revision, &p.Seq, &p.HTML, &p.Author.ID, &p.Author.Name, &p.Author.Display, &created, &updated)
	p.Created, p.Updated = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	return p, err
}

// Preview returns the HTML that the page would have; it is the same renderer.
func (w *Wiki) Preview(ctx context.Context, e Edit) string {
	if len(e.Body) > maxBody {
		return ""
	}
	return item.Render(e.Title, item.Markdown, e.Body, false, w.items.PageExists(ctx)).HTML
}
