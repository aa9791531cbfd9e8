package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// Receive takes a mail in and returns one error for each recipient. Nil means that
// the mail is durable and will be read; a fault holds the sentence for the sender;
// any other error is ours, and the mail should be handed in again.
func (g *Gateway) Receive(ctx context.Context, env Envelope) []error {
	defer g.arrivals.arrive()()
	errs := make([]error, len(env.To))
	head := message.ParseHeader(env.Raw)
	if env.From == "" && !env.Peer.IsValid() && head.Kind == message.Post {
		env.From = sender(head).Address // a pipe that does not name the envelope's
	}
	accepted, refused := env, env
	accepted.To, refused.To = nil, nil
	var why []string
	for i, to := range env.To {
		errs[i] = g.screen(ctx, env, to, head)
		switch {
		case errs[i] == nil:
			accepted.To = append(accepted.To, to)
		case !fault.Is(errs[i], fault.Internal):
			refused.To, why = append(refused.To, to), append(why, errs[i].Error())
		}
	}
	g.noteRefusals(ctx, refused, head, why)
	if err := g.store(ctx, accepted, head); err != nil {
		for i := range errs {
			if errs[i] == nil {
				errs[i] = err
			}
		}
	}
	return errs
}

var errTooLarge = fault.Bad(fieldSize, "This mail is too large: %d MB at most.", MaxMessage>>20)

// errNoText is what the forum says too.
var errNoText = fault.Bad("body", "There is no text yet.")

// screen refuses what can be refused while the sender waits, by the header alone:
// reading a whole mail is left to the readers, who survive what it may hold.
func (g *Gateway) screen(ctx context.Context, env Envelope, to string, head *message.Message) error {
	if len(env.Raw) > MaxMessage {
		return errTooLarge
	}
	r, err := g.routeOf(ctx, env, to)
	written := r.purpose == toPost || r.purpose == toReply || r.purpose == toPrivate
	if err == nil && len(env.Raw) > maxOther && (!written || env.From == "" || isRobot(head)) {
		return fault.Bad(fieldSize, "This mail is too large for this address: %d MB at most.", maxOther>>20)
	}
	if err != nil || !written || env.From == "" {
		return err
	}
	mirrored, err := g.screenMirror(ctx, r, head)
	if err != nil {
		return err
	}
	if !mirrored && (head.Kind == message.Loop || head.Loops(func(id string) bool { return g.isOurs(ctx, id) })) {
		return fault.Bad(fieldLoop, "This mail has been here before: it was sent out by this list.")
	}
	if isRobot(head) {
		return nil // robots get no answer
	}
	rules, err := g.ListRules(ctx, r.board.ID)
	if err != nil {
		return err
	}
	if rules.Largest != 0 && int64(len(env.Raw)) > rules.Largest {
		return fault.Bad(fieldSize, "This mail is too large for the list: %d KB at most.", rules.Largest>>10)
	}
	if blank(env.Raw) {
		return errNoText
	}
	if r.purpose == toPrivate || mirrored {
		return nil // the address has asked both people; a refusal could cost the subscription to the list
	}
	return g.screenSender(ctx, r, head, rules)
}

// isRobot reports whether a mail was not written by a person.
func isRobot(head *message.Message) bool {
	return head.Kind == message.BounceOf || head.Kind == message.AutoReply
}

// routeOf returns the route of a recipient, which the door may have looked up already.
func (g *Gateway) routeOf(ctx context.Context, env Envelope, to string) (route, error) {
	if r, ok := env.routes[to]; ok {
		return r, nil
	}
	return g.routeFor(ctx, to, env.From)
}

// screenSender refuses who could not post in any case. That they are who they say is
// judged later, with the whole mail.
func (g *Gateway) screenSender(ctx context.Context, r route, head *message.Message, rules ListRules) error {
	if r.purpose == toReply {
		return nil // route has asked the thread
	}
	by, standing, err := g.member(ctx, sender(head).Address, r.board, rules)
	if err != nil || standing != welcome {
		return err
	}
	if err := r.board.Postable(by); err != nil {
		return err
	}
	p, err := g.place(ctx, g.db, r.board.ID, r.hint(), head)
	if err != nil || p.thread == 0 {
		return err
	}
	_, _, err = g.forum.Replyable(ctx, by, p.thread)
	return err
}

// sender returns whom the From header names. A list that wrote its own address there
// is the sender; whom it says it stands for has proved nothing.
func sender(m *message.Message) message.Address {
	if m.Munged.Address != "" {
		return m.Munged
	}
	return m.From
}

