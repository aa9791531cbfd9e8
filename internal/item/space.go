package item

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Space is a place for items: a board, the wiki, a member's blog.
type Space struct {
	ID          int64
	Kind        string // board, wiki, blog
	Slug        string
	Title       string
	Description string
	List        string // local part of its mailing list's address; empty: none
	MayRead     account.Audience
	MayPost     account.Audience
	MayModerate account.Audience // who keeps order there beside the staff; they may read it in any case
	Archived    bool             // it can be read, but nothing is added
	Owner       int64            // of a blog
	Threads     int
	LastAt      time.Time
}

// Readable fails with fault.Missing where by may not read the space: who may
// not know of it hears the same as where there is none.
func (s Space) Readable(by account.User) error {
	if !by.In(s.MayRead) && !by.In(max(s.MayModerate, account.Staff)) {
		return fault.Gone("There is nothing at this address.")
	}
	return nil
}

// Postable fails where by may not write in the space.
func (s Space) Postable(by account.User) error {
	if err := s.Readable(by); err != nil {
		return err
	}
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in to write here.")
	case by.Status == account.Waiting:
		return fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	case s.Archived:
		return fault.Forbid("“%s” is archived: it can be read, but nothing more is added.", s.Title)
	case by.In(s.MayPost) || s.Moderates(by):
		return nil
	case s.MayPost.IsGroup():
		return fault.Forbid("Only those who were invited write in “%s”.", s.Title)
	}
	return fault.Forbid("Only the staff write in “%s”.", s.Title)
}

// Moderates reports whether by keeps order in the space: the staff do everywhere.
func (s Space) Moderates(by account.User) bool {
	return !by.Plain && by.In(max(s.MayModerate, account.Staff))
}

const spaceColumns = `sp.id, sp.kind, sp.slug, sp.title, sp.description, coalesce(sp.list, ''), sp.may_read, sp.may_post, sp.may_moderate, sp.archived, coalesce(sp.owner, 0), sp.threads, sp.last_at`

func scanSpace(r db.Row) (s Space, err error) {
	var last, archived int64
	err = r.Scan(&s.ID, &s.Kind, &s.Slug, &s.Title, &s.Description, &s.List, &s.MayRead, &s.MayPost, &s.MayModerate, &archived, &s.Owner, &s.Threads, &last)
	s.LastAt, s.Archived = time.UnixMilli(last).UTC(), archived != 0
	return s, err
}

// Space returns the space of a kind by its slug, whoever asks.
func (s *Store) Space(ctx context.Context, kind, slug string) (Space, error) {
	return db.One(ctx, s.DB, scanSpace, "SELECT "+spaceColumns+" FROM space sp WHERE sp.kind = ? AND sp.slug = ?", kind, slug)
}

// SpaceByList returns the space whose mailing list has this local part.
func (s *Store) SpaceByList(ctx context.Context, local string) (Space, error) {
	return db.One(ctx, s.DB, scanSpace, "SELECT "+spaceColumns+" FROM space sp WHERE sp.list = ?", local)
}

// Spaces returns the spaces of a kind that by may read, in their order.
func (s *Store) Spaces(ctx context.Context, by account.User, kind string) ([]Space, error) {
	return db.All(ctx, s.DB, scanSpace, "SELECT "+spaceColumns+` FROM space sp
		WHERE sp.kind = ? AND `+account.Admits+` ORDER BY sp.position, sp.id LIMIT 500`, kind, by.Clearance(), by.Joined())
}

// AddSpace makes a space. It fails with fault.Conflict where its slug or list
// address is taken.
func (s *Store) AddSpace(ctx context.Context, n Space) (Space, error) {
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		n, err = s.PutSpace(ctx, tx, n)
		return err
	})
	return n, err
}

// PutSpace is AddSpace within a transaction of a feature that has more to write.
func (s *Store) PutSpace(ctx context.Context, tx *db.Tx, n Space) (Space, error) {
	taken, err := db.Value[int](ctx, tx, "SELECT count(*) FROM space WHERE (kind = ? AND slug = ?) OR list = ?", n.Kind, n.Slug, text(n.List))
	if err != nil {
		return n, err
	}
	if taken > 0 {
		return n, fault.Clash("The name “%s” or its list address is taken already.", n.Slug)
	}
	n.ID, err = tx.Insert(ctx, `
		INSERT INTO space (kind, slug, title, description, list, may_read, may_post, may_moderate, owner, position, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM space), ?) RETURNING id`,
		n.Kind, n.Slug, n.Title, n.Description, text(n.List), n.MayRead, n.MayPost, max(n.MayModerate, account.Staff), null(n.Owner), s.Now().UnixMilli())
	return n, err
}

// ChangeSpace gives the space with n's number its title, description, list, rights and
// whether it is archived. It fails with fault.Conflict where the list address is taken.
func (s *Store) ChangeSpace(ctx context.Context, tx *db.Tx, n Space) error {
	taken, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM space WHERE list = ? AND id <> ?)", text(n.List), n.ID)
	if err != nil {
		return err
	}
	if taken {
		return &fault.Error{Kind: fault.Conflict, Field: "list", Text: "The address of this list is taken already. Please choose another."}
	}
	since := int64(0)
	if n.Archived {
		since = s.Now().UnixMilli()
	}
	_, err = tx.Exec(ctx, `
		UPDATE space SET title = ?, description = ?, list = ?, may_read = ?, may_post = ?, may_moderate = ?,
			archived = CASE WHEN archived > 0 AND CAST(? AS BIGINT) > 0 THEN archived ELSE CAST(? AS BIGINT) END
		WHERE id = ?`, n.Title, n.Description, text(n.List), n.MayRead, n.MayPost, max(n.MayModerate, account.Staff), since, since, n.ID)
	if err != nil {
		return err
	}
	return s.veilIn(ctx, tx, n.ID)
}

// EnsureSpace returns the space of n's kind and slug, made if there is none.
func (s *Store) EnsureSpace(ctx context.Context, n Space) (Space, error) {
	found, err := s.Space(ctx, n.Kind, n.Slug)
	if !fault.Is(err, fault.Missing) {
		return found, err
	}
	made, err := s.AddSpace(ctx, n)
	if fault.Is(err, fault.Conflict) {
		return s.Space(ctx, n.Kind, n.Slug) // somebody else was faster
	}
	return made, err
}

// text stores an empty text as NULL, which a UNIQUE column may hold many times.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// PageExists returns a function that says whether a wiki page has a title, for
// the renderer, which marks links to missing pages. An unreadable database
// counts as "yes": a wrong mark would be worse than none.
func (s *Store) PageExists(ctx context.Context) func(title string) bool {
	return func(title string) bool {
		n, err := db.Value[int](ctx, s.DB, "SELECT count(*) FROM wiki_page WHERE title = ?", title)
		return err != nil || n > 0
	}
}
