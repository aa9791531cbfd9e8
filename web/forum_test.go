package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/web"
)

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func TestAThreadFromQuestionToAcceptedAnswer(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	asker, helper := s.member(ada), s.member(bob)

	asker.get("/b/python/new").has(t, 200, `name="title"`, `name="body"`, "Everybody can read it.")
	made := asker.post("/b/python/new", "kind", "question", "title", "asyncio 超时以后", "body", "**Why** does it go on?", "tags", "asyncio 超时")
	made.has(t, 303)
	thread := made.Header.Get("Location")
	asker.get(thread).has(t, 200, "<strong>Why</strong>", "asyncio 超时以后", "no answer", `href="/tags/%E8%B6%85%E6%97%B6"`)

	id := strings.Split(thread, "/")[2]
	answered := helper.post("/p/"+id+"/reply", "body", "Because it *waits*.")
	answered.has(t, 303)
	answer := answered.Header.Get("Location")
	post := answer[strings.LastIndex(answer, "#p")+2:]
	helper.post("/p/"+post+"/reply", "comment", "1", "body", "A comment of mine.").has(t, 303)
	asker.post("/p/"+post+"/vote", "value", "1").has(t, 303)
	asker.post("/t/"+id+"/accept", "post", post).has(t, 303)
	s.visitor().get(thread).has(t, 200, "Accepted as the answer", "<em>waits</em>", "A comment of mine.", "solved", "1 answer", `id="p`+post+`"`)
	s.visitor().get("/b/python").has(t, 200, "asyncio 超时以后", "solved")
	s.visitor().get("/questions?sort=unanswered").hasNot(t, "asyncio 超时以后")
	s.visitor().get("/tags").has(t, 200, "超时")
	s.visitor().get("/tags/asyncio").has(t, 200, "asyncio 超时以后")
	s.visitor().get("/u/bob?show=posts").has(t, 200, "asyncio 超时以后", "accepted")
	s.visitor().get("/u/bob").hasNot(t, "bob@example.org")
}

func TestEveryAddressOfAThreadLeadsToOne(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	ref := s.ask(ada, "python", "Why so?", "Because.")
	want := path("/t/%d/why-so", ref.Thread)
	b := s.visitor()
	for _, tt := range []struct {
		rule, from string
		status     int
		to         string
	}{
		{"without a slug", path("/t/%d", ref.Thread), 301, want},
		{"with a wrong slug", path("/t/%d/who-knows", ref.Thread), 301, want},
		{"with its order kept", path("/t/%d/x?sort=newest", ref.Thread), 301, want + "?sort=newest"},
		{"as a post", path("/p/%d", ref.Thread), 302, want + path("#p%d", ref.Thread)},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			got := b.get(tt.from)
			got.has(t, tt.status)
			if where := got.Header.Get("Location"); where != tt.to {
				t.Errorf("%s leads to %s; want %s", tt.from, where, tt.to)
			}
		})
	}
	for _, nothing := range []string{"/t/0", "/t/-1", "/t/x", "/t/99999", "/t/1e3/x", "/p/99999", "/mid/nobody@example.org", "/b/nowhere", "/u/nobody"} {
		b.get(nothing).has(t, 404)
	}
}

// TestAPostIsFoundOnItsPage follows /p/ to each of 45 answers, in the order of a
// question and of a discussion.
func TestAPostIsFoundOnItsPage(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.admin
	question := s.ask(ada, "python", "Many answers", "Go on.")
	talk, err := s.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Many replies", Body: "Go on.", Via: item.Web})
	s.must(err)
	b := s.visitor()
	for _, thread := range []forum.Ref{question, talk} {
		var posts []forum.Ref
		for i := range 45 {
			posts = append(posts, s.reply(bob, forum.NewPost{Thread: thread.Thread, Body: path("Reply %d.", i)}))
		}
		for _, voted := range []int{7, 30, 44} {
			_, err := s.forum.Vote(t.Context(), ada, posts[voted].Post, 1)
			s.must(err)
		}
		if thread == question {
			s.must(s.forum.Accept(t.Context(), ada, question.Thread, posts[40].Post, item.Web))
		}
		comment := s.reply(bob, forum.NewPost{Thread: thread.Thread, Parent: posts[25].Post, Kind: forum.Comment, Body: "A comment."})
		for _, p := range append(posts, comment) {
			where := b.get(path("/p/%d", p.Post)).Header.Get("Location")
			to, err := url.Parse(where)
			s.must(err)
			page := b.get(to.RequestURI())
			page.has(t, 200, path(`id="p%d"`, p.Post))
			if n := strings.Count(page.text, "<article"); n > 22 {
				t.Errorf("%s has %d posts; want a page", where, n)
			}
		}
	}
}

