package forum_test

import (
	"fmt"
	"slices"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// tagged starts a thread and returns the tags that it has on its page.
func (w *world) tagged(by account.User, tags string) (int64, string) {
	w.Helper()
	id := w.begin(by, forum.NewThread{Title: "about " + tags, Tags: tags})
	return id, fmt.Sprint(w.thread(by, id, forum.View{}).Tags)
}

func TestAnotherNameOfATagBecomesTheTag(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.tagged(ada, "asyncio")
		w.must(w.forum.NameTag(w.Context(), w.admin, "asyncio", "异步"))
		_, tags := w.tagged(ada, "异步 python asyncio")
		if tags != "[asyncio python]" {
			t.Errorf("tagged 异步 and asyncio: %s; want the tag once, by its name", tags)
		}
		_, tags = w.tagged(ada, "異步")
		if tags != "[asyncio]" {
			t.Errorf("tagged 異步: %s; want what 异步 stands for", tags)
		}
		for _, name := range []string{"asyncio", "异步"} {
			if got := ids(w.list(ada, forum.Filter{Tags: []string{name}, Sort: forum.SortNewest})); !slices.Equal(got, ids(w.list(ada, forum.Filter{Sort: forum.SortNewest}))) || len(got) != 3 {
				t.Errorf("the list of %s is %v; want all three", name, got)
			}
			if got := w.list(ada, forum.Filter{Not: []string{name}}); len(got) != 0 {
				t.Errorf("without %s there are %d threads; want none", name, len(got))
			}
		}
		tag, err := w.Items.TagNamed(w.Context(), w.admin, "asyncio")
		w.must(err)
		w.must(w.Items.UnnameTag(w.Context(), w.admin, tag.ID, "异步"))
		if _, tags = w.tagged(ada, "异步"); tags == "[asyncio]" {
			t.Errorf("after the name was taken away 异步 is still %s", tags)
		}
	})
}

func TestSimplifiedAndTraditionalAreOneTag(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.tagged(ada, "設計模式")
		if _, tags := w.tagged(ada, "设计模式"); tags != "[設計模式]" {
			t.Errorf("tagged 设计模式: %s; want the tag that was there first", tags)
		}
	})
}

func TestATagIsFoundByWhatItIsCalledAndHowItSounds(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.tagged(ada, "設計模式 asyncio 异步编程")
		w.must(w.forum.NameTag(w.Context(), w.admin, "asyncio", "协程"))
		for begins, want := range map[string]string{"设计": "[設計模式]", "設計": "[設計模式]", "sheji": "[設計模式]", "yibu": "[异步编程]", "协": "[asyncio]", "asy": "[asyncio]", "zz": "[]"} {
			got, err := w.Items.TagsBegin(w.Context(), ada, begins, 5)
			if w.must(err); fmt.Sprint(got) != want {
				t.Errorf("TagsBegin(%q) = %v; want %s", begins, got, want)
			}
		}
	})
}

func TestATagThatHasTheNameIsMerged(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		one, _ := w.tagged(ada, "py common")
		two, _ := w.tagged(ada, "python py")
		three, _ := w.tagged(ada, "python")
		py, err := w.Items.TagNamed(w.Context(), bob, "py")
		w.must(err)
		w.subscribe(bob, item.ToTag, py.ID)
		w.must(w.forum.NameTag(w.Context(), w.admin, "py", "snake"))
		w.must(w.forum.NameTag(w.Context(), w.admin, "python", "py"))
		for id, want := range map[int64]string{one: "[common python]", two: "[python]", three: "[python]"} {
			tags := w.thread(ada, id, forum.View{}).Tags
			if slices.Sort(tags); fmt.Sprint(tags) != want {
				t.Errorf("thread %d has %v; want %s", id, tags, want)
			}
		}
		for _, name := range []string{"py", "snake", "python"} {
			if got := w.list(ada, forum.Filter{Tags: []string{name}}); len(got) != 3 {
				t.Errorf("the list of %s has %d threads; want 3", name, len(got))
			}
		}
		python, err := w.Items.TagNamed(w.Context(), bob, "snake")
		w.must(err)
		if python.Name != "python" || python.Items != 3 {
			t.Errorf("snake is %+v; want python with 3 threads", python)
		}
		if sub, err := w.Items.Level(w.Context(), bob, item.ToTag, python.ID); err != nil || sub.Level != "watch" {
			t.Errorf("bob, who watched py, hears of python: %+v, %v", sub, err)
		}
		w.must(w.forum.Remove(w.Context(), w.admin, one, "gone", item.Web))
		if python, _ = w.Items.TagNamed(w.Context(), bob, "python"); python.Items != 2 {
			t.Errorf("after one was deleted %d threads are counted; want 2", python.Items)
		}
	})
}

func TestWhoGivesATagItsNames(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.tagged(ada, "asyncio python")
		w.must(w.forum.NameTag(w.Context(), w.admin, "python", "py"))
		for name, c := range map[string]struct {
			by        account.User
			tag, name string
			want      fault.Kind
		}{
			"a visitor gives none":             {account.User{}, "asyncio", "x", fault.Unknown},
			"a member gives none":              {ada, "asyncio", "x", fault.Forbidden},
			"a tag has its own name":           {w.admin, "asyncio", "Asyncio", fault.Invalid},
			"a name is one word":               {w.admin, "asyncio", "a b", fault.Invalid},
			"a name stands for one tag":        {w.admin, "asyncio", "py", fault.Invalid},
			"what nothing carries has no page": {w.admin, "nothing", "x", fault.Missing},
		} {
			if err := w.forum.NameTag(w.Context(), c.by, c.tag, c.name); fault.KindOf(err) != c.want {
				t.Errorf("%s: NameTag(%q, %q) = %v; want %v", name, c.tag, c.name, err, c.want)
			}
		}
		if err := w.Items.UnnameTag(w.Context(), ada, 1, "py"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member takes a name away: %v", err)
		}
		hidden := w.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		w.begin(w.admin, forum.NewThread{Title: "closed", Board: hidden.Slug, Tags: "secret"})
		if _, err := w.Items.TagNamed(w.Context(), ada, "secret"); !fault.Is(err, fault.Missing) {
			t.Errorf("a tag of a closed board is there for a member: %v", err)
		}
	})
}
