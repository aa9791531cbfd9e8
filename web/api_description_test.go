package web_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/item"
	"picus/wiki"
)

// described is the API's description, as far as the tests hold it to its word.
type described struct {
	Paths      map[string]map[string]json.RawMessage
	Components struct {
		Schemas map[string]struct{ Properties map[string]any }
	}
}

type operation struct{ Security []map[string][]string }

func TestTheDescriptionHoldsEveryRoute(t *testing.T) {
	s := newSite(t)
	doc := reads[described](t, s.program(account.User{}).call("GET", "/openapi.json", ""), 200)
	var written []string
	for at, item := range doc.Paths {
		for method := range item {
			if method != "parameters" {
				written = append(written, strings.ToUpper(method)+" "+at)
			}
		}
	}
	routes := s.app.APIRoutes()
	for _, r := range routes {
		if !slices.Contains(written, r) {
			t.Errorf("%s is not described", r)
		}
	}
	for _, w := range written {
		if !slices.Contains(routes, w) {
			t.Errorf("%s is described and not there", w)
		}
	}
}

// TestTheDescribedScopesAreTheScopes asks every operation with every scope.
func TestTheDescribedScopesAreTheScopes(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	doc := reads[described](t, s.program(account.User{}).call("GET", "/openapi.json", ""), 200)
	holders := map[string]*program{"": s.program(account.User{}), "read": s.program(u, "read"), "write": s.program(u, "write")}
	for at, methods := range doc.Paths {
		for method, raw := range methods {
			var op operation
			if method == "parameters" {
				continue
			}
			s.must(json.Unmarshal(raw, &op))
			for scope, p := range holders {
				if op.wantsMore(scope) {
					continue
				}
				a := p.call(strings.ToUpper(method), strings.NewReplacer("{id}", "999", "{title}", "None", "{name}", "nobody").Replace(at), "")
				refused := a.StatusCode == 401 || a.StatusCode == 403
				if want := !op.admits(scope); refused != want {
					t.Errorf("%s %s with the scope %q = %d; refused: %v, want %v", method, at, scope, a.StatusCode, refused, want)
				}
			}
		}
	}
}

// wantsMore reports whether a scope admits only together with another one: whether that
// shows depends on what is asked for.
func (o operation) wantsMore(scope string) bool {
	more := false
	for _, one := range o.Security {
		if scopes := one["token"]; slices.Contains(scopes, scope) {
			if len(scopes) == 1 {
				return false
			}
			more = true
		}
	}
	return more
}

func (o operation) admits(scope string) bool {
	for _, one := range o.Security {
		if scopes, needs := one["token"]; !needs && scope == "" || needs && slices.Contains(scopes, scope) {
			return true
		}
	}
	return false
}

func TestAnswersHaveTheDescribedMembers(t *testing.T) {
	s := newSite(t)
	ada := s.program(s.person("ada", account.Member), "read", "write")
	th := reads[thread](t, ada.call("POST", "/threads", `{"board":"python","kind":"question","title":"T","body":"word"}`), 201)
	reads[post](t, ada.call("POST", "/articles", `{"title":"A","body":"b"}`), 201)
	_, err := wiki.New(s.items).Save(t.Context(), s.admin, wiki.Edit{Title: "Home", Body: "b", Via: item.Web})
	s.must(err)
	doc := reads[described](t, ada.call("GET", "/openapi.json", ""), 200)
	list := func(at string) map[string]any {
		return reads[listed[map[string]any]](t, ada.call("GET", at, ""), 200).Items[0]
	}
	one := func(at string) map[string]any { return reads[map[string]any](t, ada.call("GET", at, ""), 200) }
	whole := one(fill("/threads/%d", th.ID))
	for schema, got := range map[string]map[string]any{
		"Board": list("/boards"), "Thread": list("/threads"), "Post": one(fill("/posts/%d", th.ID)), "Page": one("/wiki/Home"), "Article": list("/articles"),
		"Hit": list("/search?q=word"), "Revision": list(fill("/posts/%d/revisions", th.ID)), "Person": one("/users/ada"), "Subscription": list("/subscriptions"),
	} {
		for name := range doc.Components.Schemas[schema].Properties {
			if _, ok := got[name]; !ok {
				t.Errorf("%s has no member %q", schema, name)
			}
		}
		for name := range got {
			if _, ok := doc.Components.Schemas[schema].Properties[name]; !ok {
				t.Errorf("the member %q of %s is not described", name, schema)
			}
		}
	}
	for _, name := range []string{"posts", "next"} {
		if _, ok := whole[name]; !ok {
			t.Errorf("a thread has no member %q", name)
		}
	}
}
