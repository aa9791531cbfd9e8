package web

import (
	"slices"

	"picus/internal/item"
)

// askedPictures are the images of a form's text.
type askedPictures struct {
	now    []item.Picture // of which it is asked now what they show
	before []string       // paths of those that were asked about: nobody is asked twice
}

// describePictures puts what a form says of its images into its text. Where it says
// nothing of one, the form comes back once, as if its writer had asked to look at it first.
func (v *visit) describePictures() {
	args := v.Context().PostArgs()
	shows, said := map[string]string{}, args.PeekMulti("alt")
	for i, path := range args.PeekMulti("pictured") {
		v.pictures.before = append(v.pictures.before, string(path))
		if i < len(said) {
			shows[string(path)] = string(said[i])
		}
	}
	for _, path := range args.PeekMulti("asked") {
		v.pictures.before = append(v.pictures.before, string(path))
	}
	body := item.Describe(v.value("body"), shows)
	args.Set("body", body)
	if v.pressed("preview") {
		return
	}
	for _, p := range item.Undescribed(body) {
		if !slices.Contains(v.pictures.before, p.Path) {
			v.pictures.now = append(v.pictures.now, p)
		}
	}
	if len(v.pictures.now) > 0 {
		args.Set("preview", "1")
	}
}
