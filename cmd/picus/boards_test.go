package main

import (
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
)

// boards gives the site a board for a group, one that is archived, and the first one a
// colour and a form for questions.
func (c *community) boards(admin, lin account.User) {
	c.Helper()
	g, err := c.accounts.AddGroup(c.Context(), admin, account.Group{Name: "Editors 编辑部", Description: "They make the weekly."})
	c.must(err)
	c.must(c.accounts.JoinGroup(c.Context(), admin, g.ID, lin.Name))
	for _, p := range []forum.Profile{
		{Colour: "red", Board: forum.Board{Slug: "weekly", Title: "啄木鸟周报", Description: "编辑部在这里准备每周的周报。", MayRead: g.Audience(), MayPost: g.Audience(), MayModerate: g.Audience()}},
		{Colour: "grey", Board: forum.Board{Slug: "attic", Title: "Attic", Description: "What was once talked about."}},
	} {
		_, err := c.forum.MakeBoard(c.Context(), admin, p)
		c.must(err)
	}
	for slug, change := range map[string]func(p *forum.Profile){
		"attic": func(p *forum.Profile) { p.Archived = true },
		"talk": func(p *forum.Profile) {
			p.Colour, p.Template = "teal", "**Version:**\n\n**Code:**\n\n```python\n\n```\n\n**Error:**"
		},
	} {
		p, err := c.forum.Profile(c.Context(), admin, slug)
		c.must(err)
		change(&p)
		_, err = c.forum.EditBoard(c.Context(), admin, slug, p)
		c.must(err)
	}
	c.must(c.forum.Tally(c.Context()))
}

// TestABoardIsMadeForAGroup goes the whole way without scripts: a group, its members, a
// board for them, and what happens to who leaves.
func TestABoardIsMadeForAGroup(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	ada, lin := c.member("ada", account.Administrator), c.member("lin", account.Member)
	group := ada.open("/admin/groups").send("/admin/groups", "name", "Editors")
	at := group.address.Path
	group.send(at+"/add", "person", "nobody").refused(422)
	ada.open(at).send(at+"/add", "person", "lin").says("Take out lin")
	number := strings.TrimPrefix(at, "/admin/groups/")
	ada.open("/admin/boards/new").send("/admin/boards/new", "title", "The desk", "slug", "The desk!", "colour", "teal", "read", number, "post", number, "moderate", "2").refused(422)
	ada.open("/admin/boards/new").send("/admin/boards/new", "title", "The desk", "slug", "desk", "colour", "teal", "read", number, "post", number, "moderate", "2", "template", "**Issue:**").
		at("/b/desk").says("“Editors” reads", "“Editors” writes")

	lin.open("/b").says("The desk")
	lin.open("/b/desk/new").says("**Issue:**")
	lin.open("/b/desk/new?template=none").silent("**Issue:**").send("/b/desk/new", "kind", "question", "title", "A first issue", "body", "Shall we?").says("A first issue")
	ada.open("/admin/boards").send("/admin/boards/desk/move", "to", "up")
	ada.open("/admin/boards/desk").send("/admin/boards/desk", "title", "The old desk", "read", number, "post", number, "moderate", number, "archived", "on").says("The old desk", "archived")
	lin.open("/b/desk").says("nobody writes any more")

	ada.open(at).send(at+"/remove", "person", "lin").says("Nobody is in this group yet.")
	lin.open("/b").silent("desk")
	lin.open("/b/desk").refused(404)
	ada.open(at).follow(at+"/delete").says("Delete the group “Editors”?", "This cannot be undone.").send(at + "/delete").refused(409)
	ada.open(at + "/delete").follow(at).says("Nobody is in this group yet.")
}
