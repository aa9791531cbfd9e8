package web

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

func (a *App) apiUser(v *visit) error {
	u, err := a.Accounts.ByName(v.ctx(), v.param("name"))
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiPerson(u))
}

// apiMe is the token's owner, and what the token makes of them.
func (a *App) apiMe(v *visit) error {
	scopes, _ := v.Locals(scopesKey).([]string)
	return v.send(fiber.StatusOK, struct {
		apiPerson
		Email  string       `json:"email"`
		Role   account.Role `json:"role"`
		Lang   string       `json:"lang"`
		Unread int          `json:"unread"`
		Scopes []string     `json:"scopes"`
	}{v.apiPerson(v.by), v.by.Email, v.by.Role, v.by.Lang, v.by.Unread, scopes})
}

type apiNotification struct {
	ID      int64      `json:"id"`
	Item    int64      `json:"item"`
	Title   string     `json:"title"`
	Author  apiPerson  `json:"author"`
	Reasons []string   `json:"reasons"`
	At      *time.Time `json:"at"`
	Read    bool       `json:"read"`
	URL     string     `json:"url"`
}

func (a *App) apiNotifications(v *visit) error {
	before, err := v.idCursor()
	if err != nil {
		return err
	}
	limit := v.limit(50)
	all, err := a.Items.Notifications(v.ctx(), v.by, before, limit+1)
	if err != nil {
		return err
	}
	next := ""
	if len(all) > limit {
		all = all[:limit]
		next = itoa(all[limit-1].ID)
	}
	return v.send(fiber.StatusOK, listOf(all, next, v.apiNotification))
}

func (v *visit) apiNotification(n item.Notification) apiNotification {
	return apiNotification{ID: n.ID, Item: n.Item, Title: n.Title, Author: v.apiPerson(account.User{ID: n.ByID, Name: n.By, Display: n.Display}),
		Reasons: n.Reasons, At: moment(n.At), Read: n.Read, URL: v.app.BaseURL + views.ItemPath(n.Kind, n.Item, n.Title, n.Slug, n.By)}
}

// apiTarget is what a subscription is about: one of its members is there.
type apiTarget struct {
	Board  string      `json:"board,omitempty"`
	Tag    string      `json:"tag,omitempty"`
	Thread json.Number `json:"thread,omitempty"`
	Wiki   string      `json:"wiki,omitempty"`
	User   string      `json:"user,omitempty"`
}

type apiSubscription struct {
	Target  apiTarget `json:"target"`
	Title   string    `json:"title"`
	Level   string    `json:"level"`
	Channel string    `json:"channel"`
}

func (a *App) apiSubscriptions(v *visit) error {
	all, err := a.Items.Subscriptions(v.ctx(), v.by)
	if err != nil {
		return err
	}
	var seen []item.Subscription
	for _, s := range all {
		if s.Name != "" { // otherwise it is gone, or out of sight
			seen = append(seen, s)
		}
	}
	return v.send(fiber.StatusOK, listOf(seen, "", drawSubscription))
}

func drawSubscription(s item.Subscription) apiSubscription {
	shown := apiSubscription{Title: s.Name, Level: s.Level, Channel: s.Channel}
	switch s.Target {
	case item.ToBoard:
		shown.Target.Board = s.Slug
	case item.ToTag:
		shown.Target.Tag = s.Slug
	case item.ToThread:
		shown.Target.Thread = json.Number(itoa(s.ID))
	case item.ToWiki:
		shown.Target.Wiki = s.Name
	case item.ToUser:
		shown.Target.User = s.Slug
	}
	return shown
}

// apiSubscribe sets how much the asker hears of something that they may read.
func (a *App) apiSubscribe(v *visit) error {
	sent := apiSubscription{Channel: "mail"}
	if err := v.read(&sent); err != nil {
		return err
	}
	target, n, err := v.target(sent.Target)
	if err != nil {
		return err
	}
	sub := item.Subscription{Target: target, ID: n, Level: sent.Level, Channel: sent.Channel}
	if err := a.Items.Subscribe(v.ctx(), v.by, sub); err != nil {
		return err
	}
	return v.done()
}

// target finds what a subscription names. What the asker may not read is not there.
func (v *visit) target(t apiTarget) (item.Target, int64, error) {
	switch {
	case t.Board != "":
		b, err := v.app.Forum.Board(v.ctx(), v.by, t.Board)
		return item.ToBoard, b.ID, err
	case t.Tag != "":
		g, err := v.app.Items.TagNamed(v.ctx(), v.by, t.Tag)
		return item.ToTag, g.ID, err
	case t.Thread != "":
		return v.targetThread(t.Thread)
	case t.Wiki != "":
		p, err := v.app.Wiki.Page(v.ctx(), v.by, t.Wiki)
		return item.ToWiki, p.ID, err
	case t.User != "":
		u, err := v.app.Accounts.ByName(v.ctx(), t.User)
		return item.ToUser, u.ID, err
	}
	return "", 0, fault.Bad("target", "Name a board, tag, thread, wiki page or user.")
}

func (v *visit) targetThread(number json.Number) (item.Target, int64, error) {
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil {
		return "", 0, errNothing
	}
	t, err := v.app.Forum.Thread(v.ctx(), v.by, n, forum.View{Limit: 1})
	if err != nil {
		return "", 0, err
	}
	return item.ToThread, t.ID, nil
}
