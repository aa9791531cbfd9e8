package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/lang"
	"picus/views"
)

// reasons are the words of a vote against something, as a person reads them.
var reasons = map[string]string{
	"wrong":      lang.Mark("It is wrong, or does not work"),
	"unclear":    lang.Mark("It cannot be understood"),
	"outdated":   lang.Mark("It is out of date"),
	"off-topic":  lang.Mark("It is about something else"),
	"unkind":     lang.Mark("It is unkind"),
	"spam":       lang.Mark("It is advertising"),
	forum.Other:  lang.Mark("Something else"),
	forum.Unsaid: lang.Mark("No reason was given"),
}

// vote sets the reader's vote on a post. A vote against it needs a reason, and the form
// for it is where the button leads that has none.
func (a *App) vote(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	value, err := strconv.Atoi(v.value("value"))
	if err != nil {
		return fault.Bad("value", "A vote is 1, 0 or -1.")
	}
	if value != -1 {
		if _, err := a.Forum.Vote(v.ctx(), v.by, id, value); err != nil {
			return err
		}
		return v.backTo(id)
	}
	if !v.pressed("note") {
		return v.goTo(views.PostPath(id) + "/vote")
	}
	why := forum.Reason{Word: v.value("reason"), Note: v.value("note")}
	if why.Word == forum.Unsaid {
		why.Word = ""
	}
	if _, err := a.Forum.VoteDown(v.ctx(), v.by, id, why); err != nil {
		return v.drawVote(why, err)
	}
	return v.backTo(id)
}

// votePage asks why somebody votes against a post.
func (a *App) votePage(v *visit) error { return v.drawVote(forum.Reason{}, nil) }

func (v *visit) drawVote(said forum.Reason, refused error) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if err := q.MayVote(v.by); err != nil {
		return err
	}
	why := v.lang.Refusals(refused)
	p := views.SmallForm{Page: v.page(v.lang.T("Vote against post %s", itoa(q.ID))), Heading: v.lang.T("Vote against post %s", itoa(q.ID)),
		Way: v.wayTo(t, q), Intro: v.lang.T("Say why: its author and the moderators read it, nobody else. They do not see who says it, but for the moderators."), To: q.HTML, ToName: q.Author.Display,
		Action: views.PostPath(q.ID) + "/vote", Hidden: []views.Sent{{Name: "value", Value: "-1"}}, Refused: why,
		Choice: &views.Field{Name: "reason", Label: v.lang.T("What is wrong with it?"), Value: said.Word, Error: why.On("reason")},
		Fields: []views.Field{{Name: "note", Label: v.lang.T("More about it"), Value: said.Note, Error: why.On("note"), MaxLength: 500,
			Hint: v.lang.T("What would make it better?")}},
		Submit: v.lang.T("Vote against it"), Danger: true, Back: views.PostPath(q.ID),
	}
	for _, word := range forum.Reasons {
		p.Choice.Options = append(p.Choice.Options, views.Option{Value: word, Label: v.lang.T(reasons[word])})
	}
	p.Nav = navOf(t.Kind)
	return v.drawForm(views.DrawSmallForm(p), refused)
}

// objections shows the author of a post, and the moderators, why others voted against it.
func (a *App) objections(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	q, all, err := a.Forum.Objections(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	_, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	heading := v.lang.T("Votes against post %s", itoa(q.ID))
	p := views.ObjectionsPage{Page: v.page(heading), Heading: heading, Way: v.wayTo(t, q)}
	for _, o := range all {
		p.All = append(p.All, views.Objection{Why: v.lang.T(reasons[o.Word]), Note: o.Note, By: views.User{Name: o.By.Name, Display: o.By.Display}, At: o.At})
	}
	p.Nav, p.NoIndex = navOf(t.Kind), true
	return v.draw(fiber.StatusOK, views.Objections(p))
}

// postAndThread is the post that the address names, and its thread.
func (v *visit) postAndThread() (forum.Post, *forum.Thread, error) {
	id, err := v.number("id")
	if err != nil {
		return forum.Post{}, nil, err
	}
	q, err := v.app.Forum.Find(v.ctx(), v.by, id)
	if err != nil {
		return q, nil, err
	}
	t, err := v.app.Forum.Thread(v.ctx(), v.by, q.Thread, forum.View{Limit: 1})
	return q, t, err
}

// wayTo is the way to a page about a post.
func (v *visit) wayTo(t *forum.Thread, q forum.Post, more ...views.Crumb) []views.Crumb {
	return slices.Concat([]views.Crumb{{Label: views.BoardTitle(v.lang, t.Board), Href: boardPath(t.Board.Slug)}, {Label: t.Title, Href: views.PostPath(q.ID)}}, more)
}
