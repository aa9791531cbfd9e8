package stackexchange

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"picus/internal/fault"
	"picus/internal/importer"
)

// maxRow bounds one row; the longest post of Stack Exchange has 30,000 characters.
const maxRow = 4 << 20

// dump is the folder with a site's files.
type dump struct {
	dir      string
	done     int64 // bytes read
	total    int64 // bytes to be read
	progress importer.Progress
}

// file is one file of a dump while it is read.
type file struct {
	name  string
	line  int
	whole bool // its end was seen, and all that came before could be read
	each  func(row)
	bad   func(where, reason string)
}

// open opens a file of the dump, zipped or not.
func (d *dump) open(name string) (*os.File, error) {
	f, err := os.Open(filepath.Join(d.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.Open(filepath.Join(d.dir, name+".gz"))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Gone("There is no %s in the folder %s. Unpack the dump of one site there first.", name, d.dir)
	}
	return f, err
}

// expect counts what is to be read for the progress.
func (d *dump) expect(names ...string) error {
	for _, name := range names {
		f, err := d.open(name)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		f.Close()
		if err != nil {
			return err
		}
		d.total += info.Size()
	}
	return nil
}

// rows calls each with every row of a file, one after the other, and bad with what cannot
// be read. It reports whether the file was readable from its first line to its last: only
// then does a row that is not there mean anything.
func (d *dump) rows(ctx context.Context, name string, each func(row), bad func(where, reason string)) (whole bool, err error) {
	f, err := d.open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	in := io.Reader(counted{f, d})
	if strings.HasSuffix(f.Name(), ".gz") {
		if in, err = gzip.NewReader(in); err != nil {
			return false, fmt.Errorf("read %s: %w", f.Name(), err)
		}
	}
	rows := &file{name: name, each: each, bad: bad}
	if err := rows.read(ctx, bufio.NewReaderSize(in, 256<<10)); err != nil {
		return false, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return rows.whole, nil
}

// counted tells the progress what is read through it.
type counted struct {
	io.Reader
	d *dump
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.d.done += int64(n)
	c.d.progress.Report(c.d.done, c.d.total)
	return n, err
}

// read cuts the file where a line begins with a new row, so that a broken row cannot hide
// the next one as it would from a parser of the whole.
func (f *file) read(ctx context.Context, in *bufio.Reader) error {
	var piece []byte
	start, intact := 1, true
	flush := func() {
		if len(piece) > 0 && !f.parse(piece, start) {
			intact = false
		}
		piece = piece[:0]
	}
	for {
		line, long, err := readLine(in)
		f.line++
		if begins(line) {
			flush()
			start = f.line
		}
		piece = append(piece, line...)
		if long || len(piece) > maxRow {
			f.bad(f.at(start), "The row is longer than any post of Stack Exchange.")
			piece, intact = piece[:0], false
		}
		if err == io.EOF {
			flush()
			f.whole = f.whole && intact
			return ctx.Err()
		}
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
}

// readLine returns the next line, and whether there was more of it than a row may have.
func readLine(in *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxRow {
			long = true
			line = line[:0]
		}
		if !long {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

func begins(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	return bytes.HasPrefix(line, []byte("<row")) || bytes.HasPrefix(line, []byte("</"))
}

func (f *file) at(line int) string { return f.name + ":" + strconv.Itoa(line) }

// illegal is a reference to a character; XML forbids most controls, and older dumps hold some.
var illegal = regexp.MustCompile(`&#(x0*[0-9a-fA-F]|x0*1[0-9a-fA-F]|0*[0-9]|0*[12][0-9]|0*3[01]|xFFF[EFef]);`)

// parse reads a piece of the file, as a rule one row, and reports whether it could.
func (f *file) parse(piece []byte, line int) bool {
	rows, ended, err := parseRows(piece)
	if err != nil {
		rows, ended, err = parseRows(illegal.ReplaceAllFunc(piece, legal))
	}
	if err != nil {
		f.bad(f.at(line), fmt.Sprintf("The row is not well-formed XML: %v.", err))
		return false
	}
	for _, attrs := range rows {
		f.each(row{at: f.at(line), attrs: attrs})
	}
	f.whole = f.whole || ended
	return true
}

func legal(ref []byte) []byte {
	switch strings.ToLower(string(ref)) {
	case "&#x9;", "&#xa;", "&#xd;", "&#9;", "&#10;", "&#13;":
		return ref
	}
	return nil
}

// parseRows returns the attributes of each row in a piece, and whether the file's last tag
// is in it.
func parseRows(piece []byte) (rows []map[string]string, ended bool, err error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(piece, []byte("\ufeff"))))
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return rows, ended, nil
		}
		if err != nil {
			return nil, false, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "row" {
				rows = append(rows, attributes(t.Attr))
			}
		case xml.EndElement:
			ended = ended || t.Name.Local != "row"
		}
	}
}

func attributes(list []xml.Attr) map[string]string {
	attrs := make(map[string]string, len(list))
	for _, a := range list {
		attrs[a.Name.Local] = a.Value
	}
	return attrs
}
