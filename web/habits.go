package web

import (
	"time"

	"picus/account"
	"picus/internal/fault"
	"picus/views"
)

// habitsPage is where the foot of every mail leads: how mail comes, whatever the list.
func (a *App) habitsPage(v *visit) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	h, err := a.Accounts.Habits(v.ctx(), v.by)
	if err != nil {
		return err
	}
	away := ""
	if !h.Away.IsZero() {
		away = h.Away.In(v.app.Zone).Format(time.DateOnly)
	}
	return v.drawHabits(h, away, nil)
}

func (a *App) saveHabits(v *visit) error {
	h := account.Habits{Plain: v.value("form") == "plain", Prior: v.pressed("prior")}
	away := v.value("away")
	if away != "" {
		day, err := time.ParseInLocation(time.DateOnly, away, a.Zone)
		if err != nil {
			return v.drawHabits(h, away, fault.Bad("away", "Please name a day within the next year."))
		}
		h.Away = day
	}
	if err := a.Accounts.SetHabits(v.ctx(), v.by, h); err != nil {
		return v.drawHabits(h, away, err)
	}
	return v.goTo("/settings/mail?done=saved")
}

func (v *visit) drawHabits(h account.Habits, away string, refused error) error {
	form := "mime"
	if h.Plain {
		form = "plain"
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("How mail comes to you")), Way: v.settingsWay(), Action: "/settings/mail", Button: v.lang.T("Save"),
		Intro: []string{v.lang.T("What comes by mail, and whether each by itself, once a day or once a week, is said at each board and thread and in the list of your subscriptions.")},
		Fields: []views.Field{
			{Name: "form", Label: v.lang.T("Digests"), Value: form, Options: []views.Option{
				{Value: "mime", Label: v.lang.T("as a folder of mails (MIME)")},
				{Value: "plain", Label: v.lang.T("as one plain text")},
			}},
			{Name: "away", Label: v.lang.T("Away until"), Value: away, Type: "date", Hint: v.lang.T("No mail of the boards comes before that day. Empty: you are here.")},
			{Name: "prior", Label: v.lang.T("When I ask a question by mail, tell me in a letter what is like it"), Type: "checkbox", Value: "1", Checked: h.Prior},
		},
		After: []views.Crumb{{Label: v.lang.T("Your subscriptions"), Href: "/settings#subscriptions"}}}, refused)
}
