// Package views draws the pages: one .templ file per page, each a function of one
// struct. The layout and the parts that pages share are in this package too, and
// the style page shows every one of them.
package views

import (
	"time"

	"picus/internal/item"
	"picus/internal/lang"
)

// Page is what every page needs, whoever reads it. The other pages embed it.
type Page struct {
	Lang        lang.Lang
	Title       string // of this page alone; the site's name is added
	Description string // for search engines and previews
	Path        string // of this request, where a form that changes a setting returns to
	Canonical   string // the one absolute address of this page, if it has several
	Site        string // the name of the community
	Licence     Licence
	Base        string // scheme and host, without a slash at the end
	Me          *Me    // nil when nobody is signed in
	Nav         string // the room this page is in: questions, boards, wiki or blog
	Query       string // what was searched for
	CSRF        string // the session's token for forms; empty where a page is shared
	Feeds       []Feed
	Now         time.Time // in the reader's zone
	Notice      string    // one line, already translated: what has just been done
	Dev         bool      // development mode
	NoIndex     bool      // keep search engines out
	Meta        *Meta     // what programs may want to know; nil: nothing

	Pictures []item.Picture // of the text that was sent, of which nobody has said what they show
	Asked    []string       // paths of those that were asked about before
}

// Me is the person who reads the page.
type Me struct {
	Name    string // in addresses
	Display string // for people
	Unread  int    // notifications
	// Unreachable says that mail to the person comes back.
	Unreachable bool
	Staff       bool // may see the moderators' desk
	Admin       bool // may see the administrator's desk
}

// Feed is another form of the page that a program can follow.
type Feed struct{ Title, Type, URL string }

// room is an entry of the main navigation.
type room struct{ key, href, label string }

var rooms = []room{
	{"questions", "/questions", lang.Mark("Questions")},
	{"boards", "/b", lang.Mark("Boards")},
	{"wiki", "/wiki", lang.Mark("Wiki")},
	{"blog", "/blog", lang.Mark("Blogs")},
}

// title is what the browser shows in its tab.
func (p Page) title() string {
	if p.Title == "" || p.Title == p.Site {
		return p.Site
	}
	return p.Title + " · " + p.Site
}

// relative is false for a time that the page cannot compare with its own.
func (p *Page) relative(t time.Time) bool { return !p.Now.IsZero() && !t.IsZero() }
