package views

import (
	"net/url"

	"picus/account"
	"picus/blog"
	"picus/internal/item"
)

// privatePath is where somebody is written to in private.
func privatePath(name string) string { return "/u/" + url.PathEscape(name) + "/private" }

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
