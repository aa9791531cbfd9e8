package mail

import (
	"strconv"
	"strings"
)

// MessageID returns the id, without brackets, of the mail that carries an item which
// was written here: the same for every recipient and at any time, and not to be
// guessed by somebody who has not had the mail. It needs no row to be recognised.
func (g *Gateway) MessageID(item int64) string {
	id := strconv.FormatInt(item, 10)
	return id + "." + g.accounts.Sign("message-id", id) + "@" + g.domain()
}

// ItemOf returns the item that the mail with this id carries, where the mail is ours.
func (g *Gateway) ItemOf(mid string) (item int64, ours bool) { return g.itemOf(mid) }

// itemOf returns the item of an id that MessageID made. The domain is not compared:
// a site that has moved to another one still knows its own mails.
func (g *Gateway) itemOf(mid string) (item int64, ok bool) {
	local, _, _ := strings.Cut(mid, "@")
	id, sum, found := strings.Cut(local, ".")
	if !found || len(id) > 19 {
		return 0, false
	}
	item, err := strconv.ParseInt(id, 10, 64)
	if err != nil || item <= 0 || strconv.FormatInt(item, 10) != id {
		return 0, false
	}
	return item, g.accounts.Verify(sum, "message-id", id)
}

// domain returns the domain of our addresses.
func (g *Gateway) domain() string {
	if g.conf.Domain == "" {
		return "localhost"
	}
	return strings.ToLower(g.conf.Domain)
}
