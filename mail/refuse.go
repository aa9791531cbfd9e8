package mail

import (
	"errors"
	"log/slog"
	"strings"

	"github.com/emersion/go-smtp"

	"picus/internal/fault"
)

// The fields by which refusalOf knows the refusals that have a code of their own.
const (
	fieldSize = "size"
	fieldLoop = "loop"
)

// refusalOf turns an error into the answer of a mail server (RFC 5321, RFC 3463): the
// same sentence as in the browser, and where one can read how the lists work. What is our
// own failure is only logged, and the sender is asked to try again.
func (g *Gateway) refusalOf(err error) error {
	if err == nil {
		return nil
	}
	refused, ok := errors.AsType[*fault.Error](err)
	if !ok || refused.Kind == fault.Internal {
		slog.Error("mail was not taken in", "error", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Something failed here. Please try again later."}
	}
	code, enhanced := status(refused)
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: g.withHelp(plain7(refused.Error()))}
}

// helpPath is the page that says how everything goes by mail.
const helpPath = "/help/mail"

// withHelp adds where the rules of the lists stand to a sentence that names no page.
func (g *Gateway) withHelp(s string) string {
	if strings.Contains(s, "://") {
		return s
	}
	return s + " " + g.conf.BaseURL + helpPath
}

// tooLarge reports whether a mail was refused for its size.
func tooLarge(err error) bool {
	refused, ok := errors.AsType[*fault.Error](err)
	return ok && refused.Field == fieldSize
}

func status(e *fault.Error) (int, smtp.EnhancedCode) {
	switch {
	case e.Field == fieldSize:
		return 552, smtp.EnhancedCode{5, 3, 4}
	case e.Field == fieldLoop:
		return 554, smtp.EnhancedCode{5, 4, 6}
	}
	switch e.Kind {
	case fault.Missing:
		return 550, smtp.EnhancedCode{5, 1, 1}
	case fault.Unknown, fault.Forbidden:
		return 550, smtp.EnhancedCode{5, 7, 1}
	case fault.Limited:
		return 450, smtp.EnhancedCode{4, 7, 1}
	}
	return 554, smtp.EnhancedCode{5, 6, 0}
}

// longestAnswer keeps a reply line below the 512 bytes of RFC 5321, section 4.5.3.1.5.
const longestAnswer = 400

// plain7 makes a sentence fit for a reply to a client that may not know UTF-8.
func plain7(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '“' || r == '”':
			return '"'
		case r == '‘' || r == '’':
			return '\''
		case r < ' ' || r == 0x7f:
			return ' '
		case r > 0x7f:
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), longestAnswer)]
}
