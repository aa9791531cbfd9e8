package stackexchange

// chunk is how many ids share one piece of an ids.
const chunk = 1 << 12

// ids is a set of numbers from the dump, a bit for each, so that a site of a million posts
// fits into some hundred kilobytes. The zero ids is ready.
// It holds -1 and what is above.
type ids struct{ chunks map[int64]*[chunk / 64]uint64 }

// add puts id into the set and reports whether it is new there.
func (s *ids) add(id int64) bool {
	id++
	if s.chunks == nil {
		s.chunks = map[int64]*[chunk / 64]uint64{}
	}
	bits := s.chunks[id/chunk]
	if bits == nil {
		bits = new([chunk / 64]uint64)
		s.chunks[id/chunk] = bits
	}
	at, bit := id%chunk/64, uint64(1)<<(id%64)
	if bits[at]&bit != 0 {
		return false
	}
	bits[at] |= bit
	return true
}

// has reports whether id is in the set.
func (s *ids) has(id int64) bool {
	id++
	bits := s.chunks[id/chunk]
	return bits != nil && bits[id%chunk/64]&(1<<(id%64)) != 0
}
