package mbox_test

import "testing"

// What somebody has put apart is not guessed together by the next import of the archive.
func TestAGuessThatWasUndoneIsNotMadeAgain(t *testing.T) {
	eachSite(t, func(s *site) {
		mails := []string{
			simple("a1@x", "Ann <ann@example.org>", "Mon, 2 Nov 2026 10:00:00 +0000", "Loops", ""),
			simple("p1@x", "Bob <bob@example.org>", "Mon, 2 Nov 2026 11:00:00 +0000", "Re: Loops", ""),
			simple("p2@x", "Ann <ann@example.org>", "Mon, 2 Nov 2026 12:00:00 +0000", "Re: Loops", "In-Reply-To: <p1@x>\n"),
		}
		s.load(s.write("list.mbox", mails...))
		if got := s.count("SELECT count(DISTINCT thread) FROM post"); got != 1 {
			s.Fatalf("there are %d threads; want the guess to make them one", got)
		}
		post, err := s.forum.ByMessageID(s.Context(), s.admin, "p1@x")
		if err != nil || !post.Guessed {
			s.Fatalf("ByMessageID() = %+v, %v; want a guess", post, err)
		}
		if _, err := s.gateway.Apart(s.Context(), s.admin, post.ID); err != nil {
			s.Fatal(err)
		}
		mails = append(mails,
			simple("a2@x", "Ann <ann@example.org>", "Mon, 2 Nov 2026 13:00:00 +0000", "Re: Loops", "References: <a0@x> <a1@x>\n"),
			simple("p3@x", "Ann <ann@example.org>", "Mon, 2 Nov 2026 13:30:00 +0000", "Re: Loops", "In-Reply-To: <p0@x>\n"),
			simple("p4@x", "Ann <ann@example.org>", "Mon, 2 Nov 2026 14:00:00 +0000", "Re: Loops", "References: <p0@x> <p2@x>\n"))
		for range 2 {
			s.load(s.write("list.mbox", mails...))
			threads := map[string]string{}
			for _, f := range s.filed() {
				threads[f.thread] += f.mid + " "
			}
			if len(threads) != 2 {
				s.Errorf("the threads are %q; want a1 a2, and p1 to p4", threads)
			}
			for _, ids := range threads {
				if ids != "a1@x a2@x " && ids != "p1@x p2@x p3@x p4@x " {
					s.Errorf("a thread is %q", ids)
				}
			}
		}
	})
}
