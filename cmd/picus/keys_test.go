package main

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// scripts lets the pages that are opened from now on run scripts, or not.
func (w *window) scripts(run bool) {
	w.Helper()
	tell(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run})
}

// run has the page run a script.
func (w *window) run(script string) {
	w.Helper()
	see(w, "run "+script, chromedp.Evaluate[chromedp.Void](script))
}

// holds expects that a field comes to hold a text.
func (w *window) holds(selector, want string) {
	w.Helper()
	w.becomes("document.querySelector(`"+selector+"`).value", want)
}

// becomes expects that a script comes to return a text. It may fail until then: the page
// that it asks may be about to come.
func (w *window) becomes(script, want string) {
	w.Helper()
	got := ""
	w.eventually(script+" is "+want, func() bool {
		text, err := try(w, chromedp.Evaluate[string]("String("+script+")"))
		if got = text; err != nil {
			got = err.Error()
		}
		return err == nil && text == want
	}, &got)
}

// enter presses Enter as a keyboard does: one event, from which the browser makes the
// character unless the page prevents it. (chromedp sends the character by itself.)
func (w *window) enter(ctrl bool) {
	w.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Text: "\r"}
	up := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
	if ctrl {
		down.Modifiers, up.Modifiers = int64(chromedp.ModifierCtrl), int64(chromedp.ModifierCtrl)
	}
	tell(w, input.DispatchKeyEvent, down)
	tell(w, input.DispatchKeyEvent, up)
}

// send presses Ctrl+Enter, and waits for the page that it leads to.
func (w *window) send() {
	w.Helper()
	w.leads("press Ctrl+Enter", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// compose begins a word with an input method, which is still open afterwards.
func (w *window) compose(selector, text string) {
	w.Helper()
	see(w, "focus "+selector, chromedp.Focus(chromedp.CSS(selector)))
	n := int64(len([]rune(text)))
	tell(w, input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: n, SelectionEnd: n})
}
