package web

import (
	"strings"

	"picus/forum"
	"picus/internal/item"
	"picus/views"
)

// replyDraft is a reply that somebody is writing.
type replyDraft struct {
	to      forum.Post // what it speaks to
	thread  *forum.Thread
	comment bool
	body    string
}

// replyPage is a form to answer one post, with its text quoted where that was asked for.
func (a *App) replyPage(v *visit) error {
	to, err := v.repliedTo()
	if err != nil {
		return err
	}
	d := replyDraft{to: to, comment: v.Query("comment") == "1"}
	if err := v.continued(&d); err != nil {
		return err
	}
	if v.Query("quote") == "1" {
		page := v.page("")
		d.body = d.before() + page.QuoteLine(d.to) + "\n\n> " + strings.ReplaceAll(strings.TrimSpace(d.to.Source), "\n", "\n> ") + "\n\n"
	}
	return v.drawReply(d, nil)
}

// continued puts the text of a draft into a reply.
func (v *visit) continued(d *replyDraft) error {
	begun, err := v.begun(item.ReplyPlace(d.to.ID, d.comment))
	if begun {
		d.body = v.draft.Body
	}
	return err
}

// before is what stands above a quotation that is put into the reply.
func (d replyDraft) before() string {
	if text := strings.TrimRight(d.body, "\n"); text != "" {
		return text + "\n\n"
	}
	return ""
}

// reply adds to a thread, or shows what that would look like.
func (a *App) reply(v *visit) error {
	to, err := v.repliedTo()
	if err != nil {
		return err
	}
	d := replyDraft{to: to, comment: v.value("comment") == "1", body: v.value("body")}
	if v.pressed("preview") {
		return v.drawReply(d, nil)
	}
	ref, err := a.Forum.Reply(v.ctx(), v.by, forum.NewPost{Thread: d.to.Thread, Parent: d.to.ID, Kind: d.kind(), Body: d.body, Via: item.Web, Sent: v.sent(item.ReplyPlace(d.to.ID, d.comment))})
	if err != nil {
		return v.drawReply(d, err)
	}
	return v.backTo(ref.Post)
}

// kind is what the form says the reply is; a form at the end of a question answers.
func (d replyDraft) kind() forum.Kind {
	switch {
	case d.comment:
		return forum.Comment
	case d.to.InQuestion:
		return forum.Answer
	}
	return forum.Reply
}

// repliedTo is the post that the address says is replied to.
func (v *visit) repliedTo() (forum.Post, error) {
	id, err := v.number("id")
	if err != nil {
		return forum.Post{}, err
	}
	return v.app.Forum.Find(v.ctx(), v.by, id)
}

// drawReply draws the form. Only that needs the thread.
func (v *visit) drawReply(d replyDraft, refused error) (err error) {
	if d.thread, err = v.app.Forum.Thread(v.ctx(), v.by, d.to.Thread, forum.View{Limit: 1}); err != nil {
		return err
	}
	if refused == nil {
		if err := d.thread.MayReply(v.by); err != nil {
			return err
		}
	}
	n, err := v.app.Forum.Audience(v.ctx(), v.by, d.thread.Board.ID, d.thread.ID, mostAnnounced)
	if err != nil {
		return err
	}
	form := v.replyForm(d, refused)
	form.Heading = ""
	if form.What, err = v.whatFollows(d.thread.Board, n, mostAnnounced); err != nil {
		return err
	}
	v.preview(&form, d.kind(), d.body)
	p := views.ComposePage{Page: v.page(d.thread.Title), Heading: v.replyWords(d).heading, Form: form, To: d.to.HTML, ToName: d.to.Author.Display,
		Way: []views.Crumb{{Label: views.BoardTitle(v.lang, d.thread.Board), Href: boardPath(d.thread.Board.Slug)}, {Label: d.thread.Title, Href: views.PostPath(d.to.ID)}}}
	p.Nav = navOf(d.thread.Kind)
	return v.drawForm(views.Write(p), refused)
}

func (v *visit) replyForm(d replyDraft, refused error) views.Compose {
	why, say := v.lang.Refusals(refused), v.replyWords(d)
	form := views.Compose{
		Action: views.PostPath(d.to.ID) + "/reply", Heading: say.heading, Refused: why,
		Body: v.bodyField(d.body, v.lang.T("Text"), why), Submit: say.button,
		Draft: v.draftBox(item.ReplyPlace(d.to.ID, d.comment), d.thread.Title), Licensed: d.thread.Board.MayRead == 0,
	}
	if d.comment {
		form.Body.Short = true
		form.Hidden = []views.Sent{{Name: "comment", Value: "1"}}
	}
	return form
}

// words are what a form of a certain kind says.
type words struct{ heading, button string }

func (v *visit) replyWords(d replyDraft) words {
	switch d.kind() {
	case forum.Comment:
		return words{v.lang.T("Your comment"), v.lang.T("Comment")}
	case forum.Answer:
		return words{v.lang.T("Your answer"), v.lang.T("Answer")}
	}
	return words{v.lang.T("Your reply"), v.lang.T("Reply")}
}
