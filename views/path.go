package views

import (
	"net/url"
	"strconv"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/item"
)

// privatePath is where somebody is written to in private.
func privatePath(name string) string { return "/u/" + url.PathEscape(name) + "/private" }

// KeptPath leads to what a bookmark is of.
func KeptPath(b forum.Bookmark) string {
	return ItemPath(b.Kind, b.Item, b.Title, b.Slug, b.Author.Name)
}

// KeepPath is the form of a bookmark.
func KeepPath(b forum.Bookmark) string {
	if b.Thread != 0 {
		return PostPath(b.Item) + "/bookmark"
	}
	return itemKeepPath(b.Item)
}

// itemKeepPath is the form of the bookmark of a page or an article.
func itemKeepPath(id int64) string { return "/bookmarks/" + strconv.FormatInt(id, 10) }

// KeptNav is the part of the site that a page or an article belongs to.
func KeptNav(b forum.Bookmark) string {
	if b.Kind == item.Page {
		return "wiki"
	}
	return "blog"
}

// ItemPath is the address of an item: a page or an article by its name, a post by
// its number.
func ItemPath(kind item.Kind, id int64, title, slug, author string) string {
	switch kind {
	case item.Page:
		return WikiPath(title)
	case item.Article:
		return ArticlePath(blog.Article{Author: account.User{Name: author}, Slug: slug})
	}
	return PostPath(id)
}
