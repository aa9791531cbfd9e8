// Package blog is the members' articles and their archives.
package blog

import (
	"context"
	"fmt"
	"slices"
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
	maxTitle = 200      // characters
	maxBody  = 64 << 10 // bytes; what the renderer is proved on
)

// Blog is the room. Who acts is a parameter of every method.
type Blog struct {
	db    *db.DB
	items *item.Store
	now   func() time.Time
}

// New returns the blogs on a store of items.
func New(items *item.Store) *Blog {
	return &Blog{db: items.DB, items: items, now: items.Now}
}

// Article is an article as a reader sees it.
type Article struct {
	ID        int64
	Author    account.User
	Title     string
	Slug      string
	Status    item.Status
	Published time.Time // zero: a draft
	Edited    time.Time // zero: never
	Revision  int64
	Seq       int64
	Source    string
	HTML      string
	Tags      []string
	Comments  int // in a list that says it: see Recent
}

// Edit is a new version of an article, or a new article.
type Edit struct {
	ID      int64 // 0: a new one
	Base    int64
	Title   string
	Body    string
	Tags    string
	Lang    string
	Draft   bool // keep it to its author for now
	Summary string
	Via     item.Via
	Once    item.Once      // of a new one
	Sent    item.SentDraft // the draft that it was
	At      time.Time      // of an import; zero: now
}

// Save writes an article into by's blog. Faults are on "title", "body" and
// "tags"; fault.Conflict says that it was changed elsewhere since Base.
func (b *Blog) Save(ctx context.Context, by account.User, e Edit) (Article, error) {
	space, err := b.space(ctx, by)
	if err != nil {
		return Article{}, err
	}
	tags, err := e.check()
	if err != nil {
		return Article{}, err
	}
	if err := b.items.Limited(by, e.Via); err != nil {
		return Article{}, err
	}
	title := item.Line(e.Title)
	n := item.New{Kind: item.Article, Space: space.ID, Author: by, Lang: e.Lang, Slug: markdown.Slug(title), Status: item.Live, Via: e.Via,
		At: b.when(e), Once: e.Once, Sent: e.Sent, Tags: tags, Text: item.Render(title, item.Markdown, e.Body, true, b.items.PageExists(ctx))}
	if e.Draft {
		n.Status = item.Draft
	}
	var id int64
	err = b.db.Write(ctx, func(tx *db.Tx) error {
		id, err = b.save(ctx, tx, by, n, e)
		return err
	})
	if err != nil {
		return Article{}, err
	}
	return b.Find(ctx, by, id)
}

// space returns by's blog, made when they first write.
func (b *Blog) space(ctx context.Context, by account.User) (item.Space, error) {
	if !by.Signed() {
		return item.Space{}, fault.SignIn("Sign in to write here.")
	}
	space, err := b.items.EnsureSpace(ctx, item.Space{Kind: "blog", Slug: by.Name, Title: by.Display, MayPost: 1, Owner: by.ID})
	if err != nil {
		return space, err
	}
	return space, space.Postable(by)
}

func (e Edit) check() (tags []string, err error) {
	var all fault.List
	switch title := item.Line(e.Title); {
	case title == "":
		all.Add(fault.Bad("title", "Give the article a title."))
	case utf8.RuneCountInString(title) > maxTitle:
		all.Add(fault.Bad("title", "A title may have %d characters at most.", maxTitle))
	}
	switch {
	case strings.TrimSpace(e.Body) == "":
		all.Add(fault.Bad("body", "There is no text yet."))
	case len(e.Body) > maxBody:
		all.Add(fault.Bad("body", "The text is too long: %d KB at most.", maxBody>>10))
	}
	tags, tagErr := item.ReadTags(e.Tags)
	all.Add(tagErr)
	return tags, all.Err()
}

func (b *Blog) when(e Edit) time.Time {
	if e.Via == item.Import && !e.At.IsZero() {
		return e.At
	}
	return b.now()
}