func TestAFormThatIsRefusedKeepsWhatWasWritten(t *testing.T) {
	s := newSite(t)
	ada := s.member(s.person("ada", account.Member))
	ref := s.ask(s.admin, "python", "A question", "Why?")
	const text = "A text that\nmust not get lost & <stays>"
	const kept = "A text that\nmust not get lost &amp; &lt;stays&gt;"
	tests := []struct {
		rule   string
		path   string
		fields []string
		status int
		want   []string
	}{
		{"a thread without a title", "/b/python/new", []string{"kind", "question", "title", " ", "body", text, "tags", "x/y"}, 422,
			[]string{kept, "Give it a title", "The tag “x/y” cannot be used", `value="x/y"`, `aria-invalid="true"`}},
		{"a thread of no kind", "/b/python/new", []string{"title", "A title", "body", text}, 422, []string{kept, `value="A title"`, "Choose what it is"}},
		{"an answer that is too long", path("/p/%d/reply", ref.Post), []string{"body", text + strings.Repeat("x", 65<<10)}, 422, []string{kept, "too long"}},
		{"an empty comment", path("/p/%d/reply", ref.Post), []string{"comment", "1", "body", "  "}, 422, []string{"There is no text yet.", `name="comment"`}},
		{"a preview", "/b/python/new", []string{"kind", "question", "title", "A title", "body", text, "preview", "1"}, 200, []string{kept, `value="A title"`}},
		{"a preview of nothing", path("/p/%d/reply", ref.Post), []string{"body", "", "preview", "1"}, 200, []string{"There is no text yet."}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) { ada.post(tt.path, tt.fields...).has(t, tt.status, tt.want...) })
	}
	s.must(s.forum.Lock(t.Context(), s.admin, ref.Thread, true, ""))
	ada.post(path("/p/%d/reply", ref.Post), "body", text).has(t, 403, kept, "This thread is locked")
}

func TestAPreviewIsWhatIsPublished(t *testing.T) {
	s := newSite(t)
	ada := s.member(s.person("ada", account.Member))
	const text = "# A heading\n\n**注意：**请看 https://example.org/a。\n\n```python\nprint(1)\n```\n\n- [ ] one[^1]\n\n[^1]: A note."
	preview := ada.post("/b/python/new", "kind", "discussion", "title", "A title", "body", text, "preview", "1")
	preview.has(t, 200)
	made := ada.post("/b/python/new", "kind", "discussion", "title", "A title", "body", text)
	page := ada.get(made.Header.Get("Location"))
	if got, want := prose(preview.text), prose(page.text); got != want || want == "" {
		t.Errorf("the preview is\n%s\nbut published is\n%s", got, want)
	}
}

// prose is the first rendered text of a page.
func prose(page string) string {
	_, after, _ := strings.Cut(page, `<div class="prose">`)
	text, _, _ := strings.Cut(after, "</div>")
	return text
}

