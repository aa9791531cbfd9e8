package forum_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// TestAPageShowsWhatThePostsAre does at random what changes posts, and holds each page
// against the posts as they are found one by one, in the tables that a page is a copy of.
// The copy as a whole is held against them by dbtest, at the end of every test.
func TestAPageShowsWhatThePostsAre(t *testing.T) {
	each(t, func(w *world) {
		r := rand.New(rand.NewPCG(1, 's'))
		w.Items.Grace = 3 * time.Minute
		w.board(forum.Board{Slug: "talk", Title: "Talk", MayPost: 1})
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		people := []account.User{ada, bob, w.admin, w.admin}
		posts := []int64{w.ask(ada, "First").Post, w.ask(bob, "Second").Post}
		done := map[int]int{}
		for range 600 {
			w.Tick()
			n := r.IntN(len(changes))
			by, post, other := people[r.IntN(len(people))], posts[r.IntN(len(posts))], posts[r.IntN(len(posts))]
			ref, err := changes[n](w.Context(), w, by, post, other)
			if err == nil {
				done[n]++
			} else if fault.KindOf(err) == fault.Internal {
				t.Fatalf("change %d of post %d by %s = %v", n, post, by.Name, err)
			}
			if ref.Post != 0 {
				posts = append(posts, ref.Post)
			}
		}
		for n := range changes {
			if done[n] == 0 {
				t.Errorf("change %d was refused each time", n)
			}
		}
		for _, post := range posts {
			for _, by := range people[:3] {
				w.shownAsFound(by, post)
			}
		}
	})
}

// changes are what people do to a post, some of them with another one.
var changes = []func(ctx context.Context, w *world, by account.User, post, other int64) (forum.Ref, error){
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return w.forum.Reply(ctx, by, forum.NewPost{Thread: w.threadOf(post), Parent: post, Body: "I answer.", Via: item.Mail})
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return w.forum.Reply(ctx, by, forum.NewPost{Thread: w.threadOf(post), Body: "And I.", Kind: forum.Answer, Via: item.Web})
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return w.forum.Reply(ctx, by, forum.NewPost{Thread: w.threadOf(post), Parent: post, Body: "A note.", Kind: forum.Comment, Via: item.API})
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		ref, err := w.forum.Edit(ctx, by, forum.Edit{Post: post, Title: "Changed", Body: fmt.Sprint("Better at ", w.Clock), Via: item.Web})
		ref.Post = 0
		return ref, err
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		_, err := w.forum.Vote(ctx, by, post, w.Clock.Second()%2)
		return forum.Ref{}, err
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		_, err := w.forum.VoteDown(ctx, by, post, forum.Reason{Word: "unclear"})
		return forum.Ref{}, err
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.Remove(ctx, by, post, "not here, please", item.Web)
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.Restore(ctx, by, post, item.Web)
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return w.forum.Split(ctx, by, forum.Split{Post: post, Title: "Split off", Why: "it is another matter"})
	},
	func(ctx context.Context, w *world, by account.User, post, other int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.Unite(ctx, by, w.threadOf(post), w.threadOf(other), "the same")
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		log, _, err := w.forum.Log(ctx, by, "", 0)
		if err != nil || len(log) == 0 {
			return forum.Ref{}, fault.Gone("There is nothing to undo.")
		}
		return forum.Ref{}, w.forum.Undo(ctx, by, log[int(post)%min(3, len(log))].ID, "")
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.Move(ctx, by, w.threadOf(post), []string{"talk", "python"}[w.Clock.Second()%2], "it fits better")
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.ToComment(ctx, by, post, w.threadOf(post), item.Web)
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.ToAnswer(ctx, by, post, item.Web)
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return w.forum.ToQuestion(ctx, by, forum.Conversion{Post: post, Title: "A question of its own", Via: item.Web})
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.MakeWiki(ctx, by, post, w.Clock.Second()%2 == 0, item.Web)
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		_, err := w.forum.Suggest(ctx, by, forum.Edit{Post: post, Title: "T", Body: fmt.Sprint("Better so, ", w.Clock), Summary: "why", Via: item.Web})
		return forum.Ref{}, err
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		_, err := w.forum.Approve(ctx, by, forum.Approval{Suggestion: 1 + post%5, Via: item.Web})
		return forum.Ref{}, err
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.forum.Accept(ctx, by, w.threadOf(post), post, item.Web)
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		ref, err := w.forum.Reply(ctx, by, forum.NewPost{Thread: w.threadOf(post), Body: "Too soon.", Via: item.Web})
		if err == nil {
			_, err = w.forum.Unsend(ctx, by, ref.Post)
		}
		return forum.Ref{}, err
	},
	func(ctx context.Context, w *world, by account.User, post, _ int64) (forum.Ref, error) {
		return forum.Ref{}, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO message (message_id, digest, item, fate, rule, mail_from, rcpt_to, raw, received)
				VALUES (?, ?, ?, 'received', 'subject', '', '', ?, 0)`, fmt.Sprint(w.Clock), []byte{1}, post, []byte{1})
			if err == nil {
				_, err = tx.Exec(ctx, "UPDATE message SET fate = 'posted' WHERE item = ?", post)
			}
			return err
		})
	},
}

// threadOf is the thread that a post stands in today.
func (w *world) threadOf(post int64) int64 {
	w.Helper()
	thread, err := db.Value[int64](w.Context(), w.DB, "SELECT coalesce(max(thread), 0) FROM post WHERE item = ?", post)
	if err != nil {
		w.Fatal(err)
	}
	return thread
}

// shownAsFound compares the posts on the pages of a thread with what Find makes of each.
func (w *world) shownAsFound(by account.User, post int64) {
	w.Helper()
	t, err := w.forum.Thread(w.Context(), by, w.threadOf(post), forum.View{Order: forum.ByActivity, Limit: 1000, Source: true})
	if fault.Is(err, fault.Missing) {
		return
	}
	if err != nil {
		w.Fatal(err)
	}
	all := append([]*forum.Post{&t.First}, t.Page...)
	if t.Best != nil {
		all = append(all, t.Best)
	}
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].Comments...)
		found, err := w.forum.Find(w.Context(), by, all[i].ID)
		if fault.Is(err, fault.Missing) { // it was removed: the page keeps its place
			continue
		}
		if err != nil {
			w.Fatal(err)
		}
		if got, want := facts(all[i]), facts(&found); !reflect.DeepEqual(got, want) {
			w.Errorf("post %d for %s is shown as\n%+v; want\n%+v", found.ID, by.Name, got, want)
		}
	}
}

// facts is what a page and Find both tell of a post. What has begun a thread once has a
// title still, which nothing shows.
func facts(p *forum.Post) forum.Post {
	if !p.First() {
		p.Title = ""
	}
	return forum.Post{ID: p.ID, Thread: p.Thread, Parent: p.Parent, Kind: p.Kind, Title: p.Title, Author: p.Author, Via: p.Via, Status: p.Status,
		Created: p.Created, Edited: p.Edited, Revision: p.Revision, Edits: p.Edits, Format: p.Format, Source: p.Source, HTML: p.HTML, Score: p.Score,
		Down: p.Down, MyVote: p.MyVote, Wiki: p.Wiki, Active: p.Active, MadeOf: p.MadeOf, Became: p.Became, Suggested: p.Suggested, Guessed: p.Guessed, MessageID: p.MessageID}
}
