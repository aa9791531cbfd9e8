package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
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

	coming cdp.LoaderID  // the page that was asked for last
	asked  chan struct{} // a page has been asked for since somebody looked
	loaded chan struct{} // the one that was asked for last is there
}

// patience is what one step may take on a machine that has much to do. It costs nothing
// where all is well.
const patience = 3 * time.Minute

// beside is how long the browser is given to ask for a page before a press counts as gone
// beside.
const beside = 20 * time.Second

// window opens a browser of its own, which ends with the test. Without scripts a
// page is what its HTML and its style sheet make of it. Its folder is no folder of the test:
// chromedp takes it away once no child of the browser writes there any more.
func (c *community) window(scripts bool) *window {
	c.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		c.Skip("chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "en-GB,en"))
	allocated, freed := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closed := chromedp.NewContext(allocated)
	w := &window{community: c, ctx: ctx, asked: make(chan struct{}, 1), loaded: make(chan struct{}, 1)}
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
	w.scheme("light")
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
		if e.Type == network.ResourceTypeDocument {
			w.page(e.LoaderID, w.asked)
		}
	case *cdpage.EventLifecycleEvent:
		if e.Name == "load" {
			w.page(e.LoaderID, w.loaded)
		}
	}
}

// page notes that a page has been asked for, or that the one that was asked for last is there.
func (w *window) page(loader cdp.LoaderID, what chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if what == w.asked {
		w.coming = loader
	}
	if loader == w.coming {
		select {
		case what <- struct{}{}:
		default:
		}
	}
}

// leave forgets which page was asked for last.
func (w *window) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.coming = ""
	for _, what := range []chan struct{}{w.asked, w.loaded} {
		select {
		case <-what:
		default:
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

// try runs something in the browser and returns what came of it.
func try[T any](w *window, a chromedp.Action[T]) (T, error) {
	ctx, done := context.WithTimeout(w.ctx, patience)
	defer done()
	return chromedp.Run(ctx, a)
}

// see is try where it has to succeed.
func see[T any](w *window, what string, a chromedp.Action[T]) T {
	w.Helper()
	got, err := try(w, a)
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

// leads does something that leads to another page, and waits for that page: not for the one
// before it, which may be loading still.
func (w *window) leads(what string, do chromedp.Action[chromedp.Void]) {
	w.Helper()
	see(w, what, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		w.leave()
		if _, err := do(ctx, t); err != nil {
			return err
		}
		select {
		case <-w.loaded:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}))
}

// click presses what a selector names, and waits for the page that it leads to. The
// browser is asked for the place first and presses there a moment later: where the page is
// laid out once more in between, the press goes beside it, as a person's would, and is made
// again. Once the browser has asked for a page nothing is pressed twice.
func (w *window) click(selector string) {
	w.Helper()
	w.leads("click "+selector, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for {
			if _, err := chromedp.Click(chromedp.CSS(selector))(ctx, t); err != nil {
				return err
			}
			select {
			case <-w.asked:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(beside):
			}
		}
	}))
}

// hearing has the page note whether the next press comes to what a selector names.
const hearing = `globalThis.heard = false; document.addEventListener("click", (e) => { heard = Boolean(e.target.closest(%q)) }, { capture: true, once: true })`

// tap presses what stays on its page, in a window with scripts. The page is asked where the
// press went, and one that went beside is made again.
func (w *window) tap(selector string) {
	w.Helper()
	w.eventually(selector+" is pressed", func() bool {
		w.run(fmt.Sprintf(hearing, selector))
		if _, err := try(w, chromedp.Click(chromedp.CSS(selector))); err != nil {
			return false // it was taken away, or put in anew, meanwhile
		}
		return see(w, "ask where the press went", chromedp.Evaluate[bool]("heard"))
	})
}

// press presses what stays on its page, which has a script return what is wanted.
func (w *window) press(selector, script, want string) {
	w.Helper()
	w.tap(selector)
	w.becomes(script, want)
}

// key presses a key, which has a script return what is wanted.
func (w *window) key(name, script, want string) {
	w.Helper()
	see(w, "press "+name, chromedp.KeyEvent(name))
	w.becomes(script, want)
}

// write types into a field.
func (w *window) write(selector, text string) {
	w.Helper()
	see(w, "write into "+selector, chromedp.Focus(chromedp.CSS(selector)))
	tell(w, input.InsertText, input.InsertTextParams{Text: text})
}

// shows expects words in a part of the page, now or soon.
func (w *window) shows(selector string, all ...string) {
	w.Helper()
	text := ""
	w.eventually(fmt.Sprintf("%s shows %q", selector, all), func() bool {
		got, err := try(w, chromedp.TextContent(chromedp.CSS(selector)))
		text = strings.Join(strings.Fields(got), " ")
		return err == nil && !slices.ContainsFunc(all, func(words string) bool { return !strings.Contains(text, words) })
	}, &text)
}

// size makes the window as wide as a desktop or a phone.
func (w *window) size(width, height int64) {
	w.Helper()
	see(w, "change the size", chromedp.EmulateViewport(width, height))
}

// scheme makes the reader's system "light" or "dark". They want no motion: a page that is
// still scrolling to the place of its address would let presses go beside.
func (w *window) scheme(name string) {
	w.Helper()
	tell(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}
