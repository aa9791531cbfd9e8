package mbox

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"time"
)

// Writer writes messages in the mboxrd form.
type Writer struct{ w *bufio.Writer }

// NewWriter returns a Writer to w. What it wrote has reached w when Write returns.
func NewWriter(w io.Writer) *Writer { return &Writer{bufio.NewWriterSize(w, 1<<16)} }

// Write appends one message. From is its envelope sender and may be empty; at is
// the time on the "From " line, which is always UTC. Line ends become LF.
func (w *Writer) Write(from string, at time.Time, raw []byte) error {
	w.w.WriteString("From " + sender(from) + " " + at.UTC().Format(time.ANSIC) + "\n")
	for len(raw) > 0 {
		line := raw
		if end := bytes.IndexByte(raw, '\n'); end >= 0 {
			line = raw[:end]
			raw = raw[end+1:]
		} else {
			raw = nil
		}
		if isFrom(bytes.TrimLeft(line, ">")) {
			w.w.WriteByte('>')
		}
		w.w.Write(bytes.TrimSuffix(line, []byte("\r")))
		w.w.WriteByte('\n')
	}
	// A bufio.Writer keeps its first error, so that Flush tells of all of them.
	w.w.WriteByte('\n')
	return w.w.Flush()
}

// sender makes an address one word, as the line has no quoting.
func sender(from string) string {
	from = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, from)
	if from == "" {
		return "MAILER-DAEMON"
	}
	return from
}
