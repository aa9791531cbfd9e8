package main

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/mail"
)

// eachWindow runs a test in a browser with scripts and in one without. The place has a
// second board, an administrator ada and a member lin.
func eachWindow(t *testing.T, test func(w *window, ada, lin account.User)) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			c := settle(t, "", nil)
			ada, lin := c.person("ada", "Ada Winter", account.Administrator), c.person("lin", "林小明", account.Member)
			_, err := c.forum.AddBoard(t.Context(), operator, forum.Board{Slug: "other", Title: "Another board", MayPost: account.Members})
			c.must(err)
			test(c.window(scripts), ada, lin)
		})
	}
}

// set gives a field a value that nobody types: a date, a choice.
func (w *window) set(selector, value string) {
	w.Helper()
	w.run(fmt.Sprintf("document.querySelector(%q).value = %q", selector, value))
}

// due brings forward what would come later.
func (c *community) due(query string, args ...any) {
	c.Helper()
	c.must(c.house.db.Write(c.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(c.Context(), query, args...)
		return err
	}))
}

func TestAPollWithSeveralChoicesClosesInABrowser(t *testing.T) {
	eachWindow(t, func(w *window, ada, lin account.User) {
		w.signIn("lin")
		w.open("/b/talk/new")
		w.run("document.querySelector('#kind-poll').checked = true; document.querySelector('.poll-fields').open = true")
		w.write("#title", "Which days?")
		w.write("#body", "For the next meeting.")
		w.write("#options", "Friday\nSaturday\nSunday")
		w.run("document.querySelector('#several').checked = true")
		w.set("#closes", "2020-01-01")
		w.click("#write button.main")
		w.shows("#closes-error", "")
		w.forgive("422")
		w.set("#closes", time.Now().AddDate(0, 0, 7).Format(time.DateOnly))
		w.click("#write button.main")
		w.shows("#poll", "It closes on", "0 people have voted.")
		path := see(w, "read the address", chromedp.Evaluate[string]("location.pathname"))
		w.run("document.querySelector('#option-1').checked = document.querySelector('#option-3').checked = true")
		w.click("#poll button.main")
		w.shows("#poll", "1 person has voted.", "Change your vote")
		w.becomes("[...document.querySelectorAll('#poll meter')].map(m => m.value).join()", "1,0,1")
		w.look("a poll with several choices")
		w.due("UPDATE poll SET closes = ?", time.Now().Add(-time.Minute).UnixMilli())
		w.open(path)
		w.becomes("document.querySelectorAll('#poll form').length", "0")
		w.becomes("[...document.querySelectorAll('#poll meter')].map(m => m.value).join()", "1,0,1")
		w.look("a poll that is closed")
	})
}

func TestAThreadIsMovedAndMovedBackInABrowser(t *testing.T) {
	eachWindow(t, func(w *window, ada, lin account.User) {
		asked := w.start(lin, forum.Discussion, "Who brings a projector?", "", "I have the room.")
		thread := "/t/" + number(asked.Thread)
		w.signIn("ada")
		w.open(thread + "/-/move")
		w.set("[name=board]", "other")
		w.write("#why", "It belongs there.")
		w.look("where a thread is moved to")
		w.click("main form button.main")
		w.shows(".crumbs", "Another board")
		w.open("/mod/log")
		w.shows("main", "It belongs there.")
		w.click("main a[href$='/undo']")
		w.write("#why", "No, it does not.")
		w.click("main form button.main")
		w.shows("main", "It is undone.", "No, it does not.")
		w.open(thread)
		w.shows(".crumbs", "Talk")
		w.look("a thread that was moved back")
	})
}

func TestAQuestionExpiresInABrowser(t *testing.T) {
	eachWindow(t, func(w *window, ada, lin account.User) {
		asked := w.start(lin, forum.Question, "It does not work", "", "Why?")
		w.signIn("ada")
		w.open("/p/" + number(asked.Post) + "/needinfo")
		w.write("#body", "Which version?")
		w.click("main form button.main")
		thread := "/t/" + number(asked.Thread)
		w.open(thread)
		w.shows("main .meta", "needs information")
		w.due("UPDATE question SET due = ? WHERE due > 0", time.Now().Add(-time.Minute).UnixMilli())
		w.must(w.forum.Expire(t.Context()))
		w.open(thread)
		w.shows("main .meta", "expired")
		w.look("a question that has expired")
		_, err := w.forum.Reply(t.Context(), lin, forum.NewPost{Thread: asked.Thread, Kind: forum.Comment, Parent: asked.Post, Body: "3.12", Via: item.Web})
		w.must(err)
		w.open(thread)
		w.shows("main .meta", "no answer")
	})
}

func TestWhoHasVotedEnoughIsTold(t *testing.T) {
	eachWindow(t, func(w *window, ada, lin account.User) {
		asked := w.start(lin, forum.Question, "What is a loop?", "", "What?")
		for i := range 60 {
			said, err := w.forum.Reply(t.Context(), lin, forum.NewPost{Thread: asked.Thread, Kind: forum.Answer, Body: "Answer " + strconv.Itoa(i), Via: item.Import, At: time.Now()})
			w.must(err)
			_, err = w.forum.Vote(t.Context(), ada, said.Post, 1)
			w.must(err)
		}
		w.signIn("ada")
		w.open("/t/" + number(asked.Thread))
		w.click(".post.first form.vote button[value='1']")
		w.shows("main", "You have cast 60 votes within a day, and that is enough. Come back tomorrow.")
		w.forgive("429")
		w.look("a vote too many")
	})
}

