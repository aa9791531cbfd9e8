package mail

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/job"
	"picus/mail/message"
)

// maxDeaths is how often the process may end while it reads one mail and nothing else.
// Then it was this mail, and it is put aside.
const maxDeaths = 5

// maxWaits bounds how often the time doubles for which a mail is put off.
const maxWaits = 6

// delivery is one mail for one recipient while it is read.
type delivery struct {
	id        int64
	mid       string // under which it was filed when it came
	from, to  string // of the envelope
	peer      netip.Addr
	mailbox   bool // it was read in a mailbox: nobody knows the peer
	at        time.Time
	fate      Fate
	deaths    int // of its reader, while it read nothing else
	done      int // orders in its first lines that have been followed
	raw       []byte
	confirmed bool   // its sender, or the staff, have let it through
	rejected  string // why a moderator has not let it through
	mirror    Mirror // of the board it was sent to
	mirrored  bool   // it comes from the list of that mirror
	waited    int    // how often it was put off
	job       *job.Job
	m         *message.Message
	route     route
	rules     ListRules
	proof     proof
}

// read decides what becomes of a stored mail. Whatever it becomes is written in the
// transaction that also ends the job, so that it happens once even where the process
// dies in between.
func (g *Gateway) read(ctx context.Context, j *job.Job) error {
	defer g.readings.arrive()()
	var w waiting
	if err := j.Read(&w); err != nil {
		return err
	}
	d, err := g.load(ctx, w.Message)
	if fault.Is(err, fault.Missing) || err == nil && d.fate != Received {
		return nil
	}
	if err != nil {
		return err
	}
	d.job, d.confirmed, d.waited, d.rejected = j, w.Confirmed, w.Waited, w.Rejected
	if j.Suspicious() && !j.Alone && g.crashed(ctx, j) {
		w.Alone = true
		return g.instead(ctx, d, w, g.now())
	}
	weight := min(int64(len(d.raw))*parsed, readAhead)
	w.Alone = w.Alone || j.Alone
	if w.Alone {
		weight = readAhead
	}
	if err := g.reading.Acquire(ctx, weight); err != nil {
		return err
	}
	defer g.reading.Release(weight)
	if w.Alone {
		if err := g.risk(ctx, d); err != nil {
			return err
		}
		if d.deaths > maxDeaths {
			return g.conclude(ctx, d, end{fate: Refused, reason: fault.Told("It cannot be read: its reader broke down several times.")})
		}
	}
	return g.understand(ctx, d)
}

// understand reads the mail itself, and what its list says of subjects.
func (g *Gateway) understand(ctx context.Context, d *delivery) (err error) {
	d.m = message.Parse(d.raw)
	d.m.MessageID = messageID(d.m, d.raw)
	if d.route, err = g.route(ctx, d.to); err != nil {
		return g.refuse(ctx, d, err)
	}
	if d.rules, err = g.ListRules(ctx, d.route.board.ID); err != nil {
		return err
	}
	tidySubject(d.m, d.rules.Prefix)
	if err := g.fromMirror(ctx, d); err != nil {
		return err
	}
	return g.decide(ctx, d)
}

// crashed reports whether the attempts before ended in a panic, or in the end of the
// process, which leaves no word. Failures of our own, a full disk, are not the mail's.
func (g *Gateway) crashed(ctx context.Context, j *job.Job) bool {
	last, err := db.Value[string](ctx, g.db, "SELECT error FROM job WHERE id = ?", j.ID)
	return err == nil && (last == "" || strings.HasPrefix(last, "panic"))
}

// instead puts a new job in the place of the one that a mail is read for.
func (g *Gateway) instead(ctx context.Context, d *delivery, next waiting, due time.Time) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if err := g.jobs.Add(ctx, tx, inJob, next, due); err != nil {
			return err
		}
		return d.job.Finish(ctx, tx)
	})
}

// risk books the death of the reader before a mail is read alone. Being booked for a job
// proves nothing: the process may have died of a mail that was read beside this one.
func (g *Gateway) risk(ctx context.Context, d *delivery) error {
	return g.db.Write(ctx, func(tx *db.Tx) (err error) {
		d.deaths, err = db.Value[int](ctx, tx, "UPDATE message SET deaths = deaths + 1 WHERE id = ? RETURNING deaths", d.id)
		return err
	})
}

func (g *Gateway) load(ctx context.Context, id int64) (*delivery, error) {
	d, err := db.One(ctx, g.db, func(r db.Row) (*delivery, error) {
		d := delivery{id: id}
		var at int64
		var peer string
		err := r.Scan(&d.mid, &d.from, &d.to, &peer, &d.fate, &d.raw, &at, &d.done)
		d.peer, _ = netip.ParseAddr(peer) // "pipe" is no address
		d.mailbox = peer == byMailbox
		d.at = time.UnixMilli(at).UTC()
		return &d, err
	}, "SELECT message_id, mail_from, rcpt_to, peer, fate, raw, received, done FROM message WHERE id = ?", id)
	if err != nil {
		return d, err
	}
	d.raw, err = unpack(d.raw)
	return d, err
}

