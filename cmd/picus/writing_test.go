package main

import (
	"testing"

	"picus/account"
)

func TestWikiPageIsWrittenEditedAndRemembered(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, nil)
		c.setUp()
		ada, lin := c.member("ada", account.Member), c.member("lin", account.Member)
		ada.open("/wiki").at("/wiki").send("/wiki", "title", "Event loop").at("/wiki/Event_loop/edit").
			send("/wiki/Event_loop/edit", "body", "A loop *waits*. See [[Coroutine]].", "tags", "asyncio", "summary", "begun").at("/wiki/Event_loop").says("A loop waits.", "Saved.")
		before := ada.open("/wiki/Event_loop/edit")
		lin.open("/wiki/Event_loop/edit").send("/wiki/Event_loop/edit", "body", "A loop *waits* for events. See [[Coroutine]].", "summary", "for what").at("/wiki/Event_loop").says("for events", "Revision 2")
		late := before.send("/wiki/Event_loop/edit", "body", "A loop sleeps.")
		late.refused(409)
		late.says("A loop sleeps.", "for events")

		lin.open("/wiki/Event_loop/history").says("begun", "for what", "Revision 2")
		if raw := c.visitor().open("/wiki/Event_loop/raw"); raw.source != "A loop *waits* for events. See [[Coroutine]]." {
			t.Errorf("the source is %q", raw.source)
		}
		c.visitor().open("/wiki/Coroutine").refused(404)
		c.feed("/index.atom", "Event loop")
	})
}

func TestArticleIsWrittenEditedAndRemembered(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, nil)
		c.setUp()
		ada := c.member("ada", account.Member)
		draft := ada.open("/blog").at("/blog").follow("/blog/-/new").send("/blog/-/new", "title", "Ten years of loops", "body", "It began in 3.4.", "mine", "1").at("/blog/ada/")
		path := draft.address.Path
		c.visitor().open(path).refused(404)
		ada.open(path+"/edit").send(path+"/edit", "body", "It began in 3.4.\n\n> Yes.").at(path)
		c.visitor().open(path).at(path).says("It began in 3.4.", "Yes.")
		c.visitor().open("/blog/ada").at("/blog/ada").says("Ten years of loops")
		ada.open(path+"/history").says("Revision 1", "Revision 2", "> Yes.")
		c.visitor().open(path+"/history").says("Revision 2", "Yes.").silent("Revision 1")
		c.feed("/index.atom", "Ten years of loops")
		c.feed("/blog/ada.atom", "Ten years of loops")
	})
}
