package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/mail"
	"picus/views"
)

// boardDesk is where an administrator makes boards and says whom they are for.
func (a *App) boardDesk() {
	r := a.fiber
	r.Get("/admin/boards", a.desk(a.boardList))
	r.Get("/admin/boards/new", a.desk(a.newBoardPage))
	r.Post("/admin/boards/new", a.desk(a.newBoard))
	r.Get("/admin/boards/:board", a.desk(a.editBoardPage))
	r.Post("/admin/boards/:board", a.desk(a.editBoard))
	r.Post("/admin/boards/:board/move", a.desk(a.moveBoard))
	r.Get("/admin/boards/:board/list", a.desk(a.listRulesPage))
	r.Post("/admin/boards/:board/list", a.desk(a.saveListRules))
	r.Get("/admin/mirrors", a.desk(a.mirrorList))
	r.Get("/admin/mirrors/:board", a.desk(a.mirrorPage))
	r.Post("/admin/mirrors/:board", a.desk(a.saveMirror))
	r.Post("/admin/mirrors/:board/pause", a.desk(a.pauseMirror))
	r.Get("/admin/mirrors/:board/end", a.desk(a.endMirrorPage))
	r.Post("/admin/mirrors/:board/end", a.desk(a.endMirror))

	r.Get("/admin/groups", a.desk(a.groups))
	r.Post("/admin/groups", a.desk(a.newGroup))
	r.Get("/admin/groups/:id", a.desk(a.groupPage))
	r.Post("/admin/groups/:id", a.desk(a.editGroup))
	r.Post("/admin/groups/:id/add", a.desk(a.joinGroup))
	r.Post("/admin/groups/:id/remove", a.desk(a.leaveGroup))
	r.Get("/admin/groups/:id/delete", a.desk(a.removeGroupPage))
	r.Post("/admin/groups/:id/delete", a.desk(a.removeGroup))
}

// boardList shows every board in its order, with what it is for.
func (a *App) boardList(v *visit) error {
	all, err := a.Forum.Profiles(v.ctx(), v.by)
	if err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.BoardList(views.BoardListPage{Page: v.page(v.lang.T("Boards")), All: all, MailDomain: a.MailDomain}))
}

func (a *App) newBoardPage(v *visit) error {
	return a.drawBoardForm(v, "", forum.Profile{Board: forum.Board{MayPost: account.Members, MayModerate: account.Staff}}, nil)
}

func (a *App) newBoard(v *visit) error {
	p := v.profile()
	p.Slug = v.value("slug")
	made, err := a.Forum.MakeBoard(v.ctx(), v.by, p)
	if err != nil {
		return a.drawBoardForm(v, "", p, err)
	}
	return v.goTo(boardPath(made.Slug) + "?done=saved")
}

func (a *App) editBoardPage(v *visit) error {
	p, err := a.Forum.Profile(v.ctx(), v.by, v.param("board"))
	if err != nil {
		return err
	}
	return a.drawBoardForm(v, p.Slug, p, nil)
}

func (a *App) editBoard(v *visit) error {
	p := v.profile()
	if _, err := a.Forum.EditBoard(v.ctx(), v.by, v.param("board"), p); err != nil {
		return a.drawBoardForm(v, v.param("board"), p, err)
	}
	return v.goTo("/admin/boards?done=saved")
}

func (a *App) moveBoard(v *visit) error {
	if err := a.Forum.MoveBoard(v.ctx(), v.by, v.param("board"), v.value("to") == "up"); err != nil {
		return err
	}
	return v.goTo("/admin/boards?done=saved")
}

// profile reads the form of a board.
func (v *visit) profile() forum.Profile {
	return forum.Profile{Colour: v.value("colour"), Template: v.value("template"), Patience: v.patience(), Board: forum.Board{
		Title: v.value("title"), Description: v.value("description"), List: v.value("list"), Archived: v.value("archived") == "on",
		MayRead: audienceFrom(v.value("read")), MayPost: audienceFrom(v.value("post")), MayModerate: audienceFrom(v.value("moderate")),
	}}
}

// patience reads how many days a question waits for its asker; 0 is typed for no end.
func (v *visit) patience() int {
	n, err := strconv.Atoi(strings.TrimSpace(v.value("patience")))
	switch {
	case v.value("patience") == "":
		return 0
	case err != nil || n < 0:
		return forum.Forever - 1
	case n == 0:
		return forum.Forever
	}
	return n
}

