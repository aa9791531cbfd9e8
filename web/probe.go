package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
)

// alive says that the process answers.
func (a *App) alive(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString("ok\n")
}

// mailIsLate reports whether the hourly mail of the site to itself is missing.
func (a *App) mailIsLate(ctx context.Context) (bool, error) {
	t, err := a.Mail.LastSelfTest(ctx)
	return t.Late(a.now()), err
}

// ready says that the database answers, too. Mail that does not is told, but is no reason
// to send readers away: they read what there is.
func (a *App) ready(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	ctx, done := context.WithTimeout(context.Background(), time.Second)
	defer done()
	if _, err := a.Forum.Boards(ctx, account.User{}); err != nil {
		return c.Status(fiber.StatusServiceUnavailable).SendString("the database does not answer\n")
	}
	if late, err := a.mailIsLate(ctx); err != nil || late {
		return c.SendString("ready\nwarning: the last test mail has not come in again, see /admin/queue\n")
	}
	return c.SendString("ready\n")
}

// robots keeps crawlers out of what is no page to read, and names the map of the rest.
func (a *App) robots(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.SendString(`User-agent: *
Disallow: /login
Disallow: /register
Disallow: /settings
Disallow: /search
Disallow: /p/
Disallow: /admin
Disallow: /-/
Disallow: /lists/
Allow: /-/static/

Sitemap: ` + a.BaseURL + "/sitemap.xml\n")
}
