package mail

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

const (
	firstDelay = 5 * time.Minute // after the first attempt, then doubled
	maxDelay   = 4 * time.Hour
	maxAge     = 5 * 24 * time.Hour // RFC 5321, section 4.5.4.1: four or five days
	sendLease  = 15 * time.Minute   // a row that is being sent for longer was left by a dead process
	keptFor    = 30 * 24 * time.Hour
)

// unitSize is how many rows one worker claims and settles at a time.
const unitSize = 64

// inUnit is the list of a statement over the ids of one unit; see unitArgs.
var inUnit = "(" + strings.Repeat("?, ", unitSize-1) + "?)"

// unitArgs returns the arguments before and the ids, filled up with an id that no
// row has, so that the statement is always the same.
func unitArgs(ids []int64, before ...any) []any {
	for i := range unitSize {
		var id int64
		if i < len(ids) {
			id = ids[i]
		}
		before = append(before, id)
	}
	return before
}

// dueRow is an outgoing row that waits, as the pool sorts it into lanes.
type dueRow struct {
	id, due int64
	address string
	letter  bool
}

// dueRows returns the next rows that are due, after one that is known.
func (g *Gateway) dueRows(ctx context.Context, after dueRow, limit int) ([]dueRow, error) {
	return db.All(ctx, g.db, func(r db.Row) (d dueRow, err error) {
		err = r.Scan(&d.id, &d.due, &d.address, &d.letter)
		return d, err
	}, `
		SELECT o.id, o.due, coalesce(a.email, o.address), o.item IS NULL
		FROM outgoing o LEFT JOIN account a ON a.id = o.account
		WHERE o.state = 'queued' AND o.due <= ? AND (o.due, o.id) > (?, ?)
		ORDER BY o.due, o.id LIMIT ?`, g.now().UnixMilli(), after.due, after.id, limit)
}

// outgoing is a row that is being sent, with its recipient as of now.
type outgoing struct {
	id, event, item int64
	address         string
	letter          string
	private         int64 // the private mail that it brings; 0: none
	attempts        int
	created         time.Time
	to              account.User // of a post
	replyKey        []byte
}

const outgoingColumns = `o.id, coalesce(o.event, 0), coalesce(o.item, 0), coalesce(a.email, o.address), o.letter, coalesce(o.private, 0), o.attempts, o.created,
	coalesce(a.id, 0), coalesce(a.name, ''), coalesce(a.display, ''), coalesce(a.role, ''), coalesce(a.status, ''), coalesce(a.lang, ''), coalesce(a.unreachable, 0) > 0, a.reply_key,
	coalesce((SELECT string_agg(CAST(m.group_id AS TEXT), ' ') FROM membership m WHERE m.account = a.id), '')`

func scanOutgoing(r db.Row) (o outgoing, err error) {
	var created int64
	err = r.Scan(&o.id, &o.event, &o.item, &o.address, &o.letter, &o.private, &o.attempts, &created,
		&o.to.ID, &o.to.Name, &o.to.Display, &o.to.Role, &o.to.Status, &o.to.Lang, &o.to.Unreachable, &o.replyKey, &o.to.Groups)
	o.created = time.UnixMilli(created).UTC()
	return o, err
}

// claim books an attempt for the rows that are still waiting and returns them. From
// here on they count as being sent, even if the process dies.
func (g *Gateway) claim(ctx context.Context, ids []int64) (rows []outgoing, err error) {
	now := g.now()
	err = g.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		claimed, err := db.Values[int64](ctx, tx, `
			UPDATE outgoing SET state = 'sending', attempts = attempts + 1, due = ?
			WHERE state = 'queued' AND due <= ? AND id IN `+inUnit+` RETURNING id`,
			unitArgs(ids, now.Add(sendLease).UnixMilli(), now.UnixMilli())...)
		if err != nil {
			return err
		}
		rows, err = db.All(ctx, tx, scanOutgoing, `
			SELECT `+outgoingColumns+` FROM outgoing o LEFT JOIN account a ON a.id = o.account
			WHERE o.id IN `+inUnit+` ORDER BY o.id`, unitArgs(claimed)...)
		return err
	})
	return rows, err
}

// outcome is how the handing over of one row went.
type outcome struct {
	row   outgoing
	state State
	due   time.Time
	err   string
	spare bool    // it was not tried after all: the attempt does not count
	back  *notice // what the refusal says about the recipient; nil: nothing
}