// audienceFrom reads an audience; what is none closes the board rather than opens it.
func audienceFrom(s string) account.Audience {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return account.Staff
	}
	return account.Audience(n)
}

// drawBoardForm draws the form of a board; slug is empty for one that is to be made.
func (a *App) drawBoardForm(v *visit, slug string, p forum.Profile, refused error) error {
	groups, err := a.Accounts.Groups(v.ctx(), v.by)
	if err != nil {
		return err
	}
	form := views.BoardFormPage{Page: v.page(v.lang.T("New board")), Action: "/admin/boards/new", Button: v.lang.T("Make the board"), Errors: v.lang.Refusals(refused)}
	if slug != "" {
		form.Title, form.Action, form.Button = v.lang.T("Change a board"), "/admin/boards/"+url.PathEscape(slug), v.lang.T("Save")
	}
	form.Fields = v.boardFields(slug, p, groups)
	return v.drawForm(views.BoardForm(form), refused)
}

func (v *visit) boardFields(slug string, p forum.Profile, groups []account.Group) []views.Field {
	everyone, members, staff := option(account.Everyone, v.lang.T("Everyone")), option(account.Members, v.lang.T("Members")), option(account.Staff, v.lang.T("The staff"))
	var named []views.Option
	for _, g := range groups {
		named = append(named, option(g.Audience(), v.lang.T("The group “%s”", g.Name)))
	}
	fields := []views.Field{{Name: "title", Label: v.lang.T("Title"), Value: p.Title, Required: true, Focus: slug == "", MaxLength: 200}}
	if slug == "" {
		fields = append(fields, views.Field{Name: "slug", Label: v.lang.T("Name in addresses"), Hint: v.lang.T("Small letters, digits and hyphens, as in /b/python. It cannot be changed later."), Value: p.Slug, Required: true, MaxLength: 40})
	}
	return append(fields,
		views.Field{Name: "description", Label: v.lang.T("What it is for"), Value: p.Description, MaxLength: 300},
		views.Field{Name: "colour", Label: v.lang.T("Colour"), Value: p.Colour, Options: v.colours()},
		views.Field{Name: "list", Label: v.lang.T("Mailing list"), Hint: v.lang.T("What stands for … in %s. Empty: the same as the name in addresses.", mail.AddressAt(v.app.MailDomain, "…")), Value: p.List, MaxLength: 40},
		views.Field{Name: "read", Label: v.lang.T("Who may read"), Value: audienceValue(p.MayRead), Options: append([]views.Option{everyone, members, staff}, named...)},
		views.Field{Name: "post", Label: v.lang.T("Who may write"), Hint: v.lang.T("Only who may read it, in any case."), Value: audienceValue(p.MayPost), Options: append([]views.Option{members, staff}, named...)},
		views.Field{Name: "moderate", Label: v.lang.T("Who keeps order"), Hint: v.lang.T("They edit, delete, lock and restore here what the staff may everywhere. The staff keep order in any case."),
			Value: audienceValue(p.MayModerate), Options: append([]views.Option{staff}, named...)},
		views.Field{Name: "template", Label: v.lang.T("A new question begins with"), Type: "area", Value: p.Template, MaxLength: 16 << 10,
			Hint: v.lang.T("Markdown, for instance headings for the version, the code and the error. Who asks can change it or leave it out. Empty: nothing.")},
		views.Field{Name: "patience", Label: v.lang.T("How many days a question waits"), Type: "number", Value: patienceValue(p.Patience),
			Hint: v.lang.T("For an asker who was asked for more, before it expires. 0: without end.")},
		views.Field{Name: "archived", Label: v.lang.T("Archived: it can be read, but nothing more is added"), Type: "checkbox", Checked: p.Archived},
	)
}

// patienceValue is what the field says; nothing leaves it as it is, which is 15 at first.
func patienceValue(days int) string {
	if days == forum.Forever {
		return "0"
	}
	if days <= 0 {
		return "15"
	}
	return strconv.Itoa(days)
}

func option(a account.Audience, label string) views.Option {
	return views.Option{Value: audienceValue(a), Label: label}
}

func audienceValue(a account.Audience) string { return itoa(int64(a)) }

func (v *visit) colours() (all []views.Option) {
	for _, name := range forum.Colours() {
		all = append(all, views.Option{Value: name, Label: views.ColourWord(v.lang, name)})
	}
	return all
}
