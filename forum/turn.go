package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// deleted is the state of a thread whose first post is out of sight. Nobody reads it.
const deleted State = "deleted"

// dayMillis is a day in the unit of the columns.
const dayMillis = 24 * 60 * 60 * 1000

// partOf is what by is to the question.
func (p place) partOf(by account.User) part {
	return part{asker: by.Signed() && by.ID == p.author, staff: p.keptBy(by)}
}

// keptBy reports whether by keeps order in the thread.
func (p place) keptBy(by account.User) bool { return p.board.Moderates(by) }

// movable fails where by cannot make any move in the life of a question here.
func (p place) movable(by account.User) error {
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in first.")
	case by.Status == account.Waiting:
		return fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	case p.kind != Question:
		return fault.Bad("thread", "This thread is a discussion. Only a question is open or solved.")
	case p.status == item.Deleted:
		return fault.Forbid("This thread was deleted; nothing can be added to it.")
	case p.locked && !p.keptBy(by):
		return fault.Forbid("This thread is locked: nothing in it can be changed.")
	}
	return nil
}

// mayTurn fails where by cannot make a move here.
func (p place) mayTurn(by account.User, m move) error {
	if err := p.movable(by); err != nil {
		return err
	}
	_, err := p.state.after(m, p.partOf(by))
	return err
}

// turn makes a move and writes the state that it leads to, which begins at a time.
func (f *Forum) turn(ctx context.Context, tx *db.Tx, p place, m move, by part, at int64) error {
	next, err := p.state.after(m, by)
	if err != nil || next == p.state {
		return err
	}
	return f.enter(ctx, tx, p.id, next, at)
}

// enter has a question be in a state from now on. What can be undone remembers the state
// before. Who was asked for more has as long as the board allows.
func (f *Forum) enter(ctx context.Context, tx *db.Tx, question int64, next State, at int64) error {
	var due int64
	if next == NeedsInfo {
		days, err := db.Value[int64](ctx, tx, "SELECT sp.patience FROM thread t JOIN space sp ON sp.id = t.board WHERE t.item = ?", question)
		if err != nil {
			return err
		}
		if days > 0 {
			due = at + days*dayMillis
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO question (item, since, due) VALUES (?, ?, ?)
		ON CONFLICT (item) DO UPDATE SET since = excluded.since, due = excluded.due`, question, at, due)
	if err != nil {
		return err
	}
	if next == Duplicate || next == deleted {
		_, err = tx.Exec(ctx, "UPDATE question SET was = (SELECT t.state FROM thread t WHERE t.item = question.item) WHERE item = ?", question)
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, "UPDATE thread SET state = ? WHERE item = ?", next, question)
	return err
}

// standing is what the state of a question has to agree with.
type standing struct {
	state, was      State
	live, answers   bool
	since           int64 // when the state began
	created, newest int64 // of the question, and of its last answer
}

// settle has the state of a question agree with what is in sight of it, after
// something was taken away or came back.
func (f *Forum) settle(ctx context.Context, tx *db.Tx, thread int64) error {
	s, err := db.One(ctx, tx, func(r db.Row) (s standing, err error) {
		var answers int
		err = r.Scan(&s.state, &s.was, &s.live, &answers, &s.since, &s.created, &s.newest)
		s.answers = answers > 0
		return s, err
	}, `
		SELECT t.state, coalesce(q.was, ''), i.status = 'live', t.answers, coalesce(q.since, t.created), t.created,
			coalesce((SELECT max(p.created) FROM post p JOIN item a ON a.id = p.item WHERE p.thread = t.item AND p.kind = 'answer' AND a.status = 'live'), 0)
		FROM thread t JOIN item i ON i.id = t.item LEFT JOIN question q ON q.item = t.item WHERE t.item = ?`, thread)
	if err != nil {
		return err
	}
	if next, since := s.settled(); next != s.state {
		return f.enter(ctx, tx, thread, next, since)
	}
	return nil
}

// settled is the state that agrees, and since when. A question that was opened again
// after its answers stays open.
func (s standing) settled() (State, int64) {
	if !s.live {
		return deleted, s.since
	}
	if s.state == deleted {
		s.state = s.was
	}
	switch {
	case s.state == deleted, s.state == "":
		s.state, s.since = Open, s.created
	case s.state == Answered && !s.answers:
		return Open, s.created
	}
	if s.state == Open && s.answers && (s.since <= s.created || s.newest > s.since) {
		return Answered, s.newest
	}
	return s.state, s.since
}
