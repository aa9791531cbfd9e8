package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/mail"
	"picus/wiki"
)

// TestPagesAreAccessible has axe look at every page as light and as dark (WCAG 2.2 AA
// and its own good practice). With PICUS_SCREENSHOTS=FOLDER it also takes pictures.
func TestPagesAreAccessible(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.inhabit()
	c.mirrors()
	w := c.window(true)
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pages {
		if i == beforeSigningIn {
			w.signIn("ada")
		}
		w.open(p.path)
		w.unfold()
		if p.refused {
			w.forget()
		}
		w.accessible(p.name, string(axe))
		w.apart(p.name)
	}
	w.conflict(c, string(axe))
	w.click("footer button[value=zh-Hans]")
	w.open("/t/1")
	w.accessible("question in Chinese", string(axe))
	w.click("footer button[value=en]")
	w.pictures()
}

// mirrors has the board talk mirror a list elsewhere.
func (c *community) mirrors() {
	c.Helper()
	board, err := c.forum.Board(c.Context(), operator, "talk")
	if err == nil {
		err = c.house.mail.SetMirror(c.Context(), operator, board, mail.Mirror{ListID: "talk.lists.other.example", Address: "talk@lists.other.example", Paused: true})
	}
	if err != nil {
		c.Fatal(err)
	}
}

// accessible has axe look at the page in the window.
func (w *window) accessible(where, axe string) {
	w.Helper()
	w.look(where)
	see(w, "load axe", chromedp.Evaluate[chromedp.Void](axe))
	w.run(aged)
	for _, scheme := range []string{"light", "dark"} {
		w.scheme(scheme)
		for _, v := range see(w, "ask axe", chromedp.Evaluate[[]string](violations, chromedp.EvalAwaitPromise)) {
			w.Errorf("%s, %s: %s", where, scheme, v)
		}
	}
	w.quiet(where)
}

// aged has everything be written an hour ago, lest it depend on how long the test takes so
// far which texts are long.
const aged = `for (const time of document.querySelectorAll("time")) if (/now|ago/.test(time.textContent)) time.textContent = "59 minutes ago"`

// violations are what axe found, each with where it is.
const violations = `axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 160) + ' ' + n.failureSummary)))`

func (w *window) signIn(name string) {
	w.Helper()
	w.open("/login")
	w.write("#who", name)
	w.write("#password", password)
	w.click("main button.main")
}

// pictures writes what every page looks like, for people to look at.
func (w *window) pictures() {
	w.Helper()
	folder := os.Getenv("PICUS_SCREENSHOTS")
	if folder == "" {
		return
	}
	for _, lang := range []string{"en", "zh-Hans"} {
		w.open("/b")
		if lang == "zh-Hans" {
			w.click("footer button[value=zh-Hans]")
		}
		for _, p := range pages[beforeSigningIn:] {
			w.open(p.path)
			w.unfold()
			for _, width := range []int64{1280, 390} {
				w.size(width, 800)
				for _, scheme := range []string{"light", "dark"} {
					w.scheme(scheme)
					name := fmt.Sprintf("%s-%d-%s-%s.png", p.name, width, scheme, lang)
					if err := os.WriteFile(filepath.Join(folder, name), see(w, name, chromedp.FullScreenshot(100)), 0o644); err != nil {
						w.Fatal(err)
					}
				}
			}
		}
	}
}

// inhabit fills the site with what a small community would have written.
func (c *community) inhabit() {
	c.Helper()
	ada, lin := c.person("ada", "Ada Winter", account.Administrator), c.person("lin", "林小明", account.Member)
	c.ask(ada, lin)
	c.talk(ada, lin)
	c.record(ada, lin)
	c.boards(ada, lin)
	c.order(ada, lin)
	c.remark(ada, lin)
	c.claimed(ada, "ada.winter@a-rather-long-name-of-a-place-of-work.example")
}

// claimed makes an address another one of somebody's.
func (c *community) claimed(u account.User, address string) {
	c.Helper()
	c.must(c.house.db.Write(c.Context(), func(tx *db.Tx) error {
		shadow, err := c.accounts.Shadow(c.Context(), tx, "", address)
		if err != nil {
			return err
		}
		_, err = tx.Exec(c.Context(), "UPDATE account SET merged = ? WHERE id = ?", u.ID, shadow.ID)
		return err
	}))
}

// remark is an article with comments.
func (c *community) remark(ada, lin account.User) {
	c.Helper()
	short, err := c.blog.Save(c.Context(), ada, blog.Edit{Title: "What loops are for", Body: "They wait.", Via: item.Web})
	c.must(err)
	for _, by := range []account.User{lin, ada} {
		_, err = c.forum.Comment(c.Context(), by, forum.NewThread{About: short.ID, Body: "And *what* do they wait for?", Via: item.Web})
		c.must(err)
	}
}

func (c *community) person(name, display string, role account.Role) account.User {
	c.Helper()
	u, err := c.accounts.Add(c.Context(), account.Registration{Name: name, Display: display, Email: name + "@example.org", Password: password}, role)
	c.must(err)
	return u
}

