package mail

import (
	"bytes"
	"html"
	"mime/quotedprintable"
)

// frame is the entity of a mail in which one line of the text, and the same line of the
// page, differ from copy to copy. All else is encoded once.
type frame struct {
	pieces [3][]byte // before the line of the text, between the two, after the line of the page
	holes  [2]hole
}

// hole is a line of a part.
type hole struct {
	encoding string
	end      []byte // what follows on the same line
}

// newFrame returns the frame of what parts returns for a line. Mark is a word that occurs
// nowhere in them, and short enough to stay on one line. It is nil, and each copy has to
// be written anew, where a part is in base64, which knows no lines.
func newFrame(boundary, mark, line string, parts func(line string) []part) (*frame, error) {
	real, marked := parts(line), parts(mark)
	var f frame
	for i, p := range real {
		if p.encoding == "base64" {
			return nil, nil
		}
		marked[i].encoding, f.holes[i].encoding = p.encoding, p.encoding
	}
	rest, err := bothParts(boundary, marked...)
	if err != nil {
		return nil, err
	}
	for i := range f.holes {
		before, after, found := bytes.Cut(rest, []byte(mark))
		end, _, ended := bytes.Cut(after, []byte("\r\n"))
		if !found || !ended {
			return nil, nil
		}
		f.pieces[i], f.holes[i].end, rest = before, end, after[len(end):]
	}
	f.pieces[2] = rest
	return &f, nil
}

// with returns the entity with the line in it, byte for byte what bothParts would make of
// it in the encodings that were picked for the first.
func (f *frame) with(line string) ([]byte, error) {
	var b bytes.Buffer
	for i, text := range []string{line, html.EscapeString(line)} {
		b.Write(f.pieces[i])
		if err := f.holes[i].write(&b, text); err != nil {
			return nil, err
		}
	}
	b.Write(f.pieces[2])
	return b.Bytes(), nil
}

func (h hole) write(b *bytes.Buffer, line string) error {
	if h.encoding == "7bit" {
		b.WriteString(line)
		b.Write(h.end)
		return nil
	}
	w := quotedprintable.NewWriter(b)
	if _, err := w.Write(append([]byte(line), h.end...)); err != nil {
		return err
	}
	return w.Close()
}
