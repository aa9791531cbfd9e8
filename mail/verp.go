package mail

import (
	"strconv"
	"strings"
)

// bounceAddress is the envelope sender of one outgoing row, so that a report about
// it names the row and cannot be forged (SECURITY.md, M-11).
func (g *Gateway) bounceAddress(outgoing int64) string {
	id := strconv.FormatInt(outgoing, 36)
	return g.address("bounce+" + id + "-" + g.accounts.Sign("bounce", id))
}

// readBounce returns the outgoing row that the token of a bounce+TOKEN address is
// about. The row may have been swept away since.
func (g *Gateway) readBounce(token string) (outgoing int64, ok bool) {
	id, sum, _ := strings.Cut(strings.ToLower(token), "-")
	if !g.accounts.Verify(sum, "bounce", id) {
		return 0, false
	}
	outgoing, err := strconv.ParseInt(id, 36, 64)
	return outgoing, err == nil
}
