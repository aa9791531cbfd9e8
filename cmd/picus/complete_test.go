package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"picus/account"
	"picus/forum"
)

// Names and tags are offered while they are typed: by the keyboard, by the mouse, and
// never while an input method is at work.
func TestNamesAndTagsAreOfferedWhileTheyAreTyped(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	ada := c.person("ada", "Ada Winter", account.Member)
	c.person("lin", "林小明", account.Member)
	c.person("adalbert", "小林", account.Member)
	asked := c.start(ada, forum.Question, "Why is it closed?", "asyncio 超时", "It is.")
	w := c.window(true)
	w.signIn("lin")
	w.open("/t/" + number(asked.Thread) + "/" + asked.Slug)
	people, tags := "document.querySelector('#choices-people')", "document.querySelector('#choices-tags')"
	open := func(list string) { w.Helper(); w.becomes(list+".hidden", "false") }

	w.write("#body", "你好@a")
	open(people)
	w.becomes(people+".children.length", "2")
	w.shows("#choices-people", "ada Ada Winter", "adalbert 小林")
	w.shows("#choices-people ~ [data-words], .completed ~ [data-words]", "People are offered")
	w.becomes("document.querySelector('#'+document.querySelector('#body').getAttribute('aria-activedescendant')).dataset.value", "ada")
	see(w, "press Down", chromedp.KeyEvent(kb.ArrowDown))
	w.enter(false)
	w.holds("#body", "你好@adalbert ")
	w.becomes(people+".hidden", "true")
	w.quiet("a name taken")

	w.write("#body", "@ada")
	open(people)
	w.compose("#body", "林")
	w.enter(false)
	w.holds("#body", "你好@adalbert @ada林")
	w.run("document.querySelector('#body').value = ''")
	w.write("#body", "```python\n@a")
	w.run("document.querySelector('#body').value = ''")
	w.write("#body", "@小")
	open(people)
	w.tap("#choices-people li")
	w.holds("#body", "@adalbert ")

	w.open("/b/talk/new")
	w.write("#tags", "python 超")
	open(tags)
	see(w, "press Down", chromedp.KeyEvent(kb.ArrowDown))
	w.enter(false)
	w.holds("#tags", "python 超时 ")
	w.quiet("a tag taken")
}
