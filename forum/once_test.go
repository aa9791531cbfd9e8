package forum_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestARequestCountsOnceForADay(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		once := item.Once{Key: "k", Digest: sha256.Sum256([]byte("one"))}
		n := forum.NewPost{Thread: w.ask(ada, "Question").Thread, Body: "once", Via: item.API, Once: once}
		made := w.reply(ada, n)
		if got, err := w.Items.Repeated(w.Context(), ada, once); got != made.Post || err != nil {
			w.Errorf("Repeated() = %d, %v; want %d", got, err, made.Post)
		}
		if got, err := w.Items.Repeated(w.Context(), bob, once); got != 0 || err != nil {
			w.Errorf("Repeated() of another account = %d, %v; want none", got, err)
		}
		other := item.Once{Key: "k", Digest: sha256.Sum256([]byte("two"))}
		if _, err := w.Items.Repeated(w.Context(), ada, other); !fault.Is(err, fault.Invalid) {
			w.Errorf("Repeated() of another request = %v; want fault.Invalid", err)
		}
		if _, err := w.forum.Reply(w.Context(), ada, n); !fault.Is(err, fault.Conflict) {
			w.Errorf("Reply() again = %v; want fault.Conflict", err)
		}
		if got := w.thread(ada, n.Thread, forum.View{}).Posts; got != 2 {
			w.Errorf("posts = %d; want the question and one reply", got)
		}
		w.Clock = w.Clock.Add(25 * time.Hour)
		if got, err := w.Items.Repeated(w.Context(), ada, other); got != 0 || err != nil {
			w.Errorf("Repeated() a day later = %d, %v; want none", got, err)
		}
		w.reply(ada, n)
	})
}

func TestTheAllowanceFillsAgain(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.ask(ada, "Question")
		if most, left, full := w.forum.Allowance(ada); most != 40 || left != 39 || full != 2*time.Second {
			w.Errorf("Allowance() = %d, %d, %v; want 40, 39, 2s", most, left, full)
		}
		w.Clock = w.Clock.Add(time.Hour)
		if _, left, full := w.forum.Allowance(ada); left != 40 || full != 0 {
			w.Errorf("Allowance() an hour later = %d, %v; want 40, 0s", left, full)
		}
		if most, _, _ := w.forum.Allowance(w.admin); most != 0 {
			w.Errorf("Allowance() of the staff = %d; want 0, no limit", most)
		}
	})
}
