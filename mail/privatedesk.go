package mail

import (
	"bytes"
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// longestReport bounds what is handed to the staff.
const longestReport = 20 << 10

// Heard is somebody from whom a private mail came lately.
type Heard struct {
	From account.User // name and display
	At   time.Time
}

// HeardFrom returns who wrote privately to by within the last month, the newest first,
// each once.
func (g *Gateway) HeardFrom(ctx context.Context, by account.User) ([]Heard, error) {
	const most = 50
	return db.All(ctx, g.db, func(r db.Row) (h Heard, err error) {
		var at int64
		err = r.Scan(&h.From.ID, &h.From.Name, &h.From.Display, &at)
		h.At = time.UnixMilli(at).UTC()
		return h, err
	}, `
		SELECT a.id, a.name, a.display, p.at
		FROM (SELECT sender, max(at) AS at FROM private_mail WHERE receiver = ? AND fate = 'sent' GROUP BY sender) p
		JOIN account a ON a.id = p.sender ORDER BY p.at DESC LIMIT ?`, by.ID, most)
}

// ReportPrivately hands the text of a private mail to the staff, as its receiver gives
// it: nobody else has it. Only whoever has heard from somebody can report them.
func (g *Gateway) ReportPrivately(ctx context.Context, by account.User, name, said string) error {
	if !by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	about, err := g.accounts.ByName(ctx, name)
	if err != nil {
		return err
	}
	said = strings.TrimSpace(said)
	if said == "" {
		return fault.Bad("said", "Please put the text of the mail here, and say what is wrong with it.")
	}
	if len(said) > longestReport {
		return fault.Bad("said", "The text is too long: %d KB at most.", longestReport>>10)
	}
	staff, err := g.staff(ctx)
	if err != nil {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayReport(ctx, tx, by, about); err != nil {
			return err
		}
		now := g.now()
		if _, err := tx.Insert(ctx, "INSERT INTO private_report (by, about, said, at) VALUES (?, ?, ?, ?) RETURNING id", by.ID, about.ID, said, now.UnixMilli()); err != nil {
			return err
		}
		for _, p := range staff {
			l := Letter{To: p.Email, Name: p.Display, Lang: p.Lang, Kind: LetterPrivateReport, Args: map[string]string{ArgSender: by.Display, ArgLink: "/mod/private"}}
			if err := g.jobs.Add(ctx, tx, LetterJob, l, now); err != nil {
				return err
			}
		}
		return nil
	})
}

const openReports = 10

func mayReport(ctx context.Context, tx *db.Tx, by, about account.User) error {
	heard, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM private_mail WHERE receiver = ? AND sender = ? AND fate = 'sent')", by.ID, about.ID)
	if err != nil {
		return err
	}
	if !heard {
		return fault.Forbid("No private mail has come to you from %s within the last month.", about.Display)
	}
	n, err := db.Value[int](ctx, tx, "SELECT count(*) FROM private_report WHERE done = 0 AND by = ?", by.ID)
	if err == nil && n >= openReports {
		err = fault.Limit("The staff have not seen to your other reports yet.")
	}
	return err
}

// staff returns whom a report is told to.
func (g *Gateway) staff(ctx context.Context) ([]account.User, error) {
	return db.All(ctx, g.db, func(r db.Row) (u account.User, err error) {
		return u, r.Scan(&u.ID, &u.Display, &u.Email, &u.Lang)
	}, `
		SELECT id, display, email, lang FROM account
		WHERE status = 'active' AND email IS NOT NULL AND role <> 'member' ORDER BY id LIMIT ?`, moderators)
}

// PrivateReport is what a receiver has handed over.
type PrivateReport struct {
	ID        int64
	By, About account.User // names and displays
	Said      string
	At        time.Time
}

// PrivateDesk is what the staff see of private mail: how much there is, by whom, and what
// was handed over, but no mail.
type PrivateDesk struct {
	Fates   []Count // of the last month
	Most    []Writer
	Reports []PrivateReport
}

// Writer is somebody who writes much.
type Writer struct {
	User    account.User // name and display
	Mails   int
	People  int // to so many
	Blocked int // by so many
}

var errPrivateDesk = fault.Forbid("Only the staff see this.")

