package views

import "github.com/a-h/templ"

// What the tests look at.
var (
	ByStencil     = article
	Plain         = func(p *ThreadPage, q *Post) templ.Component { return articleOf(p, q, comments(p, q)) }
	NoteByStencil = comment
	PlainNote     = commentOf
	Frame         = []func(Page) templ.Component{header, footer, keys}
	PlainFrame    = []func(Page) templ.Component{headerOf, footerOf, keysOf}
	RowByStencil  = threadRow
	PlainRow      = rowOf
)
