package web_test

import (
	"regexp"
	"testing"

	"picus/account"
	"picus/internal/db"
)

func TestAMemberWhoseMailStoppedSeesItAndStartsItAgain(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	stop := func() {
		s.must(s.db.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "INSERT INTO bounce (account, address, points, day, why, due) SELECT id, email, 10, 1, '5.1.1 failed', 1 FROM account WHERE id = ?", ada.ID); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "UPDATE account SET unreachable = 1 WHERE id = ?", ada.ID)
			return err
		}))
	}
	stop()
	b := s.member(ada)
	b.get("/b").has(t, 200, "so none is sent any more")
	b.get("/settings").has(t, 200, "5.1.1 failed", `action="/settings/mail/resume"`)
	b.post("/settings/mail/resume", "csrf", b.token()).has(t, 303)
	b.get("/settings").hasNot(t, "5.1.1 failed", "so none is sent any more")

	stop()
	s.must(s.app.Mail.Sweep(t.Context()))
	link := regexp.MustCompile(`/resume/[a-z0-9-]+`).FindString(s.letter())
	visitor := s.visitor()
	visitor.get("/resume/made-up").has(t, 404)
	visitor.get(link).has(t, 200, "ada", `action="`+link+`"`)
	b.get("/b").has(t, 200, "so none is sent any more") // to look changes nothing
	visitor.post(link).has(t, 200, "ada")
	b.get("/b").hasNot(t, "so none is sent any more")
}
