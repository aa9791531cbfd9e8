package forum_test

import (
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestWhatWasJustWrittenIsTakenBackAndADraftAgain(t *testing.T) {
	each(t, func(w *world) {
		w.Items.Grace = 3 * time.Minute
		ada, lin := w.Person("ada", account.Member), w.Person("lin", account.Member)
		asked := w.ask(ada, "How long?")
		answer := w.reply(lin, forum.NewPost{Thread: asked.Thread, Kind: forum.Answer, Body: "Too short"})
		comment := w.reply(lin, forum.NewPost{Thread: asked.Thread, Parent: answer.Post, Kind: forum.Comment, Body: "Or not"})
		_, err := w.Items.KeepDraft(t.Context(), lin, item.Unsent{Place: item.ReplyPlace(asked.Thread, false), Body: "Begun since"})
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			rule string
			by   account.User
			post int64
			want fault.Kind
		}{
			{"another's post", ada, answer.Post, fault.Forbidden},
			{"the administrator's right ends here too", w.admin, answer.Post, fault.Forbidden},
			{"a post with a comment below it", lin, answer.Post, fault.Forbidden},
			{"a thread with an answer", ada, asked.Post, fault.Forbidden},
			{"a visitor", account.User{}, comment.Post, fault.Forbidden},
		} {
			if _, err := w.forum.Unsend(t.Context(), tt.by, tt.post); !fault.Is(err, tt.want) {
				t.Errorf("%s: Unsend() = %v; want it refused", tt.rule, err)
			}
		}
		for _, tt := range []struct {
			by                account.User
			post              int64
			place, body, tags string
		}{
			{lin, comment.Post, item.ReplyPlace(answer.Post, true), "Or not", ""},
			{lin, answer.Post, item.ReplyPlace(asked.Post, false), "Too short\n\nBegun since", ""},
			{ada, asked.Post, "/b/python/new", "How?", "asyncio 超时"},
		} {
			if _, err := w.forum.Unsend(t.Context(), tt.by, tt.post); err != nil {
				t.Fatalf("Unsend(%d) = %v", tt.post, err)
			}
			u, err := w.Items.Draft(t.Context(), tt.by, tt.place)
			if err != nil || u.Body != tt.body || u.Tags != tt.tags {
				t.Errorf("Draft(%s) = %+v, %v; want %q again", tt.place, u, err, tt.body)
			}
		}
		for _, post := range []int64{comment.Post, answer.Post} {
			if p, err := w.forum.Find(t.Context(), w.admin, post); !fault.Is(err, fault.Missing) {
				t.Errorf("Find(%d) = %+v, %v; want nothing left of it", post, p, err)
			}
		}
		if _, err := w.forum.Thread(t.Context(), account.User{}, asked.Thread, forum.View{}); !fault.Is(err, fault.Missing) {
			t.Errorf("Thread() for a visitor = %v; want it gone", err)
		}
	})
}

func TestWhatWasSentOutIsNotTakenBack(t *testing.T) {
	each(t, func(w *world) {
		w.Items.Grace = 3 * time.Minute
		ada := w.Person("ada", account.Member)
		asked := w.ask(ada, "How long?")
		w.Clock = w.Clock.Add(w.Items.Grace)
		if _, err := w.forum.Unsend(t.Context(), ada, asked.Post); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Unsend() after the grace = %v; want it refused", err)
		}
	})
}
