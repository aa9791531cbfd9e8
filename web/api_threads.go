package web

import (
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// postsPerAnswer is how many answers or replies a thread holds on one page, besides
// its first post and the comments.
const postsPerAnswer = 200

func (a *App) apiBoards(v *visit) error {
	boards, err := a.Forum.Boards(v.ctx(), v.by)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(boards, "", v.apiBoard))
}

// apiThreads lists threads as the pages do.
func (a *App) apiThreads(v *visit) error {
	q := forum.Filter{Board: v.Query("board"), Kind: forum.Kind(v.Query("kind")), Sort: forum.Sort(v.Query("sort")), Cursor: v.Query("cursor"), Limit: v.limit(30)}
	tags, err := item.ReadTags(v.Query("tag"))
	if err != nil || len(tags) > 1 {
		return fault.Bad("tag", "Name one tag.")
	}
	q.Tags = tags
	rows, next, err := a.Forum.List(v.ctx(), v.by, q)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(rows, next, v.apiRow))
}

// apiThread is a thread with its posts in reading order.
func (a *App) apiThread(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	t, err := v.wholeThread(n)
	if err != nil {
		return err
	}
	if t.ID != n {
		return v.moved(withQuery(apiRoot+"/threads/"+itoa(t.ID), string(v.Context().URI().QueryString())))
	}
	return v.sendThread(fiber.StatusOK, t)
}

func (v *visit) wholeThread(n int64) (*forum.Thread, error) {
	return v.app.Forum.Thread(v.ctx(), v.by, n, forum.View{Cursor: v.Query("cursor"), Limit: postsPerAnswer, Source: true})
}

func (v *visit) threadAnswer(t *forum.Thread) (apiThreadPage, error) {
	page := apiThreadPage{apiThread: v.apiHead(t), MeToo: t.Life.MeToo, Pinned: t.Pinned, Slow: t.Slow, Archived: t.Archived, ArchiveAfter: t.Resting,
		Posts: []apiPost{}, Next: orNull(t.Next)}
	closing, err := v.apiClosing(t)
	if err != nil {
		return page, err
	}
	page.Closing = closing
	if t.Life.Original != nil {
		page.Original = &t.Life.Original.Thread
	}
	if v.Query("cursor") == "" {
		page.Posts = v.apiPosts(page.Posts, t, &t.First)
	}
	if t.Best != nil {
		page.Posts = v.apiPosts(page.Posts, t, t.Best)
	}
	page.Posts = v.apiPosts(page.Posts, t, t.Page...)
	return page, nil
}

// apiStart begins a thread.
func (a *App) apiStart(v *visit) error {
	var sent struct {
		Board, Title, Body string
		Kind               forum.Kind
		Tags               []string
		Options            []string // of a poll
		Several            bool
		Closes             time.Time
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	n, err := v.makeOnce(func(once item.Once) (int64, error) {
		ref, err := a.Forum.Start(v.ctx(), v.by, forum.NewThread{Board: sent.Board, Kind: sent.Kind, Title: sent.Title, Body: sent.Body,
			Tags: strings.Join(sent.Tags, ","), Via: item.API, Once: once,
			Poll: forum.NewPoll{Options: sent.Options, Several: sent.Several, Closes: sent.Closes}})
		return ref.Thread, err
	})
	if err != nil {
		return err
	}
	return v.threadNow(fiber.StatusCreated, n)
}

// apiEdit is what can be changed about a post. What is not named stays as it is.
type apiEdit struct {
	Title, Body  *string
	Tags         *[]string
	Summary      string
	BaseRevision int64 `json:"base_revision"`
}

// says reports whether the text is to change, and not the thread's state alone.
func (e apiEdit) says() bool { return e.Title != nil || e.Body != nil || e.Tags != nil }

// onlyTags reports whether nothing but the tags is to change, which more people may.
func (e apiEdit) onlyTags() bool {
	return e.Tags != nil && e.Title == nil && e.Body == nil && e.Summary == ""
}

// apiEditThread changes the first post of a thread, and what moderators decide about
// it: all that was sent, or nothing.
func (a *App) apiEditThread(v *visit) error {
	var sent apiEdit
	var decided apiRuling
	if err := errors.Join(v.read(&sent), v.read(&decided)); err != nil {
		return err
	}
	q, err := v.firstPost()
	if err != nil {
		return err
	}
	r := decided.ruling()
	if !r.Empty() {
		if err := v.moderates(); err != nil {
			return err
		}
	}
	if sent.says() {
		err = v.change(q, sent, r)
	} else if !r.Empty() {
		err = a.Forum.Rule(v.ctx(), v.by, q.ID, r)
	}
	if err != nil {
		return v.refusedChange(q.ID, sent, rulingFields(err))
	}
	return v.threadNow(fiber.StatusOK, q.ID)
}

// threadNow answers with a thread as it is now.
func (v *visit) threadNow(status int, n int64) error {
	t, err := v.wholeThread(n)
	if err != nil {
		return err
	}
	return v.sendThread(status, t)
}

func (v *visit) sendThread(status int, t *forum.Thread) error {
	page, err := v.threadAnswer(t)
	if err != nil {
		return err
	}
	if status == fiber.StatusCreated {
		return v.created("/threads/"+itoa(t.ID), page)
	}
	return v.send(status, page)
}

// firstPost is the first post of the thread that the path names.
func (v *visit) firstPost() (forum.Post, error) {
	n, err := v.number("id")
	if err != nil {
		return forum.Post{}, err
	}
	q, err := v.app.Forum.Find(v.ctx(), v.by, n)
	if err == nil && !q.First() {
		return q, errNothing
	}
	return q, err
}

func (a *App) apiRemoveThread(v *visit) error {
	q, err := v.firstPost()
	if err != nil {
		return err
	}
	return v.removed(q.ID)
}

func (v *visit) removed(n int64) error {
	if err := v.app.Forum.Remove(v.ctx(), v.by, n, v.Query("why"), item.API); err != nil {
		return err
	}
	return v.done()
}

// done answers where there is nothing to say.
func (v *visit) done() error {
	v.Set(fiber.HeaderCacheControl, "private, no-store")
	v.Status(fiber.StatusNoContent)
	return nil
}

// apiAccept takes an answer as the one that helped.
func (a *App) apiAccept(v *visit) error {
	var sent struct{ Post int64 }
	if err := v.read(&sent); err != nil {
		return err
	}
	if sent.Post <= 0 {
		return fault.Bad("post", "That is not an answer to this question.")
	}
	n, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.Accept(v.ctx(), v.by, n, sent.Post, item.API); err != nil {
		return err
	}
	t, err := a.Forum.Thread(v.ctx(), v.by, n, forum.View{Limit: 1})
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiHead(t))
}

func (a *App) apiUnaccept(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.Accept(v.ctx(), v.by, n, 0, item.API); err != nil {
		return err
	}
	return v.done()
}
