package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/forum"
)

// What the preview shows while a text is written is what is published, byte for byte,
// and what was asked before stands below the title.
func TestPreviewIsWhatIsPublishedAndOldQuestionsAreOffered(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.start(c.person("ada", "Ada Winter", account.Member), forum.Question, "Why is the event loop closed?", "", "It is.")
	c.person("lin", "林小明", account.Member)
	w := c.window(true)
	w.signIn("lin")
	w.open("/b/talk/new")
	w.write("#title", "The event loop is closed again")
	see(w, "wait for old questions", chromedp.WaitVisible(chromedp.CSS("[data-similar] a")))
	w.shows("[data-similar]", "Why is the event loop closed?")
	w.write("#tags", "quitenew")
	see(w, "wait for what is said of the tag", chromedp.WaitVisible(chromedp.CSS("[data-tags] p")))
	w.shows("[data-tags]", "Nothing has the tag “quitenew” yet: it would be new.")
	w.write("#body", "It **hurts**：\n\n```python\nloop.close()  # <b>\n```\n\n| a | b |\n|---|---|\n| 1 | @ada |\n\n[[Loop]] & \"quotes\" :)")
	see(w, "wait for the preview", chromedp.WaitVisible(chromedp.CSS("[data-live] table")))
	live := see(w, "read the preview", chromedp.Evaluate[string]("document.querySelector('[data-live] .prose').innerHTML.trim()"))
	w.send()
	// As it was sent: the script of the page has put buttons over the code since.
	published := see(w, "read the post", chromedp.Evaluate[string](
		"fetch(location.href).then(r => r.text()).then(t => new DOMParser().parseFromString(t, 'text/html').querySelector('.post.first .prose').innerHTML.trim())", chromedp.EvalAwaitPromise))
	if live != published {
		t.Errorf("the preview is\n%s\nwhat is published\n%s\nwant them the same", live, published)
	}
	w.quiet("a previewed question")

	w.scripts(false)
	w.open("/b/talk/new")
	w.write("#title", "Event loop closed")
	w.write("#body", "Why?")
	w.click("button[name=preview]")
	w.shows("main .preview", "Why?")
	w.shows("[data-similar]", "Why is the event loop closed?", "The event loop is closed again")
}

// What was just sent is taken back with a button, without a script, and its text is a draft.
func TestSendingIsUndone(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.items.Grace = time.Minute
	asked := c.start(c.person("ada", "Ada Winter", account.Member), forum.Discussion, "Who brings a projector?", "", "I have the room.")
	lin, thread := c.member("lin", account.Member), "/t/"+number(asked.Thread)
	sent := lin.open(thread).send("#write", "body", "Sent too early").says("Sent too early")
	back := sent.send("/p/" + number(asked.Post+1) + "/unsend").at("/p/" + number(asked.Post) + "/reply")
	back.says("Taken back before anybody was told.", "Sent too early")
	c.visitor().open(thread).silent("Sent too early", "Deleted")
}
