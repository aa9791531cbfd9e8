package mail

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/job"
	"picus/internal/lang"
)

// LetterJob is the kind of a job that writes a letter of the gateway; its payload
// is a Letter. What the room of the people asks for is of kind "letter" and
// carries an account.Letter.
const LetterJob = "mail.letter"

const accountLetterJob = "letter"

// Letter is a mail to one address that is about the person's own dealings with the
// site, not about a post.
type Letter struct {
	To   string            // the address
	Name string            // how the person is called; empty where the address is not proved
	Lang string            // of the account; empty: English
	Kind string            // one of the kinds below
	Args map[string]string // see the Arg constants
}

// The kinds of the gateway's letters.
const (
	LetterConfirmPost        = "confirm-post"        // a mail to a list waits for its sender's word: ArgList, ArgLink
	LetterRefused            = "refused"             // a mail could not be posted: ArgReason, ArgSubject, perhaps ArgLink; or followed: ArgText is aCommand
	LetterSubscribeConfirm   = "subscribe-confirm"   // somebody wants to have a list by mail: ArgBoard, ArgList, ArgLink
	LetterUnsubscribeConfirm = "unsubscribe-confirm" // somebody wants to leave a list: ArgBoard, ArgList, ArgLink
	LetterSubscribed         = "subscribed"          // the list comes from now on: ArgBoard, ArgList
	LetterUnsubscribed       = "unsubscribed"        // and now it does not any more: ArgBoard, ArgList
	LetterUnreachable        = "unreachable"         // mail to the person came back and has stopped: ArgLink
	LetterSelfTest           = "selftest"            // the site to itself
	LetterHelp               = "help"                // what the addresses of a list are for: ArgBoard, ArgList, ArgLink
	LetterCommandConfirm     = "command-confirm"     // somebody wants to change how mail comes: ArgBoard, ArgList, ArgLink
	LetterDigest             = "digest"              // how the list comes from now on: ArgBoard, ArgList, ArgText
	LetterAway               = "away"                // until when no mail comes: ArgText, empty: it comes again
	LetterRoster             = "roster"              // who gets the list: ArgBoard, ArgList, ArgText
	LetterWaiting            = "waiting"             // a mail waits for a moderator: ArgBoard, ArgList
	LetterPrivateConfirm     = "private-confirm"     // a private mail waits for its sender's word: ArgSender (whom it is for), ArgLink, ArgReplyTo
	LetterPrivateConsent     = "private-consent"     // the same, and the sender agrees to take such mail: as above
	LetterPrivateRefused     = "private-refused"     // a private mail was not passed on: ArgReason
	LetterPrivateFailed      = "private-failed"      // a private mail could not be delivered: ArgSender (whom it was for)
	LetterPrivateReport      = "private-report"      // to the staff: a private mail was reported: ArgSender (by whom), ArgLink
	letterPrior              = "prior"               // to who asked by mail: what is like it; ArgSubject, ArgLink, ArgText, ArgReplyTo
	LetterModerate           = "moderate"            // to a moderator: ArgBoard, ArgList, ArgSubject, ArgSender, ArgText, ArgReplyTo
)

// The arguments of letters. A letter to somebody whose address is not proved takes
// no argument that a stranger may have chosen (SECURITY.md, M-5), so ArgSubject is
// read for LetterRefused only.
const (
	ArgLink    = "link"     // the path of the page where it is done, e.g. /confirm/TOKEN
	ArgBoard   = "board"    // the title of the board
	ArgList    = "list"     // the local part of its list's address
	ArgReason  = "reason"   // a sentence in the reader's language
	ArgSubject = "subject"  // of the mail that is answered
	ArgAnswers = "answers"  // the Message-ID of the mail that is answered: a robot's answer must show as one
	ArgSender  = "sender"   // who wrote a mail that is held
	ArgText    = "text"     // what the letter is about
	ArgReplyTo = "reply-to" // a whole address that does the same as the link when one answers
)

