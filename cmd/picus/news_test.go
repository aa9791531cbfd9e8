package main

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/forum"
)

// TestAnOpenPageSaysWhatIsNew has somebody read a thread while another one answers.
func TestAnOpenPageSaysWhatIsNew(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.person("lin", "林小明", account.Member)
	ada := c.person("ada", "Ada Winter", account.Member)
	asked := c.start(ada, forum.Discussion, "Who brings a projector?", "", "I have the room.")
	w := c.window(true)
	w.signIn("lin")
	w.open("/t/" + number(asked.Thread) + "/" + asked.Slug)
	w.becomes("document.querySelector('[data-news]').hidden", "true")
	// The page has to listen before it is told of anything: somebody answers until it does.
	w.eventually("the page says that there is something new", patience, func() bool {
		c.answer(ada, asked, forum.Reply, 0, "And the chairs.")
		ctx, done := context.WithTimeout(w.ctx, 5*time.Second)
		defer done()
		_, err := chromedp.Run(ctx, chromedp.WaitVisible(chromedp.CSS(".news a")))
		return err == nil
	})
	w.look("a thread with something new")
	w.click(".news a")
	w.shows("main", "And the chairs.")
}
