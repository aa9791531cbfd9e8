package main

import (
	"testing"

	"picus/account"
)

func TestAPollIsVotedOnAndItsThreadClosedMovedAndOpenedAgain(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, nil)
		root := c.setUp()
		ada := c.member("ada", account.Member)
		made := ada.open("/b/talk/new").send("/b/talk/new", "kind", "poll", "title", "Which one", "body", "Vote.", "options", "Tabs\nSpaces").at("/t/")
		path := made.address.Path
		made.says("You see how it stands when you have voted.").silent("Change your vote")
		ada.open(path).send("/t/1/poll", "option", "2").at(path).says("your vote", "1 person has voted.")

		root.open(path).says("Close…")
		root.open("/t/1/-/close").send("/t/1/-/close", "reason", "unclear").refused(422)
		root.open("/t/1/-/close").send("/t/1/-/close", "reason", "unclear", "note", "Say for which language.").at(path)
		ada.open(path).says("This thread is closed.", "Say for which language.", "You began it", "The poll is closed")
		c.visitor().open("/mod/log").says("Closed:", "Which one", "Say for which language.").silent("Undo")
		root.open("/mod/log/1/undo").send("/mod/log/1/undo", "why", "my mistake").at("/mod/log").says("It is undone.", "Opened again:")
		ada.open(path).silent("This thread is closed.")
	})
}

// Everything else that moderators do with a thread, by forms alone, and back from the log.
func TestAThreadIsKeptInOrderWithoutScripts(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, nil)
		root := c.setUp()
		ada := c.member("ada", account.Member)
		begin := func(title string) *page {
			return ada.open("/b/talk/new").send("/b/talk/new", "kind", "discussion", "title", title, "body", "Say.").at("/t/")
		}
		path, other := begin("One").address.Path, begin("Another").address.Path
		deed := func(name string, fields ...string) *page {
			at := "/t/1/-/" + name
			return root.open(at).send(at, append(fields, "why", "order")...)
		}
		undo := func(line string) {
			root.open("/mod/log/"+line+"/undo").send("/mod/log/"+line+"/undo", "why", "a mistake").at("/mod/log").says("It is undone.")
		}

		deed("pin", "place", "x").refused(422)
		deed("pin", "place", "1").at(path).says("pinned")
		undo("1")
		root.open(path).silent("pinned")
		deed("lock").at(path).says("locked")
		ada.open("/t/1/-/lock").refused(403)
		ada.open("/p/1/edit").refused(403)
		deed("unlock").at(path).silent("locked")
		deed("slow", "minutes", "-1").refused(422)
		deed("slow", "minutes", "10").at(path).says("slow mode")
		undo("5")
		root.open(path).silent("slow mode")
		deed("archive", "days", "30").at(path)
		root.open("/t/1/-/archive").says("When this thread becomes an archive")
		deed("merge", "into", "/t/999/").refused(422)
		deed("merge", "into", c.URL+other).at(other).says("Another", "1 reply")
		c.visitor().open("/t/1").at(other)
		undo("8")
		c.visitor().open("/t/1").at(path)
		c.visitor().open("/mod/log").says("order", "a mistake").silent("Undo it")
	})
}
