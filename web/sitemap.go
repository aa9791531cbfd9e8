package web

import (
	"encoding/xml"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/item"
	"picus/views"
)

// perSitemap is how many ids of items a page of the map covers, whatever of them is
// public. A page may name 50,000 addresses (sitemaps.org).
const perSitemap = 10_000

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// mapped is an address in the map.
type mapped struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

type sitemapIndex struct {
	XMLName xml.Name `xml:"sitemapindex"`
	Space   string   `xml:"xmlns,attr"`
	Pages   []mapped `xml:"sitemap"`
}

type sitemapPart struct {
	XMLName xml.Name `xml:"urlset"`
	Space   string   `xml:"xmlns,attr"`
	Places  []mapped `xml:"url"`
}

// sitemap names the pages of the map: one of the rooms, and one for each stretch of items.
func (a *App) sitemap(v *visit) error {
	newest, err := a.Items.Newest(v.ctx())
	if err != nil {
		return err
	}
	index := sitemapIndex{Space: sitemapSpace, Pages: []mapped{{Loc: a.BaseURL + "/sitemap/rooms.xml"}}}
	for n := int64(0); n <= newest/perSitemap; n++ {
		index.Pages = append(index.Pages, mapped{Loc: a.BaseURL + "/sitemap/" + itoa(n) + ".xml"})
	}
	return v.sendXML(index)
}

// sitemapPage names what everybody may read; who is signed in gets no other map.
func (a *App) sitemapPage(v *visit) error {
	name, ok := strings.CutSuffix(v.param("page"), ".xml")
	if ok && name == "rooms" {
		return a.roomMap(v)
	}
	n := idOf(name)
	if !ok || n < 0 || itoa(n) != name {
		return errNothing
	}
	all, err := a.Items.Public(v.ctx(), n*perSitemap, (n+1)*perSitemap)
	if err != nil {
		return err
	}
	page := sitemapPart{Space: sitemapSpace}
	for _, l := range all {
		path := views.ItemPath(l.Kind, l.ID, l.Title, l.Slug, l.Author)
		if l.Kind == item.Thread {
			path = views.ThreadPath(l.ID, l.Slug)
		}
		page.Places = append(page.Places, mapped{a.BaseURL + path, l.Changed.Format(time.RFC3339)})
	}
	return v.sendXML(page)
}

// roomMap names the rooms and the boards.
func (a *App) roomMap(v *visit) error {
	boards, err := a.Forum.Boards(v.ctx(), account.User{})
	if err != nil {
		return err
	}
	page := sitemapPart{Space: sitemapSpace}
	for _, path := range []string{"/", "/questions", "/b", "/tags", "/wiki", "/blog"} {
		page.Places = append(page.Places, mapped{Loc: a.BaseURL + path})
	}
	for _, b := range boards {
		at := mapped{Loc: a.BaseURL + boardPath(b.Slug)}
		if b.LastAt.UnixMilli() > 0 {
			at.LastMod = b.LastAt.Format(time.RFC3339)
		}
		page.Places = append(page.Places, at)
	}
	return v.sendXML(page)
}

func (v *visit) sendXML(answer any) error {
	body, err := xml.Marshal(answer)
	if err != nil {
		return err
	}
	v.Set(fiber.HeaderContentType, "application/xml; charset=utf-8")
	v.Response().SetBodyString(xml.Header + string(body))
	v.cacheable(fiber.StatusOK)
	return nil
}