// settle writes the outcomes of at most a unit. What was done must be noted even if the
// process is told to stop meanwhile. It does not wait for the disk: a mail that went out
// just before the power failed goes out again. For letters it does, since one that counts
// as being handed over then is given up, though it may have been put off; see takeUp.
func (g *Gateway) settle(ctx context.Context, all []outcome) error {
	ctx = context.WithoutCancel(ctx)
	var sent []int64
	for _, o := range all {
		if o.state == Done && o.row.post() {
			sent = append(sent, o.row.id)
		}
	}
	write := g.db.Note
	if slices.ContainsFunc(all, func(o outcome) bool { return o.row.letter != "" }) {
		write = g.db.Write
	}
	return write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if len(sent) > 0 {
			if err := countSent(ctx, tx, today(g.now()), int64(len(sent))); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "UPDATE outgoing SET state = 'sent', error = '', due = ? WHERE id IN "+inUnit,
				unitArgs(sent, g.now().UnixMilli())...)
			if err != nil {
				return err
			}
		}
		for _, o := range all {
			if o.row.toMirror() {
				if err := g.mirrorWent(ctx, tx, o); err != nil {
					return err
				}
			}
			if o.state == Done && o.row.post() {
				continue
			}
			if err := g.settleOne(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// settleOne writes one outcome. Of a letter that has gone only the header is kept,
// because the text may hold a secret link.
func (g *Gateway) settleOne(ctx context.Context, tx *db.Tx, o outcome) error {
	back := 0
	if o.spare {
		back = 1
	}
	letter := o.row.letter
	if o.state == Done {
		letter, _, _ = strings.Cut(letter, "\r\n\r\n")
	}
	_, err := tx.Exec(ctx, "UPDATE outgoing SET state = ?, due = ?, error = ?, letter = ?, attempts = attempts - ? WHERE id = ?",
		o.state, o.due.UnixMilli(), o.err, letter, back, o.row.id)
	if err == nil && o.row.private != 0 && (o.state == Done || o.state == Failed) {
		err = g.endPrivate(ctx, tx, o.row.private, o.state == Done)
	}
	if err != nil || o.back == nil {
		return err
	}
	return g.note(ctx, tx, *o.back)
}

// post reports whether the row is about a post: neither a letter nor a private mail.
func (o outgoing) post() bool { return o.letter == "" && o.private == 0 }

// later is the outcome of an attempt that may succeed another time.
func (o outgoing) later(now time.Time, why string) outcome {
	if now.Sub(o.created) >= maxAge {
		return outcome{row: o, state: Failed, due: now, err: fault.Told("Given up after five days: %s", why)}
	}
	delay := maxDelay
	if o.attempts < 8 {
		delay = min(maxDelay, firstDelay<<(o.attempts-1))
	}
	return outcome{row: o, state: Queued, due: now.Add(min(maxDelay, jittered(delay))), err: why}
}

// released are the outcomes of rows that were claimed but not tried.
func released(rows []outgoing, due time.Time) (all []outcome) {
	for _, o := range rows {
		all = append(all, outcome{row: o, state: Queued, due: due, spare: true})
	}
	return all
}

func (o outgoing) failed(now time.Time, why string) outcome {
	return outcome{row: o, state: Failed, due: now, err: why}
}

// postpone has rows wait that nobody has claimed, because their domain does not
// answer at present.
func (g *Gateway) postpone(ctx context.Context, ids []int64, due time.Time) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		for len(ids) > 0 {
			n := min(unitSize, len(ids))
			_, err := tx.Exec(ctx, "UPDATE outgoing SET due = ? WHERE state = 'queued' AND id IN "+inUnit,
				unitArgs(ids[:n], due.UnixMilli())...)
			if err != nil {
				return err
			}
			ids = ids[n:]
		}
		return nil
	})
}

// inDoubt is the error of a letter that may or may not have arrived. It is not sent
// twice: it may hold a secret link, and the person can ask for another.
var inDoubt = fault.Told("The connection or the program ended while this letter was handed over, so it may have arrived. It is not sent twice on its own.")

// takeUp puts back what a dead process was sending. A post or a private mail goes out again, with the
// same Message-ID, so that mail programs show it once.
func (g *Gateway) takeUp(ctx context.Context, before time.Time) error {
	left, err := db.Value[bool](ctx, g.db, "SELECT EXISTS (SELECT 1 FROM outgoing WHERE state = 'sending' AND due <= ?)", before.UnixMilli())
	if err != nil || !left {
		return err
	}
	now := g.now().UnixMilli()
	return g.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE outgoing SET state = 'failed', due = ?, error = ? WHERE state = 'sending' AND due <= ? AND item IS NULL AND private IS NULL",
			now, inDoubt, before.UnixMilli())
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE outgoing SET state = 'queued', due = ? WHERE state = 'sending' AND due <= ?", now, before.UnixMilli())
		return err
	})
}

// Recover takes up at once what a former process was sending. Call it before Run,
// and only where no other process sends.
func (g *Gateway) Recover(ctx context.Context) error {
	return g.takeUp(ctx, time.UnixMilli(1<<60))
}

// keep is what happens to mail where there is no relay.
func (g *Gateway) keep(ctx context.Context) error {
	now := g.now().UnixMilli()
	due, err := db.Value[bool](ctx, g.db, "SELECT EXISTS (SELECT 1 FROM outgoing WHERE state = 'queued' AND due <= ?)", now)
	if err != nil || !due {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE outgoing SET state = 'kept' WHERE state = 'queued' AND due <= ?", now)
		return err
	})
}

// Sweep forgets what was dealt with a month ago; a report about a mail comes within
// days. It also writes the letters that are due about mail that comes back, and the one
// that tests the way out and in. It is called every hour.
func (g *Gateway) Sweep(ctx context.Context) error {
	err := g.db.Write(ctx, func(tx *db.Tx) error {
		for _, state := range []State{Done, Failed, Kept} {
			_, err := tx.Exec(ctx, "DELETE FROM outgoing WHERE state = ? AND due <= ?", state, g.now().Add(-keptFor).UnixMilli())
			if err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "DELETE FROM mail_report WHERE at <= ?", g.now().Add(-keptFor).UnixMilli()); err != nil {
			return err
		}
		return errors.Join(g.sweepIn(ctx, tx), g.sweepPrivate(ctx, tx))
	})
	return errors.Join(err, g.remind(ctx), g.testItself(ctx))
}

// mayHave reports whether the recipient may still have the post, since things may
// have changed while the row waited.
func (o outgoing) mayHave(sp item.Space) bool {
	known := o.to.Status == account.Active || o.to.Status == account.Shadow && sp.MayRead == 0
	return known && o.address != "" && sp.Readable(o.to) == nil
}