// decide sorts out what is no post: reports and robots first, then what was sent to
// an address that does something else.
func (g *Gateway) decide(ctx context.Context, d *delivery) error {
	switch {
	case d.route.purpose == toSelfTest:
		return g.selfTestBack(ctx, d)
	case d.route.purpose == toBounce || d.m.Kind == message.BounceOf:
		return g.report(ctx, d)
	case d.m.Kind == message.Loop || d.m.Loops(func(id string) bool { return g.isOurs(ctx, id) }):
		return g.beenHere(ctx, d)
	case d.m.Kind == message.AutoReply && !d.m.Doubtful:
		return g.conclude(ctx, d, end{fate: Dropped, reason: d.m.Reason})
	case d.from == "":
		return g.conclude(ctx, d, end{fate: Dropped, reason: fault.Told("The envelope sender is empty.")})
	case d.route.purpose == toOwner:
		return g.conclude(ctx, d, end{fate: Held, reason: fault.Told("It is for the people who run this site.")})
	}
	var err error
	if d.proof, err = g.prove(ctx, d); err != nil {
		return err
	}
	if d.rejected != "" {
		return g.refuse(ctx, d, fault.Forbid("A moderator of the list did not let it through: %s", d.rejected))
	}
	switch d.route.purpose {
	case toPost, toReply:
		return g.post(ctx, d)
	case toConfirm:
		return g.confirm(ctx, d)
	case toResume:
		return g.resume(ctx, d)
	case toModerate:
		return g.moderate(ctx, d)
	case toSuggestion:
		return g.judge(ctx, d)
	default:
		return g.obey(ctx, d)
	}
}

// post brings a mail into the forum, if its sender may write there and is known to
// have written it.
func (g *Gateway) post(ctx context.Context, d *delivery) error {
	if d.mirrored {
		return g.postMirrored(ctx, d)
	}
	if g.answersDigest(d.m) {
		return g.refuse(ctx, d, errAnswersDigest)
	}
	by, standing, err := g.member(ctx, sender(d.m).Address, d.route.board, d.rules)
	switch {
	case fault.Is(err, fault.Forbidden) && d.mirror.runs(sender(d.m).Address):
		return g.conclude(ctx, d, end{fate: Held, reason: fault.Told("It comes from the servers of the list that is mirrored here, perhaps about the subscription.")})
	case err != nil:
		return g.refuse(ctx, d, err)
	case d.confirmed:
		return g.publishAs(ctx, d, by)
	case d.m.Doubtful:
		return g.conclude(ctx, d, end{fate: Held, reason: d.m.Reason, account: by.ID})
	case standing == unknown:
		return g.askModerators(ctx, d, by)
	case standing == unconfirmed:
		return g.ask(ctx, d, by, LetterConfirmPost, "Its sender has not written here before; it waits for a confirmation.")
	case d.proof.doubt != "":
		return g.hold(ctx, d, by)
	}
	return g.publish(ctx, d, by)
}

// publishAs is publish for a mail that was let through. Its sender may be a stranger,
// who becomes a shadow by it.
func (g *Gateway) publishAs(ctx context.Context, d *delivery, by account.User) error {
	if by.ID == 0 {
		err := g.db.Write(ctx, func(tx *db.Tx) (err error) {
			by, err = g.accounts.Shadow(ctx, tx, d.m.From.Name, sender(d.m).Address)
			return err
		})
		if err != nil {
			return err
		}
	}
	return g.publish(ctx, d, by)
}

// publish follows the orders in the first lines of an answer, and posts its text.
func (g *Gateway) publish(ctx context.Context, d *delivery, by account.User) error {
	orders, rest := readOrders(d.m.Reply)
	if len(orders) == 0 {
		return g.publishText(ctx, d, by)
	}
	p, err := g.place(ctx, g.db, d.route.board.ID, d.route.hint(), d.m)
	if err != nil {
		return err
	}
	if p.thread == 0 || p.known != 0 {
		return g.publishText(ctx, d, by)
	}
	return g.follow(ctx, d, by, p, orders, rest)
}

// publishText writes the post. Where another mail of the conversation was faster, it
// decides again on what is true now.
func (g *Gateway) publishText(ctx context.Context, d *delivery, by account.User) (err error) {
	var c contribution
	for range 10 {
		var p place
		p, err = g.place(ctx, g.db, d.route.board.ID, d.route.hint(), d.m)
		if err != nil {
			return err
		}
		if p.known != 0 {
			same, err := g.sameMail(ctx, d, by, p.ids[d.m.MessageID])
			if err != nil {
				return err
			}
			if same {
				return g.conclude(ctx, d, end{fate: Known, item: p.known, account: by.ID})
			}
		}
		if c.m == nil {
			if c, err = g.contribution(ctx, d, by); err != nil {
				return err
			}
		}
		_, err = g.contribute(ctx, c, p)
		if !errors.Is(err, errMoved) {
			break
		}
	}
	switch {
	case fault.KindOf(err) == fault.Internal: // nil too
		return err
	case fault.Is(err, fault.Limited):
		return g.later(ctx, d)
	}
	return g.refuse(ctx, d, err)
}

