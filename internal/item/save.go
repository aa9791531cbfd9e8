package item

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/search"
)

// New is an item to be made.
type New struct {
	Kind   Kind
	Space  int64
	Author account.User
	Lang   string
	Slug   string
	Status Status
	Via    Via
	Parent int64 // 0: none
	Root   int64 // 0: it is a root itself
	About  int64 // 0: about nothing
	At     time.Time
	Tags   []string
	Text   Text
	Once   Once
	Files  []string  // ids of uploads that are named below the text
	Sent   SentDraft // the draft that it was

	Summary string // of the first revision
}

// Saved says what a write made; a draft has no event.
type Saved struct {
	Item, Revision, Event int64
	Tags                  []string // under the names that they are kept by
}

// Create writes a new item with its first revision, links, tags, search entry
// and event.
func (s *Store) Create(ctx context.Context, tx *db.Tx, n New) (Saved, error) {
	id, err := tx.Insert(ctx, `
		INSERT INTO item (kind, space, author, lang, title, slug, status, via, created, parent, root, about)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		n.Kind, n.Space, n.Author.ID, n.Lang, n.Text.Title, n.Slug, n.Status, n.Via,
		n.At.UnixMilli(), null(n.Parent), n.Root, null(n.About))
	if err != nil {
		return Saved{}, err
	}
	if len(n.Files) > 0 {
		if n.Text, err = s.withList(ctx, tx, n.Author, id, n.Text, n.Files); err != nil {
			return Saved{}, err
		}
	}
	saved := Saved{Item: id}
	if saved.Tags, err = s.derive(ctx, tx, id, n.Tags, n.Text, n.Status == Live); err != nil {
		return Saved{}, err
	}
	r := revision{item: id, seq: 1, author: n.Author.ID, at: n.At, via: n.Via, text: n.Text, tags: saved.Tags, summary: n.Summary}
	if saved.Revision, err = r.insert(ctx, tx); err != nil {
		return Saved{}, err
	}
	root := n.Root
	if root == 0 {
		root = id
	}
	if _, err := tx.Exec(ctx, "UPDATE item SET head_rev = ?, root = ? WHERE id = ?", saved.Revision, root, id); err != nil {
		return Saved{}, err
	}
	if err := attach(ctx, tx, n.Author, id, n.Text); err != nil {
		return Saved{}, err
	}
	if err := s.remember(ctx, tx, n.Author.ID, id, n.Once); err != nil {
		return Saved{}, err
	}
	if err := dropDraft(ctx, tx, n.Author.ID, n.Sent); err != nil {
		return Saved{}, err
	}
	if n.Status == Draft {
		return saved, nil // it is news when it is published
	}
	saved.Event, err = s.Happened(ctx, tx, n.Author, Created, id, saved.Revision, n.Via)
	return saved, err
}

// Change is a new revision of an item.
type Change struct {
	Item    int64
	Base    int64 // the revision the author had before their eyes; 0: whatever is newest
	Author  account.User
	Slug    string
	Via     Via
	At      time.Time
	Tags    []string
	Text    Text
	Summary string
	Minor   bool
	Sent    SentDraft // the draft that it was
}

// Update writes a new revision. It fails with fault.Conflict when somebody else
// saved one since Base.
func (s *Store) Update(ctx context.Context, tx *db.Tx, c Change) (Saved, error) {
	head, err := headOf(ctx, tx, c.Item)
	if err != nil {
		return Saved{}, err
	}
	if c.Base != 0 && c.Base != head.id {
		return Saved{}, fault.Clash("Somebody else saved a change while you were writing. Your text is below; compare it with the newest version and save again.")
	}
	if c.Text, err = s.withList(ctx, tx, c.Author, c.Item, c.Text, nil); err != nil {
		return Saved{}, err
	}
	saved := Saved{Item: c.Item}
	if saved.Tags, err = s.rederive(ctx, tx, c.Item, c.Tags, c.Text, head.status == Live); err != nil {
		return Saved{}, err
	}
	r := revision{item: c.Item, seq: head.seq + 1, base: c.Base, author: c.Author.ID, at: c.At, via: c.Via,
		text: c.Text, tags: saved.Tags, summary: c.Summary, minor: c.Minor}
	if saved.Revision, err = r.insert(ctx, tx); err != nil {
		return Saved{}, err
	}
	_, err = tx.Exec(ctx, "UPDATE item SET head_rev = ?, title = ?, slug = ?, edited = ? WHERE id = ?",
		saved.Revision, c.Text.Title, c.Slug, c.At.UnixMilli(), c.Item)
	if err != nil {
		return Saved{}, err
	}
	if err := attach(ctx, tx, c.Author, c.Item, c.Text); err != nil {
		return Saved{}, err
	}
	if err := dropDraft(ctx, tx, c.Author.ID, c.Sent); err != nil {
		return Saved{}, err
	}
	saved.Event, err = s.Happened(ctx, tx, c.Author, Edited, c.Item, saved.Revision, c.Via)
	return saved, err
}

type head struct {
	id, seq int64
	status  Status
}

func headOf(ctx context.Context, tx *db.Tx, id int64) (head, error) {
	return db.One(ctx, tx, func(r db.Row) (h head, err error) {
		err = r.Scan(&h.id, &h.seq, &h.status)
		return h, err
	}, "SELECT r.id, r.seq, i.status FROM item i JOIN revision r ON r.id = i.head_rev WHERE i.id = ?", id)
}

type revision struct {
	item, seq, base, author int64
	at                      time.Time
	via                     Via
	text                    Text
	tags                    []string
	summary                 string
	minor                   bool
}

func (r revision) insert(ctx context.Context, tx *db.Tx) (int64, error) {
	return tx.Insert(ctx, `
		INSERT INTO revision (item, seq, base, author, at, title, format, source, html, digest, summary, minor, via, tags)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		r.item, r.seq, r.base, r.author, r.at.UnixMilli(), r.text.Title, r.text.Format, r.text.Source, r.text.HTML,
		r.text.digest[:], Remark(r.summary), flag(r.minor), r.via, strings.Join(r.tags, " "))
}

