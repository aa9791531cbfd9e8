// Package media makes files that people send harmless, or says why they are not
// taken. What a file is, its content says, not its name or its sender. An image is
// drawn anew, so that nothing that was hidden in it is left: no place where a photo
// was taken, no script. Everything else is given out as a download only.
package media

import (
	"picus/internal/fault"
)

// MaxSize is how much one file may hold.
const MaxSize = 10 << 20

// File is a file as it is kept.
type File struct {
	Name          string // safe in a header, an address and a text; its end says what the file is
	Type          string // what it is sent as
	Data          []byte
	Width, Height int    // of an image
	Small         []byte // of a large image, as pages show it; nil: Data itself
}

// Image reports whether f can be shown in a page.
func (f File) Image() bool { return f.Width > 0 }

var (
	errEmpty    = fault.Bad("file", "This file is empty.")
	errMismatch = fault.Bad("file", "The content of this file is not what its name says, so it is not taken.")
	errBroken   = fault.Bad("file", "This image cannot be read; it may be damaged. Save it again as PNG or JPEG.")
	errPixels   = fault.Bad("file", "This image is too large: it may have %d million pixels at most.", maxPixels/1_000_000)
)

// Read makes a file out of what somebody sent under a name. Its fault is on "file".
func Read(name string, data []byte) (File, error) {
	switch {
	case len(data) == 0:
		return File{}, errEmpty
	case len(data) > MaxSize:
		return File{}, fault.Bad("file", "This file is too large: %d MB at most.", MaxSize>>20)
	}
	stem, end := cleanName(name)
	k, listed := kinds[end]
	if f := formatOf(data); f != nil {
		if end != "" && k.kind != image {
			return File{}, errMismatch
		}
		return f.read(stem, data)
	}
	switch {
	case !listed:
		return File{}, fault.Bad("file", "Files of this kind are not taken. Images, texts, PDF, office documents, sounds and archives are.")
	case !k.kind.holds(data):
		return File{}, errMismatch
	}
	return File{Name: stem + "." + end, Type: k.kind.sentAs(k.name, data), Data: data}, nil
}
