package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"picus/mail"
	"picus/views"
)

// unsubscribePage says what the link of a mail would do. Opening it changes nothing.
func (a *App) unsubscribePage(v *visit) error {
	u, err := a.Mail.UnsubscribeInfo(v.ctx(), v.param("token"))
	if err != nil {
		return err
	}
	p := views.GatePage{Page: v.page(v.lang.T("Unsubscribe")), Action: v.Path(), Button: v.lang.T("Unsubscribe"),
		Intro: []string{v.lang.T("The mail from “%s” to %s ends.", u.Board, u.Name)}}
	if u.Digest {
		p.Intro = []string{v.lang.T("The digests to %s end. What they tell of stays on the site.", u.Name)}
	}
	if u.Done {
		p.Action, p.Intro = "", []string{v.hasEnded(u)}
	}
	return v.gate(p, nil)
}

// unsubscribe is pressed by a person, or by a mail program for one (RFC 8058, 3.1):
// without a cookie and without a page before it. The hash in the address is the proof,
// so another site that sends this request must have the mail.
func (a *App) unsubscribe(c *fiber.Ctx) error {
	ctx, done := context.WithTimeout(context.Background(), requestTime)
	defer done()
	v, err := a.welcome(ctx, c)
	if err != nil {
		return err
	}
	u, err := a.Mail.Unsubscribe(ctx, v.param("token"))
	if err != nil {
		return err
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Unsubscribe")),
		Intro: []string{v.hasEnded(u)}}, nil)
}

func (v *visit) hasEnded(u mail.Unsubscription) string {
	if u.Digest {
		return v.lang.T("The digests to %s have ended.", u.Name)
	}
	return v.lang.T("The mail from “%s” to %s has ended.", u.Board, u.Name)
}
