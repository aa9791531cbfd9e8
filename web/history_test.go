package web_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// Tags in another order are the same tags: the order of those that older revisions had
// was not noted.
func TestTheOrderOfTagsIsNoChange(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	ref, err := s.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Loops", Body: "They wait.", Tags: "web asyncio", Via: item.Web})
	s.must(err)
	for _, tags := range []string{"asyncio web", "asyncio"} {
		_, err = s.forum.Edit(t.Context(), ada, forum.Edit{Post: ref.Post, Title: "Loops", Body: "They wait.", Tags: tags, Via: item.Web})
		s.must(err)
	}
	page := s.visitor().get(path("/p/%d/history", ref.Post))
	page.has(t, 200, "The text did not change.", "“asyncio web” becomes “asyncio”")
	page.hasNot(t, "“web asyncio” becomes")
}
