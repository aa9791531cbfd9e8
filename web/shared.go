package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"slices"
	"sync"

	"github.com/gofiber/fiber/v2"
	kgzip "github.com/klauspost/compress/gzip"
	"github.com/valyala/fasthttp"
)

// sharedQuery are the parts of a query that a kept page may have. What is not named
// here is no part of a list or a thread, and a page made for it is used once.
var sharedQuery = []string{"sort", "cursor", "tag", "not", "board", "lang", "show"}

// fromCache answers what everybody may see from what was drawn before, and keeps what
// is drawn now. An answer is kept under its whole address and its language, which is
// all that it depends on where nobody is signed in: see mayShare. It is never made
// for somebody, because only what draw has declared to be everybody's is kept.
func (a *App) fromCache(ctx *fasthttp.RequestCtx, next fasthttp.RequestHandler) {
	if !a.mayShare(ctx) {
		next(ctx)
		return
	}
	key := append(append(make([]byte, 0, 200), visitorLanguage(ctx)...), ctx.RequestURI()...)
	version, now := a.Items.Version(), a.now()
	if k := a.kept.get(key, version, now); k != nil {
		k.send(ctx)
		return
	}
	next(ctx)
	if !isShared(&ctx.Response) {
		return
	}
	k := &kept{version: version, until: now.Add(cacheAge), body: packed(ctx.Response.Body()), tag: "W/" + string(ctx.Response.Header.Peek(fiber.HeaderETag))}
	for _, name := range []string{fiber.HeaderContentType, fiber.HeaderLink} {
		if value := ctx.Response.Header.Peek(name); len(value) > 0 {
			k.header = append(k.header, [2]string{name, string(value)})
		}
	}
	if len(k.body) <= mostKept {
		a.kept.put(string(key), k)
	}
	k.send(ctx)
}

// mayShare reports whether the answer depends on nothing but the address and the language.
func (a *App) mayShare(ctx *fasthttp.RequestCtx) bool {
	h := &ctx.Request.Header
	if !ctx.IsGet() || len(h.Cookie(a.cookieName())) > 0 || len(h.Peek(fiber.HeaderAuthorization)) > 0 {
		return false
	}
	if bytes.HasPrefix(ctx.Path(), []byte(apiRoot)) {
		return false // its answers say how often one may ask
	}
	known := true
	for name := range ctx.QueryArgs().All() {
		known = known && slices.Contains(sharedQuery, string(name))
	}
	return known
}

// isShared reports whether an answer was declared to be everybody's: see cacheable.
func isShared(r *fasthttp.Response) bool {
	cookies := false
	for range r.Header.Cookies() {
		cookies = true
	}
	return r.StatusCode() == fasthttp.StatusOK && !r.IsBodyStream() && !cookies && len(r.Header.ContentEncoding()) == 0 &&
		string(r.Header.Peek(fiber.HeaderCacheControl)) == "no-cache" && len(r.Header.Peek(fiber.HeaderETag)) > 0
}

// send answers with what is kept, unless the reader has it. The tag is a weak one,
// as the same page is sent packed or not.
func (k *kept) send(ctx *fasthttp.RequestCtx) {
	r := &ctx.Response
	for _, h := range k.header {
		r.Header.Set(h[0], h[1])
	}
	r.Header.Set(fiber.HeaderETag, k.tag)
	r.Header.Set(fiber.HeaderCacheControl, "no-cache")
	r.Header.Set(fiber.HeaderVary, "Cookie, Accept-Language, Accept-Encoding")
	if matches(string(ctx.Request.Header.Peek(fiber.HeaderIfNoneMatch)), k.tag[len("W/"):]) {
		r.ResetBody()
		r.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	if offers(string(ctx.Request.Header.Peek(fiber.HeaderAcceptEncoding)), "gzip") {
		r.Header.SetContentEncoding("gzip")
		r.SetBodyRaw(k.body)
		return
	}
	plain, err := unpacked(k.body)
	if err != nil {
		slog.Error("a kept page cannot be unpacked", "error", err)
		r.SetStatusCode(fasthttp.StatusInternalServerError)
	}
	r.SetBodyRaw(plain)
}

// packers are kept, as a new one costs more than it packs.
var packers = sync.Pool{New: func() any {
	w, _ := kgzip.NewWriterLevel(nil, kgzip.BestSpeed) // the level is one of its own
	return w
}}

// packed is what a page is sent as. The quickest level halves a page four times
// over; a better one would cost more than drawing the page.
func packed(page []byte) []byte {
	var b bytes.Buffer
	w := packers.Get().(*kgzip.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	w.Write(page) // memory takes every write
	w.Close()
	return bytes.Clone(b.Bytes())
}

func unpacked(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
