package main

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"picus/account"
)

// The first hour of a site, in a browser that runs no scripts at all.
func TestFirstHourInABrowserWithoutScripts(t *testing.T) {
	c := settle(t, "", nil)
	w := c.window(false)
	w.open("/")
	w.look("the first visit")
	w.click("main a[href='/setup']")
	w.write("#code", setupCode.FindStringSubmatch(c.terminal)[1])
	w.write("#name", "keeper")
	w.write("#email", "keeper@example.org")
	w.write("#password", password)
	w.look("the set-up")
	w.click("main button.main")
	w.shows("main", "The site is yours.")
	w.look("after the set-up")

	w.open("/admin/boards/new")
	w.write("#slug", "python")
	w.write("#title", "Python")
	w.look("a new board")
	w.click("main button.main")
	w.shows("h1", "Python")
	w.look("an empty board")
	w.click("main .title a.button.main")
	w.write("#title", "How do I close a loop?")
	w.write("#body", "It says **loop is closed**。\n\n```python\nloop.close()\n```")
	w.write("#tags", "asyncio 超时")
	w.click("button[name=preview]")
	w.shows(".preview", "loop is closed")
	w.look("a preview")
	w.click("#write button.main")
	w.shows("h1", "How do I close a loop?")
	w.look("a thread")
	w.question(c)
}

// question answers and accepts what the keeper has asked, and then looks for it.
func (w *window) question(c *community) {
	w.Helper()
	asked := see(w, "read the address", chromedp.Location())[len(w.URL):]
	helper := c.member("lin", account.Member)
	helper.open(asked).send("#write", "body", "Use `asyncio.run()`.").at(asked)

	w.open(asked)
	w.click(".post:not(.first) button[value='1']")
	w.shows(".post:not(.first) .vote", "1")
	w.click(".post:not(.first) form[action$='/accept'] button")
	w.shows(".post.accepted", "Accepted as the answer")
	w.look("an accepted answer")
	w.click(".post.accepted .acts a[href$='comment=1']")
	w.write("#body", "That helped.")
	w.look("a comment")
	w.click("#write button.main")
	w.shows(".comments", "That helped.")
	w.write("#body", "And for 3.6: `loop.run_until_complete()`.")
	w.click("#write button.main")
	w.shows("main", "2 answers")

	w.write("header .wide input[name=q]", "closed")
	w.leads("press return", chromedp.KeyEvent("\r"))
	see(w, "find it", chromedp.WaitVisible(chromedp.CSS("main a[href^='/p/']")))
	w.look("what was found")
	w.click("footer button[value=zh-Hans]")
	w.shows("h1", "搜索")
	w.look("the search in Chinese")
	w.open(asked)
	w.shows(".post.accepted", "已采纳")
	w.look("a thread in Chinese")
}

// look expects of the page in the window what holds for every page: the browser is
// quiet, nothing is wider than the window, and what has the focus shows it.
func (w *window) look(where string) {
	w.Helper()
	for _, width := range []int64{360, 1280} {
		w.size(width, 800)
		if wide := see(w, where, chromedp.Evaluate[[]string](tooWide)); len(wide) > 0 {
			w.Errorf("%s: wider than %d pixels: %v", where, width, wide)
		}
		unseen := see(w, where, chromedp.Evaluate[[]string](withoutFocusRing))
		slices.Sort(unseen)
		for _, e := range slices.Compact(unseen) {
			w.Errorf("%s, %d pixels wide: the focus cannot be seen on %s", where, width, e)
		}
	}
	w.quiet(where)
}

// tooWide names what reaches out of a page that scrolls sideways.
const tooWide = `(() => {
	const width = document.documentElement.clientWidth
	if (document.documentElement.scrollWidth <= width) return []
	return [...document.body.querySelectorAll('*')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > width + 1).map(e => e.outerHTML.slice(0, 120))
})()`

// withoutFocusRing names what can have the focus and then has no outline (WCAG 2.4.7).
const withoutFocusRing = `(() => {
	const before = document.activeElement
	const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
	const unseen = all.filter(e => e.checkVisibility()).filter(e => {
		e.focus({focusVisible: true, preventScroll: true})
		const style = getComputedStyle(e)
		return document.activeElement === e && (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 1) && style.boxShadow === 'none'
	})
	before.focus({preventScroll: true})
	return unseen.map(e => e.outerHTML.slice(0, 120))
})()`
