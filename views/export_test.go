package views

import "github.com/a-h/templ"

// What the tests look at.
var (
	ByStencil     = article
	Plain         = func(p *ThreadPage, q *Post) templ.Component { return articleOf(p, q, comments(p, q)) }
	NoteByStencil = comment
	PlainNote     = commentOf
	RowByStencil  = threadRow
	PlainRow      = rowOf
)
