package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/internal/lang"
	"picus/views"
)

// errNothing is the answer where nothing is, or nothing for this reader.
var errNothing = fault.Gone("There is nothing at this address.")

// statusOf is the one table from our refusals to HTTP.
var statusOf = map[fault.Kind]int{
	fault.Internal:  fiber.StatusInternalServerError,
	fault.Invalid:   fiber.StatusUnprocessableEntity,
	fault.Missing:   fiber.StatusNotFound,
	fault.Unknown:   fiber.StatusUnauthorized,
	fault.Forbidden: fiber.StatusForbidden,
	fault.Conflict:  fiber.StatusConflict,
	fault.Limited:   fiber.StatusTooManyRequests,
}

// sentences say what Fiber and the edge only have a number for.
var sentences = map[int]string{
	fiber.StatusBadRequest:                  lang.Mark("This request could not be understood."),
	fiber.StatusNotFound:                    lang.Mark("There is nothing at this address."),
	fiber.StatusMethodNotAllowed:            lang.Mark("This address cannot be used in this way."),
	fiber.StatusRequestTimeout:              lang.Mark("The request took too long to arrive. Please send it again."),
	fiber.StatusLengthRequired:              lang.Mark("A form with files has to say how long it is (Content-Length)."),
	fiber.StatusRequestEntityTooLarge:       lang.Mark("This is too large: a text may hold one megabyte, and a file ten."),
	fiber.StatusRequestURITooLong:           lang.Mark("This address is too long."),
	fiber.StatusUnsupportedMediaType:        lang.Mark("This kind of content is not taken here."),
	fiber.StatusMisdirectedRequest:          lang.Mark("This server does not answer for that name."),
	fiber.StatusRequestHeaderFieldsTooLarge: lang.Mark("The headers of this request are too large. Deleting the cookies of this site may help."),
}

// retryAfter is how many seconds somebody waits who was too quick.
const retryAfter = 60

// recovered turns a panic in a handler into an error of ours, so that one bad
// request ends only itself.
func (a *App) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.Next()
}

// fail answers with an error. It runs after everything else has unwound, so the
// deadline of the request is over here.
func (a *App) fail(c *fiber.Ctx, err error) error {
	status := statusFor(err)
	if status == fiber.StatusMethodNotAllowed && c.Method() == fiber.MethodOptions {
		return c.SendStatus(fiber.StatusNoContent) // with the Allow that Fiber has set
	}
	v := a.visitOf(c)
	v.note(status, err)
	if strings.HasPrefix(c.Path(), "/api/") || c.Path() == "/uploads" {
		return v.problem(status, err)
	}
	if status == fiber.StatusUnauthorized && !changes(c) {
		return v.goTo("/login?next=" + url.QueryEscape(ownPath(c.OriginalURL())))
	}
	return v.drawFailure(status, err)
}

// note does what goes with a refusal beside the page: our own failures are logged,
// and who was too quick hears when to come back.
func (v *visit) note(status int, err error) {
	if status >= fiber.StatusInternalServerError {
		slog.Error("a request failed", "id", requestID(v.Context()), "path", loggedPath(v.Context()), "error", err)
	}
	if status == fiber.StatusTooManyRequests {
		v.Set(fiber.HeaderRetryAfter, strconv.Itoa(retryAfter))
	}
}

func statusFor(err error) int {
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return e.Code
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fiber.StatusServiceUnavailable
	}
	return statusOf[fault.KindOf(err)]
}

// visitOf returns the visit that failed. Where it came to no page, the reader is
// looked up, so that a wrong address does not look like being signed out.
func (a *App) visitOf(c *fiber.Ctx) *visit {
	if v, ok := c.Locals(visitKey).(*visit); ok {
		return v
	}
	ctx, done := context.WithTimeout(context.Background(), requestTime)
	defer done()
	if c.Cookies(a.cookieName()) != "" {
		if v, err := a.welcome(ctx, c); err == nil {
			return v
		}
	}
	return &visit{Ctx: c, app: a, lang: languageOf(c, ""), now: a.now().In(a.Zone)}
}

// sentence says what went wrong in the reader's language.
func (v *visit) sentence(status int, err error) string {
	if msg, ok := sentences[status]; ok && len(fault.All(err)) == 0 {
		return v.lang.T(msg)
	}
	return v.lang.Fault(err)
}

func (v *visit) drawFailure(status int, err error) error {
	p := views.FailurePage{Page: v.page(""), Status: status, Sentence: v.sentence(status, err)}
	p.Title, p.NoIndex, p.Notice = p.Heading(), true, ""
	if status >= fiber.StatusInternalServerError {
		p.Request = requestID(v.Context())
	}
	if errors.Is(err, errStale) {
		p.Again = v.sentAgain()
		p.Action = v.OriginalURL()
	}
	p.SignIn = status == fiber.StatusUnauthorized || len(p.Again) > 0 && !v.by.Signed()
	return v.draw(status, views.Failure(p))
}

// sentAgain is everything a refused form held, for sending it once more with a
// token that is good, except for passwords, the old one among them. It is offered to
// forms of our own only: see checkForm.
func (v *visit) sentAgain() []views.Sent {
	var all []views.Sent
	for name, value := range v.Context().PostArgs().All() {
		if string(name) != "csrf" && string(name) != "old" && !strings.Contains(string(name), "password") {
			all = append(all, views.Sent{Name: string(name), Value: string(value)})
		}
	}
	return all
}

// problem is an error for a program (RFC 9457).
func (v *visit) problem(status int, err error) error { return v.problemWith(status, err, nil) }

// problemWith is a problem with members of its own (RFC 9457, 3.2).
func (v *visit) problemWith(status int, err error, more map[string]any) error {
	members := map[string]any{
		"type": "about:blank", "title": lang.English.T(titleOf(status)), "status": status,
		"detail": v.sentence(status, err), "instance": "urn:request:" + requestID(v.Context()), "errors": fieldsOf(v.lang, err),
	}
	maps.Copy(members, more)
	body, jsonErr := json.Marshal(members)
	if jsonErr != nil {
		return jsonErr
	}
	v.Status(status)
	v.Set(fiber.HeaderContentType, "application/problem+json")
	v.Set(fiber.HeaderCacheControl, "private, no-store")
	return v.Send(body)
}

func titleOf(status int) string { return fiber.NewError(status).Message }

// fieldsOf names what is wrong with each member of what was sent.
func fieldsOf(l lang.Lang, err error) map[string]string {
	fields := map[string]string{}
	for _, r := range l.Refusals(err) {
		if r.Field != "" {
			fields[r.Field] = r.Text
		}
	}
	return fields
}
