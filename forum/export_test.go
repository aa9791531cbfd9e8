package forum

// SearchThrough has a page of a narrowed list be chosen from so many threads.
func (f *Forum) SearchThrough(n int) { f.through = n }
