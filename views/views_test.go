package views_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"picus/internal/lang"
	"picus/public"
	"picus/views"
)

func page() views.Page {
	return views.Page{
		Lang: lang.English, Title: "Every part", Site: "Picus", Nav: "wiki", Path: "/-/style",
		Me: &views.Me{Name: "ada", Display: "Ada", Unread: 3, Admin: true}, CSRF: "token",
		Feeds: []views.Feed{{Title: "Atom", Type: "application/atom+xml", URL: "/questions.atom"}},
		Now:   time.Date(2024, time.November, 23, 14, 2, 0, 0, time.UTC),
	}
}

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// stylePage is the page that shows every part, as its elements.
func stylePage(t *testing.T) []*html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(draw(t, views.Style(page()))))
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

// TestNothingIsInline holds every part to the content security policy, which
// allows neither script nor style within a page.
func TestNothingIsInline(t *testing.T) {
	for _, n := range stylePage(t) {
		if n.Data == "style" || n.Data == "script" && (n.FirstChild != nil || attribute(n, "src") == "") {
			t.Errorf("<%s> stands in the page", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s %s=%q> is inline", n.Data, a.Key, a.Val)
			}
		}
	}
}

func TestEveryReferenceHasItsElement(t *testing.T) {
	all := stylePage(t)
	ids := map[string]int{}
	for _, n := range all {
		if id := attribute(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q is there %d times", id, n)
		}
	}
	for _, n := range all {
		for _, key := range []string{"for", "aria-describedby"} {
			for id := range strings.FieldsSeq(attribute(n, key)) {
				if ids[id] == 0 {
					t.Errorf("<%s %s=%q> points nowhere", n.Data, key, id)
				}
			}
		}
	}
}

func TestEveryClassHasARule(t *testing.T) {
	file, ok := public.Find(strings.TrimPrefix(public.URL("picus.css"), public.Prefix))
	if !ok {
		t.Fatal("the style sheet is not where its address says")
	}
	css := string(file.Plain)
	for _, n := range stylePage(t) {
		for class := range strings.FieldsSeq(attribute(n, "class")) {
			if !strings.Contains(css, "."+class) {
				t.Errorf("<%s class=%q> has no rule in the style sheet", n.Data, class)
			}
		}
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestParts(t *testing.T) {
	p := page()
	zh := page()
	zh.Lang = lang.Chinese
	guest := page()
	guest.Me, guest.CSRF = nil, ""
	tests := []struct {
		rule        string
		part        templ.Component
		want, avoid string
	}{
		{"a title is escaped", views.Breadcrumbs(p, []views.Crumb{{Label: "<b>"}}), "&lt;b&gt;", "<b>"},
		{"an address that runs a script is not linked", views.Tabs("", []views.Tab{{Label: "x", Href: "javascript:alert(1)"}}), "about:invalid", "javascript:"},
		{"prose is written as it is", views.Prose("<em>x</em>"), "<em>x</em>", "&lt;"},
		{"a time is exact for programs", views.Time(p, p.Now.Add(-time.Hour)), `datetime="2024-11-23T13:02:00Z"`, ""},
		{"a time is near for people", views.Time(zh, p.Now.Add(-time.Hour)), "1 小时前", "ago"},
		{"an unknown time is left out", views.Time(p, time.Time{}), "", "<time"},
		{"a second press takes a vote back", views.VoteBox(p, views.Vote{Post: 7, Mine: 1}), `value="0" aria-pressed="true"`, `value="1"`},
		{"who may not vote gets no button", views.VoteBox(p, views.Vote{Post: 7, Why: "your own"}), `title="your own"`, "<button"},
		{"a form carries the session's token", views.CSRFField(p), `value="token"`, ""},
		{"without a session there is no token", views.CSRFField(guest), "", "<input"},
		{"what was refused comes back", views.TextField(views.Field{Name: "n", Value: `a"b`, Error: "no"}), `value="a&#34;b"`, ""},
		{"a refusal is tied to its field", views.TextArea(views.Field{Name: "n", Error: "no", Hint: "h"}), `aria-describedby="n-error n-hint" aria-invalid="true"`, ""},
		{"a field without a refusal is valid", views.TextArea(views.Field{Name: "n"}), "<textarea", "aria-"},
		{"a text that begins with an empty line keeps it", views.TextArea(views.Field{Name: "n", Value: "\nx"}), ">\n\nx<", ""},
		{"the chosen option is selected", views.SelectField(views.Field{Name: "n", Value: "b", Options: []views.Option{{Value: "a"}, {Value: "b"}}}), `value="b" selected`, `value="a" selected`},
		{"no refusals, no summary", views.FormErrors(p, nil), "", "note"},
		{"a question without an answer asks for one", views.StateBox(p, views.State{Question: true}), "no answer", "replies"},
		{"a discussion without a reply asks for nothing", views.StateBox(p, views.State{}), `class="state"`, "none"},
		{"a writer without an account has no page", views.UserLink(views.User{Display: "Somebody"}), "Somebody", "href"},
		{"a guest is asked to sign in", views.Layout(guest, nil), `href="/login"`, "/logout"},
		{"a member without a desk sees none", views.Layout(p, nil), `href="/admin"`, `href="/mod"`},
		{"a page without a rail has no empty one", views.Layout(p, nil), `<main`, "<aside"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			got := draw(t, tt.part)
			if !strings.Contains(got, tt.want) {
				t.Errorf("drew %q; want %q in it", got, tt.want)
			}
			if tt.avoid != "" && strings.Contains(got, tt.avoid) {
				t.Errorf("drew %q; want no %q in it", got, tt.avoid)
			}
		})
	}
}
