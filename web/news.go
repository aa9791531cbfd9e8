package web

import (
	"picus/forum"
	"picus/views"
)

// news is what a page of the list hears of; nil where a reader would look for it in vain.
func (n narrow) news(rows []forum.Row) *views.News {
	if n.Cursor != "" || !n.Followed() {
		return nil
	}
	q := n.query()
	switch {
	case n.own.Kind == forum.Question:
		q.Set("list", "questions")
	case n.own.Board != "":
		q.Set("board", n.own.Board)
	default:
		q.Set("tagged", n.own.Tags[0])
	}
	return &views.News{Watch: q.Encode(), Since: n.NewestOf(rows), Show: n.at("")}
}

// watched is what the page shows that asks.
func (v *visit) watched() (watch, error) {
	if thread := queryID(v, "thread"); thread != 0 {
		return watch{thread: thread}, nil
	}
	var own forum.Filter
	switch tagged := v.Query("tagged"); {
	case v.Query("list") == "questions":
		own.Kind = forum.Question
	case tagged != "":
		own.Tags = []string{tagged}
	case v.Query("board") == "":
		return watch{}, nil
	}
	n, err := v.narrow("", own)
	if err != nil || !n.Followed() {
		return watch{}, err
	}
	list, err := v.app.Forum.Named(v.ctx(), n.Filter)
	return watch{list: &list}, err
}
