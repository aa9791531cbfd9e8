package views_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/a-h/templ"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
	"picus/internal/lang"
	"picus/views"
)

// differing are things of which each differs from a usual one in one field; no exported
// field is left out, so that one which a stencil forgets is found here.
func differing[T any](usual func() *T, parts ...func(*T) reflect.Value) []func() *T {
	all := []func() *T{usual}
	var fields func(at func(*T) reflect.Value)
	fields = func(at func(*T) reflect.Value) {
		of := at(usual()).Type()
		for i := range of.NumField() {
			field := func(q *T) reflect.Value { return at(q).Field(i) }
			if !of.Field(i).IsExported() {
				continue
			}
			if f := of.Field(i).Type; f.Kind() == reflect.Struct && f != reflect.TypeFor[time.Time]() {
				fields(field)
				continue
			}
			for _, value := range others(of.Field(i).Type) {
				all = append(all, func() *T {
					q := usual()
					field(q).Set(value)
					return q
				})
			}
		}
	}
	fields(func(q *T) reflect.Value { return reflect.ValueOf(q).Elem() })
	for _, at := range parts {
		fields(at)
	}
	return all
}

func usualPost() *views.Post {
	q := forum.Post{ID: 77, Thread: 70, Kind: forum.Answer, Author: account.User{Name: "ada", Display: "Ada"}, Via: item.Web, Status: item.Live,
		Created: time.Date(2024, time.November, 20, 8, 9, 10, 0, time.UTC), HTML: "<p>Some <b>words</b>.</p>", Score: 3}
	return &views.Post{Post: &q, Marks: views.Marks{Signed: true, May: views.May{Reply: true}}, Vote: views.Vote{Post: 77, Score: 3}}
}

func usualRow() *forum.Row {
	return &forum.Row{ID: 77, Kind: forum.Question, State: forum.Open, Title: "A <question>", Slug: "a-question", Board: forum.Board{Slug: "python", Title: "Python & more"},
		Tags: []string{"超时", "a&b"}, Posts: 5, Answers: 3, LastBy: account.User{Name: "ada", Display: "Ada"}, LastVia: "mail",
		LastAt: time.Date(2024, time.November, 20, 8, 9, 10, 0, time.UTC)}
}

// others are values of a type that are worth a try.
func others(of reflect.Type) []reflect.Value {
	var all []any
	switch of.Kind() {
	case reflect.Bool:
		all = []any{true}
	case reflect.String:
		all = []any{"", "mail", "import", "api", "cli", "text", "markdown", "comment", "question", "live", "deleted", `</a>"&<i>`, "名 前/:?#"}
	case reflect.Int, reflect.Int64:
		all = []any{0, 1, -1, 2, 70, 1234567}
	case reflect.Slice:
		if of.Elem().Kind() == reflect.String {
			all = []any{[]string(nil), []string{"one"}, []string{"a", "b", "c", "d", "e", "f", "g", "<h>"}}
		}
	case reflect.Struct:
		return []reflect.Value{reflect.ValueOf(time.Date(2024, time.November, 23, 14, 0, 0, 0, time.UTC)), reflect.ValueOf(time.Time{})}
	}
	values := make([]reflect.Value, len(all))
	for i, v := range all {
		values[i] = reflect.ValueOf(v).Convert(of)
	}
	return values
}

// TestStencilsDrawWhatTheirComponentsDo holds what is drawn with a stencil against what
// is drawn without one: in both languages, for a reader who may do nothing, and for one
// who may do everything.
func TestStencilsDrawWhatTheirComponentsDo(t *testing.T) {
	posts := differing(usualPost, func(q *views.Post) reflect.Value { return reflect.ValueOf(q.Post).Elem() })
	for _, l := range lang.All() {
		for _, csrf := range []string{"", `"token"`} {
			p := &views.ThreadPage{Page: page(), Thread: &forum.Thread{ID: 70}}
			p.Lang, p.CSRF = l, csrf
			for _, all := range []bool{false, true} {
				for i, make := range posts {
					q := make()
					if all {
						everything(q)
					}
					q.Notes = []views.Post{*posts[(i*7)%len(posts)](), *posts[(i*11)%len(posts)]()}
					same(t, fmt.Sprintf("article %+v %+v", q.Post, q.Marks), views.ByStencil(p, q), views.Plain(p, q))
					same(t, fmt.Sprintf("comment %+v %+v", q.Post, q.Marks), views.NoteByStencil(p, q), views.PlainNote(p, q))
				}
			}
		}
	}
}

func TestARowIsDrawnAsItsComponentDoes(t *testing.T) {
	for _, l := range lang.All() {
		p := page()
		p.Lang = l
		for _, make := range differing(usualRow) {
			for _, withBoard := range []bool{false, true} {
				r := make()
				same(t, fmt.Sprintf("row %+v", r), views.RowByStencil(&p, r, withBoard), views.PlainRow(&p, r, withBoard))
			}
		}
	}
}

func TestTheFrameIsDrawnAsItsComponentsDo(t *testing.T) {
	signed := func() *views.Page {
		p := page()
		return &p
	}
	visitor := func() *views.Page {
		p := page()
		p.Me = nil
		return &p
	}
	pages := append(differing(signed, func(p *views.Page) reflect.Value { return reflect.ValueOf(p.Me).Elem() }), differing(visitor)...)
	for _, l := range lang.All() {
		for _, make := range pages {
			p := make()
			p.Lang = l
			for i := range views.Frame {
				same(t, fmt.Sprintf("part %d of %+v", i, p), views.Frame[i](*p), views.PlainFrame[i](*p))
			}
		}
	}
}

// everything lets the reader do everything, with a post that has everything.
func everything(q *views.Post) {
	may := reflect.ValueOf(&q.May).Elem()
	for i := range may.NumField() {
		may.Field(i).SetBool(true)
	}
	if q.Down == 0 {
		q.Down = 5
	}
}

func same(t *testing.T, what string, stencil, component templ.Component) {
	t.Helper()
	for range 2 { // the first time it is cut
		if got, want := draw(t, stencil), draw(t, component); got != want {
			t.Fatalf("%s\n with a stencil: %s\n without:        %s", what, got, want)
		}
	}
}
