package web_test

import (
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

type ruled struct {
	Title, Board, State string
	Locked, Archived    bool
	Pinned, Slow        int
	ArchiveAfter        int `json:"archive_after"`
	Closing             *struct{ Reason, Note string }
	Posts               []struct{ ID int64 }
}

func TestAThreadIsModeratedThroughTheAPI(t *testing.T) {
	s := newSite(t)
	s.board(forum.Board{Slug: "talk", Title: "Talk"})
	ada := s.person("ada", account.Member)
	member, staff := s.program(ada, "read", "write"), s.program(s.admin, "read", "write", "moderate")
	writer := s.program(s.admin, "read", "write")
	made := reads[ruled](t, member.call("POST", "/threads", `{"board":"python","kind":"question","title":"How?","body":"It stops."}`), 201)
	at := fill("/threads/%d", made.Posts[0].ID)

	member.call("PATCH", at, `{"pinned":1}`).has(t, 403)
	if got := writer.call("PATCH", at, `{"closed":true}`); got.StatusCode != 403 || !strings.Contains(got.Header.Get("WWW-Authenticate"), `scope="moderate"`) {
		t.Errorf("a token that only writes closes a thread: %d %q", got.StatusCode, got.Header.Get("WWW-Authenticate"))
	}

	// Every member at fault is named, and nothing of the rest is done.
	staff.call("PATCH", at, `{"title":"","closed":true,"reason":"mood","note":"","pinned":11,"slow":-1,"archive_after":-2,"board":"nowhere","locked":true}`).
		has(t, 422, `"title":`, `"reason":`, `"note":`, `"pinned":`, `"slow":`, `"archive_after":`, `"board":`)
	staff.call("PATCH", at, `{"title":"Why?","locked":true,"pinned":"first"}`).has(t, 422, "pinned")
	if got := reads[ruled](t, staff.call("GET", at, ""), 200); got.Locked || got.State != "open" || got.Title != "How?" || got.Slow != 0 {
		t.Errorf("after requests that were refused the thread is %+v", got)
	}

	got := reads[ruled](t, staff.call("PATCH", at, `{"title":"Why?","board":"talk","closed":true,"reason":"unclear","note":"Say what stops.","pinned":1,"locked":true,"slow":10,"archive_after":30,"why":"order"}`), 200)
	if got.Title != "Why?" || got.Board != "talk" || got.State != "closed" || got.Pinned != 1 || !got.Locked || got.Slow != 10 || got.ArchiveAfter != 30 ||
		got.Closing == nil || got.Closing.Note != "Say what stops." {
		t.Errorf("PATCH of everything = %+v", got)
	}
	var verbs []string
	actions, _, err := s.forum.Log(t.Context(), s.admin, "", 0)
	s.must(err)
	for _, a := range actions {
		verbs = append(verbs, string(a.Verb))
	}
	if want := []string{"pin", "move", "rest", "slow", "lock", "close"}; !slices.Equal(verbs, want) {
		t.Errorf("the log holds %v; want %v", verbs, want)
	}

	// What is so already is left alone, but a closed thread is not closed again: nothing is done.
	reads[ruled](t, staff.call("PATCH", at, `{"pinned":1,"locked":true,"board":"talk"}`), 200)
	staff.call("PATCH", at, `{"locked":false,"closed":true,"reason":"settled"}`).has(t, 422, `"closed":`)
	if got := reads[ruled](t, staff.call("GET", at, ""), 200); !got.Locked {
		t.Error("half of a request was done")
	}
	got = reads[ruled](t, staff.call("PATCH", at, `{"closed":false,"locked":false,"pinned":0,"slow":0,"archive_after":0}`), 200)
	if got.State != "open" || got.Locked || got.Pinned != 0 || got.Slow != 0 || got.ArchiveAfter != 0 || got.Closing != nil {
		t.Errorf("PATCH of everything back = %+v", got)
	}
}

func TestThreadsAreMergedAndSplitThroughTheAPI(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	member, staff := s.program(ada, "read", "write"), s.program(s.admin, "read", "write", "moderate")
	ask := func(title string) forum.Ref {
		ref, err := s.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Question, Title: title, Body: "It stops.", Via: item.Web})
		s.must(err)
		return ref
	}
	one, two := ask("One"), ask("Two")
	from, into := fill("/threads/%d", one.Thread), fill("/threads/%d", two.Thread)
	member.call("POST", from+"/merge", fill(`{"into":%d}`, two.Thread)).has(t, 403)
	staff.call("POST", from+"/merge", `{"into":99}`).has(t, 422, `"into":`)
	if got := reads[ruled](t, staff.call("POST", from+"/merge", fill(`{"into":%d,"why":"the same"}`, two.Thread)), 200); len(got.Posts) != 2 || got.Title != "Two" {
		t.Errorf("the thread that took the posts over = %+v", got)
	}
	member.call("POST", fill("/posts/%d/split", one.Post), `{"title":"Again"}`).has(t, 403)
	staff.call("POST", fill("/posts/%d/split", one.Post), `{"title":""}`).has(t, 422, `"title":`)
	split := staff.call("POST", fill("/posts/%d/split", one.Post), `{"title":"Again","why":"another matter"}`)
	if got := reads[ruled](t, split, 201); got.Title != "Again" || len(got.Posts) != 1 || split.Header.Get("Location") != s.base+"/api/v1"+from {
		t.Errorf("the new thread = %+v at %q", got, split.Header.Get("Location"))
	}
	if got := reads[ruled](t, staff.call("GET", into, ""), 200); len(got.Posts) != 1 {
		t.Errorf("the old thread = %+v", got)
	}
}
