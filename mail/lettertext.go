package mail

import (
	"picus/account"
	"picus/internal/lang"
)

// letterText is a letter while it is put into words.
type letterText struct {
	Letter
	lang.Lang
	site, base string
	at         func(local string) string // an address of ours
}

// letterTexts gives each kind its subject and its paragraphs.
var letterTexts = map[string]func(t letterText) (subject string, paragraphs []string){
	account.LetterConfirm:    letterText.confirm,
	account.LetterKnown:      letterText.known,
	account.LetterReset:      letterText.reset,
	account.LetterAddress:    letterText.address,
	account.LetterClaim:      letterText.claim,
	account.LetterClaimed:    letterText.claimed,
	account.LetterAddressOld: letterText.addressOld,
	account.LetterPassword:   letterText.password,
	LetterConfirmPost:        letterText.confirmPost,
	LetterRefused:            letterText.refused,
	LetterSubscribeConfirm:   letterText.subscribeConfirm,
	LetterUnsubscribeConfirm: letterText.unsubscribeConfirm,
	LetterSubscribed:         letterText.subscribed,
	LetterUnsubscribed:       letterText.unsubscribed,
	LetterHelp:               letterText.help,
	letterReminder:           letterText.reminder,
	letterSuggested:          letterText.suggested,
	letterApproved:           letterText.approved,
	letterNotTaken:           letterText.notTaken,
	LetterSelfTest:           letterText.selfTest,
	LetterUnreachable:        letterText.unreachable,
	LetterCommandConfirm:     letterText.commandConfirm,
	LetterDigest:             letterText.digest,
	LetterAway:               letterText.away,
	LetterRoster:             letterText.roster,
	LetterWaiting:            letterText.waiting,
	LetterModerate:           letterText.moderate,
	letterPrior:              letterText.prior,
	LetterPrivateConfirm:     letterText.privateConfirm,
	LetterPrivateConsent:     letterText.privateConsent,
	LetterPrivateRefused:     letterText.privateRefused,
	LetterPrivateFailed:      letterText.privateFailed,
	LetterPrivateReport:      letterText.privateReport,
}

func (t letterText) greeting() string {
	if name := oneLine(t.Letter.Name); name != "" {
		return t.T("Hello %s,", name) + "\n\n"
	}
	return t.T("Hello,") + "\n\n"
}

func (t letterText) link() string { return t.base + oneLine(t.Args[ArgLink]) }

func (t letterText) board() string { return oneLine(t.Args[ArgBoard]) }

func (t letterText) list() string { return t.at(oneLine(t.Args[ArgList])) }

func (t letterText) command(name string) string {
	return t.at(oneLine(t.Args[ArgList]) + "+" + name)
}

func (t letterText) notYou() string {
	return t.T("If this was not you, ignore this letter. Nothing will happen.")
}

func (t letterText) confirm() (string, []string) {
	return t.T("Confirm your address for %s", t.site), []string{
		t.T("Somebody, most likely you, has registered at %s with this address. To confirm it, open this page and press the button:", t.site),
		t.link(),
		t.T("The link is good for one hour and works once."),
		t.notYou(),
	}
}

func (t letterText) known() (string, []string) {
	return t.T("You already have an account at %s", t.site), []string{
		t.T("Somebody, most likely you, has tried to register at %s with this address. You have an account there already, so nothing was changed.", t.site),
		t.T("Sign in here. The page also helps if you have forgotten your password:"),
		t.base + "/login",
		t.notYou(),
	}
}

func (t letterText) reset() (string, []string) {
	return t.T("Choose a new password for %s", t.site), []string{
		t.T("Somebody, most likely you, has asked for a new password at %s. To choose one, open this page:", t.site),
		t.link(),
		t.T("The link is good for one hour and works once."),
		t.notYou(),
	}
}

func (t letterText) address() (string, []string) {
	return t.T("Confirm your new address for %s", t.site), []string{
		t.T("You want to use this address at %s. To confirm it, open this page and press the button:", t.site),
		t.link(),
		t.T("The link is good for one hour and works once."),
		t.notYou(),
	}
}

func (t letterText) claim() (string, []string) {
	return t.T("Is this address yours, too? %s asks", t.site), []string{
		t.T("A member of %s says that this address is theirs as well, and that what was written from it should belong to their account. To confirm it, sign in there, open this page and press the button:", t.site),
		t.link(),
		t.T("The link is good for one hour and works once."),
		t.T("It works only for the member who has asked for it. If this was not you, do nothing, and give the link to nobody."),
	}
}

func (t letterText) claimed() (string, []string) {
	return t.T("Another address is yours at %s", t.site), []string{
		t.T("You have proved that %s is your address, too. What was written from it is yours now, and so is what is written from it from now on.", oneLine(t.Args[argWas])),
		t.T("Here you see all your addresses, and can let this one go again:"),
		t.link(),
		t.T("If this was not you, somebody else may have your password. Please write to the people who run the site."),
	}
}