// aCommand is the ArgText of a LetterRefused about a mail that was no post.
const aCommand = "command"

// The arguments that an account's letter is read into.
const argWas = "was"

// argMember says that a letter goes to somebody who can sign in.
const argMember = "member"

// letter is the job that writes one of the gateway's own letters.
func (g *Gateway) letter(ctx context.Context, j *job.Job) error {
	var l Letter
	if err := j.Read(&l); err != nil {
		return err
	}
	return g.write(ctx, j, l)
}

// accountLetter is the job that writes a letter for the room of the people.
func (g *Gateway) accountLetter(ctx context.Context, j *job.Job) error {
	var a account.Letter
	if err := j.Read(&a); err != nil {
		return err
	}
	l := Letter{To: a.To, Name: a.Name, Lang: a.Lang, Kind: a.Kind, Args: map[string]string{ArgLink: a.Path, argWas: a.Was}}
	return g.write(ctx, j, l)
}

// write puts the finished letter among the outgoing mail. Its id comes from the
// job, so that a letter that is written twice is one mail.
func (g *Gateway) write(ctx context.Context, j *job.Job, l Letter) error {
	now := g.now()
	raw, err := g.renderLetter(l, j.ID, now)
	if err != nil {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO outgoing (address, letter, state, due, created) VALUES (?, ?, 'queued', ?, ?)",
			oneLine(l.To), raw, now.UnixMilli(), now.UnixMilli())
		if err != nil {
			return err
		}
		tx.AfterCommit(g.wake)
		return j.Finish(ctx, tx)
	})
}

// renderLetter returns the whole message of a letter.
func (g *Gateway) renderLetter(l Letter, number int64, at time.Time) (string, error) {
	words := letterTexts[l.Kind]
	if words == nil {
		return "", fmt.Errorf("no letter is called %q", l.Kind)
	}
	t := letterText{Letter: l, Lang: lang.Match(l.Lang), site: g.site(), base: g.conf.BaseURL, at: g.address}
	subject, paragraphs := words(t)
	id := strconv.FormatInt(number, 10)
	fields := []field{
		{"From", mailbox(t.site, g.address("no-reply"))},
		{"To", mailbox(l.Name, l.To)},
		{"Subject", encodeText(subject)},
		{"Date", at.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<letter-" + id + "." + g.accounts.Sign("letter-id", id) + "@" + g.domain() + ">"},
		{"Precedence", "bulk"},
		{"X-Auto-Response-Suppress", "All"},
	}
	fields = append(fields, l.answerFields()...)
	text := t.greeting() + strings.Join(paragraphs, "\n\n") + "\n\n-- \n" + t.site + "\n" + t.base + "/\n"
	return textMail(fields, text)
}

// answerFields say that a machine wrote the letter: of its own accord, or as the
// answer to a mail (RFC 3834, section 5).
func (l Letter) answerFields() []field {
	var fields []field
	if to := l.Args[ArgReplyTo]; to != "" {
		fields = append(fields, field{"Reply-To", mailbox("", to)})
	}
	if mid := cleanID(l.Args[ArgAnswers]); mid != "" {
		return append(fields, field{"In-Reply-To", "<" + mid + ">"}, field{"References", "<" + mid + ">"}, field{"Auto-Submitted", autoReplied})
	}
	return append(fields, field{"Auto-Submitted", "auto-generated"})
}

const autoReplied = "auto-replied"

// answersMail reports whether a stored letter answers a mail. Such a letter has no
// return path, so that two robots cannot talk to each other (RFC 3834, section 3.3).
func answersMail(letter string) bool {
	head, _, _ := strings.Cut(letter, "\r\n\r\n")
	return strings.Contains(head, "\r\nAuto-Submitted: "+autoReplied) || strings.HasPrefix(head, "Auto-Submitted: "+autoReplied)
}

func (g *Gateway) site() string {
	if g.conf.Site == "" {
		return "Picus"
	}
	return oneLine(g.conf.Site)
}
