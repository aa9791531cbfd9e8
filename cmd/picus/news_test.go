package main

import (
	"testing"

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
	c.answer(ada, asked, forum.Reply, 0, "And the chairs.") // whether or not the page listens by now
	w.becomes("document.querySelector('[data-news]').hidden", "false")
	w.look("a thread with something new")
	w.click(".news a")
	w.shows("main", "And the chairs.")
}
