package views

import (
	"strconv"

	"picus/forum"
)

func anchorOf(post int64) string { return "p" + strconv.FormatInt(post, 10) }

// offshootPlace is the number of the post that a line stands before; that of none: it
// stands after all of them.
func (p *ThreadPage) offshootPlace(i int) int {
	if p.Thread.Order == forum.Oldest {
		for n := range p.Posts {
			if p.Posts[n].Created.After(p.Thread.Offshoots[i].At) {
				return n
			}
		}
	}
	return len(p.Posts)
}