func TestATitleIsChangedAndRemembered(t *testing.T) {
	eachWindow(t, func(w *window, ada, lin account.User) {
		asked := w.start(lin, forum.Question, "It dont work", "asyncio", "Why?")
		w.signIn("lin")
		w.open("/p/" + number(asked.Post) + "/edit")
		w.run("document.querySelector('#title').value = document.querySelector('#tags').value = ''")
		w.write("#title", "Why is the loop closed?")
		w.write("#tags", "loops")
		w.write("#summary", "says what it is about")
		w.click("#write button.main")
		w.shows("h1", "Why is the loop closed?")
		w.click("a[href='/p/" + number(asked.Post) + "/history']")
		w.shows("#r2 del", "It dont work")
		w.shows("#r2 ins", "Why is the loop closed?")
		w.shows("#r2", "says what it is about", "“asyncio” becomes “loops”")
		w.look("the history of a title")
		w.click("a[href$='/edit?revision=1']")
		w.holds("#title", "It dont work")
	})
}

func TestWaitingMailIsPostedOrRefusedInABrowser(t *testing.T) {
	eachWindow(t, func(w *window, ada, lin account.User) {
		board, err := w.forum.Board(t.Context(), ada, "talk")
		w.must(err)
		w.must(w.site.mail.SetListRules(t.Context(), ada, board, mail.ListRules{Who: mail.WhoAnyone, Roster: mail.RosterStaff}))
		for i, subject := range []string{"A good word", "A bad word"} {
			from := fmt.Sprintf("stranger%d@elsewhere.example", i)
			w.mail(from, "talk@picus.example", lines("From: "+from, "To: talk@picus.example", "Subject: "+subject,
				fmt.Sprintf("Message-ID: <word%d@elsewhere.example>", i), "Date: "+time.Now().Format(time.RFC1123Z), "", "I am new here."))
		}
		w.signIn("ada")
		w.eventually("two mails wait", func() bool {
			w.open("/mod/queue")
			return see(w, "count the mails", chromedp.Evaluate[int]("document.querySelectorAll('pre.mail').length")) == 2
		})
		w.look("the mails that wait")
		w.click("li:has(h2) button[value=reject]")
		w.shows("main", "thing needs a change")
		w.forgive("422")
		w.run("for (const li of document.querySelectorAll('.rows li')) li.id = li.querySelector('h2').textContent.includes('good') ? 'good' : 'bad'")
		w.click("#good button[value=approve]")
		w.eventually("one mail waits", func() bool {
			return see(w, "count the mails", chromedp.Evaluate[int]("document.querySelectorAll('pre.mail').length")) == 1
		})
		w.write("li [name=reason]", "This is no place for it.")
		w.click("li button[value=reject]")
		w.shows("main", "No mail waits.")
		w.eventually("the good mail is a thread", func() bool {
			rows, _, err := w.forum.List(t.Context(), ada, forum.Filter{Board: "talk"})
			return err == nil && len(rows) == 1 && rows[0].Title == "A good word"
		})
		w.quiet("the queue")
	})
}

func TestKeysWalkThroughAListAndOpenAThread(t *testing.T) {
	c := settle(t, "", nil)
	c.person("ada", "Ada Winter", account.Member) // before the other: what is as old as she is, is not news to her
	lin := c.person("lin", "林小明", account.Member)
	c.start(lin, forum.Discussion, "The first", "", "One.")
	second := c.start(lin, forum.Discussion, "The second", "", "Two.")
	c.answer(lin, second, forum.Reply, 0, "Three.")
	w := c.window(true)
	w.signIn("ada")
	w.open("/b/talk?sort=newest")
	focus := "document.activeElement.textContent.trim()"
	w.key("j", focus, "The second")
	w.key("j", focus, "The first")
	w.key("k", focus, "The second")
	w.key("m", "document.querySelectorAll('.threads > li.unread').length", "1")
	w.key("?", "document.getElementById('keys').open", "true")
	w.key("j", focus+".includes('The')", "false") // the help has the keys
	w.key("?", "document.getElementById('keys').open", "false")
	w.run("document.querySelector('.threads h2 a').focus()")
	w.leads("press o", chromedp.KeyEvent("o"))
	w.shows("h1", "The second")
	w.key("j", "document.activeElement.matches('article')", "true")
	w.key("j", "document.activeElement.matches('article') && document.activeElement.textContent.includes('Three.')", "true")
	w.quiet("the keys of a list and a thread")
}

func TestAFileIsDroppedIntoTheText(t *testing.T) {
	c := settle(t, "", nil)
	c.person("lin", "林小明", account.Member)
	w := c.window(true)
	w.signIn("lin")
	w.open("/b/talk/new")
	w.run(`(() => { const t = new DataTransfer(); t.items.add(new File(['It is closed.'], 'loop.txt', { type: 'text/plain' }));
		document.querySelector('#body').dispatchEvent(new DragEvent('drop', { dataTransfer: t, bubbles: true, cancelable: true })) })()`)
	w.becomes(`/^\[loop\.txt\]\(\/f\/[^)]+\)\n$/.test(document.querySelector('#body').value)`, "true")
	w.write("#title", "A log")
	w.click("#write button.main")
	w.becomes("fetch(document.querySelector('.post.first a[href^=\"/f/\"]').href).then(r => r.text()).then(t => document.title = t) && document.title", "It is closed.")
	w.quiet("a file that was dropped")
}
