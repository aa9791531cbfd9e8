package web

import (
	"picus/account"
	"picus/views"
)

// groups lists the groups, with the form for another one.
func (a *App) groups(v *visit) error { return a.drawGroups(v, account.Group{}, nil) }

func (a *App) newGroup(v *visit) error {
	g := account.Group{Name: v.value("name"), Description: v.value("description")}
	made, err := a.Accounts.AddGroup(v.ctx(), v.by, g)
	if err != nil {
		return a.drawGroups(v, g, err)
	}
	return v.goTo(groupPath(made.ID) + "?done=saved")
}

func (a *App) drawGroups(v *visit, typed account.Group, refused error) error {
	all, err := a.Accounts.Groups(v.ctx(), v.by)
	if err != nil {
		return err
	}
	p := views.GroupsPage{Page: v.page(v.lang.T("Groups")), All: all, Errors: v.lang.Refusals(refused)}
	p.Fields = v.groupFields(typed)
	return v.drawForm(views.Groups(p), refused)
}

func (v *visit) groupFields(g account.Group) []views.Field {
	return []views.Field{
		{Name: "name", Label: v.lang.T("Name"), Value: g.Name, Required: true, MaxLength: 60},
		{Name: "description", Label: v.lang.T("What it is for"), Value: g.Description, MaxLength: 300},
	}
}

func groupPath(id int64) string { return "/admin/groups/" + itoa(id) }

// groupPage shows who is in a group.
func (a *App) groupPage(v *visit) error { return a.drawGroup(v, "", nil) }

// drawGroup draws the page of a group again with what was refused, or for the first
// time; adding is the name that could not be added.
func (a *App) drawGroup(v *visit, adding string, refused error) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	g, people, err := a.Accounts.Group(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	p := views.GroupPage{Page: v.page(g.Name), Group: g, People: people, Errors: v.lang.Refusals(refused)}
	p.Add = views.Field{Name: "person", Label: v.lang.T("Add a member"), Hint: v.lang.T("The name as in /u/NAME."), Value: adding, Required: true, MaxLength: 60}
	p.Fields = v.groupFields(g)
	return v.drawForm(views.Group(p), refused)
}

func (a *App) editGroup(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	g := account.Group{ID: id, Name: v.value("name"), Description: v.value("description")}
	return a.afterGroup(v, id, "", a.Accounts.EditGroup(v.ctx(), v.by, g))
}

func (a *App) joinGroup(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	return a.afterGroup(v, id, v.value("person"), a.Accounts.JoinGroup(v.ctx(), v.by, id, v.value("person")))
}

func (a *App) leaveGroup(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	return a.afterGroup(v, id, "", a.Accounts.LeaveGroup(v.ctx(), v.by, id, v.value("person")))
}

func (a *App) afterGroup(v *visit, id int64, adding string, refused error) error {
	if refused != nil {
		return a.drawGroup(v, adding, refused)
	}
	return v.goTo(groupPath(id) + "?done=saved")
}

func (a *App) removeGroup(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Accounts.RemoveGroup(v.ctx(), v.by, id); err != nil {
		return a.drawGroup(v, "", err)
	}
	return v.goTo("/admin/groups?done=saved")
}
