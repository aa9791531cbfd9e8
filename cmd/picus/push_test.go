package main

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"picus/account"
)

// pushing presses the button.
const pushing = `document.querySelector('form[data-push]').requestSubmit(), true`

// subscribing stands in for the browser's own push service, which is out of reach here.
const subscribing = `PushManager.prototype.subscribe = function ({ applicationServerKey: key }) {
	if (key.length !== 65 || key[0] !== 4) throw new Error("this is no key")
	return Promise.resolve({ toJSON: () => ({ endpoint: "https://push.example.org/one", keys: { p256dh: document.querySelector("form[data-push]").dataset.push, auth: "BTBZMqHH6r4Tts7J_aSIgg" } }) })
}, true`

// TestANoticeIsShownByTheBrowser has a browser keep the service worker, and pushes to it
// as its push service would.
func TestANoticeIsShownByTheBrowser(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.person("lin", "林小明", account.Member)
	w := c.window(true)
	w.signIn("lin")
	tell(w, browser.SetPermission, browser.SetPermissionParams{Origin: w.URL, Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: "granted"})
	tell(w, serviceworker.Enable, cdp.Empty{})
	w.open("/settings/push")
	see(w, "find the button", chromedp.WaitVisible(chromedp.CSS("form[data-push] button")))
	see(w, "stand in for the push service", chromedp.Evaluate[any](subscribing))
	var registered serviceworker.EventWorkerRegistrationUpdated
	w.leads("register", chromedp.Func(func(ctx context.Context, t *chromedp.Target) (err error) {
		registered, err = chromedp.WaitEvent(serviceworker.WorkerRegistrationUpdated, func(e serviceworker.EventWorkerRegistrationUpdated) bool {
			return len(e.Registrations) > 0
		}, chromedp.Evaluate[any](pushing))(ctx, t)
		return err
	}))
	see(w, "find the browser in the list", chromedp.WaitVisible(chromedp.CSS("main fieldset")))
	w.shows("main", "where you are mentioned")
	w.look("a browser that shows notices")
	// A worker that has just been kept may not run yet; the notice has a tag, so that a
	// second one takes the place of the first.
	w.eventually("the notice is shown", func() bool {
		tell(w, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{
			Origin: w.URL, RegistrationID: registered.Registrations[0].RegistrationID, Data: `{"title":"怎么办？","body":"ada: you are mentioned","url":"/p/1","tag":"item-1"}`,
		})
		return see(w, "ask for the notices", chromedp.Evaluate[string](`navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(n => n.title + n.body + n.data + n.tag).join())`, chromedp.EvalAwaitPromise)) == "怎么办？ada: you are mentioned/p/1item-1"
	})
	w.click("button[name=away]")
	w.shows("main", "Show notices in this browser")
	w.quiet("after the notice")
}

// TestNoticesAreOfferedToScriptsAlone has no button that could not work.
func TestNoticesAreOfferedToScriptsAlone(t *testing.T) {
	c := settle(t, "", nil)
	c.person("lin", "林小明", account.Member)
	w := c.window(false)
	w.signIn("lin")
	w.open("/settings/push")
	w.shows("main", "or runs no scripts here")
	if shown := see(w, "look for the button", chromedp.Evaluate[string]("getComputedStyle(document.querySelector('form[data-push]')).display")); shown != "none" {
		t.Errorf("the form is shown as %s; want it hidden", shown)
	}
}
