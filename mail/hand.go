package mail

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"picus/internal/fault"
	"picus/mail/message"
)

// answer is what became of a mail that was offered to the relay.
type answer int

const (
	taken     answer = iota
	refused          // for good
	unwelcome        // the relay does not take mail from us; that says nothing about the recipient
	notNow           // the relay says: try again later
	cutOff           // the connection broke, or no answer came, before the message was complete
	doubtful         // the same after it was complete
)

// hand offers one message for one recipient, and returns the answer with its text.
func (l *link) hand(from, to string, raw []byte) (answer, string) {
	if strings.ContainsAny(to, "<> \r\n\x00") || !strings.Contains(to, "@") {
		return refused, fault.Told("This is not a mail address.")
	}
	opts := &smtp.MailOptions{Size: int64(len(raw)), UTF8: !ascii(to)}
	if known, _ := l.Extension("8BITMIME"); known && !ascii(string(raw)) {
		opts.Body = smtp.Body8BitMIME // a mail that goes on as it came
	}
	if known, _ := l.Extension("SMTPUTF8"); opts.UTF8 && !known {
		return refused, fault.Told("The mail relay takes only addresses in ASCII.")
	}
	l.bound.allow()
	at, err := l.send(from, to, opts, raw)
	if err == nil {
		return taken, ""
	}
	a, text := l.read(err, at == atRcpt || at == atData)
	switch {
	case at == atMail && a == refused:
		a = unwelcome
	case at == atEnd && a == cutOff:
		a = doubtful
	}
	return a, text
}

// send says what has to be said for one mail, and how far it came.
func (l *link) send(from, to string, opts *smtp.MailOptions, raw []byte) (stage, error) {
	if l.wire != nil {
		size, _ := l.Extension("SIZE")
		return l.wire.hand(from, to, opts, size, raw)
	}
	if err := l.Mail(from, opts); err != nil {
		return atMail, err
	}
	if err := l.Rcpt(to, nil); err != nil {
		return atRcpt, err
	}
	data, err := l.Data()
	if err != nil {
		return atData, err
	}
	if _, err := data.Write(raw); err != nil {
		return atData, err
	}
	return atEnd, data.Close()
}

// smtpClosing says that the service is closing the channel (RFC 5321, section 4.2.2).
const smtpClosing = 421

// read turns an error into an answer, and ends the transaction that it left open.
func (l *link) read(err error, open bool) (answer, string) {
	text := cutText(oneLine(err.Error()))
	reply, ok := errors.AsType[*smtp.SMTPError](err)
	if !ok {
		l.broken = true
		if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
			l.late = true
			return cutOff, fault.Told("The mail relay did not answer in time.")
		}
		return cutOff, fault.Told("The connection to the mail relay broke: %s", text)
	}
	text = cutText(oneLine(replyText(reply)))
	if reply.Code == smtpClosing || open && l.Reset() != nil {
		l.broken = true
	}
	if reply.Temporary() || ours(reply.Code) {
		return notNow, text
	}
	return refused, text
}

// ours reports whether a reply is about our log-in and not about the recipient; the
// mail can go once the operator has put that right (RFC 4954, section 6).
func ours(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

func replyText(e *smtp.SMTPError) string {
	code := e.EnhancedCode
	if code == smtp.EnhancedCodeNotSet || code == smtp.NoEnhancedCode {
		return fmt.Sprintf("%d %s", e.Code, e.Message)
	}
	return fmt.Sprintf("%d %d.%d.%d %s", e.Code, code[0], code[1], code[2], e.Message)
}

// cutText bounds what the relay says before it is stored.
func cutText(s string) string {
	const most = 500
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// outcomeOf books an answer for a row.
func (o outgoing) outcomeOf(a answer, text string, now time.Time) outcome {
	switch a {
	case taken:
		return outcome{row: o, state: Done, due: now}
	case refused:
		return o.comesBack(o.failed(now, text))
	case unwelcome:
		return o.later(now, text)
	case notNow:
		if gone := o.later(now, text); gone.state == Failed {
			return o.comesBack(gone)
		}
	case doubtful:
		if o.item == 0 && o.private == 0 {
			return o.failed(now, inDoubt)
		}
	}
	return o.later(now, text)
}

// comesBack adds to the failure of a mail to a member what it says about the recipient's address.
// What a server put off until we gave up is a passing fault.
func (o outgoing) comesBack(failed outcome) outcome {
	if o.to.ID == 0 {
		return failed
	}
	n := notice{account: o.to.ID, why: failed.err}
	n.status, n.class = message.Judge(failed.err)
	failed.back = &n
	return failed
}
