package mail

import (
	"bytes"
	"context"
	"strings"

	"picus/account"
	"picus/internal/fault"
	"picus/mail/message"
)

// maxShown is how much of a mail the administrator's page holds; the rest is in the file.
const maxShown = 64 << 10

// Trace is a mail that came in with everything that is known of its way.
type Trace struct {
	Incoming
	Kept   bool             // the mail itself is here, not only the trace of it
	Size   int              // in bytes
	Header string           // as it came
	Body   string           // as it came
	Read   *message.Message // as it is read today; nil where it was not kept
}

// Trace returns a mail for its page.
func (g *Gateway) Trace(ctx context.Context, by account.User, id int64) (Trace, error) {
	m, err := g.Message(ctx, by, id)
	if err != nil {
		return Trace{}, err
	}
	t := Trace{Incoming: m}
	raw, err := g.Raw(ctx, by, id)
	if fault.Is(err, fault.Missing) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	plain := bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	header, body, _ := bytes.Cut(plain, []byte("\n\n"))
	t.Kept, t.Size, t.Read = true, len(raw), message.Parse(raw)
	t.Header, t.Body = shown(header), shown(body)
	return t, nil
}

// Again reports whether Replay would do anything with the mail.
func (t Trace) Again() bool {
	return t.Kept && (t.Fate == Posted || t.Fate == Held || t.Fate == Refused || t.Fate == Dropped)
}

// shown returns the beginning of what stands in a mail, as far as it is text.
func shown(raw []byte) string {
	return strings.ToValidUTF8(string(raw[:min(len(raw), maxShown)]), "\uFFFD")
}
