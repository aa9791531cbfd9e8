package web

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"time"

	"github.com/valyala/fasthttp"
)

// The policy allows nothing that is not ours, and nothing within a page, so that
// a page holds no secret and may be shared (SECURITY.md, H-13).
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// arrival is when a request came, and its name in the log.
type arrival struct {
	id string
	at time.Time
}

const requestIDKey = "request-id"

// policyKey holds the policy of an answer that has one of its own.
const policyKey = "content-policy"

// arrive names the request. A trusted proxy may have named it already.
func (a *App) arrive(ctx *fasthttp.RequestCtx) arrival {
	r := arrival{at: time.Now()}
	if given := ctx.Request.Header.Peek("X-Request-Id"); len(given) >= 8 && len(given) <= 64 && isToken(given) && a.trusts(remote(ctx)) {
		r.id = string(given)
	} else {
		var b [16]byte
		rand.Read(b[:])
		r.id = hex.EncodeToString(b[:])
	}
	ctx.SetUserValue(requestIDKey, r.id)
	return r
}

// leave writes what every answer carries, whoever made it, and the log line. The
// path is logged without its query, which may hold a secret.
func (a *App) leave(ctx *fasthttp.RequestCtx, r arrival) {
	h := &ctx.Response.Header
	policy, own := ctx.UserValue(policyKey).(string)
	if !own {
		policy = contentPolicy
	}
	h.SetCanonical([]byte("Content-Security-Policy"), []byte(policy))
	h.SetCanonical([]byte("X-Content-Type-Options"), []byte("nosniff"))
	h.SetCanonical([]byte("Referrer-Policy"), []byte("same-origin"))
	h.SetCanonical([]byte("Cross-Origin-Opener-Policy"), []byte("same-origin"))
	h.SetCanonical([]byte("Cross-Origin-Resource-Policy"), []byte("same-origin"))
	h.SetCanonical([]byte("Permissions-Policy"), []byte("camera=(), geolocation=(), microphone=()"))
	h.SetCanonical([]byte("X-Request-Id"), []byte(r.id))
	if a.secure {
		h.SetCanonical([]byte("Strict-Transport-Security"), []byte("max-age=31536000; includeSubDomains"))
	}
	took := time.Since(r.at)
	a.measures.note(ctx.Response.StatusCode(), took)
	slog.Info("request", "id", r.id, "method", string(ctx.Method()), "path", loggedPath(ctx),
		"status", ctx.Response.StatusCode(), "ms", float64(took.Microseconds())/1000)
}

// secretPaths are those that end in a token.
var secretPaths = []string{"/unsubscribe/", "/confirm/"}

func loggedPath(ctx *fasthttp.RequestCtx) string {
	path := ctx.URI().PathOriginal()
	for _, secret := range secretPaths {
		if bytes.HasPrefix(path, []byte(secret)) {
			return secret + "…"
		}
	}
	return string(path[:min(len(path), 200)])
}

func requestID(ctx *fasthttp.RequestCtx) string {
	id, _ := ctx.UserValue(requestIDKey).(string)
	return id
}
