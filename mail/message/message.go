// Package message reads one RFC 5322 message: who wrote it, when, in which
// conversation, what the author said and what was only quoted. Parse never fails
// and never panics: the raw mail is the truth, this is a reading of it, and what
// does not parse is salvaged and named in Warnings.
//
// The package is pure: no database, no network. It parses with code of its own in
// one pass over the bytes, since a mail that breaks the rules must be read as well
// as one that keeps them, and one reader that is tolerant from the start is
// shorter than a strict one with a salvage beside it.
package message

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Limits of one message, so that a hostile one costs little (SECURITY.md, M-7).
const (
	maxDepth       = 100
	maxParts       = 1000
	maxHeaderBlock = 100 << 10
	maxHeaderField = 32 << 10
	maxIDs         = 1000
	maxAddresses   = 2000
	maxWarnings    = 50
)

// Kind says what a message is for the gateway.
type Kind string

// The kinds of messages.
const (
	Post      Kind = "post"       // a person's (or an allowed robot's) contribution
	BounceOf  Kind = "bounce"     // a report that a mail of ours did not arrive
	AutoReply Kind = "auto-reply" // a machine answered
	Command   Kind = "command"    // subscribe, unsubscribe, help, digest by address
	Loop      Kind = "loop"       // it has been here before
)

// Address is a mailbox of a header. Address is empty where none could be read.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Attachment is a part that is not the text of the message. Its bytes are hostile
// until proven otherwise; they are transfer-decoded and not otherwise touched.
type Attachment struct {
	Filename  string `json:"filename"`
	Type      string `json:"type"`
	Size      int    `json:"size"`
	Inline    bool   `json:"inline"`
	ContentID string `json:"content_id"`
	Content   []byte `json:"-"`
}

// Auth is the verdict on the sender. Parse leaves it empty: only who received the
// mail can judge it (see Reported for a header of a trusted server).
type Auth struct {
	SPF   string `json:"spf"`
	DKIM  string `json:"dkim"`
	DMARC string `json:"dmarc"`
}

// Message is the reading of one mail. Text is the whole text in UTF-8 with LF, and
// is Markdown where Markdown is true. Reply is what the author wrote and Elided
// the quotes and signatures, for display; the two together hold every line.
type Message struct {
	MessageID      string       `json:"message_id"`
	InReplyTo      []string     `json:"in_reply_to"`
	References     []string     `json:"references"`
	Subject        string       `json:"subject"`
	SubjectBase    string       `json:"subject_base"`
	From           Address      `json:"from"`
	To             []Address    `json:"to"`
	Cc             []Address    `json:"cc"`
	Date           time.Time    `json:"date"`
	ListID         string       `json:"list_id"`
	Kind           Kind         `json:"kind"`
	Reason         string       `json:"reason"`
	Text           string       `json:"text"`
	Reply          string       `json:"reply"`
	Elided         string       `json:"elided"`
	HTML           bool         `json:"html"`
	FormatFlowed   bool         `json:"format_flowed"`
	Attachments    []Attachment `json:"attachments"`
	Bounce         *Bounce      `json:"bounce"`
	Auth           Auth         `json:"auth"`
	CharsetGuessed bool         `json:"charset_guessed"`
	Warnings       []string     `json:"warnings"`

	// Sender is the Sender header, ReplyTo the Reply-To header.
	Sender  Address   `json:"-"`
	ReplyTo []Address `json:"-"`
	// Munged holds the From header as it stood where a mailing list had put its own
	// address there and From is the author it was restored to.
	Munged Address `json:"-"`
	// IsReply is true where the subject begins with a reply prefix in any language.
	IsReply bool `json:"-"`
	// Markdown is true where Text was made from HTML.
	Markdown bool `json:"-"`
	// Doubtful is true where Kind rests on weak signs only: hold it, do not drop it.
	Doubtful bool `json:"-"`

	header  header
	charset string // a charset that some label of the message names, for guessing
}

// Parse reads raw. It always returns a message; its Warnings tell what was wrong.
func Parse(raw []byte) *Message {
	m := &Message{
		Kind: Post, InReplyTo: []string{}, References: []string{}, To: []Address{}, Cc: []Address{},
		Attachments: []Attachment{}, Warnings: []string{},
	}
	head, body := split(raw, m.warn)
	m.header = head
	m.charset = head.namedCharset()
	m.readHeader()
	m.readBody(body)
	m.classify()
	return m
}

