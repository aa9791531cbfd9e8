package web

import (
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

// What a post can become; toOther is a question that was meant as an answer.
const (
	toAnswer   = "answer"
	toComment  = "comment"
	toQuestion = "question"
	toOther    = "other"
)

// conversion is the form as it was filled in.
type conversion struct{ to, title, tags, under, other string }

// convertPage asks what a post shall become.
func (a *App) convertPage(v *visit) error { return v.drawConvert(conversion{}, nil) }

// convert makes a comment an answer, an answer a comment, or something new of a post.
func (a *App) convert(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	c := conversion{to: v.value("to"), title: v.value("title"), tags: v.value("tags"), under: v.value("under"), other: v.value("other")}
	made := id
	switch c.to {
	case toAnswer:
		err = a.Forum.ToAnswer(v.ctx(), v.by, id, item.Web)
	case toComment:
		err = a.Forum.ToComment(v.ctx(), v.by, id, postNumber(c.under), item.Web)
	case toQuestion:
		var ref forum.Ref
		ref, err = a.Forum.ToQuestion(v.ctx(), v.by, forum.Conversion{Post: id, Title: c.title, Tags: c.tags, Via: item.Web})
		made = ref.Post
	case toOther:
		var ref forum.Ref
		ref, err = a.Forum.ToAnswerOf(v.ctx(), v.by, forum.Conversion{Post: id, To: postNumber(c.other), Via: item.Web})
		made = ref.Post
	default:
		err = fault.Bad("to", "Choose what it shall become.")
	}
	if err != nil {
		return v.drawConvert(c, err)
	}
	return v.backTo(made)
}

func (v *visit) drawConvert(c conversion, refused error) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if err := q.MayConvert(v.by); err != nil {
		return err
	}
	why := v.lang.Refusals(refused)
	p := views.SmallForm{Page: v.page(v.lang.T("Turn post %s into something else", itoa(q.ID))), Way: v.wayTo(t, q), To: q.HTML, ToName: q.Author.Display,
		Action: views.PostPath(q.ID) + "/convert", Refused: why, Submit: v.lang.T("Convert it"), Back: views.PostPath(q.ID),
		Intro:  v.lang.T("What was said about it stays, and its address goes on to work."),
		Choice: &views.Field{Name: "to", Label: v.lang.T("What is it?"), Value: c.to, Error: why.On("to"), Options: v.conversions(q, t)}}
	if q.Kind == forum.Answer {
		p.Fields = append(p.Fields, views.Field{Name: "under", Label: v.lang.T("Below which answer"), Value: c.under, Error: why.On("under"),
			Hint: v.lang.T("For a comment: the number of the answer. Left empty, it stands below the question.")})
	}
	if q.First() {
		p.Fields = append(p.Fields, views.Field{Name: "other", Label: v.lang.T("The other question"), Value: c.other, Error: why.On("to"), Hint: v.lang.T("Its address, or its number.")})
	} else {
		title, tags := v.titleField(c.title, why), v.tagsField(c.tags, why)
		title.Required, title.Hint = false, v.lang.T("For a question: one sentence that says what it is about.")
		p.Fields = append(p.Fields, *title, *tags)
	}
	return v.drawSmall(t, p, refused)
}

// conversions are what a post of this kind can become.
func (v *visit) conversions(q forum.Post, t *forum.Thread) []views.Option {
	if q.First() {
		return []views.Option{{Value: toOther, Label: v.lang.T("An answer to another question")}}
	}
	question := views.Option{Value: toQuestion, Label: v.lang.T("A question of its own")}
	switch {
	case q.Kind == forum.Comment && t.Kind == forum.Question:
		return []views.Option{{Value: toAnswer, Label: v.lang.T("An answer")}, question}
	case q.Kind == forum.Answer:
		return []views.Option{{Value: toComment, Label: v.lang.T("A comment")}, question}
	}
	return []views.Option{question}
}
