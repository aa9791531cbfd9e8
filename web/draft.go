package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

// draftsShown is how many drafts stand on a page.
const draftsShown = 50

// drafts lists what the reader has begun and not sent.
func (a *App) drafts(v *visit) error {
	if !v.by.Signed() {
		return fault.SignIn("Sign in to see your drafts.")
	}
	before, err := v.idCursor()
	if err != nil {
		return err
	}
	all, err := a.Items.Drafts(v.ctx(), v.by, before, draftsShown+1)
	if err != nil {
		return err
	}
	p := views.DraftsPage{Page: v.page(v.lang.T("Drafts")), Drafts: all}
	p.NoIndex = true
	if len(all) > draftsShown {
		p.Drafts = all[:draftsShown]
		p.Next = address("/drafts", "cursor", itoa(all[draftsShown-1].Version))
	}
	v.private = true
	return v.draw(fiber.StatusOK, views.Drafts(p))
}

// keepDraft saves what a form holds. A script hears what became of it; a press of the
// button leads back to the form.
func (a *App) keepDraft(v *visit) error {
	mine := v.written()
	kept, err := a.Items.KeepDraft(v.ctx(), v.by, mine)
	if v.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON {
		return v.answerDraft(kept, err)
	}
	if fault.Is(err, fault.Conflict) {
		p := views.DraftConflictPage{Page: v.page(v.lang.T("Two drafts")), Sentence: v.lang.Fault(err), Mine: mine, Theirs: kept}
		return v.drawForm(views.DraftConflict(p), err)
	}
	if err != nil {
		return err
	}
	return v.goTo(withParameter(views.DraftPath(kept.Place), "done=kept"))
}

// written is what a form holds, as a draft.
func (v *visit) written() item.Unsent {
	u := item.Unsent{Place: v.value("place"), Kind: v.value("kind"), Title: v.value("title"), Body: v.value("body"), Tags: v.value("tags"),
		Summary: v.value("summary"), Base: v.valueID("base"), Version: v.valueID("draft"), Asked: v.pollAsked()}
	if u.Title == "" {
		u.Title = v.value("about")
	}
	return u
}

// answerDraft tells a script the version to go on from, or the draft that is in its way.
func (v *visit) answerDraft(kept item.Unsent, err error) error {
	v.private = true
	if fault.Is(err, fault.Conflict) {
		return v.send(fiber.StatusConflict, draftJSON(kept))
	}
	if err != nil {
		status := statusFor(err)
		v.note(status, err)
		return v.problem(status, err)
	}
	return v.send(fiber.StatusOK, draftJSON(kept))
}

// dropDraft discards a draft.
func (a *App) dropDraft(v *visit) error {
	if err := a.Items.DropDraft(v.ctx(), v.by, v.value("place")); err != nil {
		return err
	}
	return v.goTo("/drafts?done=discarded")
}

// begun reports whether the reader has a draft of a place, which then is v.draft.
func (v *visit) begun(place string) (bool, error) {
	if !v.by.Signed() {
		return false, nil
	}
	u, err := v.app.Items.Draft(v.ctx(), v.by, place)
	if fault.Is(err, fault.Missing) {
		return false, nil
	}
	v.draft = u
	return err == nil, err
}

// draftBox is the part of a form that keeps its text. It goes on from the draft that
// fills the form, or from the one that the form was sent with.
func (v *visit) draftBox(place, about string) *views.DraftBox {
	box := &views.DraftBox{Place: place, About: about, Version: v.valueID("draft"), Unsaved: changes(v.Ctx)}
	if v.draft.Place == place {
		box.Version, box.Saved = v.draft.Version, v.draft.Saved
	}
	return box
}

// sent names the draft that the form's text was.
func (v *visit) sent(place string) item.SentDraft {
	return item.SentDraft{Place: place, Version: v.valueID("draft"), Body: v.value("body")}
}

// unsend takes back what the reader has just written, and leads to its form.
func (a *App) unsend(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	draft, err := a.Forum.Unsend(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.goTo(withParameter(views.DraftPath(draft.Place), "done=taken"))
}

// withParameter adds to an address that may have parameters already.
func withParameter(path, one string) string {
	if strings.Contains(path, "?") {
		return path + "&" + one
	}
	return path + "?" + one
}

type apiDraft struct {
	Place   string     `json:"place"`
	Kind    string     `json:"kind"`
	Title   string     `json:"title"`
	Body    string     `json:"body"`
	Tags    []string   `json:"tags"`
	Summary string     `json:"summary"`
	Options []string   `json:"options"`
	Several bool       `json:"several"`
	Closes  string     `json:"closes"`
	Base    *int64     `json:"base_revision"`
	Version int64      `json:"version"`
	Saved   *time.Time `json:"saved"`
}

func draftJSON(u item.Unsent) apiDraft {
	d := apiDraft{Place: u.Place, Kind: u.Kind, Title: u.Title, Body: u.Body, Tags: strings.Fields(u.Tags), Summary: u.Summary,
		Base: orNull(u.Base), Version: u.Version, Saved: moment(u.Saved),
		Options: []string{}, Several: u.Several, Closes: u.Closes}
	if u.Options != "" {
		d.Options = strings.Split(u.Options, "\n")
	}
	if d.Tags == nil {
		d.Tags = []string{}
	}
	return d
}
