package mail

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// A private mail goes from one person to another over an address of the site, so that
// neither learns the other's. It stands in a table of its own that no page, archive,
// export or search reads; its text is there until it has gone, and no longer.

// How much of it there may be in a day. A stranger to the site has something to prove.
const (
	privatePerDay    = 10
	privateForNew    = 3
	newFor           = 7 * 24 * time.Hour
	privateToOne     = 40 // to one person, from everybody
	longestPrivate   = 60 << 10
	longestSubject   = 200
	privateDay       = 24 * time.Hour
	privateFates     = "('queued', 'sent', 'failed')" // those that count
	privateMIDPrefix = "private."
)

// private is a private mail before it is put on its way.
type private struct {
	from, to  account.User
	addresses []string // of both, which are not shown
	subject   string
	text      string
	markdown  bool
	files     []message.Attachment
	left      []string // names of files that do not go on
	sealed    *sealed  // encrypted: nobody here can read it
	answers   string   // Message-ID of the receiver's own mail that it answers
	messageID string   // the sender's own
	digest    []byte
}

// SendPrivately has a member write to another in private. Its faults are on "to",
// "subject" and "text".
func (g *Gateway) SendPrivately(ctx context.Context, by account.User, to, subject, text string) error {
	receiver, err := g.accounts.ByName(ctx, to)
	if err != nil {
		return err
	}
	if err := g.mayWrite(ctx, g.db, by, receiver); err != nil {
		return err
	}
	p := private{from: by, to: receiver, subject: oneLine(subject), text: strings.TrimSpace(text)}
	if err := p.check(); err != nil {
		return err
	}
	if p.addresses, err = g.addressesOf(ctx, by, receiver); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(p.subject + "\x00" + p.text))
	p.digest = sum[:]
	raw, mid, err := g.composePrivate(ctx, p)
	if err != nil {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		known, err := g.sentBefore(ctx, tx, p)
		if err != nil || known {
			return err // the button was pressed twice
		}
		if err := g.mayWrite(ctx, tx, by, receiver); err != nil {
			return err
		}
		id, err := tx.Insert(ctx, `
			INSERT INTO private_mail (sender, receiver, fate, mid, digest, raw, at) VALUES (?, ?, 'queued', ?, ?, ?, ?) RETURNING id`,
			by.ID, receiver.ID, mid, p.digest, pack(raw), g.now().UnixMilli())
		if err != nil {
			return err
		}
		return g.queuePrivate(ctx, tx, id, receiver.ID)
	})
}

func (p private) check() error {
	var wrong fault.List
	if p.subject == "" {
		wrong.Add(fault.Bad("subject", "Please say in a few words what it is about."))
	}
	if utf8.RuneCountInString(p.subject) > longestSubject {
		wrong.Add(fault.Bad("subject", "The subject has %d characters at most.", longestSubject))
	}
	if p.text == "" {
		wrong.Add(fault.Bad("text", "There is no text yet."))
	}
	if len(p.text) > longestPrivate {
		wrong.Add(fault.Bad("text", "The text is too long: %d KB at most.", longestPrivate>>10))
	}
	return wrong.Err()
}

// MayWritePrivately returns nil where by may write to somebody now, or why not.
func (g *Gateway) MayWritePrivately(ctx context.Context, by, to account.User) error {
	return g.mayWrite(ctx, g.db, by, to)
}

// mayWrite is every rule about writing privately: both doors, and how much in a day.
func (g *Gateway) mayWrite(ctx context.Context, r db.Reader, from, to account.User) error {
	if err := g.accounts.MayWritePrivately(ctx, r, from, to); err != nil {
		return err
	}
	since := g.now().Add(-privateDay).UnixMilli()
	sent, err := db.Value[int](ctx, r, "SELECT count(*) FROM private_mail WHERE sender = ? AND at > ? AND fate IN "+privateFates, from.ID, since)
	if err != nil {
		return err
	}
	joined, err := db.Value[int64](ctx, r, "SELECT created FROM account WHERE id = ?", from.ID)
	if err != nil {
		return err
	}
	most := privatePerDay
	if from.Role == account.Member && g.now().Sub(time.UnixMilli(joined)) < newFor {
		most = privateForNew
	}
	if sent >= most {
		return fault.Limit("You have written %d private mails within a day, which is as many as you may. Please try again tomorrow.", most)
	}
	got, err := db.Value[int](ctx, r, "SELECT count(*) FROM private_mail WHERE receiver = ? AND at > ? AND fate IN "+privateFates, to.ID, since)
	if err == nil && got >= privateToOne {
		err = fault.Limit("This person has had very many private mails within a day. Please try again tomorrow.")
	}
	return err
}

