package mail

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// obey does what the address of a mail asks for: subscribe, unsubscribe, help. The
// mail itself is not read; an empty one is enough.
func (g *Gateway) obey(ctx context.Context, d *delivery) error {
	if !d.confirmed && d.m.Doubtful {
		return g.conclude(ctx, d, end{fate: Dropped, reason: d.m.Reason})
	}
	believed := d.confirmed || d.proof.doubt == ""
	words := d.command()
	by, err := g.accounts.ByAddress(ctx, sender(d.m).Address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if by.Status != account.Active {
		by.Lang = firstOf(by.Lang, spoken(d.m))
	}
	if d.route.purpose == toHelp {
		if !believed {
			return g.conclude(ctx, d, end{fate: Dropped, reason: d.proof.doubt})
		}
		letter := Letter{Name: by.Display, Lang: by.Lang, Kind: LetterHelp, Args: map[string]string{ArgLink: "/b/" + d.route.board.Slug}}
		return g.conclude(ctx, d, end{fate: Obeyed, also: g.confirms(d, letter)})
	}
	if by.Status == account.Suspended {
		return g.refuse(ctx, d, errSuspended)
	}
	switch d.route.purpose {
	case toUnsubscribe:
		return g.unsubscribe(ctx, d, by, believed)
	case toWho:
		return g.roster(ctx, d, by, believed)
	case toVacation:
		return g.vacation(ctx, d, by, believed, words)
	case toDigest:
		return g.digest(ctx, d, by, believed, words)
	}
	return g.subscribe(ctx, d, by, believed)
}

// command returns the words behind the command of a mail. One to the address for
// requests names the command itself; one that cannot be read is answered with help.
func (d *delivery) command() []string {
	if d.route.purpose != toRequest {
		return requestArgs(d.m)
	}
	p, words := readRequest(d.m)
	if p == "" {
		p = toHelp
	}
	d.route.purpose = p
	return words
}

// reader returns the account that is to get the list: the sender's, or the shadow of
// one who has none, whose address the confirmation has proved. Where asked is true
// the mail waits for that, or was refused, and is dealt with.
func (g *Gateway) reader(ctx context.Context, d *delivery, by account.User, believed bool) (u account.User, asked bool, err error) {
	known := by.Status == account.Active || by.Status == account.Shadow
	if !known && d.route.board.MayRead > 0 || known && d.route.board.Readable(by) != nil || by.Status == account.Shadow && d.route.board.MayRead > 0 {
		return by, true, g.refuse(ctx, d, fault.Forbid("Only members read this list. Register with this address at %s and send your mail again.", g.conf.BaseURL+"/register"))
	}
	if !believed || !known && !d.confirmed {
		return by, true, g.ask(ctx, d, by, LetterSubscribeConfirm, fault.Told("Somebody asked for the list with this address; it waits for a confirmation."))
	}
	if known {
		return by, false, nil
	}
	err = g.db.Write(ctx, func(tx *db.Tx) (err error) {
		if u, err = g.accounts.Shadow(ctx, tx, d.m.From.Name, sender(d.m).Address); err != nil {
			return err
		}
		u, err = g.accounts.Speak(ctx, tx, u, by.Lang)
		return err
	})
	return u, false, err
}

// subscribe has the list sent to the mail's sender, each mail by itself.
func (g *Gateway) subscribe(ctx context.Context, d *delivery, by account.User, believed bool) error {
	by, asked, err := g.reader(ctx, d, by, believed)
	if err != nil || asked {
		return err
	}
	return g.deliverAs(ctx, d, by, "mail", Letter{Name: by.Display, Lang: by.Lang, Kind: LetterSubscribed})
}

// digest has the list sent to the mail's sender gathered, or single again.
func (g *Gateway) digest(ctx context.Context, d *delivery, by account.User, believed bool, words []string) error {
	by, asked, err := g.reader(ctx, d, by, believed)
	if err != nil || asked {
		return err
	}
	channel, form, understood := readDigest(words)
	if !understood {
		return g.refuse(ctx, d, fault.Bad("digest", "Say whether the digest is to come daily or weekly, or off, and perhaps whether as plain or mime."))
	}
	if form != "" {
		h, err := g.accounts.Habits(ctx, by)
		if err != nil {
			return err
		}
		h.Plain = form == "plain"
		if err := g.accounts.SetHabits(ctx, by, h); err != nil {
			return g.refuse(ctx, d, err)
		}
	}
	return g.deliverAs(ctx, d, by, channel, Letter{Name: by.Display, Lang: by.Lang, Kind: LetterDigest, Args: map[string]string{ArgText: channel}})
}

// deliverAs has a board come to somebody by a channel. What has gathered for another
// channel goes out first. Subscribing twice is no mistake, so it may have its own
// transaction.
func (g *Gateway) deliverAs(ctx context.Context, d *delivery, by account.User, channel string, l Letter) error {
	if err := g.FlushDigests(ctx, by); err != nil {
		return err
	}
	wanted := item.Subscription{Target: item.ToBoard, ID: d.route.board.ID, Level: "watch", Channel: channel}
	if err := g.items.Subscribe(ctx, by, wanted); err != nil {
		return g.refuse(ctx, d, err)
	}
	return g.conclude(ctx, d, end{fate: Obeyed, account: by.ID, also: g.confirms(d, l)})
}

// vacation pauses all mail of the lists to its sender, or lets it come again.
func (g *Gateway) vacation(ctx context.Context, d *delivery, by account.User, believed bool, words []string) error {
	if by.ID == 0 {
		return g.conclude(ctx, d, end{fate: Dropped, reason: fault.Told("Nobody of this address is subscribed.")})
	}
	if !believed {
		return g.ask(ctx, d, by, LetterCommandConfirm, fault.Told("Somebody wants to pause the mail to this address; it waits for a confirmation."))
	}
	h, err := g.accounts.Habits(ctx, by)
	if err != nil {
		return err
	}
	h.Away = readAway(words, d.at)
	if err := g.accounts.SetHabits(ctx, by, h); err != nil {
		return g.refuse(ctx, d, err)
	}
	until := ""
	if !h.Away.IsZero() {
		until = h.Away.Format(time.DateOnly)
	}
	letter := Letter{Name: by.Display, Lang: by.Lang, Kind: LetterAway, Args: map[string]string{ArgText: until}}
	return g.conclude(ctx, d, end{fate: Obeyed, account: by.ID, also: g.confirms(d, letter)})
}

// roster answers who gets the list: names, no addresses, and only those who may know.
func (g *Gateway) roster(ctx context.Context, d *delivery, by account.User, believed bool) error {
	if !believed {
		return g.conclude(ctx, d, end{fate: Dropped, reason: d.proof.doubt})
	}
	rules, err := g.ListRules(ctx, d.route.board.ID)
	if err != nil {
		return err
	}
	s, err := g.items.Level(ctx, by, item.ToBoard, d.route.board.ID)
	if err != nil {
		return err
	}
	subscribed := s.Level == "watch"
	allowed := d.route.board.Moderates(by) || by.Status == account.Active && (rules.Roster == RosterMembers || rules.Roster == RosterSubscribers && subscribed)
	if !allowed || d.route.board.Readable(by) != nil {
		return g.refuse(ctx, d, fault.Forbid("Who gets this list is not shown to everybody."))
	}
	names, err := g.readersOf(ctx, d.route.board.ID)
	if err != nil {
		return err
	}
	letter := Letter{Name: by.Display, Lang: by.Lang, Kind: LetterRoster, Args: map[string]string{ArgText: strings.Join(names, "\n")}}
	return g.conclude(ctx, d, end{fate: Obeyed, account: by.ID, also: g.confirms(d, letter)})
}

// mostNames is how long a roster is.
const mostNames = 1000

// readersOf are the names of those whom a board comes to by mail, in whatever form.
func (g *Gateway) readersOf(ctx context.Context, board int64) ([]string, error) {
	return db.Values[string](ctx, g.db, `
		SELECT a.display FROM subscription s JOIN account a ON a.id = s.account
		WHERE s.target = 'board' AND s.target_id = ? AND s.level = 'watch' AND s.channel IN ('mail', 'daily', 'weekly') AND a.status IN ('active', 'shadow')
		ORDER BY a.name_key LIMIT ?`, board, mostNames)
}

// unsubscribe ends the list for the mail's sender. Who is not believed is sent a
// letter, because leaving somebody else's list is mischief too.
func (g *Gateway) unsubscribe(ctx context.Context, d *delivery, by account.User, believed bool) error {
	if by.ID == 0 {
		return g.conclude(ctx, d, end{fate: Dropped, reason: fault.Told("Nobody of this address is subscribed.")})
	}
	if !believed {
		return g.ask(ctx, d, by, LetterUnsubscribeConfirm, fault.Told("Somebody wants to leave the list with this address; it waits for a confirmation."))
	}
	letter := g.confirms(d, Letter{Name: by.Display, Lang: by.Lang, Kind: LetterUnsubscribed})
	return g.conclude(ctx, d, end{fate: Obeyed, account: by.ID, also: func(ctx context.Context, tx *db.Tx) error {
		if err := g.items.Leave(ctx, tx, by.ID, d.route.board.ID); err != nil {
			return err
		}
		return letter(ctx, tx)
	}})
}
