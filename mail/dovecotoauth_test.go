package mail_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"picus/mail"
)

// TestAMailboxIsOpenedWithATokenThatIsRenewed: the token in the file has run out, so the
// server refuses it; another program writes a new one, and the mail is read.
func TestAMailboxIsOpenedWithATokenThatIsRenewed(t *testing.T) {
	d := newDovecot(t, "auth_mechanisms = xoauth2\npassdb {\n  driver = static\n  args = password=ya29.fresh\n}\n")
	token := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(token, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ya29.stale\n")
	o := mailboxOffice(t, d.address(believing+"&xoauth2="+token), 50*time.Millisecond)
	if err := o.gateway.CheckInbox(t.Context()); err == nil {
		t.Error("CheckInbox() with a stale token = nil; want what the server says")
	}
	defer o.reading()()
	d.deliver("alice@example.org", judged(1))
	write("ya29.fresh\n")
	o.until("the mail is posted", func() bool {
		all := o.fates()
		return len(all) == 1 && all[0].Fate == mail.Posted
	})
}
