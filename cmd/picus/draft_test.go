package main

import (
	"strconv"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// writer is a member in front of a thread, in a window with scripts.
type writer struct {
	*window
	who    account.User
	asked  forum.Ref
	thread string
}

func newWriter(t *testing.T) *writer {
	t.Helper()
	c := settle(t, "", nil)
	c.setUp()
	lin, ada := c.person("lin", "林小明", account.Member), c.person("ada", "Ada Winter", account.Member)
	asked := c.start(ada, forum.Discussion, "Who brings a projector?", "", "I have the room.")
	c.answer(ada, asked, forum.Reply, 0, "And the chairs.")
	w := &writer{window: c.window(true), who: lin, asked: asked, thread: "/t/" + number(asked.Thread) + "/" + asked.Slug}
	w.signIn("lin")
	w.open(w.thread)
	return w
}

// kept waits until the server has a draft of the reply.
func (w *writer) kept(body string) {
	w.Helper()
	w.eventually("the draft is "+body, func() bool {
		u, err := w.items.Draft(w.Context(), w.who, "/p/"+number(w.asked.Post)+"/reply")
		return err == nil && u.Body == body || fault.Is(err, fault.Missing) && body == ""
	})
}

func TestDraftIsSavedByItselfAndGoesWhenItIsSent(t *testing.T) {
	w := newWriter(t)
	w.write("#body", "I have one.")
	w.kept("I have one.")
	w.becomes("document.querySelector('[data-say=saved]').hidden", "false")

	w.open("/drafts")
	w.shows(".drafts", "Reply: Who brings a projector?", "I have one.")
	w.click(".drafts a")
	w.holds("#body", "I have one.")
	w.shows(".note", "This is your draft")
	w.write("#body", "Or two.")
	w.send()
	w.kept("")
	w.shows("main", "Or two.I have one.")
	w.open(w.thread)
	w.holds("#body", "")
	w.becomes("Object.keys(localStorage).length", "0")
	w.quiet("a draft from its first word to its sending")
}

func TestDraftSurvivesAVote(t *testing.T) {
	w := newWriter(t)
	w.write("#body", "Half a sent")
	w.click(".post.first button[value='1']") // at once, before anything was saved
	w.holds("#body", "Half a sent")
	w.kept("Half a sent")
	w.quiet("a vote")
}

func TestDraftSurvivesACommentElsewhere(t *testing.T) {
	w := newWriter(t)
	w.write("#body", "The long reply")
	w.open("/p/" + number(w.asked.Post) + "/reply?comment=1")
	w.write("#body", "A short comment")
	w.send()
	w.open(w.thread)
	w.shows("main", "A short comment")
	w.holds("#body", "The long reply")
	w.kept("The long reply")
}

func TestDraftSurvivesALostSession(t *testing.T) {
	w := newWriter(t)
	w.must(w.accounts.EndSessions(w.Context(), operator, "lin"))
	w.write("#body", "Written while signed out")
	w.becomes("document.querySelector('[data-say=out]').hidden", "false")
	w.signIn("lin")
	w.open(w.thread)
	w.holds("#body", "Written while signed out")
	w.kept("Written while signed out")
}

func TestDraftSurvivesAFailureOfOurs(t *testing.T) {
	w := newWriter(t)
	broken := func(tx *db.Tx) error {
		_, err := tx.Exec(w.Context(), "CREATE TRIGGER broken BEFORE INSERT ON post BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
		return err
	}
	w.must(w.db.Write(w.Context(), broken))
	w.write("#body", "Sent into a wall")
	w.send()
	w.shows(".note.error", "Everything you wrote is still here")
	w.must(w.db.Write(w.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(w.Context(), "DROP TRIGGER broken")
		return err
	}))
	w.open(w.thread)
	w.holds("#body", "Sent into a wall")
	w.click("#write button.main")
	w.shows("main", "Sent into a wall")
	w.kept("")
}

func TestDraftOfASecondWindowIsShownAndNotOverwritten(t *testing.T) {
	w := newWriter(t)
	_, err := w.items.KeepDraft(t.Context(), w.who, item.Unsent{Place: "/p/" + number(w.asked.Post) + "/reply", Body: "From my phone"})
	w.must(err)
	w.write("#body", "From my desk")
	w.becomes("document.querySelector('[data-offer]').hidden", "false")
	w.shows("[data-other]", "From my phone")
	w.kept("From my phone")
	w.tap("[data-stay]")
	w.kept("From my desk")
}

// The fields of a poll are there for who chooses one, and are kept as the text is.
func TestDraftKeepsWhatAPollAsks(t *testing.T) {
	w := newWriter(t)
	poll := "document.querySelector('.poll-fields').open"
	w.open("/b/talk/new")
	w.becomes(poll, "false")
	w.press("#kind-poll", poll, "true")
	w.press("#kind-question", poll, "false")
	w.press("#kind-poll", poll, "true")
	w.write("#title", "Tabs or spaces?")
	w.write("#options", "Tabs\nSpaces")
	w.press("#several", "document.querySelector('#several').checked", "true")
	w.run("document.querySelector('#closes').value = '2199-12-31'; document.querySelector('#closes').dispatchEvent(new Event('input', { bubbles: true }))")
	asked := item.Asked{Options: "Tabs\nSpaces", Several: true, Closes: "2199-12-31"}
	w.eventually("the draft holds the poll", func() bool {
		u, err := w.items.Draft(w.Context(), w.who, "/b/talk/new")
		return err == nil && u.Asked == asked
	})
	w.open("/b/talk/new")
	w.becomes(poll, "true")
	w.holds("#options", "Tabs\nSpaces")
	w.holds("#closes", "2199-12-31")
	w.becomes("document.querySelector('#several').checked", "true")
	w.quiet("a poll in a draft")

	w.scripts(false)
	w.open("/b/talk/new")
	w.write("#body", "Vote.")
	w.click(".draft button[formaction='/drafts']")
	w.holds("#options", "Tabs\nSpaces")
	w.click("#write button.main")
	w.shows(".poll", "Tabs", "Spaces")
}

func TestDraftIsKeptWithoutScripts(t *testing.T) {
	w := newWriter(t)
	w.scripts(false)
	w.open("/b/talk/new")
	w.write("#title", "An idea")
	w.click(".draft button[formaction='/drafts']")
	w.shows("main", "The draft is kept.")
	w.holds("#title", "An idea")
	v := w.visitor()
	v.signIn("lin", password)
	v.open("/drafts").says("New thread: An idea")

	_, err := w.items.KeepDraft(t.Context(), w.who, item.Unsent{Place: "/b/talk/new", Title: "Another idea", Body: "From my phone", Version: w.version("/b/talk/new")})
	w.must(err)
	w.write("#body", "From my desk")
	w.click(".draft button[formaction='/drafts']")
	w.shows("h1", "Two drafts")
	w.shows("main", "From my phone")
	w.click("main button.main")
	w.holds("#body", "From my desk")
	w.click(".draft button[formaction='/drafts/drop']")
	w.shows("main", "The draft is discarded.", "You have no drafts.")
}

func (w *writer) version(place string) int64 {
	w.Helper()
	u, err := w.items.Draft(w.Context(), w.who, place)
	w.must(err)
	return u.Version
}

func number(id int64) string { return strconv.FormatInt(id, 10) }
