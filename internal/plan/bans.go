package plan

import (
	"go/ast"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// bannedImport is a package that is imported nowhere, in tests neither.
type bannedImport struct {
	name    string // it and everything below it
	because string
}

const fiberMiddleware = "github.com/gofiber/fiber/v2/middleware/"

var bannedImports = []bannedImport{
	{fiberMiddleware + "session", "its sessions can be fixed and outlive a log-out; ours are rows in account"},
	{fiberMiddleware + "csrf", "its token is not bound to our session; web checks Sec-Fetch-Site, Origin and a token of the session"},
	{fiberMiddleware + "cache", "it can hand one reader's page to another"},
	{fiberMiddleware + "limiter", "it counts by an address the client can choose; limits live in account"},
	{fiberMiddleware + "filesystem", "files of members go out through a handler that knows their type and their reader"},
	{fiberMiddleware + "proxy", "the way out to the network is internal/fetch, which refuses private addresses"},
	{fiberMiddleware + "monitor", "it loads a script from elsewhere and shows the machine to everybody"},
	{fiberMiddleware + "pprof", "it opens the program's memory to everybody"},
	{fiberMiddleware + "expvar", "it opens the program's command line to everybody"},
	{"net/http/pprof", "it opens the program's memory to everybody"},
	{"expvar", "it opens the program's command line to everybody"},
	{"github.com/jhillyerd/enmime", "it takes exponential time on some messages; mail/message reads MIME with bounds"},
	{"text/template", "it escapes nothing; pages are templ, mails are plain Go"},
	{"html/template", "pages are templ, which is checked by the compiler and many times quicker"},
}

// bannedFiber are the names of Fiber that the doors, web and cmd, do not use.
var bannedFiber = map[string]string{
	"BodyParser":   "it fills whatever field the client names; read each form value by its name",
	"RedirectBack": "it goes where the Referer says, which may be another site",
	"IPs":          "the client writes that header; web knows the client's address",
	"Prefork":      "several processes would write one SQLite file, each with its own limits and timers",
}

const becauseFormat = "it picks the answer's type by a header and then does not escape; draw a page or write JSON"

// clockless are the rooms that own tables, where a test has to set the time.
var clockless = []string{"account", "forum", "wiki", "blog", "mail", "internal/item", "internal/job", "internal/search"}

const becauseClock = "time is passed in, or read from the field now; only that field may be given time.Now, and a connection's deadline"

// clockFiles are the exceptions, each with its reason.
var clockFiles = map[string]string{
	"mail/message/date.go": "a Date in the future is told by the clock when no server noted its own",
}

// becauseRaw and proseFiles: the one helper that puts rendered Markdown on a page.
const becauseRaw = "HTML goes on a page unescaped only through the helper in views/prose, for what internal/markdown made"

var proseFiles = []string{"views/prose.go", "views/prose.templ", "views/prose_templ.go"}

// checkBans returns what one Go file uses although it is not used here.
func checkBans(f file) []string {
	wrong := checkImports(f)
	if f.test {
		return wrong
	}
	raw := !slices.Contains(proseFiles, f.path) && !strings.HasSuffix(f.path, "_templ.go")
	door := within(f.room, "web") || within(f.room, "cmd")
	owner := slices.ContainsFunc(clockless, func(room string) bool { return within(f.room, room) })
	if raw {
		wrong = append(wrong, checkRaw(f)...)
	}
	if door {
		wrong = append(wrong, checkFiber(f)...)
	}
	if owner && clockFiles[f.path] == "" {
		wrong = append(wrong, checkClock(f)...)
	}
	return wrong
}

// checkImports returns the imports of a file that no file may have.
func checkImports(f file) []string {
	var wrong []string
	imports := f.imports()
	for _, name := range slices.Sorted(maps.Keys(imports)) {
		for _, b := range bannedImports {
			if within(name, b.name) {
				wrong = append(wrong, f.at(imports[name], name+" is not used here", b.because))
			}
		}
	}
	return wrong
}

// checkRaw returns the places where Go puts unescaped HTML on a page.
func checkRaw(f file) []string {
	var wrong []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if isSelector(n, "templ", "Raw") {
			wrong = append(wrong, f.at(n.Pos(), "templ.Raw is not used here", becauseRaw))
		}
		return true
	})
	return wrong
}

// checkTempl returns the same places of a templ file, whose lines are not all Go.
func checkTempl(name, text string) []string {
	if slices.Contains(proseFiles, name) {
		return nil
	}
	var wrong []string
	for i, line := range strings.Split(text, "\n") {
		code, _, _ := strings.Cut(line, "//")
		if strings.Contains(code, "templ.Raw") {
			wrong = append(wrong, name+":"+strconv.Itoa(i+1)+": templ.Raw is not used here: "+becauseRaw)
		}
	}
	return wrong
}

// checkFiber returns the uses of what bannedFiber names, as a method or as a field
// of the configuration, and of Ctx.Format.
func checkFiber(f file) []string {
	contexts := fiberContexts(f.syntax)
	var wrong []string
	add := func(name *ast.Ident, because string) {
		wrong = append(wrong, f.at(name.Pos(), name.Name+" is not used here", because))
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if because, banned := bannedFiber[n.Sel.Name]; banned {
				add(n.Sel, because)
			}
			if x, ok := n.X.(*ast.Ident); ok && n.Sel.Name == "Format" && contexts[x.Name] {
				add(n.Sel, becauseFormat)
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && bannedFiber[key.Name] != "" {
				add(key, bannedFiber[key.Name])
			}
		}
		return true
	})
	return wrong
}

// fiberContexts returns the names that a file gives to parameters of type *fiber.Ctx:
// Format is a method of a time as well.
func fiberContexts(syntax *ast.File) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(syntax, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		if pointer, ok := field.Type.(*ast.StarExpr); ok && isSelector(pointer.X, "fiber", "Ctx") {
			for _, name := range field.Names {
				names[name.Name] = true
			}
		}
		return true
	})
	return names
}

// checkClock returns the places that ask the clock on their own.
func checkClock(f file) []string {
	allowed := map[ast.Node]bool{}
	var wrong []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		allowClock(n, allowed)
		asks := isSelector(n, "time", "Now") || isSelector(n, "time", "Since") || isSelector(n, "time", "Until")
		if asks && !allowed[n] {
			name := n.(*ast.SelectorExpr).Sel.Name
			wrong = append(wrong, f.at(n.Pos(), "time."+name+" is not used here", becauseClock))
		}
		return true
	})
	return wrong
}

// allowClock marks the clock where it becomes a field now, and in the deadline of a
// connection, which the operating system compares with its own clock.
func allowClock(n ast.Node, allowed map[ast.Node]bool) {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "now" {
			allowed[n.Value] = true
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if field, ok := left.(*ast.SelectorExpr); ok && field.Sel.Name == "now" && i < len(n.Rhs) {
				allowed[n.Rhs[i]] = true
			}
		}
	case *ast.CallExpr:
		if method, ok := n.Fun.(*ast.SelectorExpr); ok && strings.HasSuffix(method.Sel.Name, "Deadline") {
			for _, argument := range n.Args {
				allowAll(argument, allowed)
			}
		}
	}
}

// allowAll marks an expression with everything in it.
func allowAll(expression ast.Node, allowed map[ast.Node]bool) {
	ast.Inspect(expression, func(n ast.Node) bool {
		allowed[n] = true
		return true
	})
}

// isSelector reports whether n is x.name, as in time.Now.
func isSelector(n ast.Node, x, name string) bool {
	s, ok := n.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	id, ok := s.X.(*ast.Ident)
	return ok && id.Name == x
}
