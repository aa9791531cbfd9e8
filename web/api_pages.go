package web

import (
	"cmp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/blog"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
	"picus/wiki"
)

func (a *App) apiPage(v *visit) error {
	p, err := a.Wiki.Page(v.ctx(), v.by, v.wikiTitle())
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiWikiPage(p))
}

// apiPageRevisions lists the newest revisions of a page.
func (a *App) apiPageRevisions(v *visit) error {
	_, all, err := a.Wiki.History(v.ctx(), v.by, v.wikiTitle())
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(all, "", v.apiRevision))
}

// apiSavePage writes a page, or a new revision of it.
func (a *App) apiSavePage(v *visit) error {
	var sent struct {
		Body, Summary string
		Tags          *[]string
		Minor         bool
		BaseRevision  int64 `json:"base_revision"`
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	e := wiki.Edit{Title: v.wikiTitle(), Base: sent.BaseRevision, Body: sent.Body, Summary: sent.Summary, Minor: sent.Minor, Via: item.API}
	was, err := a.Wiki.Page(v.ctx(), v.by, e.Title)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	e.Tags = strings.Join(was.Tags, ",")
	if sent.Tags != nil {
		e.Tags = strings.Join(*sent.Tags, ",")
	}
	_, err = a.Wiki.Save(v.ctx(), v.by, e)
	return v.savedPage(e, was.ID == 0, err)
}

// savedPage answers with the page as it is now. A PUT that was sent twice is no
// conflict: what it wanted is there (RFC 9110, 9.2.2).
func (v *visit) savedPage(e wiki.Edit, made bool, refused error) error {
	if refused != nil && !fault.Is(refused, fault.Conflict) {
		return refused
	}
	p, err := v.app.Wiki.Page(v.ctx(), v.by, e.Title)
	if err != nil {
		return err
	}
	if refused != nil && (p.Source != e.Body || p.Author.ID != v.by.ID) {
		return v.clashed(refused, e.Body, v.apiWikiPage(p))
	}
	if made {
		return v.created(views.WikiPath(p.Title), v.apiWikiPage(p))
	}
	return v.send(fiber.StatusOK, v.apiWikiPage(p))
}

// apiArticles lists the articles of everybody, or of one member.
func (a *App) apiArticles(v *visit) error {
	var author account.User
	if name := v.Query("author"); name != "" {
		var err error
		if author, err = a.Accounts.ByName(v.ctx(), name); err != nil {
			return err
		}
	}
	articles, next, err := a.Blog.List(v.ctx(), author.ID, v.Query("cursor"), v.limit(20))
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(articles, next, v.apiArticle))
}

func (a *App) apiArticle(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	article, err := a.Blog.Find(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiArticle(article))
}

// apiWrite makes an article in the asker's own blog.
func (a *App) apiWrite(v *visit) error {
	var sent struct {
		Title, Body string
		Tags        []string
		Draft       bool
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	n, err := v.makeOnce(func(once item.Once) (int64, error) {
		made, err := a.Blog.Save(v.ctx(), v.by, blog.Edit{Title: sent.Title, Body: sent.Body, Tags: strings.Join(sent.Tags, ","), Draft: sent.Draft, Via: item.API, Once: once})
		return made.ID, err
	})
	if err != nil {
		return err
	}
	article, err := a.Blog.Find(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	return v.created("/articles/"+itoa(article.ID), v.apiArticle(article))
}

// apiEditArticle changes one of the asker's own articles, or publishes a draft. What is
// not named stays as it is.
func (a *App) apiEditArticle(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		apiEdit
		Draft *bool
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	was, err := a.Blog.Find(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	e := blog.Edit{ID: n, Base: cmp.Or(sent.BaseRevision, was.Revision), Title: was.Title, Body: was.Source, Tags: strings.Join(was.Tags, ","),
		Draft: was.Status == item.Draft, Summary: sent.Summary, Via: item.API}
	if sent.Title != nil {
		e.Title = *sent.Title
	}
	if sent.Body != nil {
		e.Body = *sent.Body
	}
	if sent.Tags != nil {
		e.Tags = strings.Join(*sent.Tags, ",")
	}
	if sent.Draft != nil {
		e.Draft = *sent.Draft
	}
	article, err := a.Blog.Save(v.ctx(), v.by, e)
	if fault.Is(err, fault.Conflict) {
		theirs, findErr := a.Blog.Find(v.ctx(), v.by, n)
		if findErr != nil {
			return findErr
		}
		return v.clashed(err, e.Body, v.apiArticle(theirs))
	}
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiArticle(article))
}
