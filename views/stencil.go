package views

import (
	"context"
	"io"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/a-h/templ"
)

// A stencil is what a component draws for all things of one shape, cut where they
// differ. It is drawn once, by the component itself and for a sample that holds nobody's
// data, and then only filled: templ takes a call and several strings for each
// expression, and a page of posts has a thousand of them.
//
// A shape must name everything that what is drawn depends on and that is no value: what
// it forgets is drawn as the sample has it, never as somebody else's thing has it.
type stencil struct {
	pieces []string // what stands before each hole, and after the last one
	holes  []int    // the number of the value that goes into each
}

// inside is the value of the hole that other things are drawn into. It is the first one.
const inside = "inside-8000000000000000001"

// cut makes a stencil of what was drawn for a sample with these values. Each of them has
// to be unmistakable, and no two may be the same; where two begin at the same place, the
// longer one is meant.
func cut(drawn string, values []string) *stencil {
	var s stencil
	for {
		at, which := len(drawn), -1
		for i, v := range values {
			if v == "" {
				continue
			}
			n := strings.Index(drawn, v)
			if n >= 0 && (n < at || n == at && len(v) > len(values[which])) {
				at, which = n, i
			}
		}
		s.pieces = append(s.pieces, drawn[:at])
		if which < 0 {
			return &s
		}
		s.holes = append(s.holes, which)
		drawn = drawn[at+len(values[which]):]
	}
}

// draw writes the text with these values in its holes, which are HTML already. What
// goes inside is drawn where the first value stands.
func (s *stencil) draw(w io.Writer, values []string, within func(io.Writer) error) error {
	for i, hole := range s.holes {
		if _, err := io.WriteString(w, s.pieces[i]); err != nil {
			return err
		}
		if hole == 0 {
			if err := within(w); err != nil {
				return err
			}
			continue
		}
		if _, err := io.WriteString(w, values[hole]); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, s.pieces[len(s.holes)])
	return err
}

// scratch are places for values, which each thing needs for a moment.
var scratch = sync.Pool{New: func() any { return new([]string) }}

// mostStencils bounds what a set keeps. A site has a few dozen shapes of a post.
const mostStencils = 500

// stencils are those of one component, by shape.
type stencils[S comparable] struct {
	known atomic.Pointer[map[S]*stencil] // never written to, but replaced
}

// of returns the stencil of a shape; sample draws it where it is not known yet.
func (all *stencils[S]) of(shape S, sample func(S) (templ.Component, []string)) (*stencil, error) {
	known := all.known.Load()
	if known != nil {
		if s := (*known)[shape]; s != nil {
			return s, nil
		}
	}
	component, values := sample(shape)
	var drawn strings.Builder
	if err := component.Render(context.Background(), &drawn); err != nil {
		return nil, err
	}
	s := cut(drawn.String(), values)
	more := map[S]*stencil{}
	if known != nil && len(*known) < mostStencils {
		maps.Copy(more, *known)
	}
	more[shape] = s
	all.known.CompareAndSwap(known, &more) // who comes second cuts it again another time
	return s, nil
}
