package web_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// A preview says which tags would be new, and which stand for another; a tag that only
// a closed board has is as new as any.
func TestAPreviewSaysWhatBecomesOfTheTags(t *testing.T) {
	s := newSite(t)
	s.board(forum.Board{Slug: "inner", Title: "Inner", MayRead: account.Staff, MayPost: account.Staff})
	_, err := s.forum.Start(t.Context(), s.admin, forum.NewThread{Board: "inner", Kind: forum.Discussion, Title: "A plan", Body: "Soon.", Tags: "secret", Via: item.Web})
	s.must(err)
	_, err = s.forum.Start(t.Context(), s.admin, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Loops", Body: "They wait.", Tags: "asyncio 设计", Via: item.Web})
	s.must(err)
	ada := s.member(s.person("ada", account.Member))
	said := ada.post("/b/python/new", "kind", "question", "title", "A title", "body", "Why?", "tags", "asyncio secret 設計 newest", "preview", "1")
	said.has(t, 200, "Nothing has the tag “secret” yet", "“設計” is another name of “设计”", "Nothing has the tag “newest” yet")
	said.hasNot(t, "Nothing has the tag “asyncio” yet")
	ada.post("/b/python/new", "kind", "question", "title", "", "body", "", "tags", "", "preview", "1").has(t, 200, "There is no text yet.")
	ada.post("/b/python/new", "kind", "question", "title", "", "body", "", "tags", "x/y").has(t, 422, "Give it a title", "There is no text yet.", "The tag “x/y” cannot be used", "3 things need a change")
}
