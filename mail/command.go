package mail

import (
	"context"

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
	if d.route.purpose == toHelp {
		if !believed {
			return g.conclude(ctx, d, end{fate: Dropped, reason: d.proof.doubt})
		}
		return g.conclude(ctx, d, end{fate: Obeyed, also: g.answers(d, Letter{Kind: LetterHelp})})
	}
	by, err := g.accounts.ByAddress(ctx, sender(d.m).Address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if by.Status == account.Suspended {
		return g.refuse(ctx, d, errSuspended)
	}
	if d.route.purpose == toUnsubscribe {
		return g.unsubscribe(ctx, d, by, believed)
	}
	return g.subscribe(ctx, d, by, believed)
}

// subscribe has the list sent to the mail's sender. One without an account becomes a
// shadow, whose address the confirmation has proved.
func (g *Gateway) subscribe(ctx context.Context, d *delivery, by account.User, believed bool) error {
	known := by.Status == account.Active || by.Status == account.Shadow
	if !known && d.route.board.MayRead > 0 || known && d.route.board.Readable(by) != nil || by.Status == account.Shadow && d.route.board.MayRead > 0 {
		return g.refuse(ctx, d, fault.Forbid("Only members read this list. Register with this address at %s and send your mail again.", g.conf.BaseURL+"/register"))
	}
	if !believed || !known && !d.confirmed {
		return g.ask(ctx, d, by, LetterSubscribeConfirm, "Somebody asked for the list with this address; it waits for a confirmation.")
	}
	if !known {
		err := g.db.Write(ctx, func(tx *db.Tx) (err error) {
			by, err = g.accounts.Shadow(ctx, tx, d.m.From.Name, sender(d.m).Address)
			return err
		})
		if err != nil {
			return err
		}
	}
	wanted := item.Subscription{Target: item.ToBoard, ID: d.route.board.ID, Level: "watch", Channel: "mail"}
	if d.route.purpose == toDigest {
		wanted.Channel = "daily"
	}
	// Subscribing twice is no mistake, so it may have its own transaction.
	if err := g.items.Subscribe(ctx, by, wanted); err != nil {
		return g.refuse(ctx, d, err)
	}
	return g.conclude(ctx, d, end{fate: Obeyed, account: by.ID, also: g.answers(d, Letter{Name: by.Display, Lang: by.Lang, Kind: LetterSubscribed})})
}

// unsubscribe ends the list for the mail's sender. Who is not believed is sent a
// letter, because leaving somebody else's list is mischief too.
func (g *Gateway) unsubscribe(ctx context.Context, d *delivery, by account.User, believed bool) error {
	if by.ID == 0 {
		return g.conclude(ctx, d, end{fate: Dropped, reason: "Nobody of this address is subscribed."})
	}
	if !believed {
		return g.ask(ctx, d, by, LetterUnsubscribeConfirm, "Somebody wants to leave the list with this address; it waits for a confirmation.")
	}
	letter := g.answers(d, Letter{Name: by.Display, Lang: by.Lang, Kind: LetterUnsubscribed})
	return g.conclude(ctx, d, end{fate: Obeyed, account: by.ID, also: func(ctx context.Context, tx *db.Tx) error {
		if err := g.items.Leave(ctx, tx, by.ID, d.route.board.ID); err != nil {
			return err
		}
		return letter(ctx, tx)
	}})
}