// sentBefore reports whether the same text went to the same person within a day.
func (g *Gateway) sentBefore(ctx context.Context, tx *db.Tx, p private) (bool, error) {
	return db.Value[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM private_mail WHERE sender = ? AND at > ? AND receiver = ? AND digest = ? AND fate IN `+privateFates+")",
		p.from.ID, g.now().Add(-privateDay).UnixMilli(), p.to.ID, p.digest)
}

// queuePrivate puts a mail among those that go out.
func (g *Gateway) queuePrivate(ctx context.Context, tx *db.Tx, id, receiver int64) error {
	now := g.now().UnixMilli()
	_, err := tx.Exec(ctx, "INSERT INTO outgoing (account, private, state, due, created) VALUES (?, ?, 'queued', ?, ?)", receiver, id, now, now)
	tx.AfterCommit(g.wake)
	return err
}

var errPrivateOver = fault.Gone("The private mail is not on its way any more.")

// privateMail returns the message of a row on its way, if it may still go.
func (g *Gateway) privateMail(ctx context.Context, id int64) ([]byte, error) {
	type stored struct {
		from, to int64
		raw      []byte
	}
	p, err := db.One(ctx, g.db, func(r db.Row) (p stored, err error) {
		return p, r.Scan(&p.from, &p.to, &p.raw)
	}, "SELECT sender, receiver, raw FROM private_mail WHERE id = ? AND fate = 'queued'", id)
	if fault.Is(err, fault.Missing) || err == nil && len(p.raw) == 0 {
		return nil, errPrivateOver
	}
	if err != nil {
		return nil, err
	}
	pair, err := g.pair(ctx, p.from, p.to)
	if err != nil {
		return nil, err
	}
	if err := g.accounts.MayWritePrivately(ctx, g.db, pair.From, pair.To); err != nil {
		if fault.KindOf(err) == fault.Internal {
			return nil, err
		}
		return nil, fault.Gone("One of the two takes no private mail any more.")
	}
	raw, err := unpack(p.raw)
	if err != nil {
		return nil, err
	}
	return g.sign(raw)
}

// addressesOf returns every address of two people.
func (g *Gateway) addressesOf(ctx context.Context, from, to account.User) ([]string, error) {
	own, err := g.accounts.Owned(ctx, from)
	if err != nil {
		return nil, err
	}
	theirs, err := g.accounts.Owned(ctx, to)
	return append(own, theirs...), err
}

func (g *Gateway) pair(ctx context.Context, from, to int64) (p account.Pair, err error) {
	if p.From, err = g.accounts.ByID(ctx, from); err != nil {
		return p, err
	}
	p.To, err = g.accounts.ByID(ctx, to)
	return p, err
}

// endPrivate notes that a mail has gone, or cannot go, and forgets its text. Who wrote
// what cannot go hears of it, but not from whose server it came back.
func (g *Gateway) endPrivate(ctx context.Context, tx *db.Tx, id int64, arrived bool) error {
	fate := "failed"
	if arrived {
		fate = "sent"
	}
	n, err := tx.Exec(ctx, "UPDATE private_mail SET fate = ?, raw = ? WHERE id = ? AND fate = 'queued'", fate, []byte{}, id)
	if err != nil || n == 0 || arrived {
		return err
	}
	return g.tellFailure(ctx, tx, id)
}

// tellFailure writes to the sender that a mail has not arrived.
func (g *Gateway) tellFailure(ctx context.Context, tx *db.Tx, id int64) error {
	l, err := db.One(ctx, tx, func(r db.Row) (l Letter, err error) {
		var name, mid string
		err = r.Scan(&l.To, &l.Name, &l.Lang, &name, &mid)
		l.Args = map[string]string{ArgSender: name, ArgAnswers: mid}
		return l, err
	}, `
		SELECT coalesce(s.email, ''), s.display, s.lang, r.display, p.message_id
		FROM private_mail p JOIN account s ON s.id = p.sender JOIN account r ON r.id = p.receiver WHERE p.id = ?`, id)
	if err != nil || l.To == "" {
		return ignoreMissing(err)
	}
	l.Kind = LetterPrivateFailed
	return g.jobs.Add(ctx, tx, LetterJob, l, g.now())
}

// newPrivateID returns an id that tells nothing and cannot be guessed.
func newPrivateID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return privateMIDPrefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

// privateAddress returns the address by which one person reaches the other.
func (g *Gateway) privateAddress(token string) string {
	return g.address(string(toPrivate) + "+" + token)
}

// PrivateAddress returns the address by which by reaches somebody from a mail program.
func (g *Gateway) PrivateAddress(ctx context.Context, by, to account.User) (string, error) {
	token, err := g.accounts.PrivateToken(ctx, by.ID, to.ID)
	return g.privateAddress(token), err
}
