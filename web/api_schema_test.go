package web_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// rulebook is the description of the API. Every answer that a test gets from the API
// is held against it: see program.call.
type rulebook struct {
	doc    apiDoc
	routes []apiRoute
	c      *jsonschema.Compiler
	mu     sync.Mutex
	known  map[string]*jsonschema.Schema // by its place in the description
	met    map[string]bool               // the answers that were checked: GET /boards 200
}

type apiDoc struct {
	Paths      map[string]map[string]json.RawMessage // an operation by its method, and what they share
	Components struct{ Responses map[string]apiResponse }
}

type apiOperation struct{ Responses map[string]apiResponse }

type apiResponse struct {
	Ref     string `json:"$ref"`
	Content map[string]struct{}
}

type apiRoute struct {
	name, place string // GET /boards, and where it stands in the description
	path        *regexp.Regexp
	operation   apiOperation
}

var parameter = regexp.MustCompile(`\{[a-z]+\}`)

// rules reads the description once for all tests.
var rules = sync.OnceValues(func() (*rulebook, error) {
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	r := &rulebook{c: jsonschema.NewCompiler(), known: map[string]*jsonschema.Schema{}, met: map[string]bool{}}
	if err := json.Unmarshal(text, &r.doc); err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	closeAll(doc.(map[string]any))
	r.c.DefaultDraft(jsonschema.Draft2020)
	r.c.AssertFormat()
	for path, operations := range r.doc.Paths {
		for method, text := range operations {
			if method == "parameters" {
				continue
			}
			var o apiOperation
			if err := json.Unmarshal(text, &o); err != nil {
				return nil, err
			}
			r.routes = append(r.routes, apiRoute{name: strings.ToUpper(method) + " " + path, operation: o,
				place: "/paths/" + strings.NewReplacer("/", "~1", "{", "%7B", "}", "%7D").Replace(path) + "/" + method + "/responses/",
				path:  regexp.MustCompile(`^` + strings.ToUpper(method) + ` /api/v1` + parameter.ReplaceAllString(path, `[^/?]+`) + `$`)})
		}
	}
	// A path without parameters goes before one whose parameter it could be.
	slices.SortFunc(r.routes, func(a, b apiRoute) int { return strings.Count(a.name, "{") - strings.Count(b.name, "{") })
	return r, r.c.AddResource("openapi.json", doc)
})

// closeAll has every object of a description hold what is described and nothing else.
// What another object is made of (allOf) is closed where it stands for itself only.
func closeAll(doc map[string]any) {
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name, schema := range maps.Clone(schemas) {
		schemas[name+".open"] = maps.Clone(schema.(map[string]any))
	}
	closeBelow(doc, false)
}

func closeBelow(v any, within bool) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			closeBelow(one, within)
		}
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok && within {
			v["$ref"] = ref + ".open"
			return
		}
		for name, one := range v {
			if name == "properties" || !strings.HasSuffix(name, ".open") {
				closeBelow(one, name == "allOf")
			}
		}
		_, has := v["properties"].(map[string]any)
		_, made := v["allOf"].([]any)
		if (has || made) && !within && v["additionalProperties"] == nil {
			v["unevaluatedProperties"] = false
		}
	}
}

// check reports what an answer holds that is not described, or the other way round.
func (r *rulebook) check(t testing.TB, a answer) {
	t.Helper()
	asked := strings.Replace(a.Request.Method, "HEAD", "GET", 1) + " " + a.Request.URL.EscapedPath()
	i := slices.IndexFunc(r.routes, func(one apiRoute) bool { return one.path.MatchString(asked) })
	status := strconv.Itoa(a.StatusCode)
	if i < 0 || a.StatusCode >= 500 || a.StatusCode == 301 || a.StatusCode == 413 || a.StatusCode == 405 {
		return
	}
	answered, ok := r.routes[i].operation.Responses[status]
	place := r.routes[i].place + status
	if ref, is := strings.CutPrefix(answered.Ref, "#/components/responses/"); is {
		answered, place = r.doc.Components.Responses[ref], "/components/responses/"+ref
	}
	if !ok {
		t.Errorf("%s answers %s, which is not described", r.routes[i].name, status)
		return
	}
	r.meet(r.routes[i].name + " " + status)
	kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	if _, ok := answered.Content[kind]; !ok {
		if len(answered.Content) > 0 || a.text != "" {
			t.Errorf("%s answers %s with %q; described are %v", r.routes[i].name, status, kind, slices.Collect(maps.Keys(answered.Content)))
		}
		return
	}
	if a.Request.Method == "HEAD" {
		return
	}
	schema, err := r.schema("openapi.json#" + place + "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema")
	if err != nil {
		t.Fatal(err)
	}
	got, err := jsonschema.UnmarshalJSON(strings.NewReader(a.text))
	if err == nil {
		err = schema.Validate(got)
	}
	if err != nil {
		t.Errorf("%s answers %s not as described: %v\n%s", r.routes[i].name, status, err, a.text)
	}
}

func (r *rulebook) schema(place string) (*jsonschema.Schema, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.known[place]; s != nil {
		return s, nil
	}
	s, err := r.c.Compile(place)
	r.known[place] = s
	return s, err
}

func (r *rulebook) meet(answer string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.met[answer] = true
}
