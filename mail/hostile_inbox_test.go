package mail_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"picus/mail"
)

// TestHostileMailInAMailboxHoldsUpNobody is TestHostileMailHoldsUpNobody for those who
// have no server of their own: each mail that was made to break its reader lies in a
// mailbox, as a stranger's and as a member's whose server believes it, with a good one
// behind it. None is lost, each has a fate, and the good ones are posted.
func TestHostileMailInAMailboxHoldsUpNobody(t *testing.T) {
	for name, raw := range hostile() {
		t.Run(name, func(t *testing.T) {
			s := newScripted(t, 0)
			s.mails = []string{inMailbox(raw, "eve@example.net", 1), judged(1), inMailbox(raw, "admin@example.org", 2), judged(2)}
			o := openTo(newHouse(t), mail.Config{IMAP: "imap://box:secret@" + s.address + "/INBOX" + believing})
			if err := o.gateway.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			o.gateway.HurryInbox(20 * time.Millisecond)
			before := memory()
			defer o.reading()()
			o.until("every mail has a fate", func() bool {
				fates := o.fates()
				return len(fates) == len(s.mails) && !slices.ContainsFunc(fates, func(m mail.Incoming) bool { return m.Fate == mail.Received })
			})
			frugal(t, before, len(raw))
			o.nothingLost(s.mails)
		})
	}
}

// inMailbox is a mail of somebody as a mailbox keeps it, whose server believes its sender.
func inMailbox(raw, from string, n int) string {
	_, domain, _ := strings.Cut(from, "@")
	return fmt.Sprintf("X-Original-To: open@picus.example\r\nAuthentication-Results: mx.picus.example; dmarc=pass header.from=%s\r\n", domain) +
		strings.NewReplacer("eve@example.net", from, "<x@example.net>", fmt.Sprintf("<hostile%d@example.net>", n)).Replace(raw)
}

// nothingLost holds the mails that came in against those of a mailbox: each is there as
// it came, has been read once at most, and what was good is posted.
func (o *office) nothingLost(mails []string) {
	o.Helper()
	there := o.seen()
	for i, raw := range mails {
		if n := len(slices.DeleteFunc(slices.Clone(there), func(got string) bool { return got != raw })); n != 1 {
			o.Errorf("mail %d of the mailbox is there %d times; want once, as it came", i+1, n)
		}
	}
	for _, m := range o.fates() {
		if good := strings.HasSuffix(m.MessageID, "@x"); good && m.Fate != mail.Posted {
			o.Errorf("a good mail was %s: %s", m.Fate, m.Reason)
		}
		if strings.Contains(m.Reason, "broke down") {
			o.Errorf("mail %d broke its reader: %s", m.ID, m.Reason)
		}
	}
}
