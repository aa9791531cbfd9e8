package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/feeds"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/lang"
	"picus/views"
)

// narrow is a list as its address says it: its order, and what it is narrowed to. The
// same address with an ending is the same list as a feed.
type narrow struct {
	forum.Filter
	path string
	own  forum.Filter // what the path says of it by itself
}

// narrow reads the query: sort, board, lang, tag and not. Tags may stand as people type
// them, with a minus before those that are not wanted.
func (v *visit) narrow(path string, own forum.Filter) (narrow, error) {
	n := narrow{Filter: own, path: path, own: own}
	n.Sort, n.Lang, n.Cursor = forum.Sort(v.Query("sort")), v.Query("lang"), v.Query("cursor")
	if !slices.ContainsFunc(sorts, func(s sorted) bool { return s.sort == n.Sort }) || n.Sort == forum.SortActive {
		n.Sort = ""
	}
	if own.Board == "" {
		n.Board = v.Query("board")
	}
	if n.Sort == forum.SortMine {
		n.Kind = ""
	}
	var with, without []string
	for word := range strings.FieldsFuncSeq(v.Query("tag"), func(r rune) bool { return strings.ContainsRune(" \t,，、;；", r) }) {
		if not, ok := strings.CutPrefix(word, "-"); ok {
			without = append(without, not)
		} else {
			with = append(with, word)
		}
	}
	tags, err1 := item.ReadTags(strings.Join(with, " "))
	not, err2 := item.ReadTags(strings.Join(append(without, v.Query("not")), " "))
	for _, tag := range tags {
		if !slices.Contains(n.Tags, tag) {
			n.Tags = append(slices.Clone(n.Tags), tag)
		}
	}
	n.Not = not
	if err1 != nil {
		return n, err1
	}
	return n, err2
}

// extra are the tags that the path does not say by itself.
func (n narrow) extra() []string { return n.Tags[len(n.own.Tags):] }

// narrowed reports whether the list holds less than its path says.
func (n narrow) narrowed() bool {
	return len(n.extra()) > 0 || len(n.Not) > 0 || n.Lang != "" || n.Board != n.own.Board
}

// at is the list's address with an ending and in a certain form; every form has one.
func (n narrow) at(ending string) string { return withQuery(n.path+ending, n.query().Encode()) }

// query is what the address says beyond the path.
func (n narrow) query() url.Values {
	query := url.Values{}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	set("sort", string(n.Sort))
	set("lang", n.Lang)
	set("tag", strings.Join(n.extra(), ","))
	set("not", strings.Join(n.Not, ","))
	set("cursor", n.Cursor)
	if n.Board != n.own.Board {
		set("board", n.Board)
	}
	return query
}

// but is the list with one thing about it changed, from its first page on.
func (n narrow) but(change func(*narrow)) string {
	n.Cursor = ""
	change(&n)
	return n.at("")
}

// sorted is one order that a list offers.
type sorted struct {
	sort  forum.Sort
	label string
	// What an empty list says: that of a list which is always full says nothing.
	nothing string
}

var sorts = []sorted{
	{forum.SortActive, lang.Mark("Active"), ""},
	{forum.SortNewest, lang.Mark("Newest"), ""},
	{forum.SortVotes, lang.Mark("Most votes"), ""},
	{forum.SortUnanswered, lang.Mark("Unanswered"), lang.Mark("Every question here has an answer. Ask one, or improve the answers that are there.")},
	{forum.SortUnaccepted, lang.Mark("Not solved"), lang.Mark("Every question here is solved. Ask one, or look at what was asked before.")},
	{forum.SortWaiting, lang.Mark("Waiting for the asker"), lang.Mark("No question here waits for its asker. Look at those that wait for an answer instead.")},
	{forum.SortMine, lang.Mark("For me"), lang.Mark("Nothing concerns you yet. Watch a board or a tag, or take part in a thread: it will stand here.")},
}

// list is a page of threads in one of its orders.
func (v *visit) list(n narrow, heading, nothing string, rows []forum.Row, next string) (views.ListPage, error) {
	p := views.ListPage{Page: v.page(heading), Heading: heading, Rows: rows, Nothing: nothing}
	for _, o := range sorts {
		if o.sort == forum.SortMine && (!v.by.Signed() || n.path != "/questions") {
			continue
		}
		tab := views.Tab{Label: v.lang.T(o.label), Here: n.Sort == o.sort || n.Sort == "" && o.sort == forum.SortActive}
		tab.Href = n.but(func(n *narrow) {
			if n.Sort = o.sort; o.sort == forum.SortActive {
				n.Sort = ""
			}
		})
		if tab.Here && o.nothing != "" {
			p.Nothing = v.lang.T(o.nothing)
		}
		p.Tabs = append(p.Tabs, tab)
	}
	if next != "" {
		p.Next = n.but(func(n *narrow) { n.Cursor = next })
	}
	if n.Cursor != "" {
		p.Start = n.but(func(*narrow) {})
	}
	switch {
	case len(rows) == 0 && next != "":
		p.Nothing = v.lang.T("Nothing among the newest threads. The next page looks further back.")
	case len(rows) == 0 && n.narrowed():
		p.Nothing = v.lang.T("Nothing is left of the list with this filter. Take something off it above.")
	}
	p.Canonical, p.NoIndex = v.app.BaseURL+n.path, n.at("") != n.path
	p.Feeds, p.News = v.listFeeds(n, heading), n.news(rows)
	if v.by.Signed() && len(rows) > 0 {
		p.CatchUp = &views.CatchUp{Board: n.own.Board, Until: strconv.FormatInt(v.now.UnixMilli(), 10), Back: n.but(func(*narrow) {})}
	}
	return p, v.filterForm(&p, n)
}

