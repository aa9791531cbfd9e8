package views

import (
	"context"
	"html"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"picus/account"
	"picus/forum"
	"picus/internal/lang"
)

// rowShape is what the HTML of a thread in a list depends on beside its values.
type rowShape struct {
	lang      lang.Lang
	withBoard bool
	kind      forum.Kind
	state     forum.State
	replies   int // 0, 1, or 2 for more: each has its word
	unread    bool
	counted   bool // it says how many posts are new
	pinned    bool
	locked    bool
	archived  bool
	wanted    bool
	score     bool
	tags      int
	account   bool // who wrote last has a page
	via       string
}

func shapeOfRow(p *Page, r *forum.Row, withBoard bool) rowShape {
	return rowShape{
		lang: p.Lang, withBoard: withBoard, kind: r.Kind, state: r.State, replies: min(rowState(r).Replies, 2), unread: r.Unread, counted: r.New > 0,
		pinned: r.Pinned, locked: r.Locked, archived: r.Archived, wanted: r.Wanted > 0, score: r.Score != 0, tags: len(r.Tags),
		account: r.LastBy.Name != "", via: r.LastVia,
	}
}

// rowValues are what differs between rows of one shape, as it stands in their HTML.
func rowValues(s *rowShape, p *Page, r *forum.Row, v []string) []string {
	replies, fresh, wanted, score := "", "", "", ""
	if s.replies > 1 {
		replies = p.Lang.Number(rowState(r).Replies)
	}
	if s.counted {
		fresh = html.EscapeString(newWord(p, r.New))
	}
	if s.wanted {
		wanted = html.EscapeString(wantedWord(p, r.Wanted))
	}
	if s.score {
		score = html.EscapeString(votesWord(p, r.Score))
	}
	v = append(v[:0], inside,
		html.EscapeString(ThreadPath(r.ID, r.Slug)), ThreadPath(r.ID, ""), html.EscapeString(r.Title),
		html.EscapeString(r.Board.Slug), html.EscapeString(BoardTitle(p.Lang, r.Board)),
		html.EscapeString(url.PathEscape(r.LastBy.Name)), html.EscapeString(r.LastBy.Display),
		r.LastAt.UTC().Format(time.RFC3339), p.Lang.Moment(r.LastAt.In(p.Now.Location())), p.Lang.Since(r.LastAt, p.Now),
		replies, fresh, wanted, score)
	for _, t := range r.Tags {
		v = append(v, html.EscapeString(url.PathEscape(t)), html.EscapeString(t))
	}
	return v
}

// sample is a row of the shape on a page, with values that are found again in its HTML.
func (s rowShape) sample() (*Page, *forum.Row) {
	p := &Page{Lang: s.lang, Now: time.Unix(0, 0).UTC()}
	r := &forum.Row{
		ID: 8000000000000000002, Slug: "slug-8000000000000000003", Title: "title-8000000000000000004",
		Board: forum.Board{Slug: "board-8000000000000000005", Title: "name-8000000000000000006"}, Kind: s.kind, State: s.state,
		LastBy: account.User{Display: "display-8000000000000000007"}, LastVia: s.via, LastAt: time.Date(1873, time.March, 17, 4, 5, 6, 0, time.UTC),
		Unread: s.unread, Pinned: s.pinned, Locked: s.locked, Archived: s.archived,
		Answers: s.replies, Posts: s.replies + 1,
	}
	if s.replies > 1 {
		r.Answers, r.Posts = 8000008, 8000009
	}
	if s.account {
		r.LastBy.Name = "handle-8000000000000000010"
	}
	if s.counted {
		r.New = 8000011
	}
	if s.wanted {
		r.Wanted = 8000012
	}
	if s.score {
		r.Score = 8000013
	}
	for n := range s.tags { // with a space, so that the address and the word differ
		r.Tags = append(r.Tags, "tag "+strconv.Itoa(8000014+n))
	}
	return p, r
}

// rowStencils are the same for everybody who reads.
var rowStencils stencils[rowShape]

func sampleOfRow(s rowShape) (templ.Component, []string) {
	p, r := s.sample()
	return rowOf(p, r, s.withBoard), rowValues(&s, p, r, nil)
}

// threadRow draws a thread in a list, as rowOf would.
func threadRow(p *Page, r *forum.Row, withBoard bool) templ.Component {
	if !p.relative(r.LastAt) {
		return rowOf(p, r, withBoard)
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		shape := shapeOfRow(p, r, withBoard)
		s, err := rowStencils.of(shape, sampleOfRow)
		if err != nil {
			return err
		}
		values := scratch.Get().(*[]string)
		defer scratch.Put(values)
		*values = rowValues(&shape, p, r, *values)
		return s.draw(w, *values, nil)
	})
}