func (c *community) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// ask is a question with two answers, a comment, votes, an edit and an accepted one.
func (c *community) ask(ada, lin account.User) {
	c.Helper()
	asked := c.start(ada, forum.Question, "Why does asyncio say that the loop is closed?", "asyncio python-3.12",
		"My program ends with this:\n\n```python\nimport asyncio\n\nasync def main():\n    await asyncio.sleep(1)  # long enough\n\nasyncio.run(main())\nloop.call_soon(print)  # "+strings.Repeat("wider than its box ", 12)+"\n```\n\n> RuntimeError: Event loop is closed\n\nI use **3.12** on Debian. What do I do wrong? See also <https://docs.python.org/3/library/asyncio.html>.")
	best := c.answer(lin, asked, forum.Answer, 0, "`asyncio.run()` closes the loop it made. Schedule the call *before* that:\n\n1. make the coroutine,\n2. run it,\n3. leave the loop alone.\n\n| call | loop |\n|---|---|\n| `run()` | its own |\n| `run_until_complete()` | yours |")
	c.answer(ada, asked, forum.Comment, best.Post, "That was it, thank you.")
	c.answer(lin, asked, forum.Answer, 0, "A second way is to keep a loop of your own, with `asyncio.new_event_loop()`.")
	_, err := c.forum.Edit(c.Context(), lin, forum.Edit{Post: best.Post, Summary: "why it happens", Via: item.Web,
		Body: "`asyncio.run()` closes the loop that it made, so nothing can be scheduled afterwards. Schedule the call *before* that:\n\n1. make the coroutine,\n2. run it,\n3. leave the loop alone.\n\n| call | loop |\n|---|---|\n| `run()` | its own |\n| `run_until_complete()` | yours |"})
	c.must(err)
	_, err = c.forum.Vote(c.Context(), ada, best.Post, 1)
	c.must(err)
	c.must(c.forum.Accept(c.Context(), ada, asked.Thread, best.Post, item.Web))
}

// talk is some threads more, among them one in Chinese that came by mail.
func (c *community) talk(ada, lin account.User) {
	c.Helper()
	c.start(ada, forum.Discussion, "Meeting in October: who brings a projector?", "meeting", "We meet on the 12th. I have the room, and no projector.")
	c.mail("lin@example.org", "talk@picus.example", lines("From: lin@example.org", "To: talk@picus.example", "Subject: =?utf-8?B?5Y+W5raI5LiA5Liq5Lu75Yqh5LmL5ZCO77yM6LWE5rqQ5rKh5pyJ6YeK5pS+77yf?=",
		"Message-ID: <chinese@mail.example>", "Date: "+time.Now().Format(time.RFC1123Z), "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
		"我在 3.12 里用 asyncio.TaskGroup，取消其中一个任务之后，连接没有被释放。\n文档说 CancelledError 会被抛出，但是 finally 里的 await 好像没有执行完。\n\n有人遇到过同样的问题吗？"))
	c.eventually("the mail is a thread", func() bool {
		rows, _, err := c.forum.List(c.Context(), account.User{}, forum.Filter{})
		return err == nil && len(rows) > 2
	})
	for _, title := range []string{"How do I pin a dependency?", "类型注解应该写到什么程度？", "What do you read about compilers?"} {
		kind := forum.Discussion
		if strings.HasSuffix(title, "?") || strings.HasSuffix(title, "？") {
			kind = forum.Question
		}
		c.start(lin, kind, title, "", "I wonder.")
	}
}

// record is a page of the wiki with its history, and an article.
func (c *community) record(ada, lin account.User) {
	c.Helper()
	body := "A loop *waits* for events and calls what waits for them. See [[Coroutine]].\n\n## When it is closed\n\nNothing runs on it any more.\n\n- [x] `asyncio.run()` closes its own\n- [ ] yours you close yourself\n"
	saved, err := c.wiki.Save(c.Context(), ada, wiki.Edit{Title: "Event loop", Body: body, Tags: "asyncio", Via: item.Web})
	c.must(err)
	_, err = c.wiki.Save(c.Context(), lin, wiki.Edit{Title: "Event loop", Base: saved.Revision, Body: body + "\n## 中文\n\n事件循环**等待**事件，然后调用回调。\n", Tags: "asyncio", Summary: "中文", Via: item.Web})
	c.must(err)
	_, err = c.blog.Save(c.Context(), ada, blog.Edit{Title: "Ten years of loops", Tags: "asyncio history", Via: item.Web,
		Body: "It began with *tulip*, in the spring of 2013.\n\n![A woodpecker](/favicon.ico)\n\nI wrote down what I remember[^1].\n\n[^1]: Not much.\n"})
	c.must(err)
}

func (c *community) start(by account.User, kind forum.Kind, title, tags, body string) forum.Ref {
	c.Helper()
	ref, err := c.forum.Start(c.Context(), by, forum.NewThread{Board: "talk", Kind: kind, Title: title, Tags: tags, Body: body, Via: item.Web})
	c.must(err)
	return ref
}

func (c *community) answer(by account.User, to forum.Ref, kind forum.Kind, parent int64, body string) forum.Ref {
	c.Helper()
	ref, err := c.forum.Reply(c.Context(), by, forum.NewPost{Thread: to.Thread, Parent: parent, Kind: kind, Body: body, Via: item.Web})
	c.must(err)
	return ref
}
