package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/forum"
)

// Lists and reading, with no scripts at all and then by the keys that they add.
func TestReadingInABrowser(t *testing.T) {
	c := settle(t, "", nil)
	c.person("ada", "Ada Winter", account.Member)
	lin := c.person("lin", "林小明", account.Member)
	first := c.start(lin, forum.Question, "How do I close a loop?", "asyncio web", "It does not close.")
	c.start(lin, forum.Question, "异步循环怎么关闭？", "asyncio", "它总是报错。")
	w := c.window(true)
	w.open(fmt.Sprintf("/t/%d", first.Thread))
	w.becomes("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)['@type']", "QAPage")
	w.look("a thread as a visitor sees it, with its data") // which breaks no policy

	w.scripts(false)
	w.signIn("ada")

	w.open("/questions")
	w.look("a list with what is new")
	w.shows(".threads > li.unread", "new")
	see(w, "open the filter", chromedp.Click(chromedp.CSS(".filter summary")))
	w.becomes("document.querySelector('.filter summary').parentElement.open", "true")
	w.write("#tag", "asyncio -web")
	w.look("the filter")
	w.click(".filter form button")
	w.shows(".threads", "异步循环怎么关闭？")
	w.shows(".filter ul", "#asyncio", "without #web")
	w.look("a narrowed list")
	w.click(".filter ul a")
	w.open("/questions?sort=waiting")
	w.shows(".empty", "No question here waits")
	w.look("an empty list")

	w.open(fmt.Sprintf("/t/%d", first.Thread))
	c.answer(lin, first, forum.Answer, 0, "Use `asyncio.run()`.")
	w.open("/questions")
	w.click("a.news")
	w.shows("article .by .news", "new")
	w.look("a thread with a new post")

	w.scripts(true)
	c.answer(lin, first, forum.Answer, 0, "Or close it yourself.")
	w.open("/questions")
	w.key("j", "document.activeElement.textContent", "How do I close a loop?")
	w.key("m", "document.querySelectorAll('li.unread').length", "1")
	w.key("x", "document.activeElement.closest('li').querySelector('[data-muted]')?.textContent", "muted")
	w.key("?", "document.getElementById('keys').open", "true")
	w.look("the keys")
}
