// Package media makes files that people send harmless, or says why they are not
// taken. What a file is, its content says, not its name or its sender. An image is
// drawn anew, so that nothing that was hidden in it is left: no place where a photo
// was taken, no script. Everything else is given out as a download only.
package media

import (
	"errors"

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

// Why a file is not taken; refused has the words.
var (
	errEmpty    = errors.New("empty")
	errLarge    = errors.New("too large")
	errUnlisted = errors.New("not listed")
	errMismatch = errors.New("another content")
	errBroken   = errors.New("broken")
	errPixels   = errors.New("too many pixels")
)

// Read makes a file out of what somebody sent under a name. Its fault is on "file".
func Read(name string, data []byte) (File, error) {
	stem, end := cleanName(name)
	f, err := read(stem, end, data)
	if err == nil {
		return f, nil
	}
	if end != "" && end != unknownEnd {
		stem += "." + end
	}
	return File{}, refused(err, stem)
}

func read(stem, end string, data []byte) (File, error) {
	switch {
	case len(data) == 0:
		return File{}, errEmpty
	case len(data) > MaxSize:
		return File{}, errLarge
	}
	k, listed := kinds[end]
	if f := formatOf(data); f != nil {
		if end != "" && k.kind != image {
			return File{}, errMismatch
		}
		return f.read(stem, data)
	}
	switch {
	case !listed:
		return File{}, errUnlisted
	case !k.kind.holds(data):
		return File{}, errMismatch
	}
	return File{Name: stem + "." + end, Type: k.kind.sentAs(k.name, data), Data: data}, nil
}

// refused says why a file is not taken, and which.
func refused(err error, name string) error {
	switch err {
	case errEmpty:
		return fault.Bad("file", "The file “%s” is empty.", name)
	case errLarge:
		return fault.Bad("file", "The file “%s” is too large: %d MB at most.", name, MaxSize>>20)
	case errUnlisted:
		return fault.Bad("file", "Files like “%s” are not taken. Images, texts, PDF, office documents, sounds and archives are.", name)
	case errMismatch:
		return fault.Bad("file", "The content of “%s” is not what its name says, so it is not taken.", name)
	case errBroken:
		return fault.Bad("file", "The image “%s” cannot be read; it may be damaged. Save it again as PNG or JPEG.", name)
	case errPixels:
		return fault.Bad("file", "The image “%s” is too large: it may have %d million pixels at most.", name, maxPixels/1_000_000)
	}
	return err
}
