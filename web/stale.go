package web

import (
	"picus/internal/fault"
	"picus/views"
)

// stale is the page of a link out of a letter that has been used or has run out, with what
// sends another one. It says the same whoever the link was for, and whether it ever was
// good.
func (v *visit) stale(another views.GatePage, refused error) error {
	if !fault.Is(refused, fault.Missing) {
		return refused
	}
	another.Title, another.NoIndex = v.lang.T("This link has been used, or has run out"), true
	another.Intro = append([]string{v.lang.Fault(refused)}, another.Intro...)
	v.private = true
	return v.draw(statusOf[fault.Missing], views.Gate(another))
}

// askAgain leads to the form that sends another link, where that is asked for signed in.
func (v *visit) askAgain(label, path string) views.GatePage {
	return views.GatePage{Page: v.page(""), After: []views.Crumb{{Label: label, Href: path}}}
}
