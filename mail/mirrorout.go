package mail

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/lang"
	"picus/mail/message"
)

// What is written in a board that is mirrored both ways goes to the other list too, once
// and as one mail from the board's address, which is subscribed there. What has been
// through any list does not go out again, so that two sites that mirror each other
// fall silent.

// export is a post that goes to the list of a mirror.
type export struct {
	item, space int64
	address     string
	subject     string
	print       imprint
}

// exportOf returns what an event sends to the list of a mirror; nil: nothing.
func (g *Gateway) exportOf(ctx context.Context, event int64) (*export, error) {
	var title, source string
	var came int64
	x, err := db.One(ctx, g.db, func(r db.Row) (x export, err error) {
		err = r.Scan(&x.item, &x.space, &x.address, &title, &source, &came)
		return x, err
	}, `
		SELECT i.id, i.space, mi.address, root.title, r.source, coalesce((SELECT max(m.id) FROM message m WHERE m.item = i.id AND m.fate = 'posted'), 0)
		FROM event e JOIN item i ON i.id = e.item JOIN item root ON root.id = i.root JOIN revision r ON r.id = i.head_rev
			JOIN mail_mirror mi ON mi.space = i.space JOIN space sp ON sp.id = i.space
		WHERE e.seq = ? AND mi.address <> '' AND mi.paused = 0 AND sp.may_read = 0 AND i.status = 'live' AND root.status = 'live'`, event)
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if came != 0 {
		d, err := g.load(ctx, came)
		if err != nil || elsewhere(message.ParseHeader(d.raw), x.address) {
			return nil, err
		}
	}
	base, _ := message.BaseSubject(title)
	x.subject, x.print = strings.ToLower(base), printOf(g.linksThere(source))
	return &x, nil
}

// elsewhere reports whether a mail has been in the list with an address, is on its way
// there, or has been through any other list or mirror.
func elsewhere(head *message.Message, address string) bool {
	for _, name := range []string{"List-Id", "List-Post", "X-Loop", "X-BeenThere", "X-Mailing-List", "Mailing-List"} {
		if head.Header(name) != "" {
			return true
		}
	}
	switch strings.ToLower(strings.TrimSpace(head.Header("Precedence"))) {
	case "list", "bulk", "junk":
		return true
	}
	named := append(head.Named(), head.From.Address, head.Sender.Address, head.Munged.Address)
	return slices.ContainsFunc(named, func(a string) bool { return strings.EqualFold(a, address) })
}

