package web_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
)

// offered asks what is offered while somebody types.
func (b *browser) offered(path string) (all []string) {
	b.Helper()
	got := b.get(path)
	var answer struct {
		Choices []struct{ Value, Label string }
	}
	if err := json.Unmarshal([]byte(got.text), &answer); err != nil || got.StatusCode != 200 {
		b.Errorf("GET %s = %d, %q; want choices", path, got.StatusCode, got.text)
	}
	for _, c := range answer.Choices {
		all = append(all, strings.TrimSuffix(c.Value, "-x"))
	}
	slices.Sort(all)
	return all
}

// A name is offered to nobody who may not know that its bearer is there, and nobody is
// offered who may not read what mentions them.
func TestPeopleAreOfferedWhoMayReadThere(t *testing.T) {
	eachZoo(t, func(t *testing.T, z *zoo) {
		secret := z.start("hidden", ofTheClosed, "closed", z.by("author"), forum.Question)
		z.says("hidden", ofTheClosed, secret, 0, z.by("former"), forum.Answer)
		z.fill()
		z.must(z.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := z.accounts.Shadow(t.Context(), tx, "Ghost Writer", "ghost@example.org")
			return err
		}))
		z.person("ghostly-x", account.Member)
		z.must(z.accounts.Suspend(t.Context(), account.Operator(), "ghostly-x", true))
		reader, member := z.watcher("reader"), z.watcher("member")
		inSecret := fmt.Sprintf("/complete/people?in=/p/%d/reply&q=", secret.post)
		for _, tt := range []struct {
			rule, path, want string
		}{
			{"who wrote in a thread and may read it comes without a letter", inSecret, "author"},
			{"who has lost the right is not offered", inSecret + "form", ""},
			{"a stranger to the group is not offered", inSecret + "memb", ""},
			{"who keeps order there is offered", inSecret + "gua", "guard"},
			{"the staff may read everything", "/complete/people?in=/b/closed/new&q=mod", "moderator"},
			{"everybody is offered where everybody reads", "/complete/people?in=/b/python/new&q=form", "former"},
			{"and in the wiki", "/complete/people?in=/wiki/Home/edit&q=Memb", "member"},
			{"oneself is not", "/complete/people?in=/b/python/new&q=read", ""},
			{"who is known by mail only or suspended is not", "/complete/people?in=/b/python/new&q=gho", ""},
		} {
			if got := strings.Join(reader.offered(tt.path), " "); got != tt.want {
				t.Errorf("%s: %s offers %q; want %q", tt.rule, tt.path, got, tt.want)
			}
		}
		member.get(inSecret).has(t, 404)
		member.get("/complete/people?in=/b/closed/new&q=auth").has(t, 404)
		z.watchers[0].get("/complete/people?in=/b/python/new&q=auth").has(t, 401)
		z.watchers[0].get("/complete/tags?q=common").has(t, 401)
		got := member.get("/complete/people?in=/b/python/new&q=auth")
		got.hasNot(t, "example.org", "@")
	})
}

func TestTagsOfClosedBoardsAreNotOffered(t *testing.T) {
	eachZoo(t, func(t *testing.T, z *zoo) {
		open := z.start("open", everybody, "python", z.by("author"), forum.Question)
		secret := z.start("hidden", ofTheClosed, "closed", z.by("author"), forum.Question)
		tag := func(thing *thing) string { return thing.words[len(thing.words)-1] }
		if got, want := z.watcher("member").offered("/complete/tags?q=Zq"), []string{tag(open)}; !slices.Equal(got, want) {
			t.Errorf("the member is offered %v; want %v", got, want)
		}
		if got, want := z.watcher("reader").offered("/complete/tags?q=zq"), []string{tag(open), tag(secret)}; !slices.Equal(got, want) {
			t.Errorf("the reader is offered %v; want %v", got, want)
		}
	})
}

func TestLookingUpNamesHasALimit(t *testing.T) {
	s := newSite(t)
	s.stopClock()
	b := s.member(s.person("ada", account.Member))
	status := 0
	for range 60 {
		status = b.get("/complete/people?q=a&in=/b/python/new").StatusCode
	}
	if status != 429 {
		t.Errorf("the sixtieth question in a row = %d; want 429", status)
	}
	plans := dbtest.Plans(t, s.db, func() { s.member(s.admin).offered("/complete/people?q=a&in=/b/python/new") })
	for _, p := range plans {
		for _, step := range p.Steps {
			if strings.HasPrefix(step, "SCAN a") || strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s\nin %s", step, p.Query)
			}
		}
	}
}

func (z *zoo) watcher(name string) *watcher {
	return z.watchers[slices.IndexFunc(z.watchers, func(w *watcher) bool { return w.name == name })]
}
