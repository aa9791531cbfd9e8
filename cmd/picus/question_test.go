package main

import (
	"net/url"
	"strings"
	"testing"

	"picus/account"
)

func TestQuestionIsAnsweredVotedOnAndAccepted(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, nil)
		c.setUp()
		ada, lin := c.member("ada", account.Member), c.member("lin", account.Member)
		asked := ada.open("/b/talk/new").send("/b/talk/new", "kind", "question", "title", "How do I close a loop?", "body", "It stays **open**.", "tags", "asyncio 超时").at("/t/")
		asked.says("no answer", "asyncio", "超时")
		path := asked.address.Path
		answered := lin.open(path).send("#write", "body", "Call `close()`.").at(path).says("1 answer", "Call close().")
		number := strings.TrimPrefix(answered.address.Fragment, "p")
		answer := "/p/" + number

		ada.open(path).send(answer+"/vote", "value", "1").at(path)
		ada.open(answer+"/reply?comment=1").send("#write", "body", "That helped, thanks.").at(path)
		ada.open(path).send("/t/1/accept", "post", number).at(path).says("solved", "Accepted as the answer", "That helped, thanks.")
		lin.open("/questions").at("/questions").says("How do I close a loop?", "solved")
		own := lin.open(path)
		own.post(answer+"/vote", url.Values{"csrf": {own.hidden("/logout", "csrf")}, "value": {"1"}}).refused(403)

		lin.open(answer+"/edit").send(answer+"/edit", "body", "Call `close()`, once.", "summary", "once is enough").at(path).says("Call close(), once.", "edited")
		lin.open(answer+"/history").says("Revision 1", "Revision 2", "once is enough", ", once.").silent("The text did not change.")
		c.visitor().open("/search?q=close").says("How do I close a loop?")
	})
}
