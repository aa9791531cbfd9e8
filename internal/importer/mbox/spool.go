package mbox

import (
	"bufio"
	"fmt"
	"os"
)

// spool is the temporary file between the two readings. It has no name any more once
// it is open, so nothing of it is left behind whatever happens.
type spool struct {
	file *os.File
	w    *bufio.Writer
	size int64
}

func newSpool(dir string) (*spool, error) {
	file, err := os.CreateTemp(dir, "picus-import-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	return &spool{file: file, w: bufio.NewWriterSize(file, 1<<18)}, nil
}

// add appends a packed mail and returns where it begins.
func (s *spool) add(packed []byte) (at int64, err error) {
	at = s.size
	s.size += int64(len(packed))
	if _, err := s.w.Write(packed); err != nil {
		return 0, fmt.Errorf("write the temporary file: %w", err)
	}
	return at, nil
}

// flush makes what was added readable.
func (s *spool) flush() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("write the temporary file: %w", err)
	}
	return nil
}

// packed returns a mail as it was added.
func (s *spool) packed(e *entry) ([]byte, error) {
	b := make([]byte, e.length)
	if _, err := s.file.ReadAt(b, e.at); err != nil {
		return nil, fmt.Errorf("read the temporary file: %w", err)
	}
	return b, nil
}

func (s *spool) close() { s.file.Close() }
