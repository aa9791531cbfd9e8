package web

import (
	"time"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/item"
	"picus/mail"
	"picus/views"
	"picus/wiki"
)

// The shapes of the API, as openapi.json describes them. A member may be added, and
// none is taken away or changes its meaning.

type apiPerson struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Display string `json:"display"`
	URL     string `json:"url"`
}

type apiBoard struct {
	Slug        string     `json:"slug"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	List        *string    `json:"list"`
	Read        string     `json:"read"`
	Post        string     `json:"post"`
	Archived    bool       `json:"archived"`
	Threads     int        `json:"threads"`
	Updated     *time.Time `json:"updated"`
	URL         string     `json:"url"`
}

type apiThread struct {
	ID       int64       `json:"id"`
	Title    string      `json:"title"`
	Kind     forum.Kind  `json:"kind"`
	Board    string      `json:"board"`
	Tags     []string    `json:"tags"`
	Author   apiPerson   `json:"author"`
	Created  *time.Time  `json:"created"`
	Updated  *time.Time  `json:"updated"`
	State    forum.State `json:"state"`
	Locked   bool        `json:"locked"`
	Score    int         `json:"score"`
	Answers  int         `json:"answers"`
	Accepted *int64      `json:"accepted"`
	Wanted   int         `json:"wanted"`
	URL      string      `json:"url"`
}

// apiThreadPage is a thread with its posts, or some of them.
type apiThreadPage struct {
	apiThread
	MeToo        bool        `json:"me_too"`
	Original     *int64      `json:"original"`
	Pinned       int         `json:"pinned"`
	Slow         int         `json:"slow"`
	Archived     bool        `json:"archived"`
	ArchiveAfter int         `json:"archive_after"`
	Closing      *apiClosing `json:"closing"`
	Posts        []apiPost   `json:"posts"`
	Next         *string     `json:"next"`
}

// apiClosing is why a thread is closed.
type apiClosing struct {
	Reason forum.CloseReason `json:"reason"`
	Note   string            `json:"note"`
	By     apiPerson         `json:"by"`
	At     *time.Time        `json:"at"`
}

type apiPost struct {
	ID        int64       `json:"id"`
	Thread    int64       `json:"thread"`
	Kind      forum.Kind  `json:"kind"`
	Parent    *int64      `json:"parent"`
	Author    *apiPerson  `json:"author"`
	Created   *time.Time  `json:"created"`
	Edited    *time.Time  `json:"edited"`
	Revision  *int64      `json:"revision"`
	Format    item.Format `json:"format"`
	Body      *string     `json:"body"`
	HTML      *string     `json:"html"`
	Score     int         `json:"score"`
	Vote      int         `json:"vote"`
	Accepted  bool        `json:"accepted"`
	Status    item.Status `json:"status"`
	Removal   *apiRemoval `json:"removal"`
	MessageID *string     `json:"message_id"`
	URL       string      `json:"url"`
}

type apiRemoval struct {
	By  string     `json:"by"`
	At  *time.Time `json:"at"`
	Why string     `json:"why"`
}

type apiRevision struct {
	Revision int64       `json:"revision"`
	Number   int64       `json:"number"`
	Author   apiPerson   `json:"author"`
	At       *time.Time  `json:"at"`
	Title    *string     `json:"title"`
	Tags     []string    `json:"tags"`
	Format   item.Format `json:"format"`
	Body     string      `json:"body"`
	HTML     string      `json:"html"`
	Summary  string      `json:"summary"`
}

type apiWikiPage struct {
	ID       int64      `json:"id"`
	Title    string     `json:"title"`
	Revision int64      `json:"revision"`
	Body     string     `json:"body"`
	HTML     string     `json:"html"`
	Tags     []string   `json:"tags"`
	Author   apiPerson  `json:"author"`
	Created  *time.Time `json:"created"`
	Updated  *time.Time `json:"updated"`
	URL      string     `json:"url"`
}

type apiArticle struct {
	ID        int64      `json:"id"`
	Title     string     `json:"title"`
	Author    apiPerson  `json:"author"`
	Draft     bool       `json:"draft"`
	Published *time.Time `json:"published"`
	Edited    *time.Time `json:"edited"`
	Revision  int64      `json:"revision"`
	Tags      []string   `json:"tags"`
	Body      string     `json:"body"`
	HTML      string     `json:"html"`
	URL       string     `json:"url"`
}

func (v *visit) apiPerson(u account.User) apiPerson {
	return apiPerson{ID: u.ID, Name: u.Name, Display: u.Display, URL: v.app.BaseURL + "/u/" + u.Name}
}

// audience is the API's word for who may do something in a board.
func audience(a account.Audience) string {
	switch a {
	case account.Everyone:
		return "public"
	case account.Members:
		return "members"
	case account.Staff:
		return "staff"
	}
	return "group"
}

func (v *visit) apiBoard(b forum.Board) apiBoard {
	shown := apiBoard{Slug: b.Slug, Title: b.Title, Description: b.Description, Read: audience(b.MayRead), Post: audience(b.MayPost), Archived: b.Archived,
		Threads: b.Threads, URL: v.app.BaseURL + boardPath(b.Slug)}
	if b.List != "" {
		shown.List = orNull(mail.AddressAt(v.app.MailDomain, b.List))
	}
	if b.LastAt.UnixMilli() > 0 {
		shown.Updated = moment(b.LastAt)
	}
	return shown
}

func (v *visit) apiRow(r forum.Row) apiThread {
	return apiThread{ID: r.ID, Title: r.Title, Kind: r.Kind, Board: r.Board.Slug, Tags: tagsOf(r.Tags), Author: v.apiPerson(r.Author),
		Created: moment(r.Created), Updated: moment(r.LastAt), State: r.State, Locked: r.Locked, Score: r.Score, Answers: r.Answers,
		Accepted: orNull(r.Accepted), Wanted: r.Wanted, URL: v.app.BaseURL + views.ThreadPath(r.ID, r.Slug)}
}

func (v *visit) apiHead(t *forum.Thread) apiThread {
	return apiThread{ID: t.ID, Title: t.Title, Kind: t.Kind, Board: t.Board.Slug, Tags: tagsOf(t.Tags), Author: v.apiPerson(t.First.Author),
		Created: moment(t.Created), Updated: moment(t.LastAt), State: t.State, Locked: t.Locked, Score: t.First.Score, Answers: t.Answers,
		Accepted: orNull(t.Accepted), Wanted: t.Life.Wanted, URL: v.app.BaseURL + views.ThreadPath(t.ID, t.Slug)}
}

// tagsOf is never null.
func tagsOf(tags []string) []string {
	if tags == nil {
		return []string{}
	}
	return tags
}

// apiPosts adds posts in reading order, each followed by its comments.
func (v *visit) apiPosts(shown []apiPost, t *forum.Thread, posts ...*forum.Post) []apiPost {
	for _, p := range posts {
		shown = append(shown, v.apiPost(t, p))
		shown = v.apiPosts(shown, t, p.Comments...)
	}
	return shown
}

// apiPost draws a post that was read with its source. Of a deleted one only the
// place is left for who may not see it, as on the page.
func (v *visit) apiPost(t *forum.Thread, p *forum.Post) apiPost {
	shown := apiPost{ID: p.ID, Thread: p.Thread, Kind: p.Kind, Parent: orNull(p.Parent), Created: moment(p.Created), Format: p.Format,
		Status: p.Status, URL: v.app.BaseURL + views.PostPath(p.ID)}
	if p.Gone() && !p.Removal.At.IsZero() {
		shown.Removal = &apiRemoval{By: p.Removal.By, At: moment(p.Removal.At), Why: p.Removal.Why}
	}
	if p.Source == "" {
		return shown
	}
	author, html, message := v.apiPerson(p.Author), v.absolute(p.HTML), p.MessageID
	if message == "" {
		message = v.app.Mail.MessageID(p.ID)
	}
	shown.Author, shown.Edited, shown.Revision, shown.Body, shown.HTML = &author, moment(p.Edited), &p.Revision, &p.Source, &html
	shown.Score, shown.Vote, shown.Accepted, shown.MessageID = p.Score, p.MyVote, p.ID == t.Accepted, &message
	return shown
}

func (v *visit) apiRevision(r item.Revision) apiRevision {
	return apiRevision{Revision: r.ID, Number: r.Seq, Author: v.apiPerson(account.User{ID: r.ByID, Name: r.By, Display: r.Display}), At: moment(r.At),
		Title: orNull(r.Title), Tags: r.Tags, Format: r.Format, Body: r.Source, HTML: v.absolute(r.HTML), Summary: r.Summary}
}

func (v *visit) apiWikiPage(p wiki.Page) apiWikiPage {
	return apiWikiPage{ID: p.ID, Title: p.Title, Revision: p.Revision, Body: p.Source, HTML: v.absolute(p.HTML), Tags: tagsOf(p.Tags), Author: v.apiPerson(p.Author),
		Created: moment(p.Created), Updated: moment(p.Updated), URL: v.app.BaseURL + views.WikiPath(p.Title)}
}

func (v *visit) apiArticle(a blog.Article) apiArticle {
	return apiArticle{ID: a.ID, Title: a.Title, Author: v.apiPerson(a.Author), Draft: a.Status == item.Draft, Published: moment(a.Published), Edited: moment(a.Edited),
		Revision: a.Revision, Tags: tagsOf(a.Tags), Body: a.Source, HTML: v.absolute(a.HTML), URL: v.app.BaseURL + views.ArticlePath(a)}
}
