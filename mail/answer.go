package mail

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/lang"
)

// maxPerNetwork is how many letters a day mails from one strange network may cause.
const maxPerNetwork = 50

// maxConfirmed is how many commands of one sender are confirmed in a day. Those beyond are
// followed in silence.
const maxConfirmed = 20

var errSuspended = fault.Forbid("This account is suspended: it can read, but not write.")

// refuse ends a mail that cannot be posted, with one polite letter to a sender who is
// known to have written it. Anybody else may be the victim of a forgery, and a
// letter would be one more spam (MAIL.md 2.5).
func (g *Gateway) refuse(ctx context.Context, d *delivery, why error) error {
	refused := fault.All(why)
	if len(refused) == 0 {
		return why
	}
	e := end{fate: Refused, reason: refused[0].Error()}
	if d.proof.by != "" && !d.m.Doubtful {
		by, err := g.accounts.ByAddress(ctx, sender(d.m).Address)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		e.account, e.also = by.ID, g.refusal(d, by, refused[0])
	}
	return g.conclude(ctx, d, e)
}

func (g *Gateway) refusal(d *delivery, by account.User, why *fault.Error) func(context.Context, *db.Tx) error {
	if by.Status != account.Active {
		by.Lang = firstOf(by.Lang, spoken(d.m))
	}
	l := lang.Match(by.Lang)
	letter := Letter{Name: by.Display, Lang: by.Lang, Kind: LetterRefused, Args: map[string]string{
		ArgReason: l.T(why.Text, why.Args...), ArgSubject: cut(d.m.Subject, longestTitle), ArgLink: helpPath,
	}}
	if commands[d.route.purpose] {
		letter.Args[ArgText] = aCommand
	}
	return g.answersFor(d, letter, LetterRefused+" "+why.Text)
}

// answers returns what sends a letter about a board to the sender of a mail.
func (g *Gateway) answers(d *delivery, l Letter) func(context.Context, *db.Tx) error {
	return g.answersFor(d, l, l.Kind+" "+d.route.board.Slug)
}

func (g *Gateway) answersFor(d *delivery, l Letter, about string) func(context.Context, *db.Tx) error {
	l = d.addressed(l)
	return func(ctx context.Context, tx *db.Tx) error { return g.sendOnce(ctx, tx, d, l, about) }
}

// confirms returns what tells the sender of a mail that their command was followed. It is
// told each time that it says something else than the last of the day, so that who changes
// their mind hears of every change; a mail that came twice, or a robot that sends the same
// again and again, is answered once. Two robots that take turns are answered for a while.
func (g *Gateway) confirms(d *delivery, l Letter) func(context.Context, *db.Tx) error {
	l = d.addressed(l)
	about := fmt.Sprintf("%s%s %s %x", bookedDone, l.Kind, d.route.board.Slug, sha256.Sum256([]byte(l.Args[ArgText])))
	return func(ctx context.Context, tx *db.Tx) error {
		who := strings.ToLower(l.To)
		if err := g.forgetAnswers(ctx, tx, who, bookedDone, about); err != nil {
			return err
		}
		may, err := g.mayAnswer(ctx, tx, g.origin(d, l.To), l.To, about)
		if err != nil || !may {
			return err
		}
		n, err := countAnswer(ctx, tx, today(g.now()), who, "confirmations")
		if err != nil || n > maxConfirmed {
			return err
		}
		return g.jobs.Add(ctx, tx, LetterJob, l, g.now())
	}
}

// addressed completes a letter that answers a mail.
func (d *delivery) addressed(l Letter) Letter {
	l.To = sender(d.m).Address
	if l.Args == nil {
		l.Args = map[string]string{}
	}
	l.Args[ArgBoard], l.Args[ArgList], l.Args[ArgAnswers] = d.route.board.Title, d.route.board.List, d.m.MessageID
	return l
}

// sendOnce is answerOnce for a letter that a mail causes.
func (g *Gateway) sendOnce(ctx context.Context, tx *db.Tx, d *delivery, l Letter, about string) error {
	return g.answerOnce(ctx, tx, g.origin(d, l.To), l, about)
}

// answerOnce has a letter sent unless the address had one about the same today.
func (g *Gateway) answerOnce(ctx context.Context, tx *db.Tx, origin string, l Letter, about string) error {
	may, err := g.mayAnswer(ctx, tx, origin, l.To, about)
	if err != nil || !may {
		return err
	}
	return g.jobs.Add(ctx, tx, LetterJob, l, g.now())
}

// mayAnswer books a letter. It is false where the address had one about the same today, or
// the network that the mail came from has caused too many (SECURITY.md, M-5). Our own
// addresses get none.
func (g *Gateway) mayAnswer(ctx context.Context, tx *db.Tx, origin, to, about string) (bool, error) {
	if to == "" || g.isOurs(ctx, to) {
		return false, nil
	}
	day := today(g.now())
	if origin != "" {
		n, err := countAnswer(ctx, tx, day, origin, "")
		if err != nil || n > maxPerNetwork {
			return false, err
		}
	}
	n, err := countAnswer(ctx, tx, day, strings.ToLower(to), about)
	return n == 1, err
}

// What a letter is booked as begins with one of these where it may have to be forgotten.
const (
	bookedAsk  = "ask "  // for a word of the sender
	bookedDone = "done " // what was asked for
)

// forgetAnswers forgets today's letters to somebody whose bookings begin with kind, but for
// one.
func (g *Gateway) forgetAnswers(ctx context.Context, tx *db.Tx, who, kind, but string) error {
	_, err := tx.Exec(ctx, "DELETE FROM mail_answer WHERE day = ? AND who = ? AND about LIKE ? AND about <> ?", today(g.now()), who, kind+"%", but)
	return err
}

// origin is where a mail came from: the network of the client, or for what was read in a
// mailbox, the domain that it names. Empty: one of the operator's servers, which is trusted.
func (g *Gateway) origin(d *delivery, address string) string {
	if g.trusts(d) {
		return ""
	}
	if d.mailbox {
		_, domain := cutAddress(address)
		return organisation(domain)
	}
	return network(g.client(d))
}

// countAnswer books a letter and returns how many there were today, this one included.
// What was booked on former days goes.
func countAnswer(ctx context.Context, tx *db.Tx, day int64, who, about string) (int64, error) {
	if _, err := tx.Exec(ctx, "DELETE FROM mail_answer WHERE day < ?", day); err != nil {
		return 0, err
	}
	return db.Value[int64](ctx, tx, `
		INSERT INTO mail_answer (day, who, about, n) VALUES (?, ?, ?, 1)
		ON CONFLICT (day, who, about) DO UPDATE SET n = mail_answer.n + 1
		RETURNING n`, day, who, about)
}

// network is what one household or one rented server has.
func network(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