// later puts a mail off whose sender writes very fast. It is no failure: a new job
// takes the place of this one, each time after a longer while.
func (g *Gateway) later(ctx context.Context, d *delivery) error {
	next := waiting{Message: d.id, Confirmed: d.confirmed, Waited: d.waited + 1}
	return g.instead(ctx, d, next, g.now().Add(time.Minute<<min(d.waited, maxWaits)))
}

// sameMail reports whether the mail that a list knows under the id of d is d.
func (g *Gateway) sameMail(ctx context.Context, d *delivery, by account.User, n node) (bool, error) {
	if !d.mirrored && comesBack(d.m, n) {
		return true, nil
	}
	same, err := g.cameBefore(ctx, g.db, d.route.board.ID, d.id, d.m)
	if err == nil && !same && d.mirrored {
		return g.sameThere(ctx, d, by, n)
	}
	return same, err
}

// comesBack reports whether m can be nothing but the mail that is known under its id: we
// sent that out ourselves, or m comes through another list, which may have put its own
// address into From and a footer below the text.
func comesBack(m *message.Message, n node) bool { return n.ours || m.ListID != "" }

// cameBefore reports whether another row than one has brought the same mail already: one
// of the same sender and the same text.
func (g *Gateway) cameBefore(ctx context.Context, r db.Reader, board, row int64, m *message.Message) (bool, error) {
	return db.Value[bool](ctx, r, `
		SELECT EXISTS (SELECT 1 FROM message
		WHERE message_id = ? AND space = ? AND digest = ? AND item IS NOT NULL AND id <> ?)`,
		m.MessageID, board, contentDigest(m), row)
}

// contentDigest is what tells two mails of one Message-ID apart.
func contentDigest(m *message.Message) []byte {
	sum, _ := hex.DecodeString(m.Digest())
	return sum
}

// contribution is a mail that is to become a post.
type contribution struct {
	row    int64 // of the mail; 0: it has none yet
	by     account.User
	board  item.Space
	prefix string // of its list
	m      *message.Message
	via    item.Via
	at     time.Time
	files  files
	with   func(ctx context.Context, tx *db.Tx, ref forum.Ref, rule string) error // what belongs into the same transaction
}

func (g *Gateway) contribution(ctx context.Context, d *delivery, by account.User) (contribution, error) {
	kept, err := g.keepFiles(ctx, by, d.m, item.Mail)
	with := func(ctx context.Context, tx *db.Tx, ref forum.Ref, rule string) error {
		if d.mirrored && by.Status == account.Shadow {
			if err := g.items.Unjoin(ctx, tx, by.ID, ref.Thread); err != nil {
				return err
			}
		}
		if d.mirrored {
			if _, err := tx.Exec(ctx, "UPDATE mail_mirror SET last_in = ? WHERE space = ?", g.now().UnixMilli(), d.route.board.ID); err != nil {
				return err
			}
		}
		if err := g.askPrior(ctx, tx, d, by, ref); err != nil {
			return err
		}
		return g.finish(ctx, tx, d, end{fate: Posted, rule: rule, reason: kept.told(), item: ref.Post, account: by.ID})
	}
	return contribution{row: d.id, by: by, board: d.route.board, prefix: d.rules.Prefix, m: d.m, via: item.Mail, at: d.at, files: kept, with: with}, err
}

// contribute makes a post of a mail where p says, with the rows of its conversation.
func (g *Gateway) contribute(ctx context.Context, c contribution, p place) (forum.Ref, error) {
	body, format := g.body(c.m)
	if c.via == item.Mail {
		body = g.cited(ctx, c.by, body, p)
	}
	body = firstOf(c.files.show(body), strings.Join(c.files.names, "\n")) // a picture says enough
	with := func(ctx context.Context, tx *db.Tx, ref forum.Ref) error {
		if p.known != 0 && c.row != 0 { // another mail has its id, and a second copy may have been read beside this one
			if same, err := g.cameBefore(ctx, tx, c.board.ID, c.row, c.m); same || err != nil {
				return cmp.Or(err, errMoved)
			}
		}
		rule, err := g.link(ctx, tx, c.board.ID, c.m, p, ref)
		if err != nil {
			return err
		}
		return c.with(ctx, tx, ref, rule)
	}
	if p.thread == 0 {
		title := g.hideSecrets(title(c.m, c.board.Slug, c.prefix))
		return g.forum.Start(ctx, c.by, forum.NewThread{Board: c.board.Slug, Kind: kindOf(title), Title: title,
			Body: body, Format: format, Files: c.files.ids, Via: c.via, At: c.at, With: with})
	}
	return g.forum.Reply(ctx, c.by, forum.NewPost{Thread: p.thread, Parent: p.parent, Body: body, Format: format, Files: c.files.ids,
		Via: c.via, At: c.at, With: with})
}

func logFailure(what string, err error) {
	if err != nil {
		slog.Error(what, "error", err)
	}
}
