package web

import (
	"picus/forum"
	"picus/views"
)

// What goes along with a post that is split off.
const (
	splitBelow = "below"
	splitAfter = "after"
)

// splitting is the form as it was filled in.
type splitting struct{ what, kind, title, why string }

// splitPage asks for the title of the thread that a post shall become.
func (a *App) splitPage(v *visit) error { return v.drawSplit(splitting{what: splitBelow}, nil) }

// split makes a thread of its own of a post.
func (a *App) split(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	s := splitting{what: v.value("what"), kind: v.value("kind"), title: v.value("title"), why: v.value("why")}
	ref, err := a.Forum.Split(v.ctx(), v.by, forum.Split{Post: id, After: s.what == splitAfter, Kind: forum.Kind(s.kind), Title: s.title, Why: s.why})
	if err != nil {
		return v.drawSplit(s, err)
	}
	return v.backTo(ref.Post)
}

// apart makes a thread of its own of a mail that a guess has put into another.
func (a *App) apart(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	ref, err := a.Mail.Apart(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.backTo(ref.Post)
}

func (v *visit) drawSplit(s splitting, refused error) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if err := q.MaySplit(v.by); err != nil {
		return err
	}
	if s.kind == "" {
		s.kind = string(forum.Discussion)
		if t.Kind == forum.Question {
			s.kind = string(forum.Question)
		}
	}
	why := v.lang.Refusals(refused)
	title := v.titleField(s.title, why)
	title.Hint = v.lang.T("One sentence that says what the new thread is about.")
	p := views.SmallForm{Page: v.page(v.lang.T("Make a thread of post %s", itoa(q.ID))), Way: v.wayTo(t, q), To: q.HTML, ToName: q.Author.Display,
		Action: views.PostPath(q.ID) + "/split", Refused: why, Submit: v.lang.T("Split the thread"), Back: views.PostPath(q.ID),
		Intro: v.lang.T("The post begins a new thread in the same board. Its address stays good, a line in the old thread leads to the new one, and it can be undone."),
		Picks: []views.Field{
			{Name: "what", Label: v.lang.T("What goes along?"), Value: s.what, Options: []views.Option{
				{Value: splitBelow, Label: v.lang.T("What was written below it")},
				{Value: splitAfter, Label: v.lang.T("Everything that was written after it, too")},
			}},
			{Name: "kind", Label: v.lang.T("What is it?"), Value: s.kind, Error: why.On("kind"), Options: []views.Option{
				{Value: string(forum.Question), Label: v.lang.T("A question")},
				{Value: string(forum.Discussion), Label: v.lang.T("A discussion")},
			}},
		},
		Fields: []views.Field{*title, v.whyField(why)}}
	return v.drawSmall(t, p, refused)
}
