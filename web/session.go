package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// The browser drops the cookies when the account's own limits have long passed.
const (
	sessionAge = 180 * 24 * time.Hour
	deviceAge  = 2 * 365 * 24 * time.Hour
	langAge    = 365 * 24 * time.Hour
)

// cookieName is the session's cookie. With the prefix, no other host of the domain
// can set it (RFC 6265bis, 4.1.3.2); browsers want https for that.
func (a *App) cookieName() string { return a.prefix() + "picus" }

func (a *App) deviceName() string { return a.prefix() + "picus-device" }

func (a *App) prefix() string {
	if a.secure {
		return "__Host-"
	}
	return ""
}

// signIn hands the browser its session, and what makes it a known device.
func (v *visit) signIn(cookie, device string) {
	v.keep(v.app.cookieName(), cookie, sessionAge)
	if device != "" {
		v.keep(v.app.deviceName(), device, deviceAge)
	}
}

// signOut takes the session's cookie away.
func (v *visit) signOut() { v.forget(v.app.cookieName()) }

func (v *visit) keep(name, value string, age time.Duration) {
	v.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HTTPOnly: true, Secure: v.app.secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

func (v *visit) forget(name string) {
	v.Cookie(&fiber.Cookie{
		Name: name, Path: "/", Expires: time.Unix(1, 0),
		HTTPOnly: true, Secure: v.app.secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
}