func TestTwoEditorsDoNotOverwriteEachOther(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	ref := s.ask(ada, "python", "A question", "The first line.")
	author, staff := s.member(ada), s.member(s.admin)
	edit := path("/p/%d/edit", ref.Post)
	author.get(edit).has(t, 200, "The first line.", path(`name="base" value="%d"`, ref.Revision))
	staff.post(edit, "base", path("%d", ref.Revision), "title", "A question", "body", "The second line.").has(t, 303)
	late := author.post(edit, "base", path("%d", ref.Revision), "title", "A question", "body", "The third line.")
	late.has(t, 409, "Somebody else saved a change", "The third line.", "<b>second</b>")
	author.post(edit, "base", field(late.text, "base"), "title", "A better question", "body", "The third line.").has(t, 303)
	s.visitor().get(path("/p/%d/history", ref.Post)).has(t, 200, "Revision 3", "<b>third</b>", "<del>A question</del> <ins>A better question</ins>")
	s.visitor().get(path("/t/%d/a-better-question", ref.Thread)).has(t, 200, "edited 2 times")

	back := path("/p/%d/edit?revision=2", ref.Post)
	author.get(path("/p/%d/history", ref.Post)).has(t, 200, back, path("/p/%d/history.atom", ref.Post))
	form := author.get(back)
	form.has(t, 200, "The second line.", "Back to revision 2")
	author.post(edit, "base", field(form.text, "base"), "title", "A question", "body", "The second line.", "summary", "Back to revision 2").has(t, 303)
	public := s.visitor().get(path("/p/%d/history", ref.Post))
	public.has(t, 200, "Revision 4", "Back to revision 2")
	public.hasNot(t, back)
	s.visitor().get(path("/p/%d/history.atom", ref.Post)).has(t, 200, "Revision 4", "The third line.", "The first line.")
	author.get(path("/p/%d/edit?revision=9", ref.Post)).has(t, 404)
}

// field is the value of a hidden field on a page.
func field(page, name string) string {
	_, after, _ := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(after, `"`)
	return value
}

func TestADeletedPostLeavesNothingButItsReason(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	ref := s.ask(ada, "python", "A question", "Why?")
	post := s.reply(bob, forum.NewPost{Thread: ref.Thread, Body: "canary-of-the-deleted"}).Post
	s.reply(bob, forum.NewPost{Thread: ref.Thread, Parent: post, Kind: forum.Comment, Body: "A comment that stays."})
	staff := s.member(s.admin)
	staff.get(path("/p/%d/delete", post)).has(t, 200, "canary-of-the-deleted")
	staff.post(path("/p/%d/delete", post), "why", "It was an advertisement.").has(t, 303)

	thread := path("/t/%d/a-question", ref.Thread)
	for who, b := range map[string]*browser{"a visitor": s.visitor(), "a member": s.member(ada)} {
		for _, place := range []string{thread, thread + "?sort=newest", path("/p/%d", post), path("/p/%d/history", post), path("/p/%d/edit", post),
			path("/p/%d/reply?quote=1", post), path("/p/%d/delete", post), "/b/python", "/u/bob", "/u/bob?show=posts", "/questions"} {
			if strings.Contains(b.get(place).text, "canary") {
				t.Errorf("%s reads the deleted text at %s", who, place)
			}
		}
		b.get(thread).has(t, 200, "It was an advertisement.", "A comment that stays.")
	}
	staff.get(thread).has(t, 200, "canary-of-the-deleted", "Restore")
	s.member(ada).post(path("/p/%d/restore", post)).has(t, 404)
	staff.post(path("/p/%d/restore", post)).has(t, 303)
	s.visitor().get(thread).has(t, 200, "canary-of-the-deleted")
}

