package web

import (
	"encoding/xml"
	"fmt"

	"github.com/gorilla/feeds"
)

// feedAround is what a feed says of itself: its address, and the hub that tells of its
// changes (W3C WebSub, section 4). An empty hub is left out.
type feedAround struct{ self, hub string }

// header is the same for who does not read the feed.
func (a feedAround) header() string {
	if a.hub == "" {
		return fmt.Sprintf(`<%s>; rel="self"`, a.self)
	}
	return fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, a.hub, a.self)
}

// write draws the feed in one of the formats.
func (a feedAround) write(f *feeds.Feed, ending string) (string, error) {
	switch ending {
	case "rss":
		return feeds.ToXML(rssFeed{f, a})
	case "json":
		j := (&feeds.JSON{Feed: f}).JSONFeed()
		j.FeedUrl = a.self
		if a.hub != "" {
			j.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: a.hub}}
		}
		return j.ToJSON()
	}
	return feeds.ToXML(atomFeed{f, a})
}

// links are the same as elements.
func (a feedAround) links(kind string) []feedLink {
	all := []feedLink{{Rel: "self", Type: kind, Href: a.self}}
	if a.hub != "" {
		all = append(all, feedLink{Rel: "hub", Href: a.hub})
	}
	return all
}

// feedLink has no name of its own: it is a link in Atom and an atom:link in RSS.
type feedLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

// atomFeed is a feed whose links the library has no place for.
type atomFeed struct {
	*feeds.Feed
	around feedAround
}

// FeedXml is what is written; the links stand before the library's one.
func (f atomFeed) FeedXml() any {
	plain := (&feeds.Atom{Feed: f.Feed}).AtomFeed()
	links := append(f.around.links("application/atom+xml"), feedLink{Rel: "alternate", Type: "text/html", Href: f.Link.Href})
	return struct {
		*feeds.AtomFeed
		Links []feedLink `xml:"link"`
	}{plain, links}
}

type rssFeed struct {
	*feeds.Feed
	around feedAround
}

type rssChannel struct {
	*feeds.RssFeed
	Links []feedLink `xml:"atom:link"`
}

// FeedXml is what is written.
func (f rssFeed) FeedXml() any {
	return struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Content string     `xml:"xmlns:content,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Channel rssChannel `xml:"channel"`
	}{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", Atom: "http://www.w3.org/2005/Atom",
		Channel: rssChannel{(&feeds.Rss{Feed: f.Feed}).RssFeed(), f.around.links("application/rss+xml")},
	}
}
