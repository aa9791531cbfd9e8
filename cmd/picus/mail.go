package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"

	"picus/internal/fault"
	"picus/mail"
	"picus/mail/message"
)

// maxMessage is the largest message taken from standard input, in bytes.
const maxMessage = 64 << 20

type mailCmd struct {
	Parse   mailParseCmd   `cmd:"" help:"Read one message and print what the gateway sees in it, as JSON."`
	Receive mailReceiveCmd `cmd:"" help:"Deliver one message from standard input, for a pipe transport."`
	Replay  mailReplayCmd  `cmd:"" help:"Read mails again that came in before, after a rule has changed."`
}

type mailParseCmd struct{}

// Run prints the message as JSON.
func (mailParseCmd) Run() error {
	raw, err := readMessage()
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(message.Parse(raw))
}

func readMessage() ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(os.Stdin, maxMessage+1))
	if err == nil && len(raw) > maxMessage {
		err = exitError{exitData, errors.New("the message is larger than 64 MB")}
	}
	return raw, err
}

type mailReceiveCmd struct {
	To   []string `help:"Recipient, as in the envelope." required:"" placeholder:"ADDRESS"`
	From string   `help:"Sender, as in the envelope." placeholder:"ADDRESS"`
}

// Help shows how a mail server calls it.
func (mailReceiveCmd) Help() string {
	return "Example for Postfix's master.cf: flags=Rq user=picus argv=/usr/local/bin/picus mail receive --to ${recipient} --from ${sender}"
}

// Run delivers the message. It is durable when the exit code is 0; 75 asks the
// mail server to try again.
func (m *mailReceiveCmd) Run(ctx context.Context, c *config) error {
	raw, err := readMessage()
	if err != nil {
		return again(err)
	}
	err = c.with(ctx, func(h *house) error {
		// Only the operator's own mail server can start us, so it counts as a peer on this machine.
		results := h.mail.Receive(ctx, mail.Envelope{From: m.From, To: m.To, Peer: netip.MustParseAddr("127.0.0.1"), Raw: raw})
		return errors.Join(results...)
	})
	return again(err)
}

// again has a failure of ours read as "try again": to a mail server, any code that it
// does not know means that the mail goes back to its sender.
func again(err error) error {
	if _, coded := errors.AsType[exitError](err); coded || err == nil || fault.KindOf(err) != fault.Internal {
		return err
	}
	return exitError{exitTemporary, err}
}

type mailReplayCmd struct {
	IDs  []int64 `arg:"" optional:"" name:"id" help:"Numbers of mails, as under Administration."`
	Fate string  `help:"Every mail of this fate instead: held, refused, dropped or posted." enum:",held,refused,dropped,posted" default:""`
}

// Run reads mails again, by the rules of today. What was held, refused or dropped waits
// for the server, which reads it a moment later.
func (m *mailReplayCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		ids := m.IDs
		if m.Fate != "" {
			var err error
			if ids, err = h.mail.OfFate(ctx, operator, mail.Fate(m.Fate)); err != nil {
				return err
			}
		}
		var failed error
		for _, id := range ids {
			done, err := h.mail.Replay(ctx, operator, id)
			if err != nil {
				failed = err
				fmt.Fprintf(os.Stderr, "%d: %v\n", id, err)
				continue
			}
			fmt.Printf("%d: %s\n", id, done)
		}
		return failed
	})
}
