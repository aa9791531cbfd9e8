package web

import (
	"bytes"
	"log/slog"
	"net"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"picus/internal/fault"
)

// What one request may hold (SECURITY.md, H-5).
const (
	maxURL    = 8 << 10
	maxFields = 64
)

// edge stands around the whole of Fiber: it turns away what no handler should
// see, and every answer passes it on its way out, Fiber's own refusals included.
func (a *App) edge(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		r := a.arrive(ctx)
		err := a.admissible(ctx)
		if err == nil {
			err = takeBody(ctx)
		}
		if err != nil {
			ctx.SetConnectionClose() // a second request in the same bytes is never served
			a.turnAway(ctx, err)
		} else {
			a.fromCache(ctx, next)
		}
		a.leave(ctx, r)
		drain(ctx)
	}
}

// unreadable answers what fasthttp could not read as a request.
func (a *App) unreadable(ctx *fasthttp.RequestCtx, err error) {
	r := a.arrive(ctx)
	ctx.SetConnectionClose()
	a.turnAway(ctx, fiber.NewError(statusOfUnreadable(err)))
	a.leave(ctx, r)
}

func statusOfUnreadable(err error) int {
	netErr, isNet := err.(net.Error)
	switch _, small := err.(*fasthttp.ErrSmallBuffer); {
	case small:
		return fiber.StatusRequestHeaderFieldsTooLarge
	case err == fasthttp.ErrBodyTooLarge:
		return fiber.StatusRequestEntityTooLarge
	case isNet && netErr.Timeout():
		return fiber.StatusRequestTimeout
	}
	return fiber.StatusBadRequest
}

// turnAway draws a refusal outside of the routes.
func (a *App) turnAway(ctx *fasthttp.RequestCtx, err error) {
	c := a.fiber.AcquireCtx(ctx)
	defer a.fiber.ReleaseCtx(c)
	if err := a.fail(c, err); err != nil {
		slog.Error("a refusal could not be drawn", "error", err)
	}
}

// admissible returns why a request is refused before anybody looks at what it wants.
func (a *App) admissible(ctx *fasthttp.RequestCtx) error {
	h := &ctx.Request.Header
	uri := h.RequestURI()
	switch {
	case len(uri) > maxURL:
		return fiber.NewError(fiber.StatusRequestURITooLong)
	case !wellFramed(h), !spokenHere(h), !bytes.HasPrefix(uri, []byte("/")) && string(uri) != "*":
		return fiber.NewError(fiber.StatusBadRequest)
	case !a.knowsHost(string(h.Host())):
		return fiber.NewError(fiber.StatusMisdirectedRequest)
	case !plainBody(h):
		return fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	if ctx.QueryArgs().Len() > maxFields {
		return fault.Bad("", "This address has too many parts.")
	}
	return nil
}

// wellFramed reports whether everybody on the way agrees where the request ends.
// fasthttp lets these through, and two servers that read one of them differently
// can be made to see two different requests (RFC 9112, sections 5.1, 5.2, 6.1, 6.3).
func wellFramed(h *fasthttp.RequestHeader) bool {
	lengths, encodings := 0, 0
	for line := range bytes.SplitSeq(h.RawHeaders(), []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !isToken(name) { // a folded line begins with a space
			return false
		}
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			lengths++
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			encodings++
			if !bytes.EqualFold(bytes.TrimSpace(value), []byte("chunked")) || !h.IsHTTP11() {
				return false
			}
		}
	}
	return lengths+encodings <= 1
}

// spokenHere reports whether the request is in a version of HTTP that we know;
// fasthttp takes any.
func spokenHere(h *fasthttp.RequestHeader) bool {
	version := string(h.Protocol())
	return version == "HTTP/1.1" || version == "HTTP/1.0"
}

// isToken reports whether name is a header's name as RFC 9110, 5.6.2 has it.
func isToken(name []byte) bool {
	for _, c := range name {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return len(name) > 0
}

// plainBody refuses packed bodies: a megabyte of gzip can be a gigabyte of form,
// and fasthttp unpacks without a limit (SECURITY.md, finding 2).
func plainBody(h *fasthttp.RequestHeader) bool {
	encoding := h.Peek(fiber.HeaderContentEncoding)
	return len(encoding) == 0 || bytes.EqualFold(encoding, []byte("identity"))
}

// knowsHost keeps out requests for other names, from which a stranger could make
// us write links (SECURITY.md, H-6).
func (a *App) knowsHost(host string) bool {
	name := withoutPort(strings.ToLower(host))
	return name == a.host || a.local && isLocal(name)
}

func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

func isLocal(name string) bool {
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}
