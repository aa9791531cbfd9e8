// Package mbox reads and writes mailbox files: every message begins with a line
// "From sender date". What is written is mboxrd, which quotes a line ">*From " of a
// message with one more ">", so that reading gives back every byte. What is read
// may also be mboxo, mboxcl2 and files without a "From " line, gzipped or not.
package mbox

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// MaxMessage is the largest message that is read. A longer one costs nothing but
// the error that names it.
const MaxMessage = 64 << 20

// bufferSize is how far the Reader can look ahead.
const bufferSize = 1 << 18

// TooLong is the error for a message above MaxMessage. Reading goes on behind it.
type TooLong struct {
	Offset int64 // where the message begins in the unpacked mailbox
	Size   int64 // how long it is
}

// Error names the message by its place.
func (e *TooLong) Error() string {
	return fmt.Sprintf("the message at byte %d has %d MB; messages above %d MB are not read", e.Offset, e.Size>>20, MaxMessage>>20)
}

// Reader reads the messages of one mailbox in turn, holding one at a time.
type Reader struct {
	src    io.Reader
	r      *bufio.Reader
	offset int64 // of what was read so far
	begins int64 // of the message that Next returned last
	from   []byte
	began  bool
	err    error
}

// NewReader returns a Reader of r. Gzip is recognised by its magic bytes.
func NewReader(r io.Reader) *Reader { return &Reader{src: r} }

// Offset returns how far the mailbox has been read, in unpacked bytes: the next
// message begins there.
func (r *Reader) Offset() int64 { return r.offset - int64(len(r.from)) }

// Next returns the next message without its "From " line and the quoting of such
// lines, or io.EOF behind the last. A *TooLong error leaves one message out; any
// other is final. The bytes are the caller's to keep.
func (r *Reader) Next() ([]byte, error) {
	if r.err == nil && !r.began {
		r.err = r.begin()
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.message()
}

// begin unpacks and finds the first "From " line.
func (r *Reader) begin() error {
	r.began = true
	plain := bufio.NewReaderSize(r.src, bufferSize)
	r.r = plain
	if magic, _ := plain.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(plain)
		if err != nil {
			return fmt.Errorf("unpack the mailbox: %w", err)
		}
		r.r = bufio.NewReaderSize(unpacked, bufferSize)
	}
	if bom, _ := r.r.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		r.skip(3)
	}
	for {
		next, err := r.r.Peek(6)
		if len(next) == 0 {
			if err == io.EOF {
				return io.EOF
			}
			return fmt.Errorf("read the mailbox: %w", err)
		}
		if next[0] != '\n' && next[0] != '\r' {
			break
		}
		r.skip(1)
	}
	if next, _ := r.r.Peek(5); isFrom(next) {
		return r.takeFrom()
	}
	return nil
}

func (r *Reader) skip(n int) {
	d, _ := r.r.Discard(n)
	r.offset += int64(d)
}

