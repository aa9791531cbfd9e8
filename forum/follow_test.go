package forum_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
)

func TestWhoFollowsAPersonHearsOfThem(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		w.board(forum.Board{Slug: "back", Title: "Back", MayRead: account.Staff, MayPost: account.Staff})
		w.subscribe(eve, item.ToUser, ada.ID)
		w.subscribe(eve, item.ToUser, w.admin.ID)
		w.must(w.Items.Subscribe(t.Context(), bob, item.Subscription{Target: item.ToUser, ID: ada.ID, Level: "watch", Channel: "mail"}))
		w.must(w.Items.Subscribe(t.Context(), eve, item.Subscription{Target: item.ToUser, ID: bob.ID, Level: "mute", Channel: "web"}))
		w.must(w.Items.Subscribe(t.Context(), eve, item.Subscription{Target: item.ToUser, ID: ada.ID, Level: "watch", Channel: "daily"}))
		if got, err := w.Items.Level(t.Context(), eve, item.ToUser, ada.ID); err != nil || got.Channel != "web" {
			t.Errorf("a digest of a person is %+v, %v; want notices on the site", got, err)
		}
		q := w.ask(ada, "Loop")
		answer := w.reply(ada, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "So."})
		comment := w.reply(ada, forum.NewPost{Thread: q.Thread, Kind: forum.Comment, Parent: answer.Post, Body: "Or so."})
		secret, err := w.forum.Start(t.Context(), w.admin, forum.NewThread{Board: "back", Kind: forum.Discussion, Title: "Secret", Body: "Hush", Via: item.Web})
		w.must(err)
		others := w.reply(bob, forum.NewPost{Thread: w.ask(w.Person("zoe", account.Member), "Other").Thread, Kind: forum.Answer, Body: "No."})
		for _, tt := range []struct {
			rule        string
			event       int64
			told, mails int64 // those who follow ada: eve on the site, bob by mail
		}{
			{"a question", q.Event, 1, 1},
			{"an answer", answer.Event, 1, 1},
			{"a comment is not told", comment.Event, 0, 0},
			{"what is not for the follower", secret.Event, 0, 0},
			{"what somebody else wrote", others.Event, 0, 0},
		} {
			w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
				if err := w.Items.Notify(t.Context(), tx, tt.event); err != nil {
					return err
				}
				_, err := w.Items.QueueMail(t.Context(), tx, tt.event)
				return err
			}))
			told, err := db.Value[int64](t.Context(), w.DB, "SELECT count(*) FROM notification WHERE event = ? AND account = ? AND reasons = 'person'", tt.event, eve.ID)
			w.must(err)
			mails, err := db.Value[int64](t.Context(), w.DB, "SELECT count(*) FROM outgoing WHERE event = ? AND account = ?", tt.event, bob.ID)
			w.must(err)
			if told != tt.told || mails != tt.mails {
				t.Errorf("%s: %d notifications and %d mails; want %d and %d", tt.rule, told, mails, tt.told, tt.mails)
			}
		}
		written, err := w.forum.WrittenBy(t.Context(), eve, ada.ID, 10)
		if err != nil || len(written) != 2 || written[0].ID != answer.Post || written[1].ID != q.Post {
			t.Errorf("WrittenBy() = %+v, %v; want the answer and the question", written, err)
		}
		if all, err := w.forum.WrittenBy(t.Context(), eve, w.admin.ID, 10); err != nil || len(all) != 0 {
			t.Errorf("WrittenBy() of what is not for the reader = %+v, %v", all, err)
		}
	})
}
