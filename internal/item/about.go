package item

import (
	"context"
	"net/url"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Subject is a page or an article that a thread is about.
type Subject struct {
	ID     int64
	Kind   Kind
	Title  string
	Slug   string
	Author account.User // number and name
	Space  Space        // its rights
}

// Subject returns what a thread about an item would be about, if by may read it as
// everybody does who may read its space: nothing is said about a draft.
func (s *Store) Subject(ctx context.Context, by account.User, id int64) (Subject, error) {
	o, err := db.One(ctx, s.DB, func(r db.Row) (o Subject, err error) {
		err = r.Scan(&o.ID, &o.Kind, &o.Title, &o.Slug, &o.Author.ID, &o.Author.Name, &o.Author.Display, &o.Space.MayRead, &o.Space.MayModerate)
		return o, err
	}, `SELECT i.id, i.kind, i.title, i.slug, a.id, a.name, a.display, sp.may_read, sp.may_moderate
		FROM item i JOIN account a ON a.id = i.author JOIN space sp ON sp.id = i.space
		WHERE i.id = ? AND i.kind IN ('page', 'article') AND i.status = 'live'`, id)
	if fault.Is(err, fault.Missing) || err == nil && o.Space.Readable(by) != nil {
		return Subject{}, fault.Gone("There is nothing at this address.")
	}
	return o, err
}

// Fits reports whether what is said about the subject may stand in a board: nobody can
// read that who cannot read the subject.
func (o Subject) Fits(board Space) bool {
	return o.Space.MayRead == account.Everyone || o.Space.MayRead == board.MayRead
}

// Place is the form that something is said about the subject with, where its draft belongs.
func (o Subject) Place() string {
	if o.Kind == Page {
		return "/wiki/" + url.PathEscape(strings.ReplaceAll(o.Title, " ", "_")) + "/talk"
	}
	return "/blog/" + url.PathEscape(o.Author.Name) + "/" + url.PathEscape(o.Slug) + "/comment"
}

// hidden is 1 where a thread t about su, in a space ss, is not for the readers of its
// board b; it says in SQL what Subject and Fits say.
const hidden = "CASE WHEN su.status = 'live' AND (ss.may_read = 0 OR ss.may_read = b.may_read) THEN 0 ELSE 1 END"

// Veil has the threads about an item be in sight as far as the item is.
func (s *Store) Veil(ctx context.Context, tx *db.Tx, subject int64) error {
	return s.veil(ctx, tx, "i.about = ?", subject)
}

// veilIn is Veil for whatever stands in a space or is about something there.
func (s *Store) veilIn(ctx context.Context, tx *db.Tx, space int64) error {
	if err := s.veil(ctx, tx, "t.board = ? AND i.about IS NOT NULL", space); err != nil {
		return err
	}
	return s.veil(ctx, tx, "su.space = ?", space)
}

// veil hides the threads that where picks, or shows them again, as they have to be by
// now. Where is constant SQL over thread t, its item i and its subject su. A thread that
// is hidden is held and in the state of a deleted one, so that no list has to ask what
// it is about; one that was out of sight anyway is only marked.
func (s *Store) veil(ctx context.Context, tx *db.Tx, where string, arg int64) error {
	type change struct {
		thread int64
		hide   bool
	}
	all, err := db.All(ctx, tx, func(r db.Row) (c change, err error) {
		err = r.Scan(&c.thread, &c.hide)
		return c, err
	}, `SELECT t.item, t.veiled = 0
		FROM item i JOIN thread t ON t.item = i.id JOIN space b ON b.id = t.board JOIN item su ON su.id = i.about JOIN space ss ON ss.id = su.space
		WHERE `+where+" AND t.merged IS NULL AND CASE t.veiled WHEN 0 THEN 0 ELSE 1 END <> "+hidden, arg)
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := s.veilOne(ctx, tx, c.thread, c.hide); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) veilOne(ctx context.Context, tx *db.Tx, thread int64, hide bool) error {
	steps := []string{
		"UPDATE item SET status = 'live' WHERE id = ? AND status = 'held' AND EXISTS (SELECT 1 FROM thread t WHERE t.item = item.id AND t.veiled = 1)",
		"UPDATE thread SET veiled = 0 WHERE item = ?",
	}
	if hide {
		steps = []string{
			"UPDATE thread SET veiled = CASE (SELECT i.status FROM item i WHERE i.id = thread.item) WHEN 'live' THEN 1 ELSE 2 END WHERE item = ?",
			"UPDATE item SET status = 'held' WHERE id = ? AND status = 'live'",
		}
	}
	for _, step := range steps {
		if _, err := tx.Exec(ctx, step, thread); err != nil {
			return err
		}
	}
	if s.Shown == nil {
		return nil
	}
	return s.Shown(ctx, tx, thread)
}