// TestAPrivateBoardIsNotThere tries every way to a thread of a board that only the
// staff may read; the answer is the one for a thread that does not exist.
func TestAPrivateBoardIsNotThere(t *testing.T) {
	s := newSite(t)
	ref := s.ask(s.admin, "staff", "Canary title", "canary-text")
	answer := s.reply(s.admin, forum.NewPost{Thread: ref.Thread, Kind: forum.Answer, Body: "canary-answer"}).Post
	ada := s.member(s.person("ada", account.Member))
	places := []string{
		"/b/staff", "/b/staff?sort=newest", "/b/staff/new", "/b/staff.atom", "/b/staff.rss", "/b/staff.json", "/lists/staff.mbox.gz",
		path("/t/%d", ref.Thread), path("/t/%d/canary-title", ref.Thread), path("/t/%d.atom", ref.Thread), path("/t/%d.md", ref.Thread),
		path("/t/%d.txt", ref.Thread), path("/t/%d.json", ref.Thread), path("/t/%d.mbox", ref.Thread),
		path("/p/%d", ref.Post), path("/p/%d", answer), path("/p/%d/history", answer), path("/p/%d/edit", answer), path("/p/%d/reply", answer), path("/p/%d/delete", answer),
	}
	for who, b := range map[string]*browser{"a visitor": s.visitor(), "a member": ada} {
		for _, place := range places {
			got := b.get(place)
			if got.StatusCode != 404 {
				t.Errorf("%s gets %d at %s; want 404", who, got.StatusCode, place)
			}
			got.hasNot(t, "canary-text", "canary-answer", "Canary title")
		}
		for _, list := range []string{"/", "/b", "/questions", "/questions?sort=newest", "/questions?sort=votes", "/questions?sort=unanswered", "/tags", "/tags/asyncio",
			"/u/keeper", "/u/keeper?show=posts", "/questions.atom"} {
			b.get(list).hasNot(t, "canary", "Canary", "Staff only", "/b/staff")
		}
	}
	b := ada
	for _, tt := range [][]string{
		{path("/p/%d/reply", answer), "body", "x"}, {path("/p/%d/vote", answer), "value", "1"}, {path("/p/%d/edit", answer), "body", "x"},
		{path("/p/%d/delete", answer), "why", "x"}, {path("/p/%d/restore", answer)}, {path("/t/%d/accept", ref.Thread), "post", path("%d", answer)},
		{path("/t/%d/watch", ref.Thread), "level", "watch"}, {"/b/staff/watch", "level", "watch"}, {"/b/staff/new", "title", "x", "body", "x"},
	} {
		b.post(tt[0], tt[1:]...).has(t, 404)
	}
	s.member(s.admin).get(path("/t/%d/canary-title", ref.Thread)).has(t, 200, "canary-answer", "staff only")
}

func TestWatchingIsSaidAndUndone(t *testing.T) {
	s := newSite(t)
	ref := s.ask(s.admin, "python", "A question", "Why?")
	ada := s.member(s.person("ada", account.Member))
	for level, sentence := range map[string]string{"watch": "everything comes by mail", "mute": "you hear nothing of it", "normal": "where you take part"} {
		ada.post("/b/python/watch", "level", level).has(t, 303)
		ada.get("/b/python").has(t, 200, sentence)
		ada.post(path("/t/%d/watch", ref.Thread), "level", level).has(t, 303)
		ada.get(path("/t/%d/a-question", ref.Thread)).has(t, 200, sentence)
	}
	ada.post("/b/python/watch", "level", "watch").has(t, 303)
	s.member(s.admin).get("/b/python/new").has(t, 200, "It goes by mail to 1 person in 3 min")
	s.visitor().post("/b/python/watch", "level", "watch").has(t, 401)
}

func TestVisitorsAreLedToTheDoor(t *testing.T) {
	s := newSite(t)
	ref := s.ask(s.admin, "python", "A question", "Why?")
	b := s.visitor()
	for _, place := range []string{"/b/python/new", path("/p/%d/reply", ref.Post), path("/p/%d/edit", ref.Post), path("/p/%d/delete", ref.Post)} {
		got := b.get(place)
		got.has(t, 303)
		if where := got.Header.Get("Location"); where != "/login?next="+url.QueryEscape(place) {
			t.Errorf("%s leads to %s; want the door", place, where)
		}
	}
	b.get(path("/t/%d/a-question", ref.Thread)).has(t, 200, "Sign in to write here.")
	b.post(path("/p/%d/reply", ref.Post), "body", "A text to keep.").has(t, 401, "A text to keep.", "Sign in to write here.")
}

func TestStaffLockAThread(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	ref := s.ask(ada, "python", "A question", "Why?")
	s.member(ada).post(path("/t/%d/-/lock", ref.Thread), "locked", "1").has(t, 403)
	s.member(s.admin).post(path("/t/%d/-/lock", ref.Thread), "locked", "1").has(t, 303)
	s.member(ada).get(path("/t/%d/a-question", ref.Thread)).has(t, 200, "locked", "This thread is locked")
}

