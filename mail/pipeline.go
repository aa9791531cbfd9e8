package mail

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// wire speaks over the connection of a link where the relay reads commands ahead (RFC
// 2920): sender, recipient and DATA go in one piece, which saves two waits for each mail.
// The library waits for every answer. Between mails it has the connection.
type wire struct {
	conn     net.Conn
	in       *bufio.Reader
	replies  *textproto.Reader
	out      *bufio.Writer
	patience patience
}

func newWire(conn net.Conn, p patience) *wire {
	in := bufio.NewReader(conn)
	return &wire{conn: conn, in: in, replies: textproto.NewReader(in), out: bufio.NewWriterSize(conn, 16<<10), patience: p}
}

// reply reads one answer; it is an error unless its code begins with the digits of want.
func (w *wire) reply(want int) error {
	_, text, err := w.replies.ReadResponse(want)
	refused, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return err
	}
	e := &smtp.SMTPError{Code: refused.Code, EnhancedCode: smtp.EnhancedCodeNotSet, Message: text}
	var c smtp.EnhancedCode
	if n, _ := fmt.Sscanf(text, "%d.%d.%d ", &c[0], &c[1], &c[2]); n == len(c) {
		status, rest, _ := strings.Cut(text, " ")
		e.EnhancedCode, e.Message = c, strings.ReplaceAll(rest, "\n"+status+" ", "\n")
	}
	return e
}

// stage is how far a mail came before something went wrong.
type stage int

const (
	atMail stage = iota
	atRcpt
	atData
	atEnd
)

// hand sends one mail. Its error belongs to the stage.
func (w *wire) hand(from, to string, opts *smtp.MailOptions, size bool, raw []byte) (stage, error) {
	if err := w.conn.SetDeadline(time.Now().Add(w.patience.command)); err != nil {
		return atMail, err
	}
	defer w.conn.SetDeadline(time.Time{})
	fmt.Fprintf(w.out, "MAIL FROM:<%s>%s\r\nRCPT TO:<%s>\r\nDATA\r\n", from, parameters(opts, size), to)
	if err := w.out.Flush(); err != nil {
		return atMail, err
	}
	if at, err := w.accepted(); err != nil {
		return at, err
	}
	if err := w.conn.SetDeadline(time.Now().Add(w.patience.submit)); err != nil {
		return atData, err
	}
	body := textproto.NewWriter(w.out).DotWriter()
	if _, err := body.Write(raw); err != nil {
		return atData, err
	}
	if err := body.Close(); err != nil {
		return atEnd, err
	}
	err := w.reply(smtpOK)
	if err == nil && w.in.Buffered() > 0 {
		return atEnd, errors.New("it says more than it was asked")
	}
	return atEnd, err
}

const (
	smtpOK     = 250
	smtpOKKind = 25 // 251: the mail goes on to somewhere else
	smtpGoOn   = 354
)

// accepted reads the answers to the commands that went in one piece. Of a refused
// recipient the relay may want a text all the same; an empty one goes nowhere.
func (w *wire) accepted() (stage, error) {
	var first error
	failed := atMail
	for at, want := range []int{smtpOK, smtpOKKind, smtpGoOn} {
		err := w.reply(want)
		refused, answered := errors.AsType[*smtp.SMTPError](err)
		switch {
		case err == nil && stage(at) == atData && first != nil:
			return failed, w.nothing(first)
		case err == nil || first != nil && answered:
			continue
		case first != nil:
			return failed, first // and the connection is at its end
		}
		first, failed = err, stage(at)
		if !answered || refused.Code == smtpClosing {
			return failed, first
		}
	}
	return failed, first
}

// nothing ends a text that must not be sent.
func (w *wire) nothing(why error) error {
	if _, err := w.out.WriteString(".\r\n"); err != nil {
		return err
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	err := w.reply(smtpOK)
	if _, answered := errors.AsType[*smtp.SMTPError](err); err != nil && !answered {
		return err
	}
	return why
}

// parameters are what MAIL says beside the sender.
func parameters(opts *smtp.MailOptions, size bool) string {
	var b strings.Builder
	if opts.Body != "" {
		b.WriteString(" BODY=" + string(opts.Body))
	}
	if size {
		fmt.Fprintf(&b, " SIZE=%d", opts.Size)
	}
	if opts.UTF8 {
		b.WriteString(" SMTPUTF8")
	}
	return b.String()
}