// takeFrom reads the "From " line that Next found.
func (r *Reader) takeFrom() error {
	r.from = r.from[:0]
	for {
		piece, err := r.r.ReadSlice('\n')
		r.offset += int64(len(piece))
		if len(r.from) < 4096 {
			r.from = append(r.from, piece...)
		}
		if err != bufio.ErrBufferFull {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// state is what is known of the message being read.
type state struct {
	buf     bytes.Buffer
	size    int64 // of the message so far
	raw     int64 // of its lines as they stand in the mailbox
	body    int64 // raw when the body began
	length  int64 // Content-Length, or -1
	inBody  bool
	blank   bool // the line before was empty
	lineNew bool // the next piece begins a line
}

// message reads up to the next "From " line or the end.
func (r *Reader) message() ([]byte, error) {
	r.begins = r.Offset()
	r.from = r.from[:0]
	s := state{blank: true, lineNew: true, length: -1}
	for {
		piece, err := r.r.ReadSlice('\n')
		if s.lineNew && s.ends(piece) {
			piece = bytes.Clone(piece) // looking ahead moves the buffer
			if !r.inside(&s, piece) {
				r.offset += int64(len(piece))
				if r.from = piece; err == bufio.ErrBufferFull {
					err = r.restOfFrom()
				}
				return r.finish(&s, err)
			}
		}
		r.offset += int64(len(piece))
		s.take(piece)
		switch {
		case err == bufio.ErrBufferFull:
		case err != nil:
			return r.finish(&s, err)
		}
	}
}

// restOfFrom skips the end of a "From " line that is longer than the buffer.
func (r *Reader) restOfFrom() error {
	for {
		piece, err := r.r.ReadSlice('\n')
		r.offset += int64(len(piece))
		if err != bufio.ErrBufferFull {
			return err
		}
	}
}

// finish hands out a message and keeps the error that ended it for the next call.
func (r *Reader) finish(s *state, err error) ([]byte, error) {
	switch {
	case err == io.EOF:
		r.err = io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		r.err = fmt.Errorf("the mailbox is cut off: %w", err)
	case err != nil:
		r.err = fmt.Errorf("read the mailbox: %w", err)
	}
	if s.size > MaxMessage {
		return nil, &TooLong{Offset: r.begins, Size: s.size}
	}
	raw := s.message()
	if len(raw) == 0 && r.err != nil {
		return nil, r.err
	}
	return raw, nil
}

// ends reports whether the line that piece begins starts another message: a "From "
// line with a time in it behind an empty line.
func (s *state) ends(piece []byte) bool {
	return s.blank && isFrom(piece) && looksLikeFrom(piece) && s.raw > 0
}

// inside reports whether a "From " line is text of a body whose Content-Length is
// told (mboxcl2). Lengths lie, so that one counts only if it ends where another
// message begins.
func (r *Reader) inside(s *state, line []byte) bool {
	left := s.length - (s.raw - s.body) - int64(len(line))
	if s.length < 0 || !s.inBody || left < 0 || left > bufferSize-64 {
		return false
	}
	next, _ := r.r.Peek(int(left) + 64)
	if int64(len(next)) < left {
		return false
	}
	next = bytes.TrimLeft(next[left:], "\r\n")
	return len(next) == 0 || isFrom(next)
}

// take adds one piece of a line.
func (s *state) take(piece []byte) {
	line := bytes.TrimRight(piece, "\r\n")
	s.raw += int64(len(piece))
	if s.lineNew {
		if s.raw > int64(len(piece)) {
			piece = unquote(piece)
		}
		if !s.inBody {
			s.readHeader(line)
		}
		s.blank = len(line) == 0
	}
	s.size += int64(len(piece))
	if s.lineNew && s.blank && !s.inBody {
		s.inBody, s.body = true, s.raw
	}
	if s.size <= MaxMessage {
		s.buf.Write(piece)
	} else {
		s.buf.Reset()
	}
	s.lineNew = bytes.HasSuffix(piece, []byte("\n"))
}

func (s *state) readHeader(line []byte) {
	const name = "content-length:"
	if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
		if n, err := strconv.ParseInt(string(bytes.TrimSpace(line[len(name):])), 10, 64); err == nil && n >= 0 {
			s.length = n
		}
	}
}

// message returns the bytes without the empty line that separates messages.
func (s *state) message() []byte {
	raw := s.buf.Bytes()
	switch {
	case bytes.HasSuffix(raw, []byte("\r\n\r\n")):
		return raw[:len(raw)-2]
	case bytes.HasSuffix(raw, []byte("\n\n")):
		return raw[:len(raw)-1]
	}
	return raw
}

func isFrom(line []byte) bool { return bytes.HasPrefix(line, []byte("From ")) }

// looksLikeFrom reports whether a line reads "From sender date": it holds a time, or
// nothing but an address or the dash of Netscape.
func looksLikeFrom(line []byte) bool {
	rest := bytes.TrimSpace(line[len("From "):])
	if len(rest) == 1 && rest[0] == '-' {
		return true
	}
	if bytes.IndexByte(rest, '@') > 0 && bytes.IndexByte(rest, ' ') < 0 {
		return true
	}
	for i := 1; i+1 < len(line) && i < 200; i++ {
		if line[i] == ':' && digit(line[i-1]) && digit(line[i+1]) {
			return true
		}
	}
	return false
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// unquote takes one ">" off a line ">*From " (mboxrd).
func unquote(line []byte) []byte {
	rest := bytes.TrimLeft(line, ">")
	if len(rest) < len(line) && isFrom(rest) {
		return line[1:]
	}
	return line
}