// readHeader fills what the header alone tells.
func (m *Message) readHeader() {
	m.From = first(m.addresses("From"))
	m.To = m.addresses("To")
	m.Cc = m.addresses("Cc")
	m.Sender = first(m.addresses("Sender"))
	m.ReplyTo = m.addresses("Reply-To")
	m.Subject = m.Header("Subject")
	m.SubjectBase, m.IsReply = BaseSubject(m.Subject)
	m.ListID = listID(m.header.get("List-Id"))
	m.restoreAuthor()
	m.readIDs()
	m.Date = m.date()
	if m.From.Address == "" {
		m.warn("The message has no sender address.")
	}
}

// readIDs reads the ids of the conversation. Addresses of the people in the header
// are dropped: some clients write those where an id belongs.
func (m *Message) readIDs() {
	raw := m.header.get("Message-Id")
	if ids := IDs(raw); len(ids) > 0 {
		m.MessageID = ids[0]
	} else if raw != "" && !strings.ContainsAny(raw, " \t<>") {
		// One word without an @ is no id by the rules, but its answers will name it.
		m.MessageID = cleanID(raw)
	} else {
		m.warn("The message has no Message-ID.")
	}
	people := map[string]bool{m.From.Address: true, m.Munged.Address: true, m.Sender.Address: true}
	for _, list := range [][]Address{m.To, m.Cc} {
		for _, a := range list {
			people[a.Address] = true
		}
	}
	m.InReplyTo = without(IDs(m.header.get("In-Reply-To")), people)
	m.References = without(IDs(m.header.get("References")), people)
}

// Header returns the first header field called name as text, "" if there is none.
func (m *Message) Header(name string) string {
	return m.decode(m.header.get(name))
}

// Values returns every header field called name as text, in their order.
func (m *Message) Values(name string) []string {
	var all []string
	for _, raw := range m.header.all(name) {
		all = append(all, m.decode(raw))
	}
	return all
}

// Delivered returns the addresses this copy was delivered to as the servers on its way
// noted them, nearest first.
func (m *Message) Delivered() []string {
	var all []Address
	for _, name := range deliveryHeaders {
		for _, raw := range m.header.all(name) {
			all = append(all, m.parseAddresses(raw)...)
		}
	}
	return addressesOf(all)
}

// Named returns the addresses in To and Cc.
func (m *Message) Named() []string { return addressesOf(append(slices.Clone(m.To), m.Cc...)) }

// addressesOf returns each address once.
func addressesOf(list []Address) []string {
	var all []string
	for _, a := range list {
		if a.Address != "" && !slices.Contains(all, a.Address) {
			all = append(all, a.Address)
		}
	}
	return all
}

// deliveryHeaders name the envelope recipient, in the order GitLab and Zulip trust
// them (MAIL.md 2.4).
var deliveryHeaders = []string{
	"X-Gm-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "X-Original-To",
	"Apparently-To", "Resent-To", "Resent-Cc",
}

// Digest is a hash of the sender and the text. Two mails of one Message-ID are the
// same mail only if their digests agree (SECURITY.md, M-6).
func (m *Message) Digest() string {
	h := sha256.New()
	io.WriteString(h, strings.ToLower(m.From.Address)+"\n"+m.Subject+"\n")
	io.WriteString(h, strings.TrimSpace(m.Text))
	for _, a := range m.Attachments {
		h.Write(a.Content)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// MarshalJSON writes a date that is unknown as null.
func (m *Message) MarshalJSON() ([]byte, error) {
	type plain Message
	shown := struct {
		*plain
		Date *time.Time `json:"date"`
	}{plain: (*plain)(m)}
	if !m.Date.IsZero() {
		shown.Date = &m.Date
	}
	return json.Marshal(shown)
}

// warn notes once what was wrong with the message.
func (m *Message) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, w := range m.Warnings {
		if w == text {
			return
		}
	}
	if len(m.Warnings) < maxWarnings {
		m.Warnings = append(m.Warnings, text)
	}
}

func first(list []Address) Address {
	if len(list) == 0 {
		return Address{}
	}
	return list[0]
}

func without(ids []string, drop map[string]bool) []string {
	kept := []string{}
	for _, id := range ids {
		if !drop[id] {
			kept = append(kept, id)
		}
	}
	return kept
}