func (t letterText) addressOld() (string, []string) {
	return t.T("Your address at %s was changed", t.site), []string{
		t.T("Your account at %s has a new mail address. Mail to this one (%s) ends.", t.site, oneLine(t.Args[argWas])),
		t.T("If this was not you, somebody else may have your password. Please write to the people who run the site; you find them here:"),
		t.base + "/",
	}
}

func (t letterText) password() (string, []string) {
	return t.T("Your password at %s was changed", t.site), []string{
		t.T("The password of your account at %s was changed, and every other session was ended.", t.site),
		t.T("If this was not you, choose a new password at once:"),
		t.base + "/login",
	}
}

// doIt is the link with the other way to do the same, if there is one.
func (t letterText) doIt() string {
	if t.Args[ArgReplyTo] == "" {
		return t.link()
	}
	return t.link() + "\n\n" + t.T("Or just answer this letter; an empty answer will do.")
}

func (t letterText) confirmPost() (string, []string) {
	return t.T("Confirm your mail to %s", t.list()), []string{
		t.T("We have a mail to %s that seems to come from you. A sender's address is easily forged, so it waits for your word. To have it posted, open this page and press the button:", t.list()),
		t.doIt(),
		t.T("If you did not write it, ignore this letter. The mail will not be posted."),
	}
}

func (t letterText) refused() (string, []string) {
	subject, paragraphs := t.T("Your mail was not posted"), []string{t.T("Your mail was not posted:"), oneLine(t.Args[ArgReason])}
	if about := oneLine(t.Args[ArgSubject]); about != "" {
		paragraphs[0] = t.T("Your mail “%s” was not posted:", about)
	}
	if t.Args[ArgText] == aCommand {
		subject, paragraphs[0] = t.T("Your request was not followed"), t.T("What you asked of the list %s was not done:", t.list())
	}
	if t.Args[ArgLink] != "" {
		paragraphs = append(paragraphs, t.link())
	}
	return subject, paragraphs
}

func (t letterText) subscribeConfirm() (string, []string) {
	return t.T("Confirm that you want the list %s", t.list()), []string{
		t.T("Somebody, most likely you, has asked for the mails of the list “%s”. To have them sent to this address, open this page and press the button:", t.board()),
		t.doIt(),
		t.notYou(),
	}
}

func (t letterText) unsubscribeConfirm() (string, []string) {
	return t.T("Confirm that you leave the list %s", t.list()), []string{
		t.T("Somebody, most likely you, wants to end the mails of the list “%s” to this address. To end them, open this page and press the button:", t.board()),
		t.doIt(),
		t.notYou(),
	}
}

func (t letterText) subscribed() (string, []string) {
	return t.T("You now get the list %s", t.list()), []string{
		t.T("What is written in “%s” now comes to you by mail.", t.board()),
		t.T("To write to the list, send a mail to %s. To answer somebody, answer their mail.", t.list()),
		t.T("To leave the list, send an empty mail to %s.", t.command("unsubscribe")),
	}
}

func (t letterText) unsubscribed() (string, []string) {
	return t.T("You have left the list %s", t.list()), []string{
		t.T("The list “%s” does not come to you by mail any more. What was on its way already may still arrive.", t.board()),
		t.T("If you change your mind, send an empty mail to %s.", t.command("subscribe")),
	}
}

func (t letterText) help() (string, []string) {
	return t.T("How the list %s works", t.list()), []string{
		t.T("“%s” is a board on the web and a mailing list at the same time:", t.board()),
		t.link(),
		t.T("To start a thread, send a mail to %s. To answer somebody, answer their mail.", t.list()),
		t.T("To get the list by mail, send an empty mail to %s; to leave it, to %s.", t.command("subscribe"), t.command("unsubscribe")),
		t.T("For one mail a day or a week, write to %s with “daily”, “weekly” or “off” as the subject, and “plain” or “mime” for its form.", t.command("digest")),
		t.T("When you are away, write to %s with the last day as the subject, e.g. 2026-12-24, or “off” when you are back. No mail of any list comes in between.", t.command("vacation")),
		t.T("To see who gets the list, send an empty mail to %s. All of these are commands for %s as well.", t.command("who"), t.command("request")),
		t.T("The first line of an answer can do something by itself: +1, accept, solved, needinfo, reopen, dup 123, tag +x -y, vote 2 (in a poll), metoo, mute, watch; in the first minutes also edit (the text below takes the place of yours) and undo. What stands below is posted."),
		t.T("To reach the people who look after it, write to %s.", t.command("owner")),
	}
}

func (t letterText) unreachable() (string, []string) {
	return t.T("Mail to you has stopped"), []string{
		t.T("Mails from %s to this address came back for several days, so we have stopped sending them.", t.site),
		t.T("If you can read this, your address works again. To have the mails sent again, open this page and press the button:"),
		t.doIt(),
		t.T("If you do nothing, no more mails will come. What you have missed is on the site."),
	}
}

func (t letterText) selfTest() (string, []string) {
	return t.T("Test of the mail of %s", t.site), []string{t.T("This mail is sent every hour to see whether mail goes out and comes in. Nobody needs to read it.")}
}
