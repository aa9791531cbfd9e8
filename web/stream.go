package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/lang"
	"picus/views"
)

// streaming is a stream with what writing it needs of the request, which is over by then.
type streaming struct {
	*stream
	app     *App
	conn    net.Conn
	session account.Session
	lang    lang.Lang
	missed  []forum.News
	shown   string // how many notices the page says there are
}

// listen keeps a page that is open informed (Server-Sent Events). Where there are too many
// such pages, or none that this tells anything, the browser is told not to come again:
// the page is whole without it.
func (a *App) listen(v *visit) error {
	v.private = true
	if !ownOrigin(v.Ctx) {
		return errForeign
	}
	watched, err := v.watched()
	if err != nil {
		return err
	}
	s := &streaming{app: a, conn: v.Context().Conn(), session: v.session, lang: v.lang, shown: v.Query("unread"),
		stream: &stream{reader: v.listener(), watch: watched, viewer: v.by, out: make(chan telling, 16), end: make(chan struct{})}}
	if s.watch == (watch{}) || v.Method() != fiber.MethodGet {
		return v.SendStatus(fiber.StatusNoContent)
	}
	if !a.live.join(s.stream) {
		return v.SendStatus(fiber.StatusNoContent)
	}
	begun := false
	defer func() {
		if !begun { // its place is free again, whatever went wrong
			a.live.leave(s.stream)
		}
	}()
	if s.missed, err = a.missed(v); err != nil {
		return err
	}
	v.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	v.Set(fiber.HeaderCacheControl, "private, no-store")
	v.Set("X-Accel-Buffering", "no")
	v.Context().SetConnectionClose()
	v.Context().SetBodyStreamWriter(s.run)
	begun = true
	return nil
}

// missed is what was written since an event that the page has heard of, or the post that
// it was drawn with, until it is told by itself; nothing where it knows of neither.
func (a *App) missed(v *visit) ([]forum.News, error) {
	if err := a.beginLive(v.ctx()); err != nil {
		return nil, err
	}
	if after := lastHeard(v); after > 0 {
		return a.Forum.News(v.ctx(), after, mostMissed)
	}
	if since, err := strconv.ParseInt(v.Query("since"), 10, 64); err == nil {
		return a.Forum.NewsSince(v.ctx(), since, mostMissed)
	}
	return nil, nil
}

// listener is who counts for the bound.
func (v *visit) listener() string {
	if v.by.Signed() {
		return "u" + itoa(v.by.ID)
	}
	return "n" + v.door().Network()
}

// lastHeard is the last event that the page knows of, where it has listened before.
func lastHeard(v *visit) int64 {
	for _, text := range []string{v.Get("Last-Event-ID"), v.Query("after")} {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return 0
}

// hangUp ends the stream when the page goes away. The server does not look at a connection
// that it writes to, so that the second write after that would be the first to fail; nothing
// but the end comes from a browser here, as it may send no other request.
func (s *streaming) hangUp() {
	s.conn.SetReadDeadline(time.Time{})
	var b [1]byte
	s.conn.Read(b[:]) // whatever it returns, the page is gone
	s.app.live.leave(s.stream)
}

// run writes until the page goes away or the stream has to end. The server closes the
// connection then, and hangUp with it.
func (s *streaming) run(w *bufio.Writer) {
	go s.hangUp()
	defer s.app.live.leave(s.stream)
	defer func() {
		if broken := recover(); broken != nil { // nothing else stands around this goroutine
			slog.Error("panic in a live page", "panic", broken)
		}
	}()
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	ok := s.write(w, "retry: 5000\n\n")
	if s.shown != "" && s.shown != itoa(int64(s.session.User.Unread)) {
		ok = ok && s.write(w, s.text(telling{unread: s.session.User.Unread}))
	}
	for _, n := range s.missed {
		if s.watch.shows(n) && n.For(s.viewer) {
			ok = ok && s.write(w, s.text(telling{news: &n}))
		}
	}
	s.missed = nil
	for ok {
		select {
		case m := <-s.out:
			ok = s.write(w, s.text(m))
		case <-beat.C:
			ok = s.still(w)
		case <-s.end:
			return
		}
	}
}

// write sends a piece. The server's own deadline is for an answer that has an end.
func (s *streaming) write(w *bufio.Writer, text string) bool {
	s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	w.WriteString(text)
	return w.Flush() == nil
}

// still asks whether the reader is signed in as before, and says that the line is open.
func (s *streaming) still(w *bufio.Writer) bool {
	if !s.session.User.Signed() {
		return s.write(w, ":\n\n")
	}
	ctx, done := context.WithTimeout(context.Background(), requestTime)
	defer done()
	now, err := s.app.Accounts.SessionAgain(ctx, s.session)
	if fault.Is(err, fault.Unknown) {
		return false
	}
	if err != nil {
		slog.Warn("live pages: look for a session", "error", err)
		return false
	}
	s.app.live.see(s.stream, now.User)
	changed := now.User.Unread != s.session.User.Unread
	s.session = now
	if changed {
		return s.write(w, s.text(telling{unread: now.User.Unread}))
	}
	return s.write(w, ":\n\n")
}

// text is a message as the browser reads it.
func (s *streaming) text(m telling) string {
	if m.news != nil {
		return event("post", m.news.Seq, map[string]any{"post": m.news.Post, "url": views.PostPath(m.news.Post)})
	}
	p := views.Page{Lang: s.lang}
	return event("unread", 0, map[string]any{"n": m.unread, "label": views.BellSentence(&p, m.unread)})
}

func event(name string, id int64, data any) string {
	text, err := json.Marshal(data)
	if err != nil {
		return ":\n\n" // what is above always has JSON
	}
	line := ""
	if id > 0 {
		line = fmt.Sprintf("id: %d\n", id)
	}
	return line + fmt.Sprintf("event: %s\ndata: %s\n\n", name, text)
}
