package forum_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// closed is a board that one group reads and another keeps in order.
type closed struct {
	*world
	reader, mod, outsider account.User
	readers               account.Audience
	thread                forum.Ref
	answer                forum.Ref
}

func eachClosed(t *testing.T, test func(c *closed)) {
	t.Helper()
	each(t, func(w *world) {
		c := &closed{world: w, outsider: w.Person("outsider", account.Member)}
		c.reader, c.mod = w.Person("reader", account.Member), w.Person("mod", account.Member)
		c.readers = w.Group("readers", c.reader)
		mods := w.Group("mods", c.mod)
		c.reader, c.mod = w.Again(c.reader), w.Again(c.mod)
		w.board(forum.Board{Slug: "closed", Title: "Closed", MayRead: c.readers, MayPost: c.readers, MayModerate: mods})
		c.thread = w.askIn("closed", c.reader, "Zeppelin?")
		c.answer = w.reply(c.mod, forum.NewPost{Thread: c.thread.Thread, Body: "An answer"})
		test(c)
	})
}

func (w *world) askIn(board string, by account.User, title string) forum.Ref {
	w.Helper()
	w.Tick()
	ref, err := w.forum.Start(w.Context(), by, forum.NewThread{Board: board, Kind: forum.Question, Title: title, Body: "Zeppelins", Tags: "airship", Via: item.Web})
	if err != nil {
		w.Fatalf("Start(%q) = %v", title, err)
	}
	return ref
}

func TestABoardOfAGroupIsThereForTheGroup(t *testing.T) {
	eachClosed(t, func(c *closed) {
		for _, tt := range []struct {
			rule string
			by   account.User
			want bool
		}{
			{"a visitor", account.User{}, false}, {"another member", c.outsider, false}, {"a reader", c.reader, true},
			{"who keeps order there", c.mod, true}, {"the staff", c.admin, true},
		} {
			for path, there := range c.paths(tt.by) {
				if there != tt.want {
					t.Errorf("%s: %s shows it: %v; want %v", tt.rule, path, there, tt.want)
				}
			}
		}
	})
}

// paths tells through which reads by sees the thread.
func (c *closed) paths(by account.User) map[string]bool {
	c.Helper()
	ctx := c.Context()
	seen := map[string]bool{}
	boards, err := c.forum.Boards(ctx, by)
	seen["Boards"] = c.ok(err) && len(boards) == 2
	_, err = c.forum.Board(ctx, by, "closed")
	seen["Board"] = c.ok(err)
	_, err = c.forum.Thread(ctx, by, c.thread.Thread, forum.View{})
	seen["Thread"] = c.ok(err)
	_, err = c.forum.Find(ctx, by, c.answer.Post)
	seen["Find"] = c.ok(err)
	_, err = c.forum.Where(ctx, by, c.answer.Post)
	seen["Where"] = c.ok(err)
	_, _, err = c.forum.Revisions(ctx, by, c.answer.Post)
	seen["Revisions"] = c.ok(err)
	rows, _, err := c.forum.List(ctx, by, forum.Filter{})
	seen["List"] = c.ok(err) && len(rows) == 1
	rows, _, err = c.forum.List(ctx, by, forum.Filter{Tags: []string{"airship"}})
	seen["List of a tag"] = c.ok(err) && len(rows) == 1
	rows, _, err = c.forum.List(ctx, by, forum.Filter{Author: c.reader.ID})
	seen["List of an author"] = c.ok(err) && len(rows) == 1
	latest, err := c.forum.Latest(ctx, by, "", 10)
	seen["Latest"] = c.ok(err) && len(latest) == 2
	latest, err = c.forum.InThread(ctx, by, c.thread.Thread, 10)
	seen["InThread"] = c.ok(err) && len(latest) == 2
	latest, err = c.forum.Found(ctx, by, []int64{c.thread.Thread})
	seen["Found"] = c.ok(err) && len(latest) == 1
	said, _, err := c.forum.SaidBy(ctx, by, c.mod.ID, "")
	seen["SaidBy"] = c.ok(err) && len(said) == 1
	hits, _, err := c.Items.Find(ctx, by, "zeppelins", 0, 10)
	seen["Items.Find"] = c.ok(err) && len(hits) == 1
	tags, err := c.Items.Tags(ctx, by, 10)
	seen["Tags"] = c.ok(err) && len(tags) == 1
	_, err = c.Items.TagNamed(ctx, by, "airship")
	seen["TagNamed"] = c.ok(err)
	return seen
}

