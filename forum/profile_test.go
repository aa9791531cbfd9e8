package forum_test

import (
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestABoardIsMadeAndChanged(t *testing.T) {
	each(t, func(w *world) {
		editors := w.Group("Editors")
		made, err := w.forum.MakeBoard(w.Context(), w.admin, forum.Profile{Colour: "teal", Template: "Version:\r\n\r\n", Board: forum.Board{Slug: "News", Title: " News ", MayPost: editors, MayModerate: editors}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.forum.Profile(w.Context(), account.User{}, "news")
		if err != nil || got.ID != made.ID || got.Title != "News" || got.List != "news" || got.Colour != "teal" || got.Template != "Version:" ||
			got.Groups != (forum.Groups{Post: "Editors", Moderate: "Editors"}) || got.MayRead != account.Everyone {
			t.Errorf("Profile() = %+v, %v", got, err)
		}
		got.Title, got.Slug, got.Archived, got.MayRead, got.Colour, got.Template = "Old news", "ignored", true, editors, "", ""
		if _, err := w.forum.EditBoard(w.Context(), w.admin, "news", got); err != nil {
			t.Fatal(err)
		}
		if _, err := w.forum.Profile(w.Context(), account.User{}, "news"); !fault.Is(err, fault.Missing) {
			t.Errorf("Profile() by a visitor of a board that was closed = %v; want that there is none", err)
		}
		got, err = w.forum.Profile(w.Context(), w.admin, "news")
		if err != nil || got.Title != "Old news" || !got.Archived || got.Groups.Read != "Editors" || got.Colour != "" || got.Template != "" {
			t.Errorf("Profile() = %+v, %v; want what it was changed to", got, err)
		}
	})
}

func TestWhatABoardMayNotBe(t *testing.T) {
	each(t, func(w *world) {
		w.board(forum.Board{Slug: "talk", Title: "Talk"})
		for _, tt := range []struct {
			field string
			p     forum.Profile
		}{
			{"title", forum.Profile{}}, {"description", forum.Profile{Board: forum.Board{Title: "x", Description: strings.Repeat("x", 301)}}},
			{"colour", forum.Profile{Colour: "#fff", Board: forum.Board{Title: "x"}}}, {"template", forum.Profile{Template: strings.Repeat("x", 20000), Board: forum.Board{Title: "x"}}},
			{"read", forum.Profile{Board: forum.Board{Title: "x", MayRead: 4711}}}, {"post", forum.Profile{Board: forum.Board{Title: "x", MayPost: 5}}},
			{"moderate", forum.Profile{Board: forum.Board{Title: "x", MayModerate: 4711}}}, {"list", forum.Profile{Board: forum.Board{Title: "x", List: "postmaster"}}},
			{"list", forum.Profile{Board: forum.Board{Title: "x", List: "talk"}}},
		} {
			_, err := w.forum.EditBoard(w.Context(), w.admin, "python", tt.p)
			if all := fault.All(err); len(all) != 1 || all[0].Field != tt.field {
				t.Errorf("EditBoard(%+v) = %v; want a fault about %s", tt.p, err, tt.field)
			}
		}
		mod := w.Person("mod", account.Moderator)
		for call, err := range map[string]error{
			"MakeBoard": second(w.forum.MakeBoard(w.Context(), mod, forum.Profile{Board: forum.Board{Slug: "x", Title: "x"}})),
			"EditBoard": second(w.forum.EditBoard(w.Context(), mod, "python", forum.Profile{Board: forum.Board{Title: "x"}})),
			"MoveBoard": w.forum.MoveBoard(w.Context(), mod, "python", true),
		} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s() by a moderator = %v; want a refusal", call, err)
			}
		}
	})
}

func TestBoardsStandInTheirOrder(t *testing.T) {
	each(t, func(w *world) {
		w.board(forum.Board{Slug: "b", Title: "B"})
		w.board(forum.Board{Slug: "c", Title: "C"})
		for _, move := range []struct {
			slug string
			up   bool
			want string
		}{{"c", true, "python c b"}, {"c", true, "c python b"}, {"c", true, "c python b"}, {"python", false, "c b python"}, {"python", false, "c b python"}} {
			if err := w.forum.MoveBoard(w.Context(), w.admin, move.slug, move.up); err != nil {
				t.Fatal(err)
			}
			all, err := w.forum.Boards(w.Context(), w.admin)
			var got []string
			for _, b := range all {
				got = append(got, b.Slug)
			}
			if strings.Join(got, " ") != move.want || err != nil {
				t.Errorf("after MoveBoard(%s, %v) the order is %v, %v; want %s", move.slug, move.up, got, err, move.want)
			}
		}
	})
}

func TestTheFiguresOfABoardAreCounted(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		if err := w.forum.Tally(w.Context()); err != nil {
			t.Fatal(err)
		}
		var asked []forum.Ref
		for _, title := range []string{"One", "Two", "Three"} {
			asked = append(asked, w.ask(ada, title))
		}
		w.reply(ada, forum.NewPost{Thread: asked[0].Thread, Kind: forum.Answer, Body: "An answer of her own counts for nothing here."})
		for i, wait := range []time.Duration{time.Hour, 3 * time.Hour} {
			w.Clock = w.Clock.Add(wait)
			w.reply(bob, forum.NewPost{Thread: asked[i].Thread, Body: "An answer"})
		}
		if err := w.forum.Tally(w.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := w.forum.Profile(w.Context(), ada, "python")
		if s := got.Stats; err != nil || s.Posts != 6 || s.Questions != 3 || s.Answered != 2 || s.People != 2 || s.FirstAnswer.Round(time.Hour) != 4*time.Hour || !s.Counted.Equal(w.Clock) {
			t.Errorf("Profile().Stats = %+v, %v; want 6 posts, 3 questions, 2 answered, 2 people, four hours", s, err)
		}
		w.Clock = w.Clock.Add(40 * 24 * time.Hour)
		if err := w.forum.Tally(w.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := w.forum.Profile(w.Context(), ada, "python"); err != nil || got.Stats.People != 0 {
			t.Errorf("Profile().Stats after a quiet month = %+v, %v; want no people", got.Stats, err)
		}
	})
}

func TestAnEmptyTemplateIsNoQuestion(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.exec("UPDATE board SET template = '**Version:**\n\n**Error:**'")
		start := func(body string, kind forum.Kind) error {
			return second(w.forum.Start(w.Context(), ada, forum.NewThread{Board: "python", Kind: kind, Title: "Help", Body: body, Via: item.Web}))
		}
		if err := start("**Version:**  \n**Error:**\n", forum.Question); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "body" {
			t.Errorf("Start() with the template alone = %v; want a fault about the body", err)
		}
		for body, kind := range map[string]forum.Kind{"**Version:** 3.14\n\n**Error:**": forum.Question, "In my own words.": forum.Question, "**Version:**\n\n**Error:**": forum.Discussion} {
			if err := start(body, kind); err != nil {
				t.Errorf("Start(%q, %s) = %v", body, kind, err)
			}
		}
	})
}

func TestABoardIsToldOnceThatItsNameIsNone(t *testing.T) {
	each(t, func(w *world) {
		for list, want := range map[string]string{"": "slug", "also wrong!": "slug list"} {
			_, err := w.forum.MakeBoard(t.Context(), w.admin, forum.Profile{Board: forum.Board{Slug: "Talk Talk!", Title: "Talk", List: list}})
			var on []string
			for _, f := range fault.All(err) {
				on = append(on, f.Field)
			}
			if got := strings.Join(on, " "); got != want {
				t.Errorf("MakeBoard() with the list %q = faults on %q; want %q", list, got, want)
			}
		}
	})
}
