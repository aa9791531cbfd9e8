package main

import (
	"fmt"
	"testing"

	"picus/account"
	"picus/forum"
)

// TestTextRunsTheWayItIsWritten in a title, a list and a paragraph, while the code between
// and what is written in English begin at the left.
func TestTextRunsTheWayItIsWritten(t *testing.T) {
	c := settle(t, "", nil)
	lin := c.person("lin", "林小明", account.Member)
	asked := c.start(lin, forum.Question, "كيف أستخدم الحلقات؟ مع asyncio", "", "مرحبا، أحتاج مساعدة.\n\n```python\nprint('hi')\n```\n\nHello.\n\n```python\n1\n```")
	w := c.window(true)
	// Where the letters of a thing begin: at which side of its box.
	side := func(selector string) string {
		return `((e) => { const r = document.createRange(); r.selectNodeContents(e); const t = [...r.getClientRects()].at(-1), b = e.getBoundingClientRect();
			return b.right - t.right < 2 ? "right" : t.left - b.left < 2 ? "left" : "neither" })(document.querySelector("` + selector + `"))`
	}
	w.open(fmt.Sprintf("/t/%d/%s", asked.Thread, asked.Slug))
	w.becomes(side("main h1"), "right")
	w.becomes(side("article .prose > p"), "right")
	w.becomes(side("article .prose > p:last-of-type"), "left")
	w.becomes("getComputedStyle(document.querySelector('article pre')).direction", "ltr")
	w.becomes("document.querySelector('[data-copy]').getAttribute('aria-label')", fmt.Sprintf("Copy #%d", asked.Thread))
	w.becomes("[...document.querySelectorAll('article [data-wrap]')].at(-1).getAttribute('aria-label')", fmt.Sprintf("Wrap lines #%d (2)", asked.Thread))
	w.look("a thread from right to left")
	w.open("/questions")
	w.becomes(side(".threads h2"), "right")
}
