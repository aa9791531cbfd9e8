package mail

import "strings"

// The letters about how a list comes, and about mail that waits for a moderator.

func (t letterText) commandConfirm() (string, []string) {
	return t.T("Confirm how the list %s comes to you", t.list()), []string{
		t.T("Somebody, most likely you, wants to change how the list “%s” comes to this address. To have it changed, open this page and press the button:", t.board()),
		t.doIt(),
		t.notYou(),
	}
}

func (t letterText) digest() (string, []string) {
	how := t.T("What is written in “%s” comes to you in one mail a day.", t.board())
	switch t.Args[ArgText] {
	case "weekly":
		how = t.T("What is written in “%s” comes to you in one mail a week.", t.board())
	case "mail":
		how = t.T("What is written in “%s” comes to you mail by mail.", t.board())
	}
	return t.T("How the list %s comes to you", t.list()), []string{how,
		t.T("To change it, write to %s with “daily”, “weekly” or “off” as the subject.", t.command("digest")),
	}
}

func (t letterText) away() (string, []string) {
	if t.Args[ArgText] == "" {
		return t.T("Your mail comes again"), []string{t.T("You are back: the mail of your lists comes to you again. What you have missed is on the site:"), t.base + "/"}
	}
	return t.T("Your mail is paused"), []string{
		t.T("No mail of your lists comes to you before %s.", oneLine(t.Args[ArgText])),
		t.T("If you are back earlier, write to %s with “off” as the subject.", t.command("vacation")),
	}
}

func (t letterText) roster() (string, []string) {
	return t.T("Who gets the list %s", t.list()), []string{
		t.T("These people get “%s” by mail:", t.board()),
		strings.TrimSpace(t.Args[ArgText]),
		t.T("Addresses are shown to nobody."),
	}
}

func (t letterText) waiting() (string, []string) {
	return t.T("Your mail to %s waits for a moderator", t.list()), []string{
		t.T("You have not written to “%s” before, so a moderator looks at your first mail. You need not send it again.", t.board()),
	}
}

func (t letterText) moderate() (string, []string) {
	return t.T("A mail to %s waits for you", t.list()), []string{
		t.T("Somebody who has not written to “%s” before has sent this:", t.board()),
		t.T("From: %s", oneLine(t.Args[ArgSender])) + "\n" + t.T("Subject: %s", oneLine(t.Args[ArgSubject])),
		quoted(t.Args[ArgText]),
		t.T("Answer this letter with the word approve to post it, or with reject and the reason, which its sender reads. Or decide on the site:"),
		t.link(),
	}
}

func quoted(text string) string {
	return "> " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n> ")
}
