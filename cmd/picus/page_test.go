package main

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is what a visitor has in front of them.
type page struct {
	*visitor
	address *url.URL
	status  int
	source  string
	root    *html.Node
}

// open goes to an address of the site, whatever it answers.
func (v *visitor) open(path string) *page {
	v.Helper()
	res, err := v.Get(v.URL + path)
	return v.read(res, err)
}

func (v *visitor) read(res *http.Response, err error) *page {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		v.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		v.Fatal(err)
	}
	return &page{visitor: v, address: res.Request.URL, status: res.StatusCode, source: string(text), root: root}
}

// at expects that the page is a certain one, and a good one.
func (p *page) at(path string) *page {
	p.Helper()
	if p.status != http.StatusOK || !strings.HasPrefix(p.address.Path, path) || path == "/" && p.address.Path != path {
		p.Fatalf("the page is %s with status %d; want %s with 200: %s", p.address, p.status, path, p.words())
	}
	return p
}

// refused expects a refusal: a page with a status of its own and words to read.
func (p *page) refused(status int) {
	p.Helper()
	if p.status != status {
		p.Errorf("%s answers %d; want %d: %s", p.address, p.status, status, p.words())
	}
}

// says expects words on the page, in any of its parts.
func (p *page) says(all ...string) *page {
	p.Helper()
	words := p.words()
	for _, w := range all {
		if !strings.Contains(words, w) {
			p.Errorf("%s does not say %q: %s", p.address, w, words)
		}
	}
	return p
}

// silent expects words to be nowhere on the page.
func (p *page) silent(all ...string) *page {
	p.Helper()
	for _, w := range all {
		if strings.Contains(p.words(), w) {
			p.Errorf("%s says %q", p.address, w)
		}
	}
	return p
}

// follow opens the page that a link on this one leads to.
func (p *page) follow(href string) *page {
	p.Helper()
	for n := range p.root.Descendants() {
		if n.Data == "a" && attr(n, "href") == href {
			return p.open(href)
		}
	}
	p.Fatalf("%s has no link to %s", p.address, href)
	return nil
}

// linkCalled returns where the link with these words leads; "" without one.
func (p *page) linkCalled(label string) string {
	for n := range p.root.Descendants() {
		if n.Data == "a" && strings.TrimSpace(words(n)) == label {
			return attr(n, "href")
		}
	}
	return ""
}

// hidden returns what the first field of that name holds in the forms to an address.
func (p *page) hidden(action, name string) string {
	p.Helper()
	for form := range p.root.Descendants() {
		if form.Data != "form" || attr(form, "action") != action {
			continue
		}
		for n := range form.Descendants() {
			if attr(n, "name") == name {
				return attr(n, "value")
			}
		}
	}
	p.Fatalf("%s has no form to %s with a field %s", p.address, action, name)
	return ""
}

// find returns the first element of a kind with an id, and fails without one.
func (p *page) find(id string) *html.Node {
	p.Helper()
	for n := range p.root.Descendants() {
		if attr(n, "id") == id {
			return n
		}
	}
	p.Fatalf("%s has nothing called #%s", p.address, id)
	return nil
}

// send fills the form that goes to an address, by the names of its fields, and sends
// it with all that the form holds by itself. A button that matters is named like a
// field. Where several forms go to one address, #ID tells which is meant.
func (p *page) send(form string, fields ...string) *page {
	p.Helper()
	for n := range p.root.Descendants() {
		if n.Data != "form" || attr(n, "action") != form && "#"+attr(n, "id") != form {
			continue
		}
		if sent, ok := fill(n, fields); ok {
			return p.post(attr(n, "action"), sent)
		}
	}
	p.Fatalf("%s has no form %s with the fields %v: %s", p.address, form, fields, p.words())
	return nil
}

// post sends a form as a browser does.
func (p *page) post(action string, sent url.Values) *page {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), "POST", p.URL+action, strings.NewReader(sent.Encode()))
	if err != nil {
		p.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return p.read(p.Do(r))
}

// fill returns what a browser would send of a form, and whether it has all the fields.
func fill(form *html.Node, fields []string) (url.Values, bool) {
	sent, known := url.Values{}, map[string][]string{}
	for n := range form.Descendants() {
		name, value := attr(n, "name"), attr(n, "value")
		switch kind := attr(n, "type"); {
		case name == "":
		case n.Data == "textarea":
			known[name] = nil
			sent.Set(name, strings.TrimPrefix(words(n), "\n"))
		case n.Data == "select":
			known[name] = options(n)
			sent.Set(name, chosen(n))
		case n.Data == "button":
			known[name] = append(known[name], value)
		case n.Data == "input" && (kind == "radio" || kind == "checkbox"):
			if value == "" {
				value = "on"
			}
			known[name] = append(known[name], value)
			if hasAttr(n, "checked") {
				sent.Set(name, value)
			}
		case n.Data == "input":
			known[name] = nil
			sent.Set(name, value)
		}
	}
	for i := 0; i < len(fields); i += 2 {
		values, there := known[fields[i]]
		if !there || values != nil && !slices.Contains(values, fields[i+1]) {
			return nil, false
		}
		sent.Set(fields[i], fields[i+1])
	}
	return sent, true
}

func options(list *html.Node) []string {
	all := []string{}
	for n := range list.Descendants() {
		if n.Data == "option" {
			all = append(all, attr(n, "value"))
		}
	}
	return all
}

// chosen is the option that stands in a closed list: the selected one, else the first.
func chosen(list *html.Node) string {
	for n := range list.Descendants() {
		if n.Data == "option" && hasAttr(n, "selected") {
			return attr(n, "value")
		}
	}
	if all := options(list); len(all) > 0 {
		return all[0]
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// words is everything that can be read on the page, with single spaces.
func (p *page) words() string { return strings.Join(strings.Fields(words(p.root)), " ") }

func words(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		} else if d.Data != "a" && d.Data != "span" && d.Data != "b" && d.Data != "code" && d.Data != "em" && d.Data != "strong" {
			text.WriteString(" ")
		}
	}
	return text.String()
}
