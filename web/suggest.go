package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

// suggestPage is the form for an edit that its author has to take.
func (a *App) suggestPage(v *visit) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if q.MayEdit(v.by) == nil {
		return v.goTo(views.PostPath(q.ID) + "/edit")
	}
	if err := q.MaySuggest(v.by); err != nil {
		return err
	}
	return v.drawSuggest(q, t, forum.Edit{Post: q.ID, Base: q.Revision, Title: q.Title, Body: q.Source, Tags: strings.Join(t.Tags, " ")}, nil)
}

// suggest proposes an edit, or shows what it would look like.
func (a *App) suggest(v *visit) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	e := forum.Edit{Post: q.ID, Base: v.valueID("base"), Title: v.value("title"), Body: v.value("body"), Tags: v.value("tags"),
		Summary: v.value("summary"), Via: item.Web}
	if v.pressed("preview") {
		return v.drawSuggest(q, t, e, nil)
	}
	id, err := a.Forum.Suggest(v.ctx(), v.by, e)
	if err != nil {
		return v.drawSuggest(q, t, e, err)
	}
	return v.goTo("/suggestions/" + itoa(id))
}

func (v *visit) drawSuggest(q forum.Post, t *forum.Thread, e forum.Edit, refused error) error {
	why := v.lang.Refusals(refused)
	form := views.Compose{
		Action: views.PostPath(q.ID) + "/suggest", Refused: why, Submit: v.lang.T("Suggest it"), NoFiles: true,
		Body:    v.bodyField(e.Body, v.lang.T("Text"), why),
		Summary: &views.Field{Name: "summary", Label: v.lang.T("What did you change?"), Value: e.Summary, Error: why.On("summary"), MaxLength: 200},
		What:    v.lang.T("%s or a moderator takes it, in your name, or says why not.", q.Author.Display),
		Hidden:  []views.Sent{{Name: "base", Value: itoa(e.Base)}},
	}
	if q.First() {
		form.Title, form.Tags = v.titleField(e.Title, why), v.tagsField(e.Tags, why)
	}
	v.preview(&form, q.Kind, e.Body)
	p := views.ComposePage{Page: v.page(t.Title), Heading: v.lang.T("Suggest an edit of post %s", itoa(q.ID)), Form: form, Way: v.wayTo(t, q)}
	p.Nav = navOf(t.Kind)
	return v.drawForm(views.Write(p), refused)
}

// suggestions lists the edits that wait for the reader's word, or those they have made.
func (a *App) suggestions(v *visit) error {
	from, _ := strconv.ParseInt(v.Query("cursor"), 10, 64)
	mine := v.Query("show") == "mine"
	read := a.Forum.Suggestions
	if mine {
		read = a.Forum.Suggested
	}
	all, next, err := read(v.ctx(), v.by, from)
	if err != nil {
		return err
	}
	p := views.SuggestionsPage{Page: v.page(v.lang.T("Suggested edits")), Tabs: []views.Tab{
		{Label: v.lang.T("Waiting for you"), Href: "/suggestions", Here: !mine},
		{Label: v.lang.T("Your own"), Href: "/suggestions?show=mine", Here: mine},
	}}
	for _, s := range all {
		p.All = append(p.All, v.drawn(p.Page, s))
	}
	if next != 0 {
		p.Next = address("/suggestions", "show", v.Query("show"), "cursor", itoa(next))
	}
	p.NoIndex = true
	return v.draw(fiber.StatusOK, views.Suggestions(p))
}

// drawn is a suggestion with what it would change.
func (v *visit) drawn(p views.Page, s forum.Suggestion) views.Suggestion {
	title, body, tags := s.Outcome(nil)
	d := views.Suggestion{Suggestion: s, MayDecide: s.MayDecide(v.by) == nil, Mine: s.By.ID == v.by.ID, Clashes: s.Clashes()}
	if s.State == "approved" {
		return d // it is what stands there, or stood there: the history shows it
	}
	d.Lines = views.DiffLines(p, item.Diff(s.Post.Source, body))
	if s.Post.First() {
		d.TitleChange = views.Change{Was: s.Post.Title, Is: title}
		d.TagChange = views.Change{Was: strings.Join(s.TagsNow, " "), Is: strings.Join(tags, " ")}
	}
	return d
}

// suggestion shows one.
func (a *App) suggestion(v *visit) error { return v.drawSuggestion("", nil) }

// decide takes a suggestion, refuses it, or takes one's own back.
func (a *App) decide(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	switch v.value("do") {
	case "approve":
		_, err = a.Forum.Approve(v.ctx(), v.by, forum.Approval{Suggestion: id, Seen: v.valueID("seen"), Take: v.take(), Via: item.Web})
	case "refuse":
		err = a.Forum.Refuse(v.ctx(), v.by, id, v.value("why"), item.Web)
	case "withdraw":
		err = a.Forum.TakeBack(v.ctx(), v.by, id)
	default:
		err = fault.Bad("why", "Take it, or say why not.")
	}
	if err != nil {
		return v.drawSuggestion(v.value("why"), err)
	}
	return v.goTo("/suggestions/" + itoa(id))
}

// take reads which text is to stand at each place where two clash.
func (v *visit) take() (all []item.Side) {
	for n := 1; ; n++ {
		side := v.value("take" + strconv.Itoa(n))
		if side == "" {
			return all
		}
		all = append(all, item.Side(side))
	}
}

func (v *visit) drawSuggestion(why string, refused error) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	s, err := v.app.Forum.Suggestion(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	p := views.SuggestionsPage{Page: v.page(v.lang.T("Suggested edit")), Tabs: []views.Tab{
		{Label: v.lang.T("Waiting for you"), Href: "/suggestions"}, {Label: v.lang.T("Your own"), Href: "/suggestions?show=mine"}}}
	one := v.drawn(p.Page, s)
	one.Refused, one.Said, one.Taken = v.lang.Refusals(refused), why, v.take()
	for i := range one.Refused {
		one.Refused[i].Field = one.Field(one.Refused[i].Field)
	}
	p.All, p.NoIndex = []views.Suggestion{one}, true
	return v.drawForm(views.Suggestions(p), refused)
}
