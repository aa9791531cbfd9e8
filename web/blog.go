package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/blog"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

const articlesPerPage = 20

// mostLinks is how many of what links to a page or an article stand beside it.
const mostLinks = 20

// blogHome lists the newest articles of all members.
func (a *App) blogHome(v *visit) error { return a.drawBlog(v, account.User{}) }

// authorHome lists the newest articles of one member.
func (a *App) authorHome(v *visit) error {
	author, err := a.Accounts.ByName(v.ctx(), v.param("author"))
	if err != nil {
		return errNothing
	}
	return a.drawBlog(v, author)
}

func (a *App) drawBlog(v *visit, author account.User) error {
	before := time.Time{}
	if ms, err := strconv.ParseInt(v.Query("before"), 10, 64); err == nil {
		before = time.UnixMilli(ms)
	}
	articles, err := a.Blog.Recent(v.ctx(), v.by, author.ID, before, articlesPerPage)
	if err != nil {
		return err
	}
	p := views.BlogPage{Page: v.page(v.lang.T("Blogs")), Author: author, Articles: articles}
	path := "/blog"
	if author.ID != 0 {
		p.Title, path = author.Display, views.BlogPath(author.Name)
	}
	if author.ID == v.by.ID && v.by.Signed() {
		if p.Drafts, err = a.Blog.Drafts(v.ctx(), v.by); err != nil {
			return err
		}
	}
	if len(articles) == articlesPerPage {
		p.Older = path + "?before=" + itoa(articles[articlesPerPage-1].Published.UnixMilli())
	}
	p.Nav, p.Feeds = "blog", v.feedsOf(p.Title, path)
	return v.draw(fiber.StatusOK, views.Blog(p))
}

func (a *App) articlePage(v *visit) error {
	article, err := a.Blog.Article(v.ctx(), v.by, v.param("author"), v.param("slug"))
	if err != nil {
		return err
	}
	p := views.ArticlePage{Page: v.page(article.Title), Article: article, Mine: v.by.Signed() && (v.by.ID == article.Author.ID || v.by.Staff())}
	p.Nav, p.Canonical = "blog", a.BaseURL+views.ArticlePath(article)
	if p.Comments, err = v.comments(article); err != nil {
		return err
	}
	if p.Backlinks, err = a.Items.Backlinks(v.ctx(), v.by, article.ID, "", mostLinks); err != nil {
		return err
	}
	if p.Kept, err = v.kept(article.ID); err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.Article(p))
}

func (a *App) articleHistory(v *visit) error {
	article, all, err := a.Blog.History(v.ctx(), v.by, v.param("author"), v.param("slug"))
	if err != nil {
		return err
	}
	p := views.RevisionsPage{Page: v.page(v.lang.T("History of “%s”", article.Title)), Way: []views.Crumb{{Label: article.Title, Href: views.ArticlePath(article)}, {Label: v.lang.T("History")}}}
	p.Nav, p.NoIndex, p.Heading, p.Revisions = "blog", true, p.Title, compared(p.Page, all)
	return v.draw(fiber.StatusOK, views.Revisions(p))
}

func (a *App) newArticlePage(v *visit) error {
	return a.beginArticle(v, "/blog/-/new", blog.Edit{Lang: string(v.lang)})
}

func (a *App) newArticle(v *visit) error { return a.saveArticle(v, "/blog/-/new", 0) }

func (a *App) editArticlePage(v *visit) error {
	article, err := a.ownArticle(v)
	if err != nil {
		return err
	}
	e := blog.Edit{ID: article.ID, Base: article.Revision, Title: article.Title, Body: article.Source, Tags: strings.Join(article.Tags, " "), Draft: article.Status == item.Draft}
	return a.beginArticle(v, views.ArticlePath(article)+"/edit", e)
}

// beginArticle draws the form with the reader's draft, where there is one.
func (a *App) beginArticle(v *visit, action string, e blog.Edit) error {
	begun, err := v.begun(action)
	if err != nil {
		return err
	}
	if begun {
		e.Title, e.Body, e.Tags = v.draft.Title, v.draft.Body, v.draft.Tags
		if e.ID != 0 {
			e.Base = v.draft.Base
		}
	}
	return a.drawArticleEdit(v, action, e, nil)
}

func (a *App) editArticle(v *visit) error {
	article, err := a.ownArticle(v)
	if err != nil {
		return err
	}
	return a.saveArticle(v, views.ArticlePath(article)+"/edit", article.ID)
}

func (a *App) ownArticle(v *visit) (blog.Article, error) {
	if !v.by.Signed() {
		return blog.Article{}, fault.SignIn("Sign in to write here.")
	}
	return a.Blog.Article(v.ctx(), v.by, v.param("author"), v.param("slug"))
}

func (a *App) saveArticle(v *visit, action string, id int64) error {
	e := blog.Edit{ID: id, Base: v.valueID("base"), Title: v.value("title"), Body: v.value("body"), Tags: v.value("tags"), Summary: v.value("summary"),
		Lang: string(v.lang), Draft: v.pressed("mine"), Via: item.Web, Sent: v.sent(action)}
	if v.pressed("preview") {
		return a.drawArticleEdit(v, action, e, nil)
	}
	saved, err := a.Blog.Save(v.ctx(), v.by, e)
	if err != nil {
		return a.drawArticleEdit(v, action, e, err)
	}
	return v.goTo(views.ArticlePath(saved) + "?done=saved")
}

func (a *App) drawArticleEdit(v *visit, action string, e blog.Edit, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Sign in to write here.")
	}
	if refused != nil && len(fault.All(refused)) == 0 {
		return refused
	}
	p := views.ArticleEditPage{Page: v.page(v.lang.T("Write an article")), Action: action, Edit: e, Errors: v.lang.Refusals(refused), Draft: v.draftBox(action, "")}
	p.Way = []views.Crumb{{Label: v.lang.T("Blogs"), Href: "/blog"}}
	if e.ID != 0 {
		p.Title = v.lang.T("Edit an article")
		p.Way = append(p.Way, views.Crumb{Label: e.Title, Href: strings.TrimSuffix(action, "/edit")})
	}
	p.Nav, p.NoIndex = "blog", true
	if v.pressed("preview") {
		p.Preview = a.Blog.Preview(v.ctx(), e)
	}
	if refused == nil && v.files.refused != nil {
		refused, p.Errors = v.files.refused, v.lang.Refusals(v.files.refused)
	}
	status := fiber.StatusOK
	if refused != nil {
		status = statusOf[fault.KindOf(refused)]
	}
	if status == fiber.StatusConflict {
		article, err := a.Blog.Find(v.ctx(), v.by, e.ID)
		if err != nil {
			return err
		}
		p.Theirs, p.Edit.Base = article.Source, article.Revision // what is saved next is on top of theirs
	}
	v.private = true
	return v.draw(status, views.ArticleEditing(p))
}
