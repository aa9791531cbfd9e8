package mail

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// A mail that came to a list goes on as its author sent it: not a byte of its body and
// not a field that the author's server has signed is changed, so that signatures stay
// good, DKIM, PGP and S/MIME alike (MAIL.md 2.6; P12 and P14). Only where the author's
// domain asks receivers to refuse mail that others bring does From name the list.

// original is a mail as it came in, without what is nobody's business.
type original struct {
	fields []rawField
	body   []byte
	from   message.Address
	munged bool // another list had put its own address into From
}

// rawField is a field of a header with its line ends, as it came.
type rawField struct{ name, raw string }

// longestOriginal bounds what is sent to everybody as it came. What is larger goes out
// as the site shows it.
const longestOriginal = 1 << 20

// unrelayed are the fields that do not go on: traces of the way here, which tell where
// the author sits; what only the list's own server should read; requests for receipts,
// which everybody would answer; and other lists' fields (MAIL.md 2.6).
var unrelayed = []string{
	"received", "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-gm-original-to", "apparently-to",
	"authentication-results", "received-spf", "x-originating-ip", "x-sender-ip", "bcc", "resent-bcc",
	"approved", "x-approved", "urgent", "return-receipt-to", "disposition-notification-to", "x-confirm-reading-to", "x-pmrqc",
	"archived-at", "precedence", "x-auto-response-suppress", "x-loop", "x-beenthere", "x-original-from", "status", "x-status", "x-uid",
}

// original returns the mail that an item came as; nil where it did not come by mail to
// a list, was changed since, or cannot go on as it is.
func (g *Gateway) original(ctx context.Context, b *bulletin) (*original, error) {
	if b.space.List == "" {
		return nil, nil
	}
	id, err := db.Value[int64](ctx, g.db, `
		SELECT m.id FROM message m JOIN item i ON i.id = m.item
		WHERE m.item = ? AND m.fate = 'posted' AND m.peer <> 'import' AND i.edited = 0 ORDER BY m.id LIMIT 1`, b.id)
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return g.originals.get(id, func() (*original, error) { return g.readOriginal(ctx, id, b.mid) })
}

func (g *Gateway) readOriginal(ctx context.Context, id int64, mid string) (*original, error) {
	d, err := g.load(ctx, id)
	if err != nil || len(d.raw) > longestOriginal || strings.HasPrefix(d.to, "reply+") {
		return nil, nil // what cannot be read any more goes out as the site shows it
	}
	raw := crlfBytes(d.raw)
	o := cutOriginal(raw)
	m := message.ParseHeader(raw)
	if o == nil || len(m.Values("From")) != 1 || g.tellsSecrets(raw) {
		return nil, nil
	}
	switch ids := m.Values("Message-ID"); {
	case len(ids) == 0:
		o.fields = append(o.fields, rawField{"message-id", "Message-ID: <" + mid + ">\r\n"})
	case len(ids) > 1 || m.MessageID != mid:
		return nil, nil
	}
	o.from, o.munged = m.From, m.Munged.Address != ""
	return o, nil
}

// cutOriginal takes a mail apart. It returns nil for one that servers may not bring
// on as it is: with 8-bit characters in its header, lines that are too long, or
// characters that are no text.
func cutOriginal(raw []byte) *original {
	head, body, ok := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !ok || !ascii(string(head)) || !fitForSMTP(raw) {
		return nil
	}
	o := &original{body: body}
	for line := range bytes.Lines(append(slices.Clone(head), '\r', '\n')) {
		folded := line[0] == ' ' || line[0] == '\t'
		if folded && len(o.fields) > 0 {
			o.fields[len(o.fields)-1].raw += string(line)
			continue
		}
		name, _, ok := strings.Cut(string(line), ":")
		if folded || !ok || strings.ContainsAny(name, " \t") {
			return nil
		}
		o.fields = append(o.fields, rawField{strings.ToLower(name), string(line)})
	}
	o.fields = slices.DeleteFunc(o.fields, func(f rawField) bool {
		return slices.Contains(unrelayed, f.name) || strings.HasPrefix(f.name, "list-")
	})
	return o
}

func fitForSMTP(raw []byte) bool {
	const longestLine = 998 // RFC 5321, section 4.5.3.1.6
	for line := range bytes.Lines(raw) {
		text, ended := bytes.CutSuffix(line, []byte("\r\n"))
		if len(text) > longestLine || bytes.ContainsAny(text, "\r\n\x00") || !ended && len(line) == 0 {
			return false
		}
	}
	return true
}

// header returns the fields that all copies of the original have: the list's first,
// then the author's. Where From has to name the list, the author's address stands in
// Reply-To, so that an answer goes where it would have gone.
func (o *original) header(list []byte, from []field) ([]byte, error) {
	ours, err := writeFields(from)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(list)
	b.Write(ours)
	for _, f := range o.fields {
		if len(from) == 0 || f.name != "from" {
			b.WriteString(f.raw)
		}
	}
	return b.Bytes(), nil
}

// has reports whether the original has a field.
func (o *original) has(name string) bool {
	return slices.ContainsFunc(o.fields, func(f rawField) bool { return f.name == name })
}

// originals keeps what was taken apart last: a fan-out asks for the same mail again
// and again, and a mail that came in does not change.
type originals struct {
	mu    sync.Mutex
	known map[int64]*original
}

const mostOriginals = 16

func (s *originals) get(id int64, read func() (*original, error)) (*original, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o, ok := s.known[id]; ok {
		return o, nil
	}
	o, err := read()
	if err != nil {
		return nil, err
	}
	if s.known == nil || len(s.known) >= mostOriginals {
		s.known = map[int64]*original{}
	}
	s.known[id] = o
	return o, nil
}
