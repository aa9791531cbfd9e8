package web_test

import (
	"testing"
	"time"

	"picus/account"
	"picus/mail"
	"picus/mail/message"
)

// A mail that its subject alone has put into a thread says so, and a moderator gives it
// its own with a button; the log takes that back.
func TestAGuessIsSeenAndUndone(t *testing.T) {
	s := newSite(t)
	bob := s.person("bob", account.Member)
	q := s.ask(bob, "python", "Loops", "How?")
	archive, err := s.gateway.Archive(t.Context(), "python")
	s.must(err)
	raw := []byte("From: Carl <carl@example.net>\r\nSubject: Re: Loops\r\nMessage-ID: <guess@example.net>\r\nDate: " + time.Now().Format(time.RFC1123Z) + "\r\n\r\nQuite another matter.\r\n")
	filed, err := archive.File(t.Context(), mail.Archived{Message: message.Parse(raw), Raw: raw, At: time.Now(), Thread: q.Thread, Guessed: true})
	s.must(err)
	page, deed, mark, button := path("/t/%d/loops", q.Thread), path("/p/%d/apart", filed.Post), "Joined by its subject", "Give it its own thread"

	boss, member := s.member(s.admin), s.member(bob)
	s.visitor().get(page).has(t, 200, "Quite another matter.", mark)
	seen := member.get(page)
	seen.has(t, 200, mark)
	seen.hasNot(t, button)
	member.post(deed).has(t, 403)
	boss.get(page).has(t, 200, mark, button, deed)
	made := boss.post(deed)
	made.has(t, 303)
	if to, want := made.Header.Get("Location"), path("/t/%d/loops#p%d", filed.Post, filed.Post); to != want {
		t.Errorf("the deed leads to %s; want %s", to, want)
	}
	seen = s.visitor().get(path("/t/%d/loops", filed.Post))
	seen.has(t, 200, "Quite another matter.")
	seen.hasNot(t, mark)
	boss.post(deed).has(t, 409)
	s.visitor().get("/mod/log").has(t, 200, "Split off from another thread:")
	boss.post("/mod/log/1/undo", "why", "it was right").has(t, 303)
	s.visitor().get(page).has(t, 200, "Quite another matter.", mark)
}
