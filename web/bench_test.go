package web_test

import (
	"io"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// BenchmarkPages draws the pages that are read most, with a real database behind
// them: a thread of 20 answers and 10 comments, and a list of 30 threads
// (PERFORMANCE.md, goals 2 and 3).
func BenchmarkPages(b *testing.B) {
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(io.Discard, nil)))
	defer slog.SetDefault(was)
	s := newSite(b)
	ada := s.person("ada", account.Member)
	ref := s.ask(ada, "python", "Why does it go on?", "Because.")
	for i := range 20 {
		answer := s.reply(s.admin, forum.NewPost{Thread: ref.Thread, Body: "An *answer* of some words, with `code` and **more**.\n\n```python\nprint(1)\n```\n"})
		if i%2 == 0 {
			s.reply(s.admin, forum.NewPost{Thread: ref.Thread, Parent: answer.Post, Kind: forum.Comment, Body: "A comment."})
		}
		s.ask(s.admin, "python", path("Question %d", i), "Why?")
	}
	for i := range 10 {
		s.ask(s.admin, "python", path("Question %d", 20+i), "Why?")
	}
	s.must(s.items.Subscribe(b.Context(), ada, item.Subscription{Target: item.ToBoard, ID: 1, Level: "watch", Channel: "mail"}))
	cookie := s.cookie(ada)
	for _, page := range []struct{ name, path, cookie string }{
		{"thread signed in", path("/t/%d/why-does-it-go-on", ref.Thread), cookie},
		{"thread", path("/t/%d/why-does-it-go-on", ref.Thread), ""},
		{"board signed in", "/b/python", cookie},
		{"board", "/b/python", ""},
	} {
		b.Run(page.name, func(b *testing.B) { s.drawAgain(b, page.path, page.cookie) })
	}
}

func (s *site) drawAgain(b *testing.B, path, cookie string) {
	handle := s.app.Handler()
	b.ReportAllocs()
	begun := cpuTime(b)
	var ctx fasthttp.RequestCtx
	for b.Loop() {
		ctx.Request.Reset()
		ctx.Response.Reset()
		ctx.Request.SetRequestURI(path)
		ctx.Request.Header.SetHost(s.address)
		if cookie != "" {
			ctx.Request.Header.SetCookie("picus", cookie)
		}
		handle(&ctx)
		if ctx.Response.StatusCode() != fasthttp.StatusOK {
			b.Fatalf("%s = %d", path, ctx.Response.StatusCode())
		}
		b.SetBytes(int64(len(ctx.Response.Body())))
	}
	b.ReportMetric(float64(cpuTime(b)-begun)/1e6/float64(b.N), "cpu-ms/op")
}

// cpuTime is what the process has used of the processors, which says more than the
// clock on a machine that does other things, too.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
