package web_test

import (
	"context"
	"fmt"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/wiki"
)

// Where a thing must be seen by those who may: a test that finds nothing anywhere
// would say that all is well.
var (
	inThread = []string{"/t/:id", "/t/:id/:slug", "/search", "/p/:id/history", "/p/:id/history.atom", "/f/:id/:name", "/api/v1/threads/:id", "/api/v1/posts/:id", "/api/v1/posts/:id/revisions", "/api/v1/search"}
	inLists  = append([]string{"/", "/b/:board", "/tags/:tag", "/tags", "/index.atom", "/index.rss", "/index.json", "/api/v1/threads", "/wiki/:title", "/u/:name"}, inThread...)
	inPlace  = []string{"/t/:id/:slug", "/p/:id/history", "/api/v1/posts/:id"}
)

// fill makes a thing of every state.
func (z *zoo) fill() {
	z.Helper()
	z.wiki()
	z.fillOpen()
	z.fillClosed()
	z.fillRemoved()
	z.fillMoved()
	z.fillAbout()
	z.fillDrafts()
	// Who has lost the right to know hears nothing more, not even of what waits already.
	z.must(z.accounts.LeaveGroup(z.Context(), account.Operator(), int64(z.closed), z.by("former").Name))
}

// tellAll has everybody told of everything, as if all had the right to know once.
func (z *zoo) tellAll() {
	z.exec(`INSERT INTO notification (account, event, reasons, at) SELECT a.id, e.seq, 'thread', e.at FROM account a, event e WHERE true ON CONFLICT DO NOTHING`)
}

func (z *zoo) wiki() {
	z.Helper()
	_, err := wiki.New(z.items).Save(z.Context(), z.by("admin"), wiki.Edit{Title: "Home", Body: "Welcome", Via: item.Web})
	z.must(err)
}

func (z *zoo) fillOpen() {
	author := z.by("author")
	open := z.start("an open thread", everybody, "python", author, forum.Question)
	open.shown = append([]string{"/questions", "/questions.atom", "/sitemap/:page", "/notifications", "/api/v1/notifications"}, inLists...)
	z.open = open
	answer := z.says("an answer", everybody, open, 0, z.by("reader"), forum.Answer)
	answer.shown = inThread
	z.says("a comment", everybody, open, answer.post, author, forum.Comment).shown = inThread
	members := z.start("a thread for members", signed, "members", author, forum.Discussion)
	members.shown = inLists
	z.says("a reply for members", signed, members, 0, author, forum.Reply).shown = inThread
	z.start("a thread of the staff", ofTheStaff, "staff", z.by("moderator"), forum.Discussion).shown = inLists
	locked := z.start("a locked thread", everybody, "python", author, forum.Discussion)
	z.must(z.forum.Lock(z.Context(), z.by("moderator"), locked.thread, true, "enough of "+locked.words[0]))
	locked.shown = append([]string{"/mod/log"}, inLists...)
	z.start("a thread in an archived board", everybody, "old", author, forum.Discussion).shown = inLists
	z.exec("UPDATE space SET archived = 1 WHERE slug = 'old'")
}

func (z *zoo) fillClosed() {
	author := z.by("author")
	closed := z.start("a closed thread", ofTheClosed, "closed", author, forum.Question)
	closed.shown = append([]string{"/t/:id/-/links", "/questions", "/notifications", "/api/v1/notifications"}, inLists...)
	_, err := z.forum.Reply(z.Context(), author, forum.NewPost{Thread: closed.thread, Kind: forum.Comment, Parent: closed.post, Body: fmt.Sprintf("It began in /t/%d and <%s/p/%d>.", z.open.thread, z.base, z.open.thread), Via: item.API})
	z.must(err)
	reason := z.add("why a closed thread was pinned", ofTheClosed)
	z.must(z.forum.Pin(z.Context(), z.by("guard"), closed.thread, 1, reason.words[0]))
	reason.shown = []string{"/mod/log"}
	answer := z.says("a closed answer", ofTheClosed, closed, 0, author, forum.Answer)
	answer.shown = inThread
	z.says("a closed comment", ofTheClosed, closed, answer.post, z.by("guard"), forum.Comment).shown = inThread

	z.fillAside(answer)

	edited := z.says("what an edit took out of a closed answer", ofTheClosed, closed, 0, z.by("reader"), forum.Answer)
	_, err = z.forum.Edit(z.Context(), z.by("guard"), forum.Edit{Post: edited.post, Body: "Better now", Via: item.Web})
	z.must(err)
	edited.words = edited.words[:1]
	edited.shown = []string{"/p/:id/history", "/p/:id/history.atom", "/api/v1/posts/:id/revisions"}

	mailed := z.says("a closed mail", ofTheClosed, closed, 0, author, forum.Answer)
	z.exec(`INSERT INTO message (message_id, digest, item, fate, mail_from, rcpt_to, raw, received) VALUES ('zqmail@example.org', ?, ?, 'posted', 'x@example.org', 'closed@picus.example', ?, 1)`,
		[]byte("digest"), mailed.post, []byte{})
	mailed.words = append(mailed.words, "zqmail@example.org")

	z.start("a closed poll", ofTheClosed, "closed", author, forum.Voting).shown = append([]string{"/api/v1/threads/:id/poll"}, inLists...)
	z.start("a thread in an archived closed board", ofTheClosed, "oldclosed", author, forum.Discussion).shown = inLists
	z.exec("UPDATE space SET archived = 1 WHERE slug = 'oldclosed'")

	banned := z.start("a closed thread of somebody suspended", ofTheClosed, "closed", z.banned(), forum.Discussion)
	outlaw := z.start("an open thread of somebody suspended", everybody, "python", z.again(account.User{Name: "banned-x"}), forum.Discussion)
	z.must(z.accounts.Suspend(z.Context(), account.Operator(), "banned-x", true))
	banned.shown, outlaw.shown = inLists, inLists
}