// queueExport puts a post into the queue for the other list. It was there before where
// the row that remembers it is.
func (g *Gateway) queueExport(ctx context.Context, tx *db.Tx, event int64, x *export) error {
	now := g.now().UnixMilli()
	n, err := tx.Exec(ctx, "INSERT INTO mail_mirrored (item, space, at, subject, words, digest) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		x.item, x.space, now, x.subject, x.print.words, x.print.digest)
	if err != nil || n == 0 {
		return err
	}
	tx.AfterCommit(g.wake)
	_, err = tx.Exec(ctx, "INSERT INTO outgoing (event, item, address, state, due, created) VALUES (?, ?, ?, 'queued', ?, ?)",
		event, x.item, x.address, now, now)
	return err
}

// toMirror reports whether a row carries a post to the list of a mirror.
func (o outgoing) toMirror() bool { return o.item != 0 && o.to.ID == 0 && o.private == 0 }

// mirrorCopy returns the mail of a post for the other list, unless the mirror has
// changed since it was queued.
func (g *Gateway) mirrorCopy(ctx context.Context, row outgoing, b *bulletin) ([]byte, error) {
	m, err := mirrorOf(ctx, g.db, b.space.ID)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	if err != nil || m.sendsTo() != row.address {
		return nil, fault.Gone("The mirror was paused, closed or changed before this mail went out.")
	}
	parents, err := g.parentsThere(ctx, b)
	if err != nil {
		return nil, err
	}
	fields := []field{
		{"From", mailbox(withoutAddresses(b.author)+" via "+g.site(), g.listAddress(b, ""))},
		{"To", mailbox("", row.address)},
		{"Subject", encodeText(subjectOf(string(b.kind), b.title))},
		{"Date", b.created.Format(time.RFC1123Z)},
		{"Message-ID", "<" + b.mid + ">"},
	}
	if n := len(parents); n > 0 {
		fields = append(fields, field{"In-Reply-To", "<" + parents[n-1] + ">"}, field{"References", "<" + strings.Join(parents, "> <") + ">"})
	}
	fields = append(fields, field{"X-Loop", g.listAddress(b, "")}, field{"X-Auto-Response-Suppress", "All"})
	raw, err := textMail(fields, g.textThere(b))
	if err != nil {
		return nil, err
	}
	return g.signFields([]byte(raw), mirrorSigned)
}

// mirrorSigned are the signed fields of a mail to another list, which will add fields of
// its own.
var mirrorSigned = slices.DeleteFunc(slices.Clone(signedFields), func(name string) bool {
	return strings.HasPrefix(name, "List-") || name == "Reply-To"
})

// textThere is the text of a post as the readers of a list elsewhere get it: in plain
// text alone, which all lists take, with links that lead here.
func (g *Gateway) textThere(b *bulletin) string {
	return strings.TrimRight(g.linksThere(b.source), "\n") + "\n\n-- \n" + g.url(b) + "\n"
}

// linksThere has the links to files name this site.
func (g *Gateway) linksThere(source string) string {
	return strings.ReplaceAll(source, "](/f/", "]("+g.conf.BaseURL+"/f/")
}

// parentsThere are the ids of the posts above a post, under which the other list knows
// them.
func (g *Gateway) parentsThere(ctx context.Context, b *bulletin) ([]string, error) {
	if len(b.parents) == 0 {
		return nil, nil
	}
	there := map[string]string{}
	_, err := db.All(ctx, g.db, func(r db.Row) (none struct{}, err error) {
		var id int64
		var own, alias string
		err = r.Scan(&id, &own, &alias)
		there[g.idOf(id, own)] = alias
		return none, err
	}, `
		SELECT mm.item, `+broughtAs("mm.item")+`, mm.alias
		FROM post p JOIN mail_mirrored mm ON mm.item = p.item
		WHERE p.thread = ? AND mm.alias <> ''`, b.root)
	parents := slices.Clone(b.parents)
	for i, id := range parents {
		parents[i] = firstOf(there[id], id)
	}
	return parents, err
}

// imprint is what a text is known by when it comes back with a footer below it.
type imprint struct {
	words  int
	digest []byte
}

func printOf(text string) imprint { return printOfWords(strings.Fields(text)) }

func printOfWords(words []string) imprint {
	sum := sha256.Sum256([]byte(strings.Join(words, " ")))
	return imprint{len(words), sum[:]}
}

// begins reports whether a text begins with the one of the imprint.
func (p imprint) begins(words []string) bool {
	return p.words > 0 && len(words) >= p.words && slices.Equal(printOfWords(words[:p.words]).digest, p.digest)
}

const (
	comesBackFor = 30 * 24 * time.Hour // a moderator there may be away
	manyWords    = 20                  // words that two people do not write alike by chance
)

// ownByText finds the post of ours that a mail of the mirrored list brings back under
// another Message-ID: it begins with the same words, and it has the same date, or names
// the same author, or is long.
func (g *Gateway) ownByText(ctx context.Context, d *delivery) (ownPost, error) {
	if d.mirror.Address == "" {
		return ownPost{}, nil
	}
	type sent struct {
		ownPost
		imprint
		created int64
		author  string
	}
	all, err := db.All(ctx, g.db, func(r db.Row) (s sent, err error) {
		err = r.Scan(&s.item, &s.thread, &s.words, &s.digest, &s.created, &s.author)
		return s, err
	}, `
		SELECT mm.item, p.thread, mm.words, mm.digest, i.created, a.display
		FROM mail_mirrored mm JOIN post p ON p.item = mm.item JOIN item i ON i.id = mm.item JOIN account a ON a.id = i.author
		WHERE mm.space = ? AND mm.subject = ? AND mm.at >= ? ORDER BY mm.at DESC LIMIT 200`,
		d.route.board.ID, strings.ToLower(d.m.SubjectBase), g.now().Add(-comesBackFor).UnixMilli())
	if err != nil || len(all) == 0 {
		return ownPost{}, err
	}
	words := strings.Fields(d.m.Text)
	from := d.m.From.Name + "\n" + d.m.Munged.Name
	for _, s := range all {
		same := !d.m.Date.IsZero() && d.m.Date.Unix() == s.created/1000 || strings.Contains(from, s.author+" via ") || s.words >= manyWords
		if same && s.begins(words) {
			return s.ownPost, nil
		}
	}
	return ownPost{}, nil
}

// mirrorWent notes how the handing over of a post to the other list went.
func (g *Gateway) mirrorWent(ctx context.Context, tx *db.Tx, o outcome) error {
	if o.state == Done {
		_, err := tx.Exec(ctx, "UPDATE mail_mirror SET last_out = ? WHERE space = (SELECT space FROM item WHERE id = ?)", o.due.UnixMilli(), o.row.item)
		return err
	}
	if o.err == "" {
		return nil
	}
	return g.mirrorFails(ctx, tx, o.row.item, o.err)
}

// mirrorFails notes why a post did not reach the other list, for the administrator.
func (g *Gateway) mirrorFails(ctx context.Context, tx *db.Tx, post int64, why string) error {
	_, err := tx.Exec(ctx, "UPDATE mail_mirror SET error = ?, error_at = ? WHERE space = (SELECT space FROM item WHERE id = ?)",
		why, g.now().UnixMilli(), post)
	return err
}

// mirrorLine tells who writes by mail that an answer goes further.
func (b *bulletin) mirrorLine(l lang.Lang) []string {
	if b.mirror == "" {
		return nil
	}
	return []string{l.T("It also goes to the list %s.", b.mirror)}
}
