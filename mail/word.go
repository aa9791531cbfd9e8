package mail

import (
	"context"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// Some letters ask one person for one word about one thing: a held mail, a suggested
// edit. The answer goes to an address of its own, whose token names both.

// wordAddress returns the address where a person says yes or no about a thing.
func (g *Gateway) wordAddress(about purpose, thing, person int64) string {
	m, a := strconv.FormatInt(thing, 36), strconv.FormatInt(person, 36)
	return g.address(string(about) + "+" + m + "-" + a + "-" + g.signWord(about, m, a))
}

// wordLabels keep a token for one purpose from being good for another.
var wordLabels = map[purpose]string{toModerate: "moderate", toSuggestion: "suggestion"}

func (g *Gateway) signWord(about purpose, thing, person string) string {
	return g.accounts.Sign(wordLabels[about], thing, person)
}

// wordTicket is a token as it was read.
type wordTicket struct{ thing, person int64 }

var errWordToken = fault.Gone("This address is not good. Please decide on the site.")

func (g *Gateway) readWordToken(about purpose, token string) (t wordTicket, err error) {
	parts := strings.Split(strings.ToLower(token), "-")
	if len(parts) != 3 || !g.accounts.Verify(parts[2], wordLabels[about], parts[0], parts[1]) {
		return t, errWordToken
	}
	var err1, err2 error
	t.thing, err1 = strconv.ParseInt(parts[0], 36, 64)
	t.person, err2 = strconv.ParseInt(parts[1], 36, 64)
	if err1 != nil || err2 != nil {
		return t, errWordToken
	}
	return t, nil
}

// decision is somebody's word.
type decision struct {
	yes bool
	why string // what stands behind it
}

// decisions are the words that decide, as a phone may write them.
var decisions = map[string]bool{
	"approve": true, "approved": true, "yes": true, "ok": true, "accept": true, "批准": true, "通过": true, "同意": true, "通過": true,
	"reject": false, "rejected": false, "no": false, "拒绝": false, "拒絕": false, "不同意": false, "不通过": false,
}

func readDecision(m *message.Message) (w decision, known bool) {
	first, rest, _ := strings.Cut(strings.TrimSpace(firstOf(m.Reply, m.Text)), "\n")
	word, more, _ := strings.Cut(strings.TrimSpace(width.Fold.String(first)), " ")
	w.yes, known = decisions[strings.ToLower(strings.Trim(word, ".。,，:：!"))]
	w.why = firstOf(strings.TrimSpace(more), strings.TrimSpace(rest))
	return w, known
}

// heed has do carry out what somebody answers to such a letter: the address names the
// thing and the person, who must have written it from their own address.
func (g *Gateway) heed(ctx context.Context, d *delivery, do func(ctx context.Context, by account.User, thing int64, w decision) error) error {
	t, err := g.readWordToken(d.route.purpose, d.route.token)
	if err != nil {
		return g.refuse(ctx, d, err)
	}
	by, err := g.accounts.ByAddress(ctx, sender(d.m).Address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if by.ID == 0 || by.ID != t.person || d.m.Doubtful || d.proof.doubt != "" {
		return g.conclude(ctx, d, end{fate: Dropped, reason: fault.Told("Only the person whom the letter went to decides by this address.")})
	}
	w, known := readDecision(d.m)
	if !known {
		return g.refuse(ctx, d, fault.Bad("body", "Please begin with the word approve, or with reject and the reason."))
	}
	decided := db.Along(ctx, func(ctx context.Context, tx *db.Tx) error {
		return g.finish(ctx, tx, d, end{fate: Obeyed, account: by.ID})
	})
	if err := do(decided, by, t.thing, w); err != nil {
		return g.refuse(ctx, d, err)
	}
	return nil
}