// store keeps a mail for each of its recipients, to be read soon. It returns when
// the mail is durable.
func (g *Gateway) store(ctx context.Context, env Envelope, head *message.Message) error {
	if len(env.To) == 0 {
		return nil
	}
	row := g.rowOf(env, head)
	raw, err := g.withoutReturned(ctx, env.To, env.Raw)
	if err != nil {
		return err
	}
	row.raw = pack(raw)
	return g.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet() // no page tells of a mail before it is read
		return g.put(ctx, tx, row, env.To)
	})
}

// rowOf returns the row of a mail that waits to be read, without its text.
func (g *Gateway) rowOf(env Envelope, head *message.Message) stored {
	digest := sha256.Sum256(env.Raw)
	return stored{messageID: messageID(head, env.Raw), digest: digest[:], fate: Received, from: env.From, peer: peerName(env), at: g.now()}
}

// put writes a row and a job for each recipient.
func (g *Gateway) put(ctx context.Context, tx *db.Tx, row stored, to []string) error {
	for _, row.to = range to {
		if g.isPrivate(row.to) {
			if err := g.putPrivate(ctx, tx, row); err != nil {
				return err
			}
			continue
		}
		id, err := row.insert(ctx, tx)
		if err != nil {
			return err
		}
		if err := g.jobs.Add(ctx, tx, inJob, waiting{Message: id}, row.at); err != nil {
			return err
		}
	}
	return nil
}

// noteRefusals leaves a trace of what was refused at the door, for the administrator.
// It keeps no mail: the sender has it. A trace that cannot be written is not worth
// another answer.
func (g *Gateway) noteRefusals(ctx context.Context, env Envelope, head *message.Message, why []string) {
	if len(env.To) == 0 {
		return
	}
	row := g.rowOf(env, head)
	row.fate = Refused
	err := g.db.Write(ctx, func(tx *db.Tx) error {
		for i, to := range env.To {
			row.to, row.reason = g.hideSecrets(to), why[i]
			if _, err := row.insert(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	logFailure("note a refusal", err)
}

// stored is a row of message as it is made.
type stored struct {
	messageID, from, to, peer string
	fate                      Fate
	rule, reason              string
	digest, raw               []byte
	space, item, account      int64
	at                        time.Time
}

func (s stored) insert(ctx context.Context, tx *db.Tx) (int64, error) {
	if s.raw == nil {
		s.raw = []byte{}
	}
	return tx.Insert(ctx, `
		INSERT INTO message (message_id, digest, space, item, account, fate, rule, reason, mail_from, rcpt_to, peer, raw, received)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		s.messageID, s.digest, null(s.space), null(s.item), null(s.account), s.fate, s.rule, s.reason, s.from, s.to, s.peer, s.raw, s.at.UnixMilli())
}

func peerName(env Envelope) string {
	if env.mailbox {
		return byMailbox
	}
	if !env.Peer.IsValid() {
		return "pipe"
	}
	return env.Peer.String()
}

// written are the fields that the author's program writes, and no server behind it.
var written = []string{"From", "Date", "Subject", "In-Reply-To", "References"}

// messageID returns the id of a mail, or one made of what its author wrote where it has
// none, so that a mail without an id is recognised as well. What servers put around it, a
// new one each time that it is handed on, does not count.
func messageID(m *message.Message, raw []byte) string {
	if m.MessageID != "" {
		return m.MessageID
	}
	h := sha256.New()
	for _, name := range written {
		fmt.Fprintf(h, "%s\n", strings.Join(strings.Fields(m.Header(name)), " "))
	}
	h.Write(textOf(raw))
	return fmt.Sprintf("%x@no-id.invalid", h.Sum(nil))
}

// textOf returns what stands below the header of a mail, whatever its line ends.
func textOf(raw []byte) []byte {
	plain := bytes.TrimLeft(bytes.ReplaceAll(raw, []byte("\r"), nil), "\n")
	_, body, _ := bytes.Cut(plain, []byte("\n\n"))
	return bytes.TrimSpace(body)
}

// blank reports whether nothing follows the header.
func blank(raw []byte) bool {
	raw = bytes.TrimLeft(raw, "\r\n")
	at := bytes.Index(raw, []byte("\n\n"))
	if crlf := bytes.Index(raw, []byte("\r\n\r\n")); crlf >= 0 && (at < 0 || crlf < at) {
		at = crlf
	}
	return at < 0 || len(bytes.TrimSpace(raw[at:])) == 0
}

// The packer of raw mail. EncodeAll and DecodeAll may be called side by side.
var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(1<<17))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(4*MaxMessage))
)

func pack(raw []byte) []byte { return packer.EncodeAll(raw, nil) }

func unpack(packed []byte) ([]byte, error) {
	raw, err := unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack a mail: %w", err)
	}
	return raw, nil
}

func null(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
