package message

import (
	"encoding/binary"
	"slices"
	"unicode/utf16"
)

// wide is how a text in UTF-16 is written, as Windows programs save files.
type wide struct {
	order  binary.AppendByteOrder
	marked bool // by a byte order mark
}

// longestWide bounds what is read so: it takes several times as much memory.
const longestWide = 4 << 20

// readWide returns a text in UTF-16 as one in UTF-8. Without a mark the zeros of Latin
// letters tell; it is not ok for anything else.
func readWide(b []byte) (text []byte, w wide, ok bool) {
	switch {
	case len(b) < 2 || len(b)%2 > 0 || len(b) > longestWide:
		return nil, w, false
	case b[0] == 0xff && b[1] == 0xfe:
		w = wide{binary.LittleEndian, true}
	case b[0] == 0xfe && b[1] == 0xff:
		w = wide{binary.BigEndian, true}
	default:
		if w.order, ok = orderOf(b[:min(len(b), 1<<10)]); !ok {
			return nil, w, false
		}
	}
	if w.marked {
		b = b[2:]
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(b[2*i:])
		if w.order == binary.AppendByteOrder(binary.LittleEndian) {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
	}
	return []byte(string(utf16.Decode(units))), w, true
}

// orderOf guesses the order of bytes: half of the first or of the second are zeros, and
// none of the others.
func orderOf(b []byte) (binary.AppendByteOrder, bool) {
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch half := max(1, len(b)/4); {
	case zeros[0] == 0 && zeros[1] >= half:
		return binary.LittleEndian, true
	case zeros[1] == 0 && zeros[0] >= half:
		return binary.BigEndian, true
	}
	return nil, false
}

// write is the opposite of readWide.
func (w wide) write(text []byte) []byte {
	units := utf16.Encode([]rune(string(text)))
	if w.marked {
		units = slices.Insert(units, 0, 0xfeff)
	}
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = w.order.AppendUint16(b, u)
	}
	return b
}
