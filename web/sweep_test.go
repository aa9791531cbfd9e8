package web_test

import (
	"testing"

	"picus/account"
	"picus/forum"
)

// The staff take away everything of a spammer from that person's page, and undo it there.
func TestASpammerIsSweptFromTheirPage(t *testing.T) {
	s := newSite(t)
	spammer := s.person("spammer", account.Member)
	s.ask(spammer, "python", "Who wants to be rich?", "Buy this.")
	staff, ada := s.member(s.admin), s.member(s.person("ada", account.Member))
	ada.get("/u/spammer").hasNot(t, "Is it a spammer?")
	ada.post("/u/spammer/sweep", "why", "Spam").has(t, 403)
	staff.get("/u/spammer").has(t, 200, "Is it a spammer?", `value="Spam"`)
	staff.post("/u/spammer/sweep", "why", "Spam").has(t, 303)
	ada.get("/b/python").hasNot(t, "Who wants to be rich?")
	ada.get("/mod/log").has(t, 200, "Spam")
	staff.get("/u/spammer").has(t, 200, "This account is closed.", "1 post was taken away")
	staff.post("/u/spammer/sweep", "undo", "1").has(t, 303)
	ada.get("/b/python").has(t, 200, "Who wants to be rich?")
	staff.get("/u/spammer").hasNot(t, "This account is closed.")
	staff.post("/u/"+s.admin.Name+"/sweep", "why", "Spam").has(t, 403)
	if u, err := s.accounts.ByName(t.Context(), "spammer"); err != nil || u.Status != account.Active {
		t.Errorf("ByName() = %v, %v; want an account that is open", u, err)
	}
	if err := forum.MaySweep(s.admin, s.admin); err == nil {
		t.Error("MaySweep() of oneself = nil; want an error")
	}
}
