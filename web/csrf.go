package web

import (
	"crypto/subtle"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
)

// visitorForm is how long a form works that was drawn for nobody in particular.
const visitorForm = 24 * time.Hour

var (
	errForeign = fault.Forbid("This request came from another site, so nothing was changed.")
	errStale   = fault.Forbid("This form is from before you signed in or out, or it was open for too long. Nothing is lost: look it over and send it again.")
	errForm    = fiber.NewError(fiber.StatusUnsupportedMediaType)
)

// checkForm refuses what another site made the browser send. Two walls stand
// behind each other: what the browser itself says about the sender, and a token
// that only our pages hold (SECURITY.md, H-15).
func (v *visit) checkForm() error {
	if !ownOrigin(v.Ctx) {
		return errForeign
	}
	if v.files.welcome && holdsFiles(&v.Request().Header) {
		return v.takeFiles()
	}
	if kind, _, _ := strings.Cut(v.Get(fiber.HeaderContentType), ";"); kind != fiber.MIMEApplicationForm {
		return errForm
	}
	if v.Context().PostArgs().Len() > maxFields {
		return fault.Bad("", "This form has too many fields.")
	}
	return v.checkToken()
}

func (v *visit) checkToken() error {
	if !v.app.validToken(v) {
		return errStale
	}
	return nil
}

// ownOrigin follows the rules of Go's http.CrossOriginProtection: Sec-Fetch-Site
// where the browser sends it, else Origin, which must be the host that was asked.
// What sends neither is no browser of this decade; the token stands in its way.
func ownOrigin(c *fiber.Ctx) bool {
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
	default:
		return false
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, string(c.Request().Header.Host()))
}

// formToken is what the forms of a page carry. A member's is the session's own. A
// visitor's is the same for all visitors of an hour, so that a page for all of
// them can be kept.
func (v *visit) formToken() string {
	if v.session.CSRF != "" {
		return v.session.CSRF
	}
	return v.app.visitorToken(v.now)
}

func (a *App) visitorToken(at time.Time) string {
	hour := strconv.FormatInt(at.Unix()/3600, 36)
	return hour + "." + a.Accounts.Sign("form", hour)
}

func (a *App) validToken(v *visit) bool {
	token := v.value("csrf")
	if v.session.CSRF != "" {
		return subtle.ConstantTimeCompare([]byte(token), []byte(v.session.CSRF)) == 1
	}
	hour, sum, _ := strings.Cut(token, ".")
	n, err := strconv.ParseInt(hour, 36, 64)
	age := v.now.Sub(time.Unix(n*3600, 0))
	return err == nil && age >= 0 && age < visitorForm && a.Accounts.Verify(sum, "form", hour)
}
