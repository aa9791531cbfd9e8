package mail

import (
	"context"
	"regexp"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// report deals with a mail about a mail of ours. Only the keyed hash in its envelope
// sender says which one that was: what the report itself tells can be forged by
// anybody (SECURITY.md, M-11).
func (g *Gateway) report(ctx context.Context, d *delivery) error {
	row, ok := g.reportedRow(d)
	if !ok {
		return g.conclude(ctx, d, end{fate: Dropped, reason: fault.Told("It is a report, but not about a mail that was sent from here.")})
	}
	to, err := g.recipientOf(ctx, row)
	if err != nil {
		return err
	}
	n := g.noticeOf(d.m)
	n.account = to.account
	if to.account == 0 && to.item != 0 && to.private == 0 {
		return g.reportOfMirror(ctx, d, to, n)
	}
	if d.m.Kind != message.BounceOf && d.m.Bounce == nil {
		return g.conclude(ctx, d, end{fate: Dropped, reason: firstOf(d.m.Reason, fault.Told("It is no report, but it was sent to an address for them.")), bare: to.private != 0})
	}
	return g.conclude(ctx, d, end{fate: Reported, account: to.account, item: to.item, reason: n.why, bare: to.private != 0, also: func(ctx context.Context, tx *db.Tx) error {
		if to.private != 0 && n.points() > 0 {
			if err := g.cameBackLate(ctx, tx, to.private); err != nil {
				return err
			}
		}
		if err := g.note(ctx, tx, n); err != nil || n.class != complaint || to.space == 0 {
			return err
		}
		return g.items.Leave(ctx, tx, to.account, to.space)
	}})
}

// reportOfMirror notes what came back of a post to the list of a mirror: a report, or
// the words of the list's robot, that it does not know us or that a moderator looks.
func (g *Gateway) reportOfMirror(ctx context.Context, d *delivery, to recipient, n notice) error {
	if d.m.Bounce == nil {
		n.why = cutText(firstOf(oneLine(d.m.Subject), n.why))
	}
	return g.conclude(ctx, d, end{fate: Reported, item: to.item, reason: n.why, also: func(ctx context.Context, tx *db.Tx) error {
		if err := g.note(ctx, tx, n); err != nil {
			return err
		}
		return g.mirrorFails(ctx, tx, to.item, n.why)
	}})
}

// bounceToken finds our envelope senders in a mail that was returned: in the address
// it came to, in the fields that servers note that address in, or in the copy.
var bounceToken = regexp.MustCompile(`(?i)bounce\+([0-9a-z]+-[0-9a-z]{20,60})@`)

// lookedThrough bounds how much of a report is searched for the token.
const lookedThrough = 256 << 10

func (g *Gateway) reportedRow(d *delivery) (row int64, ok bool) {
	if d.route.purpose == toBounce {
		return g.readBounce(d.route.token)
	}
	raw := d.raw[:min(len(d.raw), lookedThrough)]
	const candidates = 20
	for _, found := range bounceToken.FindAllSubmatch(raw, candidates) {
		if row, ok := g.readBounce(string(found[1])); ok {
			return row, true
		}
	}
	return 0, false
}

// recipient is whom an outgoing row went to, and from which board.
type recipient struct{ account, item, space, private int64 }

// recipientOf returns nobody for a letter, and for a row that was swept away.
func (g *Gateway) recipientOf(ctx context.Context, row int64) (recipient, error) {
	to, err := db.One(ctx, g.db, func(r db.Row) (t recipient, err error) {
		err = r.Scan(&t.account, &t.item, &t.space, &t.private)
		return t, err
	}, `
		SELECT coalesce(o.account, 0), coalesce(o.item, 0), coalesce(i.space, 0), coalesce(o.private, 0)
		FROM outgoing o LEFT JOIN item i ON i.id = o.item WHERE o.id = ?`, row)
	if fault.Is(err, fault.Missing) {
		return recipient{}, nil
	}
	return to, err
}

// noticeOf says what a report means; of several recipients, which a server may name
// where the address leads on to others, the worst counts.
func (g *Gateway) noticeOf(m *message.Message) notice {
	if strings.Contains(strings.ToLower(m.Header("Content-Type")), "feedback-report") {
		return notice{class: complaint, why: fault.Told("The reader has called the mail unwanted.")}
	}
	if m.Bounce == nil {
		return notice{class: delayed, why: firstOf(m.Reason, fault.Told("It does not say what failed."))}
	}
	worst := notice{class: delayed}
	for _, u := range m.Bounce.Recipients {
		n := notice{class: u.Class, status: u.Status, why: strings.TrimSpace(u.Status + " " + u.Action)}
		if u.Action == "delayed" {
			n.class = delayed
		}
		if worst.why == "" || rank[n.class] > rank[worst.class] {
			worst = n
		}
	}
	worst.why = cutText(oneLine(worst.why))
	return worst
}

var rank = map[message.Class]int{delayed: 0, message.Policy: 1, message.Soft: 2, message.Unclear: 3, message.Hard: 4}
