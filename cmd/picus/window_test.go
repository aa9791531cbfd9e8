package main

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// window is a window of Debian's chromium that somebody looks at the site with.
type window struct {
	*community
	ctx context.Context

	mu    sync.Mutex
	wrong []string // what the browser complained about since the last look
}

// patience is what one step in the browser may take on a machine that has much to do.
const patience = time.Minute

// missed is how long a page is waited for before a press counts as gone beside.
const missed = 15 * time.Second

// window opens a browser of its own, which ends with the test. Without scripts a
// page is what its HTML and its style sheet make of it.
func (c *community) window(scripts bool) *window {
	c.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		c.Skip("chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(c.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "en-GB,en"))
	allocated, freed := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closed := chromedp.NewContext(allocated)
	w := &window{community: c, ctx: ctx}
	c.Cleanup(func() {
		ending, ended := context.WithTimeout(ctx, patience)
		defer ended()
		if err := chromedp.Cancel(ending); err != nil {
			c.Errorf("the browser ended with %v", err)
		}
		closed()
		freed()
	})
	if err := chromedp.Listen(ctx, w.hear); err != nil {
		c.Fatal(err)
	}
	tell(w, log.Enable, cdp.Empty{})
	tell(w, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	tell(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
	return w
}

// hear notes what must not happen on any page: a message of the browser or of a
// script, a breach of the page's own security policy, a request to somebody else.
func (w *window) hear(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		w.complain(string(e.Entry.Level) + ": " + e.Entry.Text + " " + e.Entry.URL)
	case *runtime.EventConsoleAPICalled:
		w.complain("a script wrote to the console")
	case *runtime.EventExceptionThrown:
		w.complain("a script failed: " + e.ExceptionDetails.Text)
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, w.URL+"/") && !strings.HasPrefix(url, "data:") {
			w.complain("a request to " + url)
		}
	}
}

func (w *window) complain(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = append(w.wrong, text)
}

// quiet expects that the browser has had nothing to complain about.
func (w *window) quiet(where string) {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, text := range w.wrong {
		w.Errorf("%s: %s", where, text)
	}
	w.wrong = nil
}

// see runs something in the browser and returns what came of it.
func see[T any](w *window, what string, a chromedp.Action[T]) T {
	w.Helper()
	ctx, done := context.WithTimeout(w.ctx, patience)
	defer done()
	got, err := chromedp.Run(ctx, a)
	if err != nil {
		w.Fatalf("%s: %v", what, err)
	}
	return got
}

// tell gives the browser a command.
func tell[P, R any](w *window, command cdp.Command[P, R], params P) {
	w.Helper()
	ctx, done := context.WithTimeout(w.ctx, patience)
	defer done()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		w.Fatalf("%s: %v", command.Method, err)
	}
}

// open goes to an address of the site.
func (w *window) open(path string) {
	w.Helper()
	see(w, "open "+path, chromedp.Navigate(w.URL+path))
}

// click presses what a selector names, and waits for the page that it leads to. The
// browser is asked for the place first and presses there a moment later: where a busy
// machine lays the page out once more in between, the press goes beside it, as a
// person's would, and is made again.
func (w *window) click(selector string) {
	w.Helper()
	press := chromedp.WaitEvent(cdpage.LoadEventFired, nil, chromedp.Click(chromedp.CSS(selector)))
	for left := patience; left > missed; left -= missed {
		ctx, done := context.WithTimeout(w.ctx, missed)
		_, err := chromedp.Run(ctx, press)
		done()
		if err == nil {
			return
		}
	}
	see(w, "click "+selector, press)
}

// press presses what stays on its page until a script returns what is wanted: such a
// press goes beside, too, where the page is laid out once more while it is made.
func (w *window) press(selector, script, want string) {
	w.Helper()
	w.again(func() { see(w, "press "+selector, chromedp.Click(chromedp.CSS(selector))) }, script, want)
}

// again does something until a script returns what is wanted.
func (w *window) again(do func(), script, want string) {
	w.Helper()
	for left := patience; left > missed; left -= missed {
		do()
		for again := time.Now().Add(missed); time.Now().Before(again); <-time.After(20 * time.Millisecond) {
			if see(w, script, chromedp.Evaluate[string]("String("+script+")")) == want {
				return
			}
		}
	}
	w.becomes(script, want)
}

// write types into a field.
func (w *window) write(selector, text string) {
	w.Helper()
	see(w, "write into "+selector, chromedp.Focus(chromedp.CSS(selector)))
	tell(w, input.InsertText, input.InsertTextParams{Text: text})
}

// shows expects words in a part of the page.
func (w *window) shows(selector string, all ...string) {
	w.Helper()
	text := see(w, "read "+selector, chromedp.TextContent(chromedp.CSS(selector)))
	for _, words := range all {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), words) {
			w.Errorf("%s shows %q; want %q in it", selector, text, words)
		}
	}
}

// size makes the window as wide as a desktop or a phone.
func (w *window) size(width, height int64) {
	w.Helper()
	see(w, "change the size", chromedp.EmulateViewport(width, height))
}

// scheme makes the reader's system "light" or "dark".
func (w *window) scheme(name string) {
	w.Helper()
	tell(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
}
