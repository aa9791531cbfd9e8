package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"picus/account"
)

// The toolbar is there with scripts and is not there without; Ctrl+Enter sends, but
// never while an input method is at work.
func TestTextIsWrittenWithAToolbarAndTheKeyboard(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.person("lin", "林小明", account.Member)
	w := c.window(true)
	w.signIn("lin")
	w.open("/b/talk/new")
	w.write("#title", "Why is the loop closed?")
	w.write("#body", "loop")
	w.run("document.querySelector('#body').select()")
	w.run("document.querySelector('[data-md-button=bold]').click()")
	w.holds("#body", "**loop**")

	for _, holds := range []string{"***loop***", "**loop**", "***loop***"} {
		w.run("document.querySelector('[data-md-button=italic]').click()")
		w.holds("#body", holds)
	}
	w.run("document.querySelector('[data-md-button=bold]').click()")
	w.holds("#body", "*loop*")
	w.run("document.querySelector('#body').setSelectionRange(3, 3)") // the word around the caret
	w.run("document.querySelector('[data-md-button=italic]').click()")
	w.holds("#body", "loop")

	w.run("document.querySelector('#body').value = ''")
	w.write("#body", "循环已关闭")
	w.run("document.querySelector('#body').setSelectionRange(2, 3)")
	w.run("document.querySelector('[data-md-button=italic]').click()")
	w.holds("#body", "循环*已*关闭") // with _ Markdown would not read it here

	w.run("document.querySelector('form.write').addEventListener('submit', (e) => { e.preventDefault(); document.title = 'sent' }, { once: true })")
	w.compose("#body", "循环")
	w.enter(true)
	w.compose("#title", "循环")
	w.enter(false)
	w.becomes("document.title != 'sent'", "true")
	w.write("#title", "？") // which closes the word
	w.enter(true)
	w.becomes("document.title", "sent")
	w.send()
	w.shows("h1", "Why is the loop closed?")
	w.shows(".prose", "循环")
	w.quiet("a thread sent from the keyboard")

	w.scripts(false)
	w.open("/b/talk/new")
	see(w, "look for a toolbar without scripts", chromedp.WaitNotVisible(chromedp.CSS("markdown-toolbar")))
}
