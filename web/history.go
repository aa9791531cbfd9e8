package web

import (
	"picus/internal/item"
	"picus/views"
)

// mostCompared is how many revisions are compared on one page.
const mostCompared = 30

// compared is a history, newest first, with what each revision changed.
func compared(p views.Page, all []item.Revision) []views.Revision {
	shown := make([]views.Revision, min(len(all), mostCompared))
	for i := range shown {
		r := all[i]
		shown[i].Revision = r
		if i+1 == len(all) {
			shown[i].Whole = true // the first one, or the oldest that the reader may see
			continue
		}
		was := all[i+1]
		shown[i].Lines = views.DiffLines(p, item.Diff(was.Source, r.Source))
		if was.Title != r.Title {
			shown[i].TitleWas = was.Title
		}
	}
	return shown
}