func TestAReplyAfterSigningOutIsKept(t *testing.T) {
	s := newSite(t)
	ada := s.member(s.person("ada", account.Member))
	ref := s.ask(s.admin, "python", "A question", "Why?")
	form := url.Values{"csrf": {ada.token()}, "body": {"Written before.\nSent after."}}
	ada.post("/logout").has(t, 303)
	late := ada.postRaw(path("/p/%d/reply", ref.Post), form, http.Header{"Sec-Fetch-Site": {"same-origin"}})
	late.has(t, 403, "Written before.\nSent after.", path(`action="/p/%d/reply"`, ref.Post), `href="/login"`)
}

// Before something is sent the form says who will read it, who gets it by mail, how long
// it can be taken back, and what everybody may do with it then.
func TestWhatWillHappenIsSaidBeforeSending(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Licence = "CC BY-SA 4.0" })
	const licence = `href="https://creativecommons.org/licenses/by-sa/4.0/"`
	ref := s.ask(s.admin, "python", "A question", "Why?")
	keeper := s.member(s.admin)
	keeper.get("/b/python/new").has(t, 200, "Everybody can read it.", "Nobody follows here by mail. You can take it back for 3 min.", "Licence of the text:", licence)
	private := keeper.get("/b/staff/new")
	private.has(t, 200, "The staff will read it.")
	private.hasNot(t, "Licence of the text:")
	keeper.get(path("/p/%d/edit", ref.Post)).has(t, 200, "Edits are not mailed.", "Licence of the text:")
	s.visitor().get(path("/t/%d/a-question", ref.Thread)).has(t, 200, `"license":"https://creativecommons.org/licenses/by-sa/4.0/"`, `rel="license"`)
	s.visitor().get("/about").has(t, 200, licence)

	keeper.get("/admin/mirrors").has(t, 200, "No board mirrors a list.", `href="/admin/mirrors/python"`)
	keeper.post("/admin/mirrors/python", "list", "numbers.other.example", "address", "numbers").has(t, 422, "The address of the other list reads like")
	keeper.post("/admin/mirrors/python", "list", "numbers.other.example", "address", "numbers@other.example").has(t, 303)
	keeper.get("/b/python/new").has(t, 200, "It also goes to the list numbers@other.example elsewhere, for good.")
	keeper.get("/admin/mirrors").has(t, 200, "both ways, to numbers@other.example")
	keeper.post("/admin/mirrors/python/pause", "paused", "1").has(t, 303)
	keeper.get("/b/python/new").hasNot(t, "It also goes")
	keeper.post("/admin/mirrors/python/end").has(t, 303)
	s.member(s.person("eve", account.Member)).post("/admin/mirrors/python", "list", "numbers.other.example").has(t, 404)

	quiet := newSite(t)
	quiet.member(quiet.admin).get("/b/python/new").hasNot(t, "Licence", "creativecommons")
}

// Nobody registers a name that ends as the address of a feed; who has one from before is
// met all the same.
func TestANameLikeAFeedIsMet(t *testing.T) {
	s := newSite(t)
	s.person("bob", account.Member)
	for was, is := range map[string]string{"first": "bob.rss", "second": "carl.rss"} {
		s.person(was, account.Member)
		s.must(s.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE account SET name = ?, name_key = ? WHERE name = ?", is, is, was)
			return err
		}))
	}
	visitor := s.visitor()
	for path, kind := range map[string]string{
		"/u/bob": "text/html", "/u/bob.atom": "application/atom+xml", "/u/bob.rss": "application/rss+xml", "/u/bob.rss?show=posts": "text/html", "/u/bob.rss.atom": "application/atom+xml",
		"/u/carl.rss": "text/html", "/u/carl.rss.rss": "application/rss+xml", "/blog/carl.rss": "text/html", "/blog/bob.rss": "application/rss+xml",
	} {
		got := visitor.get(path)
		got.has(t, 200)
		if is := got.Header.Get("Content-Type"); !strings.HasPrefix(is, kind) {
			t.Errorf("%s is %s; want %s", path, is, kind)
		}
	}
	visitor.get("/u/nobody-here.atom").has(t, 404)
}