func (b *Blog) save(ctx context.Context, tx *db.Tx, by account.User, n item.New, e Edit) (int64, error) {
	if e.ID != 0 {
		return e.ID, b.update(ctx, tx, by, n, e)
	}
	slug, err := freeSlug(ctx, tx, by.ID, n.Slug)
	if err != nil {
		return 0, err
	}
	n.Slug = slug
	saved, err := b.items.Create(ctx, tx, n)
	if err != nil {
		return 0, err
	}
	published := n.At.UnixMilli()
	if e.Draft {
		published = 0
	}
	_, err = tx.Exec(ctx, "INSERT INTO article (item, author, slug, published) VALUES (?, ?, ?, ?)", saved.Item, by.ID, slug, published)
	return saved.Item, err
}

// freeSlug returns slug, or slug-2 and so on where the author has used it.
func freeSlug(ctx context.Context, tx *db.Tx, author int64, slug string) (string, error) {
	if slug == "" {
		slug = "article"
	}
	for n := 1; ; n++ {
		try := slug
		if n > 1 {
			try = fmt.Sprintf("%s-%d", slug, n)
		}
		taken, err := db.Value[int](ctx, tx, "SELECT count(*) FROM article WHERE author = ? AND slug = ?", author, try)
		if err != nil || taken == 0 {
			return try, err
		}
	}
}

// update saves a new revision. The address of a published article stays what
// it is: others have linked to it.
func (b *Blog) update(ctx context.Context, tx *db.Tx, by account.User, n item.New, e Edit) error {
	a, err := b.find(ctx, tx, by, e.ID)
	if err != nil {
		return err
	}
	if a.Author.ID != by.ID && !by.Staff() {
		return fault.Forbid("Only its author and the staff edit this article.")
	}
	_, err = b.items.Update(ctx, tx, item.Change{Item: a.ID, Base: e.Base, Author: by, Slug: a.Slug, Via: n.Via, At: n.At,
		Tags: n.Tags, Text: n.Text, Summary: e.Summary, Sent: n.Sent})
	if err != nil || e.Draft || a.Status != item.Draft {
		return err
	}
	return b.publish(ctx, tx, by, a.ID, n)
}

// publish turns a draft into an article that everybody sees; that is its news.
func (b *Blog) publish(ctx context.Context, tx *db.Tx, by account.User, id int64, n item.New) error {
	if _, err := tx.Exec(ctx, "UPDATE article SET published = ? WHERE item = ?", n.At.UnixMilli(), id); err != nil {
		return err
	}
	return b.items.Publish(ctx, tx, by, id, n.Text, n.Via)
}

// Find returns an article by its id, if by may see it.
func (b *Blog) Find(ctx context.Context, by account.User, id int64) (Article, error) {
	return b.find(ctx, b.db, by, id)
}

func (b *Blog) find(ctx context.Context, r db.Reader, by account.User, id int64) (Article, error) {
	return readable(by)(db.One(ctx, r, scanArticle, articles+" WHERE ar.item = ?", id))
}

// Article returns an article by its author's handle and its slug.
func (b *Blog) Article(ctx context.Context, by account.User, author, slug string) (Article, error) {
	return readable(by)(db.One(ctx, b.db, scanArticle, articles+" WHERE a.name = ? AND ar.slug = ?", author, slug))
}

// readable is the one rule about who may see an article.
func readable(by account.User) func(Article, error) (Article, error) {
	return func(a Article, err error) (Article, error) {
		mine := by.Signed() && by.ID == a.Author.ID
		if fault.Is(err, fault.Missing) || err == nil && a.Status != item.Live && !mine && !(by.Staff() && a.Status != item.Draft) {
			return Article{}, fault.Gone("There is no such article, or it is not for everyone.")
		}
		return a, err
	}
}

