package mail

import (
	"context"

	"picus/account"
	"picus/internal/fault"
)

// disclosed fails as an address does that leads nowhere, where it is the list of a board
// that is not for all members and the envelope's sender is not one of those who may know
// of it: otherwise anybody could ask which private boards there are. An envelope proves
// nothing, so it opens nothing either; who writes is judged with the whole mail.
func (g *Gateway) disclosed(ctx context.Context, r route, from string) error {
	if r.board.MayRead <= account.Members || r.purpose == toReply {
		return nil // a reply address has asked its thread
	}
	by, err := g.accounts.ByAddress(ctx, from)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if r.board.Readable(by) != nil {
		return errNowhere
	}
	return nil
}
