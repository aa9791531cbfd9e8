package web

import (
	"net/url"
	"strconv"

	"picus/forum"
	"picus/internal/item"
	"picus/mail"
	"picus/views"
)

// listBoard is the board of a list's form.
func (v *visit) listBoard() (item.Space, error) {
	return v.app.Forum.Board(v.ctx(), v.by, v.param("board"))
}

// listRulesPage is the form by which an administrator says how a list works.
func (a *App) listRulesPage(v *visit) error {
	b, err := v.listBoard()
	if err != nil {
		return err
	}
	rules, err := a.Mail.ListRules(v.ctx(), b.ID)
	if err != nil {
		return err
	}
	return v.drawListRules(b, rules, nil)
}

func (a *App) saveListRules(v *visit) error {
	b, err := v.listBoard()
	if err != nil {
		return err
	}
	kilobytes, err := strconv.ParseInt("0"+v.value("largest"), 10, 32)
	if err != nil {
		kilobytes = -1
	}
	rules := mail.ListRules{Who: mail.Who(v.value("who")), Largest: kilobytes << 10, Prefix: v.value("prefix"), Footer: v.value("footer"), Roster: mail.Roster(v.value("roster")), Prior: v.pressed("prior")}
	if err := a.Mail.SetListRules(v.ctx(), v.by, b, rules); err != nil {
		return v.drawListRules(b, rules, err)
	}
	return v.goTo("/admin/boards?done=saved")
}

func (v *visit) drawListRules(b item.Space, r mail.ListRules, refused error) error {
	largest := ""
	if r.Largest > 0 {
		largest = strconv.FormatInt(r.Largest>>10, 10)
	}
	if refused != nil {
		largest = v.value("largest")
	}
	who := []views.Option{
		{Value: string(mail.WhoKnown), Label: v.lang.T("Members, and those who subscribed by mail")},
		{Value: string(mail.WhoMembers), Label: v.lang.T("Members alone")},
		{Value: string(mail.WhoSubscribers), Label: v.lang.T("Those who get the list")},
		{Value: string(mail.WhoConfirmed), Label: v.lang.T("Anyone who has answered a letter once")},
		{Value: string(mail.WhoAnyone), Label: v.lang.T("Anyone; a stranger's first mail waits for a moderator")},
	}
	roster := []views.Option{
		{Value: string(mail.RosterStaff), Label: v.lang.T("The staff")},
		{Value: string(mail.RosterSubscribers), Label: v.lang.T("Members who get the list")},
		{Value: string(mail.RosterMembers), Label: v.lang.T("Every member")},
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("The list of “%s”", views.BoardTitle(v.lang, forum.Board{Title: b.Title}))), Way: v.deskWay(v.lang.T("Boards"), "/admin/boards"), Action: "/admin/boards/" + url.PathEscape(b.Slug) + "/list", Button: v.lang.T("Save"),
		Intro: []string{v.lang.T("Who may write in the board at all is said by the board; this is about mail.")},
		Fields: []views.Field{
			{Name: "who", Label: v.lang.T("Who may post by mail"), Value: string(r.Who), Options: who},
			{Name: "largest", Label: v.lang.T("Largest mail, in KB"), Value: largest, Type: "number", Hint: v.lang.T("Empty: as large as the site takes.")},
			{Name: "prefix", Label: v.lang.T("Before each subject"), Value: r.Prefix, MaxLength: 30, Hint: v.lang.T("Better left empty, and the footer as well: mail programs sort by List-Id, and what an author's server has signed stays whole.")},
			{Name: "footer", Label: v.lang.T("Below each mail"), Value: r.Footer, Type: "area", Short: true},
			{Name: "roster", Label: v.lang.T("Who may ask by mail who gets the list"), Value: string(r.Roster), Options: roster},
			{Name: "prior", Label: v.lang.T("Who asks a question by mail is told in a letter what is like it"), Type: "checkbox", Value: "1", Checked: r.Prior},
		}}, refused)
}
