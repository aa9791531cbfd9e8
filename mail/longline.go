package mail

import "bytes"

// shortLines takes away what is too long of the lines of a mail while it comes in. The
// mail is refused at its end, in words; to hang up in its middle would leave a client
// that is still sending without an answer.
type shortLines struct {
	most int // bytes of a line

	run     int // bytes of the line so far
	cutting bool
	cr      bool // the last byte that was taken away may begin the end of the line
	taken   int  // how much was taken away in all
}

// pass returns what is left of the next bytes: one more than came, at most. Lines begin
// and end where they did before: what is taken away never brings a CR and an LF together
// that were not, and what is no end of a line for the door (CR CR LF) does not become one.
func (s *shortLines) pass(b []byte) []byte {
	if !s.cutting && s.run+len(b) <= s.most {
		s.run += len(b)
		if end := bytes.LastIndexByte(b, '\n'); end >= 0 {
			s.run = len(b) - end - 1
		}
		return b
	}
	var left []byte
	for _, c := range b {
		switch {
		case s.cutting && c == '\n' && s.cr:
			left = append(left, '\r', '\n')
			s.cutting, s.cr, s.run = false, false, 0
		case s.cutting:
			s.cr = c == '\r' && !s.cr
			s.taken++
		default:
			left = append(left, s.next(c))
		}
	}
	return left
}

// next passes a byte on, or a blank in its place where the line is too long from here on.
func (s *shortLines) next(c byte) byte {
	switch {
	case c == '\n':
		s.run = 0
	case s.run >= s.most && c != '\r':
		s.cutting, s.taken = true, s.taken+1
		return ' '
	default:
		s.run++
	}
	return c
}
