package web

import (
	"picus/internal/item"
	"picus/views"
)

// compared is a history, newest first, with what each revision changed.
func compared(p views.Page, all []item.Revision) []views.Revision {
	shown := make([]views.Revision, len(all))
	for i, r := range all {
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
