package main

import (
	"testing"

	"picus/account"
)

func TestLanguageIsChosenByAnybodyAndKeptWithTheAccount(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	lin := c.member("lin", account.Member)
	c.visitor().open("/").says("Register").send("/settings/lang", "lang", "zh-Hans").at("/").says("注册").silent("Register")
	lin.open("/b").send("/settings/lang", "lang", "zh-Hans").at("/b").says("版块").silent("Boards")

	elsewhere := c.visitor()
	elsewhere.signIn("lin", password).says("设置")
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	here := c.member("lin", account.Member)
	there := c.visitor()
	there.signIn("lin", password)
	there.open("/settings").at("/settings")

	list := here.open("/settings").says("this one", "Sign out there")
	list.send("/settings/sessions/end", "id", list.hidden("/settings/sessions/end", "id")).at("/settings").silent("Sign out there")
	there.open("/settings").at("/login")
	here.open("/settings").send("/logout").at("/")
	here.open("/settings").at("/login")
}

func TestPasswordIsResetThroughTheMail(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, newRelay(t))
		c.setUp()
		lin := c.member("lin", account.Member)
		asks := c.visitor()
		asks.open("/login").follow("/forgot").send("/forgot", "email", "LIN@example.org").says("a letter is on its way")
		asks.open("/forgot").send("/forgot", "email", "nobody@example.org").says("a letter is on its way")
		link := c.relay.next(t, "lin@example.org").link()
		const better = "two woodpeckers knock often"
		asks.open(link).at("/reset").send("/reset", "password", better).at("/login")
		lin.open("/settings").at("/login")
		asks.open(link).refused(404)

		c.visitor().open("/login").send("/login", "who", "lin", "password", password).refused(401)
		asks.signIn("lin", better)
		c.relay.next(t, "lin@example.org").has("Subject", "Your password at Picus was changed")
		c.still()
		for _, l := range c.relay.rest() {
			t.Errorf("%s got a letter that nobody expects: %s", l.to, l.header.Get("Subject"))
		}
	})
}

func TestWhatAFormRefusesComesBackWithItsReasons(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	lin := c.member("lin", account.Member)
	register := c.visitor().open("/register").send("/register", "name", "a b c / d", "email", "no address", "password", "short")
	register.refused(422)
	for _, name := range []string{"name", "email"} {
		if got := attr(register.find(name), "value"); got == "" {
			t.Errorf("the field %s came back empty", name)
		}
		register.find(name + "-error")
	}
	register.find("password-error")
	thread := lin.open("/b/talk/new").send("/b/talk/new", "kind", "question", "title", "", "body", "I wrote this for an hour.")
	thread.refused(422)
	thread.says("I wrote this for an hour.")
	thread.find("title-error")
}