// banned is one more member of the group that reads the closed board.
func (z *zoo) banned() account.User {
	u := z.person("banned-x", account.Member)
	z.must(z.accounts.JoinGroup(z.Context(), account.Operator(), int64(z.closed), u.Name))
	return z.again(u)
}

func (z *zoo) fillRemoved() {
	ctx, author, moderator := z.Context(), z.by("author"), z.by("moderator")
	remove := func(t *thing, why string) {
		z.must(z.forum.Remove(ctx, moderator, t.post, why, item.Web))
	}
	gone := z.start("a deleted thread", own, "python", author, forum.Discussion)
	remove(gone, "spam")
	gone.shown = inPlace
	open := z.start("a thread with a deleted reply", everybody, "python", author, forum.Discussion)
	reply := z.says("a deleted reply", own, open, 0, author, forum.Reply)
	remove(reply, "rude")
	reply.shown = inPlace
	held := z.says("a held reply", own, open, 0, author, forum.Reply)
	z.exec("UPDATE item SET status = 'held' WHERE id = ?", held.post)
	held.shown = inPlace
	waiting := z.start("a held thread", own, "python", author, forum.Discussion)
	z.exec("UPDATE item SET status = 'held' WHERE id = ?", waiting.thread)
	z.exec("UPDATE thread SET state = 'deleted' WHERE item = ?", waiting.thread)
	waiting.shown = inPlace

	closed := z.start("a closed thread with a deleted reply", ofTheClosed, "closed", author, forum.Discussion)
	secret := z.says("a deleted closed reply", ownInClosed, closed, 0, author, forum.Reply)
	reason := z.add("why a closed reply was deleted", ofTheClosed)
	remove(secret, reason.words[0])
	secret.shown, reason.shown = inPlace, []string{"/t/:id/:slug"}
	lost := z.start("a deleted closed thread", ownInClosed, "closed", author, forum.Discussion)
	remove(lost, "spam")
	lost.shown = inPlace
}

// fillAside has somebody of the group keep and suggest what is closed: the one will lose
// the right to see it, and the suggestion with it.
func (z *zoo) fillAside(closed *thing) {
	z.Helper()
	note := z.add("the note of a bookmark", "former")
	z.must(z.forum.Keep(z.Context(), z.by("former"), forum.Bookmark{Item: closed.post, Note: note.words[0]}))
	mine := z.add("the note of a bookmark that is still good", "author")
	z.must(z.forum.Keep(z.Context(), z.by("author"), forum.Bookmark{Item: closed.post, Note: mine.words[0]}))
	mine.shown = []string{"/bookmarks", "/api/v1/bookmarks"}
	for _, who := range []string{"reader", "former"} {
		change := z.add("what was suggested for a closed answer by the "+who, ofTheClosed+" "+who)
		_, err := z.forum.Suggest(z.Context(), z.by(who), forum.Edit{Post: closed.post, Body: "Better: " + change.text(""), Summary: "clearer", Via: item.Web})
		z.must(err)
		if who == "reader" {
			change.shown = []string{"/suggestions/:id", "/api/v1/suggestions/:id"}
		}
	}
}

// fillDrafts keeps what nobody but its author reads, whatever their role (Z-6).
func (z *zoo) fillDrafts() {
	draft := z.add("a draft", "author")
	_, err := z.items.KeepDraft(z.Context(), z.by("author"), item.Unsent{Place: "/b/python/new", Kind: "question", Title: draft.words[0], Body: draft.text("")})
	z.must(err)
	draft.shown = []string{"/drafts", "/api/v1/drafts", "/b/:board/new"}
}

func (z *zoo) fillMoved() {
	author := z.by("author")
	into := z.start("a thread that took another one over", ofTheClosed, "closed", author, forum.Discussion)
	merged := z.start("a closed thread that was merged", ofTheClosed, "closed", author, forum.Discussion)
	z.must(z.db.Write(z.Context(), func(tx *db.Tx) error { return z.forum.Merge(z.Context(), tx, merged.thread, into.thread) }))
	merged.words = merged.words[:2] // its text lives on as a reply
	merged.shown = []string{"/t/:id/:slug"}

	original := z.start("the original of an open question", ofTheClosed, "python", author, forum.Question)
	duplicate := z.start("an open question that has been asked before", everybody, "python", author, forum.Question)
	z.must(z.forum.Duplicate(z.Context(), z.by("moderator"), duplicate.thread, original.thread, item.Web))
	for _, statement := range []string{"UPDATE thread SET board = (SELECT id FROM space WHERE slug = 'closed') WHERE item = ?", "UPDATE item SET space = (SELECT id FROM space WHERE slug = 'closed') WHERE root = ?"} {
		z.exec(statement, original.thread) // moved away
	}
	original.shown, duplicate.shown = inThread, inThread
}

// work does what follows from the events.
func (z *zoo) work() {
	z.Helper()
	ctx, stop := context.WithCancel(z.Context())
	ended := make(chan struct{})
	go func() { z.jobs.Run(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	until(z, func() bool {
		n, err := db.Value[int](z.Context(), z.db, "SELECT count(*) FROM job")
		z.must(err)
		return n == 0
	}, "no job is left")
}
