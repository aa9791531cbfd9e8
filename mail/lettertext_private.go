package mail

func (t letterText) sender() string { return withoutAddresses(oneLine(t.Args[ArgSender])) }

func (t letterText) privateConfirm() (string, []string) {
	return t.T("Confirm your private mail"), []string{
		t.T("We have a private mail to %s that seems to come from you. A sender's address is easily forged, so it waits for your word. To have it passed on, open this page and press the button:", t.sender()),
		t.doIt(),
		t.T("If you did not write it, ignore this letter. The mail will not be passed on."),
	}
}

func (t letterText) privateConsent() (string, []string) {
	return t.T("Confirm your private mail"), []string{
		t.T("We have a private mail to %s that seems to come from you. You have no account here yet, so we ask you once: whoever writes privately takes private mail from members, too. It comes to you through an address of ours, and nobody sees yours.", t.sender()),
		t.T("If you agree, open this page and press the button, and the mail is passed on:"),
		t.doIt(),
		t.T("If you did not write it, ignore this letter. The mail will not be passed on."),
	}
}

func (t letterText) privateRefused() (string, []string) {
	return t.T("Your private mail was not passed on"), []string{t.T("Your private mail was not passed on:"), oneLine(t.Args[ArgReason])}
}

func (t letterText) privateFailed() (string, []string) {
	return t.T("Your private mail has not arrived"), []string{
		t.T("The mail server of %s has not taken your private mail, or they take none any more. We do not keep its text, so please send it again later if you like.", t.sender()),
	}
}

func (t letterText) privateReport() (string, []string) {
	return t.T("A private mail was reported"), []string{
		t.T("%s has reported a private mail and handed its text over. You find it here:", t.sender()),
		t.link(),
	}
}
