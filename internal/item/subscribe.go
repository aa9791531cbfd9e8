package item

import (
	"context"
	"slices"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Target is what somebody can subscribe to.
type Target string

// The targets of subscriptions.
const (
	ToBoard  Target = "board"
	ToThread Target = "thread"
	ToTag    Target = "tag"
	ToWiki   Target = "wiki"
	ToUser   Target = "user"
)

// Push is the channel of what is told on the site, and shown in every browser of the
// person that shows notices, whatever kinds of them are chosen there.
const Push = "push"

// Subscription says how much a person wants to hear of something, and how.
type Subscription struct {
	Target  Target
	ID      int64  // of the space, thread, tag, page or account
	Name    string // its title or name, for the person's list
	Slug    string
	Level   string // watch, follow, normal, mute
	Channel string // mail, daily, weekly, web, push
}

// Subscribe sets a person's subscription; the level "normal" takes it away. Its
// faults are on "level" and "channel".
func (s *Store) Subscribe(ctx context.Context, by account.User, sub Subscription) error {
	if !by.Signed() {
		return fault.SignIn("Sign in to subscribe.")
	}
	if err := sub.check(); err != nil {
		return err
	}
	sub = sub.ofPeople()
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.subscribe(ctx, tx, by.ID, sub) })
}

// ofPeople is what a subscription to a person can be: what they write comes by mail, or
// is told on the site or in browsers, because no digest gathers it; who is not followed is muted.
func (sub Subscription) ofPeople() Subscription {
	switch {
	case sub.Target != ToUser:
	case sub.Level == "mute":
		sub.Level = "normal"
	case sub.Channel != "mail" && sub.Channel != Push:
		sub.Channel = "web"
	}
	return sub
}

func (sub Subscription) check() error {
	if !slices.Contains([]string{"watch", "follow", "normal", "mute"}, sub.Level) {
		return fault.Bad("level", "The level is watch, follow, normal or mute.")
	}
	if sub.Level != "normal" && !slices.Contains([]string{"mail", "daily", "weekly", "web", Push}, sub.Channel) {
		return fault.Bad("channel", "The channel is mail, daily, weekly, web or push.")
	}
	return nil
}

func (s *Store) subscribe(ctx context.Context, tx *db.Tx, account int64, sub Subscription) error {
	if sub.Level == "normal" {
		_, err := tx.Exec(ctx, "DELETE FROM subscription WHERE target = ? AND target_id = ? AND account = ?", sub.Target, sub.ID, account)
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (target, target_id, account) DO UPDATE SET level = excluded.level, channel = excluded.channel`,
		sub.Target, sub.ID, account, sub.Level, sub.Channel, s.Now().UnixMilli())
	return err
}

// Join has somebody who took part in a thread hear of what follows, unless
// they have said otherwise.
func (s *Store) Join(ctx context.Context, tx *db.Tx, account, thread int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('thread', ?, ?, 'watch', 'mail', ?)
		ON CONFLICT DO NOTHING`, thread, account, s.Now().UnixMilli())
	return err
}

// Unjoin takes Join back, for an author who wrote somewhere else and asked for nothing
// here.
func (s *Store) Unjoin(ctx context.Context, tx *db.Tx, account, thread int64) error {
	_, err := tx.Exec(ctx, "DELETE FROM subscription WHERE target = 'thread' AND target_id = ? AND account = ?", thread, account)
	return err
}

// Leave ends the mail that somebody gets from a board: by its list, by a thread or
// tag in it, by a mention. What the person asks for later counts again.
func (s *Store) Leave(ctx context.Context, tx *db.Tx, account, board int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('board', ?, ?, 'mute', 'mail', ?)
		ON CONFLICT (target, target_id, account) DO UPDATE SET level = excluded.level, channel = excluded.channel, created = excluded.created`,
		board, account, s.Now().UnixMilli())
	return err
}

// EndDigests ends every digest of a person; what it told of stays on the site.
func (s *Store) EndDigests(ctx context.Context, tx *db.Tx, account int64) error {
	_, err := tx.Exec(ctx, "UPDATE subscription SET channel = 'web' WHERE account = ? AND channel IN ('daily', 'weekly')", account)
	return err
}

// Level returns a person's subscription to something; without one the level is "normal".
func (s *Store) Level(ctx context.Context, by account.User, target Target, id int64) (Subscription, error) {
	none := Subscription{Target: target, ID: id, Level: "normal", Channel: "mail"}
	if !by.Signed() {
		return none, nil
	}
	sub, err := db.One(ctx, s.DB, func(r db.Row) (Subscription, error) {
		sub := Subscription{Target: target, ID: id}
		err := r.Scan(&sub.Level, &sub.Channel)
		return sub, err
	}, "SELECT level, channel FROM subscription WHERE target = ? AND target_id = ? AND account = ?", target, id, by.ID)
	if fault.Is(err, fault.Missing) {
		return none, nil
	}
	return sub, err
}

// Subscriptions returns what a person has subscribed to, boards and threads by
// their titles. What the person may not read any more has no name.
func (s *Store) Subscriptions(ctx context.Context, by account.User) ([]Subscription, error) {
	return db.All(ctx, s.DB, func(r db.Row) (sub Subscription, err error) {
		err = r.Scan(&sub.Target, &sub.ID, &sub.Name, &sub.Slug, &sub.Level, &sub.Channel)
		return sub, err
	}, `
		SELECT s.target, s.target_id, coalesce(sp.title, i.title, g.name, p.display, ''), coalesce(sp.slug, i.slug, g.name, p.name, ''), s.level, s.channel
		FROM subscription s
		LEFT JOIN space sp ON s.target = 'board' AND sp.id = s.target_id AND `+account.Admits+`
		LEFT JOIN item i ON s.target IN ('thread', 'wiki') AND i.id = s.target_id AND i.status = 'live'
			AND EXISTS (SELECT 1 FROM space sp WHERE sp.id = i.space AND `+account.Admits+`)
		LEFT JOIN tag g ON s.target = 'tag' AND g.id = s.target_id
		LEFT JOIN account p ON s.target = 'user' AND p.id = s.target_id
		WHERE s.account = ? ORDER BY s.target, s.created DESC LIMIT 500`, by.Clearance(), by.Joined(), by.Clearance(), by.Joined(), by.ID)
}
