package views

import (
	"context"
	"html"
	"io"

	"github.com/a-h/templ"

	"picus/internal/lang"
)

// frameShape is what stands around every page depends on beside its values.
type frameShape struct {
	lang          lang.Lang
	nav           string
	csrf          bool
	signed, staff bool
	admin, unread bool
	licence       bool
}

func (p *Page) frameShape() frameShape {
	s := frameShape{lang: p.Lang, nav: p.Nav, csrf: p.CSRF != "", signed: p.Me != nil, licence: p.Licence.Name != ""}
	if s.signed {
		s.staff, s.admin, s.unread = p.Me.Staff, p.Me.Admin, p.Me.Unread > 0
	}
	return s
}

// frameValues are what differs between pages of one shape, as it stands in their HTML.
func (p *Page) frameValues(v []string) []string {
	name, display, sentence, count := "", "", "", ""
	if p.Me != nil {
		name, display = html.EscapeString(p.Me.Name), html.EscapeString(p.Me.Display)
		if p.Me.Unread > 0 {
			sentence, count = html.EscapeString(unreadSentence(p, p.Me.Unread)), unread(p.Me.Unread)
		}
	}
	return append(v[:0], inside, html.EscapeString(p.Site), html.EscapeString(p.Query), html.EscapeString(p.CSRF), html.EscapeString(p.Path),
		name, display, sentence, count, html.EscapeString(p.Licence.URL), html.EscapeString(p.Licence.Name))
}

// sample is a page of the shape, with values that are found again in its HTML.
func (s frameShape) sample() Page {
	p := Page{Lang: s.lang, Nav: s.nav, Site: "site-8000000000000000002", Query: "query-8000000000000000003", Path: "/path-8000000000000000004"}
	if s.csrf {
		p.CSRF = "token-8000000000000000005"
	}
	if s.signed {
		p.Me = &Me{Name: "name-8000000000000000006", Display: "display-8000000000000000007", Staff: s.staff, Admin: s.admin}
	}
	if s.unread {
		p.Me.Unread = 8000008 // “99+” in short
	}
	if s.licence {
		p.Licence = Licence{Name: "licence-8000000000000000009", URL: "/terms-8000000000000000010"}
	}
	return p
}

// frameStencils are those of the parts that stand around every page.
type frameStencils struct {
	stencils[frameShape]
	part func(Page) templ.Component
}

var (
	headers = frameStencils{part: headerOf}
	footers = frameStencils{part: footerOf}
	helps   = frameStencils{part: keysOf}
)

// header is what stands above every page, drawn as headerOf would.
func header(p Page) templ.Component { return headers.of(&p) }

// footer is what stands below every page, drawn as footerOf would.
func footer(p Page) templ.Component { return footers.of(&p) }

// keys says which keys do what, drawn as keysOf would.
func keys(p Page) templ.Component { return helps.of(&p) }

func (f *frameStencils) of(p *Page) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		s, err := f.stencils.of(p.frameShape(), func(s frameShape) (templ.Component, []string) {
			sample := s.sample()
			return f.part(sample), sample.frameValues(nil)
		})
		if err != nil {
			return err
		}
		values := scratch.Get().(*[]string)
		defer scratch.Put(values)
		*values = p.frameValues(*values)
		return s.draw(w, *values, nil)
	})
}
