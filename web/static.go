package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/public"
	"picus/views"
)

// static sends an embedded file in the form the browser likes best.
func (a *App) static(c *fiber.Ctx) error {
	f, ok := public.Find(c.Params("file"))
	if !ok {
		return fiber.ErrNotFound
	}
	return send(c, f, public.CacheControl)
}

// favicon is for browsers that ask before they have read a page.
func (a *App) favicon(c *fiber.Ctx) error {
	f, ok := public.Find(strings.TrimPrefix(public.URL("favicon.svg"), public.Prefix))
	if !ok {
		return fiber.ErrNotFound
	}
	return send(c, f, "public, max-age=86400")
}

func send(c *fiber.Ctx, f public.File, keep string) error {
	c.Set(fiber.HeaderContentType, f.ContentType)
	c.Set(fiber.HeaderCacheControl, keep)
	c.Set(fiber.HeaderETag, f.ETag)
	c.Vary(fiber.HeaderAcceptEncoding)
	if matches(c.Get(fiber.HeaderIfNoneMatch), f.ETag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	body, encoding := f.Plain, ""
	switch accepts := c.Get(fiber.HeaderAcceptEncoding); {
	case offers(accepts, "br"):
		body, encoding = f.Brotli, "br"
	case offers(accepts, "gzip"):
		body, encoding = f.Gzip, "gzip"
	}
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	return c.Send(body)
}

// offers reports whether an Accept-Encoding header takes a coding (RFC 9110, 12.5.3).
func offers(accepts, coding string) bool {
	for part := range strings.SplitSeq(accepts, ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";q=")
		if strings.EqualFold(name, coding) {
			return strings.Trim(weight, "0.") != "" || weight == ""
		}
	}
	return false
}

// matches reports whether an If-None-Match header holds a tag (RFC 9110, 13.1.2).
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}

// stylePage shows every part of the pages, in development only.
func (a *App) stylePage(v *visit) error {
	v.private = true
	return v.draw(fiber.StatusOK, views.Style(v.page("Every part")))
}