// PrivateDesk returns the state of private mail.
func (g *Gateway) PrivateDesk(ctx context.Context, by account.User) (d PrivateDesk, err error) {
	if !by.Staff() {
		return d, errPrivateDesk
	}
	since := g.now().Add(-traceKept).UnixMilli()
	d.Fates, err = db.All(ctx, g.db, func(r db.Row) (c Count, err error) { return c, r.Scan(&c.Fate, &c.N) },
		"SELECT fate, count(*) FROM private_mail WHERE at > ? GROUP BY fate ORDER BY count(*) DESC, fate", since)
	if err != nil {
		return d, err
	}
	d.Most, err = db.All(ctx, g.db, func(r db.Row) (w Writer, err error) {
		return w, r.Scan(&w.User.ID, &w.User.Name, &w.User.Display, &w.Mails, &w.People, &w.Blocked)
	}, `
		WITH much AS (
			SELECT sender, count(*) AS mails, count(DISTINCT receiver) AS people FROM private_mail
			WHERE at > ? AND fate IN `+privateFates+` GROUP BY sender ORDER BY count(*) DESC, sender LIMIT ?
		)
		SELECT a.id, a.name, a.display, m.mails, m.people, (SELECT count(*) FROM private_block b WHERE b.blocked = a.id)
		FROM much m JOIN account a ON a.id = m.sender ORDER BY m.mails DESC, a.id`, since, mostOfDesk)
	if err != nil {
		return d, err
	}
	d.Reports, err = db.All(ctx, g.db, func(r db.Row) (p PrivateReport, err error) {
		var at int64
		err = r.Scan(&p.ID, &p.By.Name, &p.By.Display, &p.About.Name, &p.About.Display, &p.Said, &at)
		p.At = time.UnixMilli(at).UTC()
		return p, err
	}, `
		SELECT p.id, b.name, b.display, a.name, a.display, p.said, p.at
		FROM private_report p JOIN account b ON b.id = p.by JOIN account a ON a.id = p.about
		WHERE p.done = 0 ORDER BY p.id LIMIT ?`, mostOfDesk)
	return d, err
}

// EndReport notes that the staff have seen to a report, and forgets what it handed over.
func (g *Gateway) EndReport(ctx context.Context, by account.User, id int64) error {
	if !by.Staff() {
		return errPrivateDesk
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE private_report SET done = ?, who = ?, said = '' WHERE id = ? AND done = 0", g.now().UnixMilli(), by.ID, id)
		if err == nil && n == 0 {
			err = fault.Gone("Somebody has seen to this report already.")
		}
		return err
	})
}

// cameBackLate tells the sender of a mail that had gone that it has come back.
func (g *Gateway) cameBackLate(ctx context.Context, tx *db.Tx, id int64) error {
	n, err := tx.Exec(ctx, "UPDATE private_mail SET fate = 'failed' WHERE id = ? AND fate = 'sent'", id)
	if err != nil || n == 0 {
		return err
	}
	return g.tellFailure(ctx, tx, id)
}

// sweepPrivate forgets the mails of a month ago, and the text of those whose senders were
// asked and have not answered.
func (g *Gateway) sweepPrivate(ctx context.Context, tx *db.Tx) error {
	now := g.now()
	_, err := tx.Exec(ctx, "UPDATE private_mail SET fate = 'refused', raw = ?, mail_from = '', peer = '' WHERE fate = 'held' AND at <= ?",
		[]byte{}, now.Add(-ticketLife).UnixMilli())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		DELETE FROM private_mail WHERE at <= ? AND fate <> 'received'
		AND NOT EXISTS (SELECT 1 FROM outgoing o WHERE o.private = private_mail.id)`, now.Add(-traceKept).UnixMilli())
	return err
}

// returnedMarks are where the copy of a mail begins in a report about it.
var returnedMarks = [][]byte{[]byte("content-type: message/rfc822"), []byte("content-type: text/rfc822-headers"), []byte("content-type: message/global")}

// mostOfReport is what is kept of a report that does not say where the copy begins.
const mostOfReport = 4 << 10

// withoutReturned cuts the copy out of a report about a private mail: it must not stand
// where the staff read what came in.
func (g *Gateway) withoutReturned(ctx context.Context, to []string, raw []byte) ([]byte, error) {
	for _, address := range to {
		local, _ := g.localPart(address)
		token, ok := strings.CutPrefix(local, string(toBounce)+"+")
		if !ok {
			continue
		}
		row, ok := g.readBounce(token)
		if !ok {
			continue
		}
		r, err := g.recipientOf(ctx, row)
		if err != nil {
			return nil, err
		}
		if r.private != 0 {
			return cutReturned(raw), nil
		}
	}
	return raw, nil
}

func cutReturned(raw []byte) []byte {
	low, at := bytes.ToLower(raw), -1
	for _, mark := range returnedMarks {
		if i := bytes.Index(low, mark); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	if at < 0 {
		at = min(len(raw), mostOfReport)
	}
	return raw[:at]
}
