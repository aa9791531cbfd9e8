package mail

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Who says who may post to a list by mail. A board's own rule (who may post at all)
// holds beside it.
type Who string

// The rules about strangers, from the usual one to the most open.
const (
	WhoKnown       Who = "known"       // members, and whoever has subscribed by mail
	WhoMembers     Who = "members"     // registered members alone
	WhoSubscribers Who = "subscribers" // those who get the list
	WhoConfirmed   Who = "confirmed"   // anyone whose address has answered a letter once
	WhoAnyone      Who = "anyone"      // anyone; a stranger's first mail waits for a moderator
)

// Whos are all of them, in the order of a form.
var Whos = []Who{WhoKnown, WhoMembers, WhoSubscribers, WhoConfirmed, WhoAnyone}

// Roster says who may ask for the names of those who get a list.
type Roster string

// The rosters.
const (
	RosterStaff       Roster = "staff"
	RosterSubscribers Roster = "subscribers"
	RosterMembers     Roster = "members"
)

// ListRules are how the list of a board works.
type ListRules struct {
	Who     Who
	Largest int64  // bytes of a mail; 0: what the site takes
	Prefix  string // before each subject, e.g. [python]; empty leaves signatures whole
	Footer  string // below each mail
	Roster  Roster
	Prior   bool // who asks by mail is told what is like it
}

// usualRules are those of a list that nobody has set up.
var usualRules = ListRules{Who: WhoKnown, Roster: RosterStaff, Prior: true}

const (
	longestPrefix = 30
	longestFooter = 500
)

// ListRules returns how the list of a board works.
func (g *Gateway) ListRules(ctx context.Context, board int64) (ListRules, error) {
	r, err := db.One(ctx, g.db, func(r db.Row) (l ListRules, err error) {
		err = r.Scan(&l.Who, &l.Largest, &l.Prefix, &l.Footer, &l.Roster, &l.Prior)
		return l, err
	}, "SELECT who, largest, prefix, footer, roster, prior = 1 FROM list WHERE space = ?", board)
	if fault.Is(err, fault.Missing) {
		return usualRules, nil
	}
	return r, err
}

// SetListRules changes how the list of a board works. Its faults are on "who",
// "largest", "prefix", "footer" and "roster".
func (g *Gateway) SetListRules(ctx context.Context, by account.User, board item.Space, l ListRules) error {
	if !by.Admin() {
		return fault.Forbid("Only an administrator sets up a list.")
	}
	l.Prefix, l.Footer = oneLine(l.Prefix), strings.TrimSpace(l.Footer)
	if err := l.check(); err != nil {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO list (space, who, largest, prefix, footer, roster, prior) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (space) DO UPDATE SET who = excluded.who, largest = excluded.largest, prefix = excluded.prefix,
				footer = excluded.footer, roster = excluded.roster, prior = excluded.prior`,
			board.ID, l.Who, l.Largest, l.Prefix, l.Footer, l.Roster, one(l.Prior))
		return err
	})
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (l ListRules) check() error {
	var wrong []error
	if !slices.Contains(Whos, l.Who) {
		wrong = append(wrong, fault.Bad("who", "Please choose who may post by mail."))
	}
	if l.Largest < 0 {
		wrong = append(wrong, fault.Bad("largest", "Give a number of kilobytes, or nothing."))
	} else if l.Largest > MaxMessage {
		wrong = append(wrong, fault.Bad("largest", "The site takes mails of %d MB at most.", MaxMessage>>20))
	}
	if utf8.RuneCountInString(l.Prefix) > longestPrefix {
		wrong = append(wrong, fault.Bad("prefix", "The prefix has %d characters at most.", longestPrefix))
	}
	if utf8.RuneCountInString(l.Footer) > longestFooter {
		wrong = append(wrong, fault.Bad("footer", "The footer has %d characters at most.", longestFooter))
	}
	if !slices.Contains([]Roster{RosterStaff, RosterSubscribers, RosterMembers}, l.Roster) {
		wrong = append(wrong, fault.Bad("roster", "Please choose who may see who gets the list."))
	}
	return errors.Join(wrong...)
}

// standing is what a list thinks of a sender.
type standing int

const (
	welcome     standing = iota
	unconfirmed          // has to answer a letter first
	unknown              // waits for a moderator
)

// member returns the account that a sender's address belongs to and its standing with
// a list, or the fault by which the mail is refused. A stranger who may come in has
// the zero User.
func (g *Gateway) member(ctx context.Context, address string, board item.Space, rules ListRules) (account.User, standing, error) {
	by, err := g.accounts.ByAddress(ctx, address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return by, welcome, err
	}
	if by.Status == account.Suspended {
		return by, welcome, errSuspended
	}
	s, err := g.standing(ctx, by, board, rules.Who)
	return by, s, err
}

func (g *Gateway) standing(ctx context.Context, by account.User, board item.Space, who Who) (standing, error) {
	registered := by.ID != 0 && by.Status != account.Shadow
	if registered && (who != WhoSubscribers || by.Staff()) {
		return welcome, nil
	}
	subscribed := false
	if by.ID != 0 {
		s, err := g.items.Level(ctx, by, item.ToBoard, board.ID)
		if err != nil {
			return welcome, err
		}
		subscribed = s.Level != "normal" && (who != WhoSubscribers || s.Level != "mute")
	}
	switch {
	case subscribed && who != WhoMembers:
		return welcome, nil
	case who == WhoSubscribers:
		return welcome, fault.Forbid("Only those who get this list write to it. Send an empty mail to %s, then send yours again.", g.address(board.List+"+subscribe"))
	case who == WhoKnown || who == WhoMembers:
		return welcome, fault.Forbid("Only members write to this list. Register with this address at %s and send your mail again.", g.conf.BaseURL+"/register")
	}
	return g.newcomer(ctx, by, board, who)
}

// newcomer tells a stranger from a shadow that has posted in the board before.
func (g *Gateway) newcomer(ctx context.Context, by account.User, board item.Space, who Who) (standing, error) {
	if by.ID != 0 {
		posted, err := db.Value[bool](ctx, g.db, "SELECT EXISTS (SELECT 1 FROM item WHERE author = ? AND space = ? AND status = 'live' AND via = 'mail')", by.ID, board.ID)
		if err != nil || posted {
			return welcome, err
		}
	}
	if who == WhoConfirmed {
		return unconfirmed, nil
	}
	return unknown, nil
}
