package main

import (
	"os"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

const long = "It **hurts**, see [the docs](https://python.org/) and `loop`:\n\n- one\n- two\n\n```python\nloop.close()  # a very long line that goes on and on and on and on and on and on and on and on and on and on and on\n```\n"

// What is selected in a post goes as Markdown into the reply, where its caret stood.
func TestWhatIsSelectedIsQuoted(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	ada := c.person("ada", "Ada [W]", account.Member)
	lin := c.person("lin", "林小明", account.Member)
	asked := c.start(ada, forum.Discussion, "Is it closed?", "", long)
	thread := "/t/" + number(asked.Thread) + "/" + asked.Slug
	w := c.window(true)
	w.signIn("lin")
	w.open(thread)
	post := ".post.first .prose"
	w.run("getSelection().selectAllChildren(document.querySelector('" + post + "'))")
	see(w, "wait for the button", chromedp.WaitVisible(chromedp.CSS("[data-quoting]")))
	w.write("#body", "Above.\n\nBelow.")
	w.run("document.querySelector('#body').setSelectionRange(6, 6)")
	w.becomes("document.querySelector('[data-quoting]').hidden", "true")
	w.run("document.querySelector('#body').blur(); getSelection().selectAllChildren(document.querySelector('" + post + "'))")
	see(w, "wait for the button", chromedp.WaitVisible(chromedp.CSS("[data-quoting]")))
	w.tap("[data-quoting]")
	line := "[Ada W wrote](/p/" + number(asked.Post) + "):\n\n"
	code := "> ```python\n> loop.close()  # a very long line that goes on and on and on and on and on and on and on and on and on and on and on\n> ```\n\n"
	w.holds("#body", "Above.\n\n"+line+"> It **hurts**, see [the docs](https://python.org/) and `loop`:\n>\n> - one\n> - two\n>\n"+code+"\n\nBelow.")
	w.becomes("document.querySelector('[data-quoting]').hidden", "true")
	w.eventually("the draft holds it", func() bool {
		u, err := w.items.Draft(t.Context(), lin, item.ReplyPlace(asked.Post, false))
		return err == nil && len(u.Body) > 100
	})

	w.run("document.querySelector('#body').value = ''")
	w.run("document.querySelector('#body').blur(); { const code = document.querySelector('" + post + " pre code'); const text = code.firstChild.firstChild ?? code.firstChild; getSelection().setBaseAndExtent(text, 0, text, 4) }")
	q := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "q", Code: "KeyQ", WindowsVirtualKeyCode: 81, Text: "q"} // one event: see enter
	tell(w, input.DispatchKeyEvent, q)
	w.holds("#body", line+"> ```python\n> loop\n> ```\n\n")
	w.look("a quotation")

	w.scripts(false)
	w.open(thread)
	w.click(".post.first .acts a[href$='quote=1']")
	w.becomes("document.querySelector('#body').value.includes('[Ada W wrote](/p/"+number(asked.Post)+"):\\n\\n> It **hurts**')", "true")
}

func TestCodeIsCopiedAndWrapped(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	asked := c.start(c.person("ada", "Ada Winter", account.Member), forum.Discussion, "Is it closed?", "", long)
	w := c.window(true)
	w.size(360, 800)
	w.open("/t/" + number(asked.Thread) + "/" + asked.Slug)
	w.shows(".codebar [data-language]", "python")
	// What is said of it is taken away again soon: the page notes that it was there.
	w.run("globalThis.said = ''; { const says = document.querySelector('.codebar [role=status]'); new MutationObserver(() => { said ||= says.textContent }).observe(says, { childList: true }) }")
	w.press("[data-copy]", "said", "Copied")
	w.becomes("document.querySelector('.codebox pre').tabIndex", "0")
	w.press("[data-wrap]", "document.querySelector('[data-wrap]').ariaPressed", "true")
	w.becomes("(p => p.scrollWidth > p.clientWidth)(document.querySelector('.codebox pre'))", "false")
	w.look("wrapped code")
}

func TestAnImageOpensLargeAndCloses(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	ada := c.person("ada", "Ada Winter", account.Member)
	data, err := os.ReadFile(picture(t, 900, 700))
	c.must(err)
	u, err := c.items.Keep(t.Context(), ada, item.Sent{Name: "loop.png", Data: data, Via: item.Web})
	c.must(err)
	asked := c.start(ada, forum.Discussion, "Is it closed?", "", "![A closed loop]("+u.Path()+")")
	w := c.window(true)
	w.open("/t/" + number(asked.Thread) + "/" + asked.Slug)
	see(w, "focus the image", chromedp.Focus(chromedp.CSS(".prose a.shot")))
	see(w, "press Enter", chromedp.KeyEvent(kb.Enter))
	see(w, "wait for it", chromedp.WaitVisible(chromedp.CSS("dialog.large img")))
	w.shows("dialog.large p", "A closed loop")
	w.becomes("document.querySelector('dialog.large img').naturalWidth > 0", "true")
	see(w, "press Escape", chromedp.KeyEvent(kb.Escape))
	w.becomes("document.querySelector('dialog.large').open", "false")
	w.becomes("document.activeElement.className", "shot")
	w.quiet("an image")
}