// derive writes what follows from the text: links, tags, the search entry. It returns
// the tags under the names that they are kept by.
func (s *Store) derive(ctx context.Context, tx *db.Tx, id int64, tags []string, t Text, seen bool) ([]string, error) {
	if err := s.putLinks(ctx, tx, id, t.links); err != nil {
		return nil, err
	}
	kept, err := putTags(ctx, tx, id, tags)
	if err != nil || !seen {
		return kept, err
	}
	return kept, search.Put(ctx, tx, id, t.words[0], t.words[1])
}

func (s *Store) rederive(ctx context.Context, tx *db.Tx, id int64, tags []string, t Text, seen bool) ([]string, error) {
	if _, err := tx.Exec(ctx, "DELETE FROM link WHERE src = ?", id); err != nil {
		return nil, err
	}
	if err := dropTags(ctx, tx, id); err != nil {
		return nil, err
	}
	if err := search.Drop(ctx, tx, id); err != nil {
		return nil, err
	}
	return s.derive(ctx, tx, id, tags, t, seen)
}

// null stores a missing reference as NULL.
func null(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Publish brings a draft into everybody's sight; for them it happens now.
func (s *Store) Publish(ctx context.Context, tx *db.Tx, by account.User, id int64, text Text, via Via) error {
	n, err := tx.Exec(ctx, "UPDATE item SET status = 'live', created = ? WHERE id = ? AND status = 'draft'", s.Now().UnixMilli(), id)
	if err != nil || n == 0 {
		return err
	}
	if err := search.Put(ctx, tx, id, text.words[0], text.words[1]); err != nil {
		return err
	}
	if _, err = s.Happened(ctx, tx, by, Created, id, 0, via); err != nil {
		return err
	}
	return s.Veil(ctx, tx, id)
}
