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
	"picus/internal/item"
	"picus/internal/lang"
)

// postShape is what the HTML of a post depends on beside its values.
type postShape struct {
	lang    lang.Lang
	tongue  string // of the thread, where the page speaks another
	csrf    bool   // its forms carry a token
	first   bool
	via     item.Via
	format  item.Format
	account bool // its author has a page
	edited  bool
	wiki    bool
	made    bool // of another post
	became  bool // another post
	kept    bool

	suggested, against bool // there are suggested edits; votes against it

	mine  int  // the reader's vote
	one   bool // its score is 1
	moot  bool // the reader may not vote
	marks Marks
}

func (q *Post) shape(p *ThreadPage) postShape {
	return postShape{
		lang: p.Lang, tongue: p.tongue(), csrf: p.CSRF != "", first: q.First(), via: q.Via, format: q.Format, account: q.Author.Name != "",
		edited: q.Edits > 0, wiki: q.Wiki, made: q.MadeOf != 0, became: q.Became != 0, kept: q.Kept,
		suggested: q.Suggested > 0, against: q.Down > 0,
		mine: q.Vote.Mine, one: q.Vote.Score == 1, moot: q.Vote.Why != "", marks: q.Marks,
	}
}

// values are what differs between posts of one shape, as it stands in their HTML.
func (q *Post) values(s *postShape, p *ThreadPage, v []string) []string {
	score, edits, made, became, against, suggested := "", "", "", "", "", ""
	if !s.one {
		score = p.Lang.Number(q.Vote.Score)
	}
	if s.edited {
		edits = html.EscapeString(editedWord(&p.Page, q.Edits))
	}
	if s.made {
		made = PostPath(q.MadeOf)
	}
	if s.became {
		became = PostPath(q.Became)
	}
	if s.against {
		against = html.EscapeString(againstWord(&p.Page, q.Down))
	}
	if s.suggested {
		suggested = html.EscapeString(suggestedWord(&p.Page, q.Suggested))
	}
	return append(v[:0], inside,
		q.number(), strconv.FormatInt(q.Vote.Post, 10), strconv.FormatInt(p.Thread.ID, 10), html.EscapeString(p.CSRF),
		html.EscapeString(url.PathEscape(q.Author.Name)), html.EscapeString(q.Author.Display),
		q.Created.UTC().Format(time.RFC3339), p.Lang.Moment(q.Created.In(p.Now.Location())), p.Lang.Since(q.Created, p.Now),
		q.HTML, score, html.EscapeString(q.Vote.Why), edits, made, became, against, suggested)
}

// sample is a post of the shape on a page, with values that are found again in its HTML.
func (s postShape) sample() (*ThreadPage, *Post) {
	p := &ThreadPage{Page: Page{Lang: s.lang, Now: time.Unix(0, 0).UTC()}, Thread: &forum.Thread{ID: 8000000000000000002, Lang: s.tongue}}
	q := &Post{Marks: s.marks, Vote: Vote{Post: 8000000000000000015, Score: 8000004, Mine: s.mine}, Post: &forum.Post{
		ID: 8000000000000000005, Via: s.via, Format: s.format, Author: account.User{Display: "display-8000000000000000006"}, Kept: s.kept, Wiki: s.wiki,
		Created: time.Date(1873, time.March, 17, 4, 5, 6, 0, time.UTC), HTML: "prose-8000000000000000007",
	}}
	if s.csrf {
		p.CSRF = "token-8000000000000000003"
	}
	if s.first {
		q.Thread = q.ID
	}
	if s.account {
		q.Author.Name = "name-8000000000000000008"
	}
	if s.edited {
		q.Edits = 8000009
	}
	if s.made {
		q.MadeOf = 8000000000000000010
	}
	if s.became {
		q.Became = 8000000000000000011
	}
	if s.against {
		q.Down = 8000012
	}
	if s.suggested {
		q.Suggested = 8000013
	}
	if s.one {
		q.Vote.Score = 1
	}
	if s.moot {
		q.Vote.Why = "why-8000000000000000014"
	}
	return p, q
}

// articleStencils and commentStencils are the same for everybody who reads.
var articleStencils, commentStencils stencils[postShape]

func sampleArticle(s postShape) (templ.Component, []string) {
	p, q := s.sample()
	return articleOf(p, q, Prose(inside)), q.values(&s, p, nil)
}

func sampleComment(s postShape) (templ.Component, []string) {
	p, q := s.sample()
	return commentOf(p, q), q.values(&s, p, nil)
}

// stencilled reports whether a post is drawn with a stencil. One that was deleted is too
// rare, and one without a time only stands on the style page.
func (q *Post) stencilled(p *Page) bool { return !q.Gone() && p.relative(q.Created) }

// article draws a post with its comments, as articleOf would.
func article(p *ThreadPage, q *Post) templ.Component {
	if !q.stencilled(&p.Page) {
		return articleOf(p, q, comments(p, q))
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return drawPost(w, p, q, &articleStencils, sampleArticle, func(w io.Writer) error { return comments(p, q).Render(ctx, w) })
	})
}

// comment draws a comment, as commentOf would.
func comment(p *ThreadPage, c *Post) templ.Component {
	if !c.stencilled(&p.Page) {
		return commentOf(p, c)
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		return drawPost(w, p, c, &commentStencils, sampleComment, nil)
	})
}

func drawPost(w io.Writer, p *ThreadPage, q *Post, all *stencils[postShape], sample func(postShape) (templ.Component, []string), within func(io.Writer) error) error {
	shape := q.shape(p)
	s, err := all.of(shape, sample)
	if err != nil {
		return err
	}
	values := scratch.Get().(*[]string)
	defer scratch.Put(values)
	*values = q.values(&shape, p, *values)
	return s.draw(w, *values, within)
}