// ok reports whether err is none; what is not for by is not there, and nothing else may fail.
func (w *world) ok(err error) bool {
	w.Helper()
	if err != nil && !fault.Is(err, fault.Missing) {
		w.Errorf("a read failed: %v", err)
	}
	return err == nil
}

func TestWhoKeepsOrderInABoardDoesSoThereOnly(t *testing.T) {
	eachClosed(t, func(c *closed) {
		elsewhere := c.ask(c.reader, "Somewhere else")
		for _, tt := range []struct {
			rule          string
			by            account.User
			here, outside bool
		}{
			{"its moderator", c.mod, true, false}, {"a reader", c.outsider, false, false}, {"the staff", c.admin, true, true},
		} {
			for name, do := range map[string]func(post, thread int64) error{
				"Edit": func(post, _ int64) error {
					_, err := c.forum.Edit(c.Context(), tt.by, forum.Edit{Post: post, Title: "A better title", Body: "Zeppelins", Via: item.Web})
					return err
				},
				"Lock":   func(_, thread int64) error { return c.forum.Lock(c.Context(), tt.by, thread, true, "") },
				"Unlock": func(_, thread int64) error { return c.forum.Lock(c.Context(), tt.by, thread, false, "") },
			} {
				if err := do(c.thread.Post, c.thread.Thread); (err == nil) != tt.here {
					t.Errorf("%s by %s = %v; want %v", name, tt.rule, err, tt.here)
				}
				if err := do(elsewhere.Post, elsewhere.Thread); (err == nil) != tt.outside {
					t.Errorf("%s elsewhere by %s = %v; want %v", name, tt.rule, err, tt.outside)
				}
			}
		}
		if err := c.forum.Remove(c.Context(), c.mod, c.thread.Post, "off topic", item.Web); err != nil {
			t.Fatalf("Remove() by the board's moderator = %v", err)
		}
		if err := c.forum.Restore(c.Context(), c.reader, c.thread.Post, item.Web); err == nil {
			t.Error("Restore() by the author = nil; want a refusal")
		}
		if err := c.forum.Restore(c.Context(), c.mod, c.thread.Post, item.Web); err != nil {
			t.Errorf("Restore() by the board's moderator = %v", err)
		}
	})
}

func TestNothingIsAddedToAnArchivedBoard(t *testing.T) {
	eachClosed(t, func(c *closed) {
		c.exec("UPDATE space SET archived = 1 WHERE slug = 'closed'")
		for name, err := range map[string]error{
			"Start":         second(c.forum.Start(c.Context(), c.admin, forum.NewThread{Board: "closed", Kind: forum.Question, Title: "One more", Body: "x", Via: item.Web})),
			"Reply":         second(c.forum.Reply(c.Context(), c.admin, forum.NewPost{Thread: c.thread.Thread, Body: "x", Via: item.Web})),
			"Reply by mail": second(c.forum.Reply(c.Context(), c.reader, forum.NewPost{Thread: c.thread.Thread, Body: "x", Via: item.Mail})),
			"Edit":          second(c.forum.Edit(c.Context(), c.reader, forum.Edit{Post: c.thread.Post, Title: "x", Body: "x", Via: item.Web})),
		} {
			if !fault.Is(err, fault.Forbidden) || name != "Edit" && !strings.Contains(err.Error(), "archived") {
				t.Errorf("%s in an archived board = %v; want a refusal that says so", name, err)
			}
		}
		c.world.thread(c.reader, c.thread.Thread, forum.View{})
	})
}

func second[T any](_ T, err error) error { return err }

func (w *world) exec(query string, args ...any) {
	w.Helper()
	err := w.DB.Write(w.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(w.Context(), query, args...)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}