// filterForm draws what the list can be narrowed to, and what it is.
func (v *visit) filterForm(p *views.ListPage, n narrow) error {
	if n.Sort == forum.SortMine {
		return nil // it is one's own choice already
	}
	f := &views.ListFilter{Action: n.path, Sort: string(n.Sort), Lang: n.Lang, Tags: strings.Join(n.extra(), " ")}
	for _, tag := range n.Not {
		f.Tags = strings.TrimSpace(f.Tags + " -" + tag)
	}
	for _, code := range forum.Tongues {
		f.Langs = append(f.Langs, views.Option{Value: code, Label: tongueNames[code]})
	}
	if n.own.Board == "" {
		boards, err := v.choices()
		if err != nil {
			return err
		}
		f.Board, f.Boards = n.Board, boards
	}
	off := func(label string, change func(*narrow)) {
		f.Chosen = append(f.Chosen, views.Crumb{Label: label, Href: n.but(change)})
	}
	for _, tag := range n.extra() {
		off("#"+tag, func(n *narrow) {
			n.Tags = slices.DeleteFunc(slices.Clone(n.Tags), func(t string) bool { return t == tag && !slices.Contains(n.own.Tags, t) })
		})
	}
	for _, tag := range n.Not {
		off(v.lang.T("without #%s", tag), func(n *narrow) {
			n.Not = slices.DeleteFunc(slices.Clone(n.Not), func(t string) bool { return t == tag })
		})
	}
	if n.Lang != "" {
		off(firstOf(tongueNames[n.Lang], n.Lang), func(n *narrow) { n.Lang = "" })
	}
	if n.Board != n.own.Board {
		off(n.Board, func(n *narrow) { n.Board = n.own.Board })
	}
	p.Filter = f
	return nil
}

// tongueNames are what the languages call themselves.
var tongueNames = map[string]string{"zh": "中文", "en": "English", "ja": "日本語", "ko": "한국어", "ru": "Русский"}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// choices are the boards that a list can be narrowed to.
func (v *visit) choices() ([]views.Option, error) {
	boards, err := v.app.Forum.Boards(v.ctx(), v.by)
	if err != nil {
		return nil, err
	}
	var all []views.Option
	for _, b := range boards {
		all = append(all, views.Option{Value: b.Slug, Label: views.BoardTitle(v.lang, b)})
	}
	return all, nil
}

// listFeeds announces the list's feeds, narrowed as the list is.
func (v *visit) listFeeds(n narrow, title string) []views.Feed {
	n.Cursor = ""
	all := v.feedsOf(title, n.path)
	for i, f := range formats {
		all[i].URL = n.at("." + f.ending)
	}
	if n.Sort == forum.SortMine {
		return nil // a feed reader does not sign in
	}
	return all
}

// listFeed is the list as a feed: each thread with its first post.
func (v *visit) listFeed(n narrow, ending, title string) error {
	n.Text, n.Limit, n.Cursor = true, perFeed, ""
	rows, _, err := v.app.Forum.List(v.ctx(), v.by, n.Filter)
	if err != nil {
		return err
	}
	return v.feed(ending, title, n.at(""), entries(rows, func(r forum.Row) *feeds.Item {
		return &feeds.Item{
			Id: v.app.tagURI("/p/" + itoa(r.ID)), Title: r.Title, Link: &feeds.Link{Href: v.app.BaseURL + "/p/" + itoa(r.ID)},
			Author: &feeds.Author{Name: r.Author.Display}, Content: v.absolute(r.HTML), Created: r.Created, Updated: r.LastAt,
		}
	}))
}

// catchUp puts everything behind the reader that the list has shown, or could have.
func (a *App) catchUp(v *visit) error {
	until, err := strconv.ParseInt(v.value("until"), 10, 64)
	if err != nil {
		return fault.Bad("until", "This page link is not valid any more. Go back to the first page.")
	}
	if err := a.Forum.CatchUp(v.ctx(), v.by, v.value("board"), unixMilli(until)); err != nil {
		return err
	}
	return v.goTo(ownPath(v.value("back")))
}
