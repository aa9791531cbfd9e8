package web

import (
	"bytes"
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"picus/account"
	"picus/internal/websub"
)

// hubURL is the address of the hub, for feeds that everybody may read: a member's feed
// is drawn for the member alone.
func (v *visit) hubURL() string {
	if v.app.Hub == nil || v.by.Signed() {
		return ""
	}
	return v.app.Hub.URL()
}

// askHub is the door of the hub, for programs: without a cookie and without a form of
// ours before it. That it is meant is what the callback says.
func (a *App) askHub(c *fiber.Ctx) error {
	ctx, done := context.WithTimeout(context.Background(), requestTime)
	defer done()
	c.SetUserContext(ctx)
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	if kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";"); kind != fiber.MIMEApplicationForm {
		return errForm
	}
	form := c.Context().PostArgs()
	field := func(name string) string { return string(form.Peek("hub." + name)) }
	err := a.Hub.Ask(ctx, websub.Request{
		Mode: field("mode"), Topic: field("topic"), Callback: field("callback"), Lease: field("lease_seconds"), Secret: field("secret"),
		Network: account.Door{Address: a.client(c.Context())}.Network(),
	})
	if err == nil {
		return c.SendStatus(fiber.StatusAccepted)
	}
	status := statusFor(err)
	if status == fiber.StatusUnprocessableEntity {
		status = fiber.StatusBadRequest
	}
	v := &visit{Ctx: c, app: a, lang: languageOf(c, ""), now: a.now()}
	v.note(status, err)
	return c.Status(status).SendString(v.sentence(status, err))
}

// PublicFeed returns the feed at a path as a visitor gets it, and a fault.Missing where
// visitors get none. It is drawn by the same handlers, so that who may see what is asked
// in the same place; it is no request, and not counted as one.
func (a *App) PublicFeed(path string) (websub.Feed, error) {
	if !endsLikeFeed(path) {
		return websub.Feed{}, errNothing // and nothing else is done for who asks the hub for it
	}
	var request fasthttp.Request
	request.Header.SetMethod(fiber.MethodGet)
	request.Header.SetHost(a.host)
	request.SetRequestURI(path)
	var ctx fasthttp.RequestCtx
	ctx.Init(&request, nil, nil)
	a.inner(&ctx)
	response := &ctx.Response
	kind := string(response.Header.ContentType())
	switch status := response.StatusCode(); {
	case status >= fiber.StatusInternalServerError:
		return websub.Feed{}, fiber.NewError(status)
	case status != fiber.StatusOK || !isFeed(kind):
		return websub.Feed{}, errNothing
	}
	_, self, _ := strings.Cut(string(response.Header.Peek(fiber.HeaderLink)), `rel="hub", <`)
	self, _, _ = strings.Cut(self, ">")
	return websub.Feed{Self: self, Type: kind, Body: bytes.Clone(response.Body())}, nil
}

// endsLikeFeed reports whether an address has the ending of a format.
func endsLikeFeed(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	for _, f := range formats {
		if strings.HasSuffix(path, "."+f.ending) {
			return true
		}
	}
	return false
}

func isFeed(kind string) bool {
	for _, f := range formats {
		if strings.HasPrefix(kind, f.kind) {
			return true
		}
	}
	return false
}
