package forum

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// A member casts so many votes within a day, of these so many against something. The
// staff are people too.
const (
	votesADay     = 60
	downVotesADay = 15
	maxNote       = 500 // characters of what a voter adds
)

// Reason is why somebody votes against a post: a word, and what they add to it. Its
// author and those who keep order read it, and nobody else.
type Reason struct{ Word, Note string }

// Reasons are the words. Other wants a note; Unsaid is of a program that gives none.
var Reasons = []string{"wrong", "unclear", "outdated", "off-topic", "unkind", "spam", Other}

// The words that are special.
const (
	Other  = "other"
	Unsaid = "unsaid"
)

// Vote sets by's vote on a post: 1 for it, or 0 for none; it returns the new score. A
// vote against it has a reason: see VoteDown.
func (f *Forum) Vote(ctx context.Context, by account.User, post int64, value int) (int, error) {
	switch value {
	case 0, 1:
		return f.cast(ctx, by, post, ballot{value: value})
	case -1:
		return 0, fault.Bad("reason", "Say why: it helps the author to make it better.")
	}
	return 0, fault.Bad("value", "A vote is 1, 0 or -1.")
}

// VoteDown votes against a post, and says why. Its faults are on "reason" and "note".
func (f *Forum) VoteDown(ctx context.Context, by account.User, post int64, why Reason) (int, error) {
	why.Note = item.Line(why.Note)
	switch {
	case why.Word != Unsaid && !slices.Contains(Reasons, why.Word):
		return 0, fault.Bad("reason", "Say why: it helps the author to make it better.")
	case why.Word == Other && why.Note == "":
		return 0, fault.Bad("note", "Say in a few words what it is.")
	case utf8.RuneCountInString(why.Note) > maxNote:
		return 0, fault.Bad("note", "The reason may have %d characters at most.", maxNote)
	}
	return f.cast(ctx, by, post, ballot{value: -1, why: why})
}

type ballot struct {
	value int
	why   Reason
}

func (f *Forum) cast(ctx context.Context, by account.User, post int64, b ballot) (int, error) {
	p, err := f.Find(ctx, by, post)
	if err != nil {
		return 0, err
	}
	if err := p.votable(by); err != nil {
		return 0, err
	}
	var score int
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		score, err = f.vote(ctx, tx, by.ID, p, b)
		return err
	})
	return score, err
}

// votable is the one rule about who may vote on a post.
func (p *Post) votable(by account.User) error {
	switch {
	case !by.Signed():
		return errVoteSignIn
	case by.Status == account.Waiting:
		return errWaiting
	case by.ID == p.Author.ID:
		return errVoteOwn
	case p.Status != item.Live:
		return errDeleted
	}
	return nil
}

func (f *Forum) vote(ctx context.Context, tx *db.Tx, by int64, p Post, b ballot) (int, error) {
	was, err := db.Value[int](ctx, tx, "SELECT coalesce(max(value), 0) FROM vote WHERE account = ? AND item = ?", by, p.ID)
	if err != nil {
		return 0, err
	}
	if b.value != 0 && b.value != was {
		if err := f.within(ctx, tx, by, b.value); err != nil {
			return 0, err
		}
	}
	if b.value == 0 {
		_, err = tx.Exec(ctx, "DELETE FROM vote WHERE account = ? AND item = ?", by, p.ID)
	} else {
		_, err = tx.Exec(ctx, `INSERT INTO vote (account, item, value, at, reason, note) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (account, item) DO UPDATE SET value = excluded.value, at = excluded.at, reason = excluded.reason, note = excluded.note`,
			by, p.ID, b.value, f.now().UnixMilli(), b.why.Word, b.why.Note)
	}
	if err != nil {
		return 0, err
	}
	if was == b.value {
		return db.Value[int](ctx, tx, "SELECT score FROM post WHERE item = ?", p.ID)
	}
	return f.score(ctx, tx, p, count(b.value, 1)-count(was, 1), count(b.value, -1)-count(was, -1))
}

// within fails where somebody has cast as many votes as a day allows. What is taken
// back does not count.
func (f *Forum) within(ctx context.Context, tx *db.Tx, by int64, value int) error {
	var cast, down int
	_, err := db.One(ctx, tx, func(r db.Row) (bool, error) { return true, r.Scan(&cast, &down) },
		"SELECT count(*), coalesce(sum(CASE value WHEN -1 THEN 1 ELSE 0 END), 0) FROM vote WHERE account = ? AND at > ?",
		by, f.now().Add(-24*time.Hour).UnixMilli())
	switch {
	case err != nil:
		return err
	case cast >= votesADay:
		return fault.Limit("You have cast %d votes within a day, and that is enough. Come back tomorrow.", votesADay)
	case value < 0 && down >= downVotesADay:
		return fault.Limit("You have voted against %d posts within a day, and that is enough. Come back tomorrow.", downVotesADay)
	}
	return nil
}

// score adds to the counters, and to the thread's where its first post is meant.
func (f *Forum) score(ctx context.Context, tx *db.Tx, p Post, up, down int) (int, error) {
	score, err := db.Value[int](ctx, tx, `
		UPDATE post SET score = score + ?, up = up + ?, down = down + ? WHERE item = ? RETURNING score`, up-down, up, down, p.ID)
	if err != nil || !p.First() {
		return score, err
	}
	if _, err = tx.Exec(ctx, "UPDATE thread SET score = ? WHERE item = ?", score, p.Thread); err != nil {
		return score, err
	}
	return score, retag(ctx, tx, p.Thread)
}

func count(value, of int) int {
	if value == of {
		return 1
	}
	return 0
}

// Objection is a vote against a post. Who cast it is known to those who keep order only.
type Objection struct {
	Reason
	At time.Time
	By account.User
}

// mostObjections is how many are shown.
const mostObjections = 100

// Objections returns why others have voted against a post, the newest first.
func (f *Forum) Objections(ctx context.Context, by account.User, post int64) (Post, []Objection, error) {
	p, err := f.Find(ctx, by, post)
	if err != nil {
		return p, nil, err
	}
	if err := p.MaySeeObjections(by); err != nil {
		return p, nil, err
	}
	all, err := db.All(ctx, f.db, func(r db.Row) (o Objection, err error) {
		var at int64
		err = r.Scan(&o.Word, &o.Note, &at, &o.By.ID, &o.By.Name, &o.By.Display)
		o.At = time.UnixMilli(at).UTC()
		if !p.keptBy(by) {
			o.By = account.User{}
		}
		return o, err
	}, `SELECT v.reason, v.note, v.at, a.id, a.name, a.display FROM vote v JOIN account a ON a.id = v.account
		WHERE v.item = ? AND v.value < 0 ORDER BY v.at DESC LIMIT ?`, p.ID, mostObjections)
	return p, all, err
}

// MaySeeObjections fails as Objections would.
func (p *Post) MaySeeObjections(by account.User) error {
	if !p.keptBy(by) && (!by.Signed() || by.ID != p.Author.ID) {
		return errObjections
	}
	return nil
}
