package web

import (
	"bytes"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// fileTime is how long a reader may take to fetch one file, and a member to send some.
const fileTime = 2 * time.Minute

// patience gives a file more time to leave than a page.
func patience(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if bytes.HasPrefix(h.RequestURI(), []byte("/f/")) {
		return fasthttp.RequestConfig{WriteTimeout: fileTime}
	}
	return fasthttp.RequestConfig{}
}

// takeBody reads what was sent, up to the limit. A form with files it leaves alone: who
// sends it has to be known first, see readForm.
func takeBody(ctx *fasthttp.RequestCtx) error {
	stream := ctx.RequestBodyStream()
	if stream == nil {
		return nil
	}
	if holdsFiles(&ctx.Request.Header) {
		if ctx.Request.Header.ContentLength() < 0 { // drain could not tell its end from the next request
			return fiber.NewError(fiber.StatusLengthRequired)
		}
		return nil
	}
	if ctx.Request.Header.ContentLength() > maxBody {
		return fiber.NewError(fiber.StatusRequestEntityTooLarge)
	}
	body, err := io.ReadAll(io.LimitReader(stream, maxBody+1))
	if err != nil {
		return fiber.NewError(statusOfUnreadable(err))
	}
	if len(body) > maxBody {
		return fiber.NewError(fiber.StatusRequestEntityTooLarge)
	}
	ctx.Request.SetBody(body)
	return nil
}

// holdsFiles reports whether a request is a form that may hold files.
func holdsFiles(h *fasthttp.RequestHeader) bool {
	return string(h.Method()) == fiber.MethodPost && bytes.HasPrefix(h.ContentType(), []byte(fiber.MIMEMultipartForm))
}

// drain makes sure that what is left of a body is never taken for the next request:
// where there is something, the connection ends. Some of it is read, so that the
// answer arrives.
func drain(ctx *fasthttp.RequestCtx) {
	stream := ctx.RequestBodyStream()
	if stream == nil {
		return
	}
	n, err := io.CopyN(io.Discard, stream, maxDrain)
	if n > 0 || err != io.EOF {
		ctx.SetConnectionClose()
	}
}
