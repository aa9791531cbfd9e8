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
