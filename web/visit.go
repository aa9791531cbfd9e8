package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/lang"
)

// visit is one request to a page: who asks, in which language, and until when an
// answer is worth something.
type visit struct {
	*fiber.Ctx
	app      *App
	by       account.User    // the zero User is a visitor
	session  account.Session // the zero Session is a visitor's
	lang     lang.Lang
	now      time.Time
	private  bool // the page is for one person, or for one moment
	files    sentFiles
	pictures askedPictures
	draft    item.Unsent // that fills the form of the page
}

const visitKey = "visit"

// handler answers a visit.
type handler func(v *visit) error

// page makes a Fiber handler for a page. A request that changes something is
// refused here unless it comes from a form of ours.
func (a *App) page(answer handler) fiber.Handler { return a.form(answer, false) }

// form is a page whose form may hold files.
func (a *App) form(answer handler, files bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, done := deadline(c)
		defer done()
		v, err := a.welcome(ctx, c)
		if err != nil {
			return err
		}
		v.files.welcome = files
		if changes(c) {
			if err := v.checkForm(); err != nil {
				return err
			}
		}
		return answer(v)
	}
}

// welcome finds out who asks.
func (a *App) welcome(ctx context.Context, c *fiber.Ctx) (*visit, error) {
	c.SetUserContext(ctx)
	v := &visit{Ctx: c, app: a, now: a.now().In(a.Zone)}
	c.Locals(visitKey, v)
	v.lang = languageOf(c, "")
	s, err := a.Accounts.Session(ctx, c.Cookies(a.cookieName()))
	switch {
	case err == nil:
		v.session, v.by = s, s.User
		v.lang = languageOf(c, s.User.Lang)
	case !fault.Is(err, fault.Unknown):
		return nil, err
	case c.Cookies(a.cookieName()) != "":
		v.forget(a.cookieName())
	}
	return v, nil
}

// changes reports whether a request wants to change something.
func changes(c *fiber.Ctx) bool {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return false
	}
	return true
}

// ctx is the deadline of the request, which the rooms get.
func (v *visit) ctx() context.Context { return v.UserContext() }

// door says where the visit comes from, for the limits on guessing.
func (v *visit) door() account.Door {
	return account.Door{Address: v.app.client(v.Context()), Agent: v.Get(fiber.HeaderUserAgent), Device: v.Cookies(v.app.deviceName())}
}

// param returns a part of the path, decoded once.
func (v *visit) param(name string) string {
	decoded, err := url.PathUnescape(v.Params(name))
	if err != nil {
		return v.Params(name)
	}
	return decoded
}

// number returns a part of the path that is an id; anything else names nothing.
func (v *visit) number(name string) (int64, error) {
	id, err := strconv.ParseInt(v.Params(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNothing
	}
	return id, nil
}

// value returns a field of the form, with the line ends of Unix.
func (v *visit) value(name string) string {
	return strings.ReplaceAll(string(v.Context().PostArgs().Peek(name)), "\r\n", "\n")
}

// valueID returns a field of the form that is an id; 0 where it is none.
func (v *visit) valueID(name string) int64 {
	id, err := strconv.ParseInt(v.value(name), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// pressed reports whether the form was sent with a certain button.
func (v *visit) pressed(name string) bool { return v.Context().PostArgs().Has(name) }
