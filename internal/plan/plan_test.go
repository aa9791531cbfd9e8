package plan_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"picus/internal/plan"
)

// TestHouse holds the project itself against the plan.
func TestHouse(t *testing.T) {
	wrong, err := plan.Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}

func TestCheck(t *testing.T) {
	const ctx = "import \"github.com/gofiber/fiber/v2\"\nfunc f(c *fiber.Ctx)"
	tests := []struct {
		rule string
		path string
		code string
		want string // part of the finding; empty when there is none
	}{
		{"web draws with views", "web/forum.go", `import "picus/views"`, ""},
		{"web never holds SQL", "web/forum.go", `import "picus/internal/db"`, "web/forum.go:2: web may not import internal/db: "},
		{"a sub-package shares its parent's row", "web/api/api.go", `import "picus/internal/db"`, "web may not import internal/db"},
		{"a test may set up a database", "web/forum_test.go", `import "picus/internal/dbtest"`, ""},
		{"a program holds no test database", "cmd/picus/main.go", `import "picus/internal/dbtest"`, "cmd may not import"},
		{"the program puts all rooms together", "cmd/picus/main.go", `import "picus/mail/message"`, ""},
		{"no feature imports another", "forum/reply.go", `import "picus/wiki"`, "forum may not import wiki"},
		{"nor does its test", "forum/reply_test.go", `import "picus/wiki"`, "forum may not import wiki"},
		{"the forum does not know mail", "forum/reply.go", `import "picus/mail"`, "forum may not import mail"},
		{"mail knows the forum", "mail/receive.go", `import "picus/forum"`, ""},
		{"mail reads messages", "mail/receive.go", `import "picus/mail/message"`, ""},
		{"a message knows no site", "mail/message/parse.go", `import "picus/internal/db"`, "mail/message may not import"},
		{"a message knows its refusals", "mail/message/parse.go", `import "picus/internal/fault"`, ""},
		{"an importer draws no page", "internal/importer/mbox/mbox.go", `import "picus/web"`, "internal/importer may not import web"},
		{"an importer writes through the features", "internal/importer/mbox/mbox.go", `import "picus/forum"`, ""},
		{"a name that starts alike is another room", "webhook/hook.go", ``, "webhook is not in the plan"},
		{"a new room needs a row", "internal/util/util.go", ``, "internal/util is not in the plan"},
		{"what the go command passes over is no code", "web/testdata/bad.go", `this does not parse`, ""},

		{"sessions are rows", "web/session.go", `import "github.com/gofiber/fiber/v2/middleware/session"`, "can be fixed"},
		{"no second MIME reader", "mail/message/parse.go", `import "github.com/jhillyerd/enmime/v2"`, "exponential"},
		{"pages are templ", "views/page.go", `import "html/template"`, "pages are templ"},
		{"forms are read by name", "web/login.go", ctx + `{ c.BodyParser(nil) }`, "BodyParser is not used here"},
		{"a page is chosen by its address", "web/login.go", ctx + `{ c.Format("x") }`, "Format is not used here"},
		{"a time may be formatted", "web/date.go", `func f(t interface{ Format(string) }) { t.Format("2006") }`, ""},
		{"redirects stay here", "web/login.go", ctx + `{ c.RedirectBack("/") }`, "RedirectBack is not used here"},
		{"the client does not choose its address", "web/login.go", ctx + `{ c.IPs() }`, "IPs is not used here"},
		{"one process", "web/web.go", "import \"github.com/gofiber/fiber/v2\"\nvar c = fiber.Config{Prefork: true}", "Prefork is not used here"},
		{"raw HTML is prose", "views/prose.templ", `@templ.Raw(p.HTML)`, ""},
		{"raw HTML is nothing else", "views/thread.templ", `@templ.Raw(p.HTML)`, "views/thread.templ:2: templ.Raw"},
		{"raw HTML in Go neither", "web/page.go", "import \"github.com/a-h/templ\"\nvar x = templ.Raw(\"\")", "web/page.go:3: templ.Raw"},
		{"a feature asks its field now", "forum/forum.go", "import \"time\"\nvar x = T{now: time.Now}", ""},
		{"the field may be set later", "forum/forum.go", "import \"time\"\nfunc f(t *T) { t.now = time.Now }", ""},
		{"a feature does not ask the clock", "forum/reply.go", "import \"time\"\nvar x = time.Now()", "time.Now is not used here"},
		{"a called clock is no field", "forum/reply.go", "import \"time\"\nvar x = T{now: time.Now()}", "time.Now is not used here"},
		{"nor is the clock asked in passing", "internal/item/save.go", "import \"time\"\nvar x = time.Since(y)", "time.Since is not used here"},
		{"a connection has a real deadline", "mail/relay.go", "import \"time\"\nfunc f() { c.SetDeadline(time.Now().Add(1)) }", ""},
		{"a named place may ask the clock", "mail/message/date.go", "import \"time\"\nvar x = time.Now()", ""},
		{"a test may ask the clock", "forum/reply_test.go", "import \"time\"\nvar x = time.Now()", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			code := "package p\n" + tt.code
			wrong, err := plan.Check(fstest.MapFS{tt.path: {Data: []byte(code)}})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(wrong, "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("Check(%s: %s) = %q; want %q", tt.path, tt.code, got, tt.want)
			}
		})
	}
}
