package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"picus/internal/lang"
	"picus/views"
)

// settingsWay leads back to the settings, and deskWay to a page of the administrators.
func (v *visit) settingsWay() []views.Crumb {
	return []views.Crumb{{Label: v.lang.T("Settings"), Href: "/settings"}}
}

func (v *visit) deskWay(label, path string) []views.Crumb {
	return []views.Crumb{{Label: v.lang.T("Administration"), Href: "/admin"}, {Label: label, Href: path}}
}

// page returns what every page needs. title stands in the browser's tab.
func (v *visit) page(title string) views.Page {
	p := views.Page{
		Lang: v.lang, Title: title, Path: v.OriginalURL(), Site: v.app.Site, Base: v.app.BaseURL, Licence: v.app.licence, Pictures: v.pictures.now, Asked: v.pictures.before,
		CSRF: v.formToken(), Now: v.now, Notice: v.notice(), Dev: v.app.Dev,
	}
	if v.by.Signed() {
		p.Me = &views.Me{Name: v.by.Name, Display: v.by.Display, Unread: v.by.Unread, Unreachable: v.by.Unreachable, Staff: v.by.Staff(), Admin: v.by.Admin()}
	}
	return p
}

// notices are the lines that ?done= stands for: nothing is kept between two
// requests, and nobody can put words into our mouth with a link.
var notices = map[string]string{
	"saved":       lang.Mark("Saved."),
	"setup":       lang.Mark("The site is yours."),
	"confirmed":   lang.Mark("Your address is confirmed. Sign in with the password you chose."),
	"reset":       lang.Mark("Your password is changed. Sign in with the new one."),
	"reread":      lang.Mark("The mail will be read again in a moment."),
	"revised":     lang.Mark("The post has a new revision."),
	"unchanged":   lang.Mark("Nothing has changed: the post says already what is read in the mail today."),
	"address":     lang.Mark("Your mail goes to the new address from now on."),
	"claimed":     lang.Mark("What was written from your other address is yours now, and so is mail from there."),
	"dropped":     lang.Mark("Mail from that address is not taken as yours any more."),
	"claim-asked": lang.Mark("We have sent a letter to your other address. Open the link in it within an hour."),
	"asked":       lang.Mark("We have sent a letter to the new address. Open the link in it within an hour."),
	"ended":       lang.Mark("Signed out there."),
	"kept":        lang.Mark("The draft is kept."),
	"taken":       lang.Mark("Taken back before anybody was told. Your text is a draft again."),
	"discarded":   lang.Mark("The draft is discarded."),
	"sent":        lang.Mark("Your private mail is on its way."),
	"reported":    lang.Mark("The staff have got what you handed over."),
	"deleted":     lang.Mark("Deleted."),
	"undone":      lang.Mark("It is undone."),
	"swept":       lang.Mark("Everything is out of sight, and the account is closed."),
	"unswept":     lang.Mark("Everything is back, and the account is open."),
	"restored":    lang.Mark("It is back."),
	"watching":    lang.Mark("You will hear of what is written here."),
	"muted":       lang.Mark("You will not hear of this any more."),
	"normal":      lang.Mark("You will only hear of this where you take part or are mentioned."),
}

func (v *visit) notice() string {
	if msg, ok := notices[v.Query("done")]; ok {
		return v.lang.T(msg)
	}
	return ""
}

// draw sends a page, written straight into the answer.
func (v *visit) draw(status int, page templ.Component) error {
	response := v.Response()
	response.ResetBody()
	if err := page.Render(context.Background(), response.BodyWriter()); err != nil {
		response.ResetBody()
		return fmt.Errorf("draw a page: %w", err)
	}
	v.Status(status)
	v.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	v.cacheable(status)
	return nil
}

// cacheable says who may keep the page. What a member sees is nobody else's, and
// what everybody sees is asked for again each time, but sent only when it changed.
func (v *visit) cacheable(status int) {
	v.Vary(fiber.HeaderCookie, fiber.HeaderAcceptLanguage)
	if v.private || v.by.Signed() || status != fiber.StatusOK || changes(v.Ctx) {
		v.Set(fiber.HeaderCacheControl, "private, no-store")
		return
	}
	v.Set(fiber.HeaderCacheControl, "no-cache")
	v.tag()
}

// tag names the answer by what it holds, and leaves it out where the reader has it.
func (v *visit) tag() {
	sum := sha256.Sum256(v.Response().Body())
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	v.Set(fiber.HeaderETag, tag)
	if matches(v.Get(fiber.HeaderIfNoneMatch), tag) {
		v.Response().ResetBody()
		v.Status(fiber.StatusNotModified)
	}
}

// goTo sends the reader on after a form was accepted. The path is one of ours: see
// ownPath where a form names it.
func (v *visit) goTo(path string) error {
	v.Set(fiber.HeaderCacheControl, "private, no-store")
	return v.Redirect(path, fiber.StatusSeeOther)
}

// moved sends the reader to where a page stands for good. What is moved for one
// reader may be out of another's sight, so that nobody on the way keeps it.
func (v *visit) moved(path string) error {
	v.Set(fiber.HeaderCacheControl, "private, no-cache")
	return v.Redirect(path, fiber.StatusMovedPermanently)
}

// found sends the reader to where a thing is at the moment.
func (v *visit) found(path string) error {
	v.Set(fiber.HeaderCacheControl, "private, no-store")
	return v.Redirect(path, fiber.StatusFound)
}