const (
	articles       = "SELECT " + articleColumns + articleTables
	articleColumns = `i.id, a.id, a.name, a.display, i.title, ar.slug, i.status, ar.published, i.edited, r.id, r.seq, r.source, r.html,
		coalesce((SELECT string_agg(g.name, ' ') FROM item_tag it JOIN tag g ON g.id = it.tag WHERE it.item = i.id), '')`
	articleTables = `
		FROM article ar JOIN item i ON i.id = ar.item JOIN account a ON a.id = ar.author JOIN revision r ON r.id = i.head_rev`

	// comments are how many posts the thread below an article has, for who may read it.
	comments = `coalesce((SELECT t.posts FROM item said CROSS JOIN thread t JOIN space sp ON sp.id = t.board
		WHERE said.about = i.id AND t.item = said.id AND t.state <> 'deleted' AND ` + account.Admits + ` ORDER BY said.id LIMIT 1), 0)`
)

func scanArticle(r db.Row) (Article, error) {
	var a Article
	return a, a.scan(r)
}

// scanCommented reads an article, and how many comments it has.
func scanCommented(r db.Row) (Article, error) {
	var a Article
	return a, a.scan(r, &a.Comments)
}

func (a *Article) scan(r db.Row, more ...any) error {
	var published, edited int64
	var tags string
	err := r.Scan(append([]any{&a.ID, &a.Author.ID, &a.Author.Name, &a.Author.Display, &a.Title, &a.Slug, &a.Status, &published, &edited,
		&a.Revision, &a.Seq, &a.Source, &a.HTML, &tags}, more...)...)
	if published != 0 {
		a.Published = time.UnixMilli(published).UTC()
	}
	if edited != 0 {
		a.Edited = time.UnixMilli(edited).UTC()
	}
	a.Tags = strings.Fields(tags)
	return err
}

// Recent returns the newest published articles before a time (zero: from now
// on), of one author or, with 0, of all, with how many comments by may read of each.
func (b *Blog) Recent(ctx context.Context, by account.User, author int64, before time.Time, limit int) ([]Article, error) {
	until := b.now().UnixMilli()
	if !before.IsZero() {
		until = min(until, before.UnixMilli()-1)
	}
	whose, args := "", []any{by.Clearance(), by.Joined()}
	if author != 0 {
		whose, args = "ar.author = ? AND ", append(args, author)
	}
	return db.All(ctx, b.db, scanCommented, "SELECT "+articleColumns+", "+comments+articleTables+`
		WHERE `+whose+`ar.published > 0 AND ar.published <= ? AND i.status = 'live' ORDER BY ar.published DESC, ar.item DESC LIMIT ?`,
		append(args, until, limit)...)
}

// Drafts returns by's own drafts, newest first.
func (b *Blog) Drafts(ctx context.Context, by account.User) ([]Article, error) {
	return db.All(ctx, b.db, scanArticle, articles+`
		WHERE ar.author = ? AND ar.published = 0 AND i.status = 'draft' ORDER BY ar.item DESC LIMIT 100`, by.ID)
}

// History returns the newest revisions of an article. What it was as a draft stays
// its author's alone.
func (b *Blog) History(ctx context.Context, by account.User, author, slug string) (Article, []item.Revision, error) {
	a, err := b.Article(ctx, by, author, slug)
	if err != nil {
		return a, nil, err
	}
	all, err := b.items.Revisions(ctx, a.ID, 0, 100)
	if !by.Signed() || by.ID != a.Author.ID {
		all = slices.DeleteFunc(all, func(r item.Revision) bool { return r.At.Before(a.Published) })
	}
	return a, all, err
}

// Preview returns the HTML that the article would have; it is the same renderer.
func (b *Blog) Preview(ctx context.Context, e Edit) string {
	if len(e.Body) > maxBody {
		return ""
	}
	return item.Render(e.Title, item.Markdown, e.Body, true, b.items.PageExists(ctx)).HTML
}
