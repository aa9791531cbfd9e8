package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/blog"
	"picus/forum"
	"picus/internal/item"
	"picus/views"
	"picus/wiki"
)

// wikiTalk lists what is said about a page, with a form to begin something.
func (a *App) wikiTalk(v *visit) error {
	page, err := a.Wiki.Page(v.ctx(), v.by, v.wikiTitle())
	if err != nil {
		return err
	}
	n := forum.NewThread{Kind: forum.Discussion}
	begun, err := v.begun(talkPath(page))
	if err != nil {
		return err
	}
	if begun {
		n = forum.NewThread{Kind: forum.Kind(v.draft.Kind), Title: v.draft.Title, Body: v.draft.Body}
	}
	return v.drawTalk(page, n, nil)
}

func talkPath(p wiki.Page) string { return views.WikiPath(p.Title) + "/talk" }

// newTalk starts a thread about a page, or shows what it would look like.
func (a *App) newTalk(v *visit) error {
	page, err := a.Wiki.Page(v.ctx(), v.by, v.wikiTitle())
	if err != nil {
		return err
	}
	n := forum.NewThread{About: page.ID, Kind: forum.Kind(v.value("kind")), Title: v.value("title"), Body: v.value("body"), Via: item.Web, Sent: v.sent(talkPath(page))}
	if v.pressed("preview") {
		return v.drawTalk(page, n, nil)
	}
	ref, err := a.Forum.Start(v.ctx(), v.by, n)
	if err != nil {
		return v.drawTalk(page, n, err)
	}
	return v.goTo(views.ThreadPath(ref.Thread, ref.Slug))
}

func (v *visit) drawTalk(page wiki.Page, n forum.NewThread, refused error) error {
	rows, next, err := v.app.Forum.About(v.ctx(), v.by, page.ID, v.Query("cursor"))
	if err != nil {
		return err
	}
	p := views.WikiTalkPage{Page: v.page(v.lang.T("Talk about “%s”", page.Title)), Wiki: page, Rows: rows}
	p.Nav, p.NoIndex = "wiki", v.Query("cursor") != ""
	if next != "" {
		p.Next = address(talkPath(page), "cursor", next)
	}
	if v.Query("cursor") != "" {
		p.Start = talkPath(page)
	}
	form, board, err := v.aboutForm(page.ID, talkPath(page), n, refused)
	if err != nil {
		return err
	}
	if form != nil {
		form.Heading, form.Title, form.Submit = v.lang.T("Begin a thread about this page"), v.titleField(n.Title, form.Refused), v.lang.T("Publish")
		form.Kind, form.Kinds = string(n.Kind), v.kinds(board)[:2]
		p.Form = form
	} else if !v.by.Signed() {
		p.SignIn = "/login?next=" + url.QueryEscape(talkPath(page))
	}
	if refused == nil && v.files.refused == nil && !changes(v.Ctx) {
		return v.draw(fiber.StatusOK, views.WikiTalk(p))
	}
	return v.drawForm(views.WikiTalk(p), refused)
}

// aboutForm is a form to say something about a page or an article, and the board where
// that will stand; nil: the reader cannot write there.
func (v *visit) aboutForm(subject int64, place string, n forum.NewThread, refused error) (*views.Compose, forum.Board, error) {
	o, err := v.app.Items.Subject(v.ctx(), v.by, subject)
	if err != nil {
		return nil, forum.Board{}, err
	}
	board, err := v.app.Forum.BoardAbout(v.ctx(), o)
	if err != nil || board.Postable(v.by) != nil {
		return nil, board, err
	}
	people, err := v.app.Forum.Audience(v.ctx(), v.by, board.ID, 0, mostAnnounced)
	if err != nil {
		return nil, board, err
	}
	why := v.lang.Refusals(refused)
	form := views.Compose{Action: place, Refused: why, Body: v.bodyField(n.Body, v.lang.T("Text"), why),
		What: v.whatHappens(board, people, mostAnnounced), Licensed: board.MayRead == 0, Draft: v.draftBox(place, o.Title)}
	v.preview(&form, forum.Discussion, n.Body)
	return &form, board, nil
}

// comments is what stands below an article: the thread about it, or the form that its
// first comment begins with. A draft has none.
func (v *visit) comments(article blog.Article) (*views.Comments, error) {
	if article.Status != item.Live {
		return nil, nil
	}
	var c views.Comments
	thread, err := v.app.Forum.ThreadAbout(v.ctx(), v.by, article.ID)
	if err != nil {
		return nil, err
	}
	if thread != 0 {
		view := forum.View{Order: forum.Oldest}
		t, err := v.app.Forum.Thread(v.ctx(), v.by, thread, view)
		if err != nil {
			return nil, err
		}
		p, err := v.threadPage(t, view)
		if err != nil {
			return nil, err
		}
		if p.First != nil {
			p.First.NoVotes = true // it is a comment like the others here
		}
		c.Thread = &p
		v.saw(t)
		return &c, nil
	}
	c.Form, _, err = v.commentForm(article, "", nil)
	if c.Form == nil && !v.by.Signed() {
		c.SignIn = "/login?next=" + url.QueryEscape(views.ArticlePath(article))
	}
	return &c, err
}

func commentPath(a blog.Article) string { return views.ArticlePath(a) + "/comment" }

func (v *visit) commentForm(article blog.Article, body string, refused error) (*views.Compose, forum.Board, error) {
	begun, err := v.begun(commentPath(article))
	if err != nil {
		return nil, forum.Board{}, err
	}
	if begun && !changes(v.Ctx) {
		body = v.draft.Body
	}
	form, board, err := v.aboutForm(article.ID, commentPath(article), forum.NewThread{Body: body}, refused)
	if form != nil {
		form.Heading, form.Submit = v.lang.T("Your comment"), v.lang.T("Comment")
	}
	return form, board, err
}

// commentPage is the form for a comment on an article, on a page of its own.
func (a *App) commentPage(v *visit) error { return v.drawComment("", nil) }

// comment says something about an article.
func (a *App) comment(v *visit) error {
	article, err := a.Blog.Article(v.ctx(), v.by, v.param("author"), v.param("slug"))
	if err != nil {
		return err
	}
	if v.pressed("preview") {
		return v.drawComment(v.value("body"), nil)
	}
	ref, err := a.Forum.Comment(v.ctx(), v.by, forum.NewThread{About: article.ID, Body: v.value("body"), Via: item.Web, Sent: v.sent(commentPath(article))})
	if err != nil {
		return v.drawComment(v.value("body"), err)
	}
	if ref.Post == ref.Thread {
		return v.goTo(views.ArticlePath(article) + "#p" + itoa(ref.Post))
	}
	return v.backTo(ref.Post)
}

func (v *visit) drawComment(body string, refused error) error {
	article, err := v.app.Blog.Article(v.ctx(), v.by, v.param("author"), v.param("slug"))
	if err != nil {
		return err
	}
	form, board, err := v.commentForm(article, body, refused)
	if err != nil {
		return err
	}
	if form == nil {
		return board.Postable(v.by)
	}
	form.Heading = ""
	p := views.ComposePage{Page: v.page(v.lang.T("Comment on “%s”", article.Title)), Heading: v.lang.T("Comment on “%s”", article.Title), Form: *form,
		Way: []views.Crumb{{Label: article.Title, Href: views.ArticlePath(article)}, {Label: v.lang.T("Comment")}}}
	p.Nav, p.NoIndex = "blog", true
	return v.drawForm(views.Write(p), refused)
}
