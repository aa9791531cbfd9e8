package mail

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
)

// purpose says what an address of ours is good for.
type purpose string

// The purposes. Those of a board stand behind a + in its address.
const (
	toPost        purpose = "post"
	toSubscribe   purpose = "subscribe"
	toDigest      purpose = "digest"
	toUnsubscribe purpose = "unsubscribe"
	toHelp        purpose = "help"
	toOwner       purpose = "owner" // and postmaster@, abuse@
	toReply       purpose = "reply"
	toConfirm     purpose = "confirm"
	toBounce      purpose = "bounce"
	toSelfTest    purpose = "selftest"
	toResume      purpose = "resume"  // mail to the person arrives again
	toRequest     purpose = "request" // the command is in the mail
	toWho         purpose = "who"
	toVacation    purpose = "vacation"
	toPrivate     purpose = "private"    // one person to another
	toModerate    purpose = "mod"        // the word of a moderator about a held mail
	toSuggestion  purpose = "suggestion" // the word of an author about a suggested edit
	toNobody      purpose = "no-reply"
)

// tokened are the purposes whose address is one person's secret.
var tokened = []purpose{toReply, toConfirm, toBounce, toResume, toModerate, toPrivate, toSuggestion}

// route is an address of ours as it was understood.
type route struct {
	purpose purpose
	address string
	board   item.Space
	user    account.User // whose reply address, or private address, it is
	to      account.User // whom the private address leads to
	thread  int64        // that the reply address leads to
	token   string
}

var errNobody = fault.Forbid("Nobody reads this address. Answer the single mail, or write to the list.")

var errNowhere = fault.Gone("There is no such address here. Please check the part before the @.")

// Rcpt fails with the sentence a sender should read where an address leads nowhere.
func (g *Gateway) Rcpt(ctx context.Context, address, from string) error {
	_, err := g.routeFor(ctx, address, from)
	return err
}

// routeFor is route for an envelope of a sender.
func (g *Gateway) routeFor(ctx context.Context, address, from string) (route, error) {
	r, err := g.route(ctx, address)
	if err != nil {
		return r, err
	}
	return r, g.disclosed(ctx, r, from)
}

// route reads an address of ours.
func (g *Gateway) route(ctx context.Context, address string) (route, error) {
	r := route{address: address}
	local, ours := g.localPart(address)
	if !ours {
		return r, fault.Forbid("This server takes mail for its own addresses only.")
	}
	name, extension, extended := strings.Cut(local, "+")
	switch name {
	case "postmaster", "abuse", "": // the mailbox that everything goes through; RFC 5321, section 4.5.1; RFC 2142
		r.purpose = toOwner
		return r, nil
	case string(toNobody):
		return r, errNobody
	case "reply", "confirm", "bounce", "resume", "selftest", string(toModerate), string(toPrivate), string(toSuggestion):
		r.purpose, r.token = purpose(name), extension
		return g.personal(ctx, r)
	}
	r.purpose = toPost
	if extended {
		r.purpose = purposeOf(extension)
	}
	if r.purpose == "" {
		return r, errNowhere
	}
	board, err := g.items.SpaceByList(ctx, name)
	if fault.Is(err, fault.Missing) || err == nil && board.Kind != "board" {
		return r, errNowhere
	}
	r.board = board
	return r, err
}

// personal finishes the route of an address with a token.
func (g *Gateway) personal(ctx context.Context, r route) (route, error) {
	switch {
	case r.token == "":
		return r, errNowhere
	case r.purpose == toConfirm:
		return r, g.checkTicket(r.token)
	case r.purpose == toBounce:
		if _, ok := g.readBounce(r.token); !ok {
			return r, errNowhere
		}
		return r, nil
	case r.purpose == toSelfTest:
		if _, ok := g.readSelfTest(r.token); !ok {
			return r, errNowhere
		}
		return r, nil
	case r.purpose == toResume:
		_, err := g.readResume(ctx, r.token)
		return r, err
	case r.purpose == toPrivate:
		return g.privateRoute(ctx, r)
	case r.purpose == toModerate, r.purpose == toSuggestion:
		_, err := g.readWordToken(r.purpose, r.token)
		return r, err
	}
	var err error
	if r.user, r.thread, err = g.accounts.ReadReplyToken(ctx, r.token); err != nil {
		return r, err
	}
	r.board, r.thread, err = g.forum.Replyable(ctx, r.user, r.thread)
	return r, err
}

// privateRoute asks whether one of the two may write to the other. Who has not said yet
// that they take such mail is asked for it later.
func (g *Gateway) privateRoute(ctx context.Context, r route) (route, error) {
	pair, err := g.accounts.ReadPrivateToken(ctx, g.db, r.token)
	if err != nil {
		return r, err
	}
	r.user, r.to = pair.From, pair.To
	if err = g.mayWrite(ctx, g.db, r.user, r.to); errors.Is(err, account.ErrNoConsent) {
		err = nil
	}
	return r, err
}

// purposeOf reads what stands behind the + of a list's address.
func purposeOf(extension string) purpose {
	switch extension {
	case "subscribe", "join":
		return toSubscribe
	case "unsubscribe", "leave":
		return toUnsubscribe
	case "digest":
		return toDigest
	case "help":
		return toHelp
	case "owner":
		return toOwner
	case "request":
		return toRequest
	case "who":
		return toWho
	case "vacation":
		return toVacation
	}
	return ""
}

// isOurDomain reports whether mail for a domain is for us. A site without a name of
// its own, as on a newcomer's machine, takes whatever is sent to it.
func (g *Gateway) isOurDomain(domain string) bool {
	ours := g.domain()
	return ours == "localhost" || strings.EqualFold(domain, ours)
}

// isOurs reports whether an address, or a list's id, is one that we send from: a mail
// that says so has been here before.
func (g *Gateway) isOurs(ctx context.Context, idOrAddress string) bool {
	local, domain, isAddress := strings.Cut(strings.ToLower(idOrAddress), "@")
	if !isAddress {
		var ok bool
		if local, ok = strings.CutSuffix(local, "."+g.domain()); !ok {
			return false
		}
	} else if local, isAddress = g.localPart(idOrAddress); !isAddress || local == "" || g.conf.Mailbox == "" && domain != g.domain() {
		return isAddress && local == ""
	}
	name, extension, _ := strings.Cut(local, "+")
	if extension != "" && slices.Contains(tokened, purpose(name)) || purpose(name) == toNobody {
		return true
	}
	_, err := g.items.SpaceByList(ctx, name)
	return err == nil
}

// cutAddress returns the two parts of an address in lower case, without brackets.
func cutAddress(address string) (local, domain string) {
	address = strings.ToLower(strings.Trim(strings.TrimSpace(address), "<>"))
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address, ""
	}
	return strings.Trim(address[:at], `"`), strings.TrimSuffix(address[at+1:], ".")
}

// trusts reports whether a peer is one of the operator's own. A program on this machine
// that uses a pipe has no address.
func (c Config) trusts(peer netip.Addr) bool {
	if !peer.IsValid() {
		return true
	}
	if len(c.Trusted) == 0 {
		return peer.IsLoopback()
	}
	for _, p := range c.Trusted {
		if p.Contains(peer.Unmap()) {
			return true
		}
	}
	return false
}

// hint is the thread that a reply address names.
func (r route) hint() hint {
	if r.purpose != toReply {
		return hint{}
	}
	return hint{thread: r.thread, rule: byToken}
}
