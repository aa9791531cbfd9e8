package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A use is a message as the program says it.
type use struct {
	one, many string   // many is empty when nothing is counted
	files     []string // where, for the translator
	args      int      // given to it, or -1 when that cannot be seen
}

// collect reads every Go source of the module, the pages generated from templ
// included, and returns each message that is given to T, N, Mark or a fault.
func collect(t *testing.T, root string) map[string]*use {
	t.Helper()
	c := collector{root: root, set: token.NewFileSet(), found: map[string]*use{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"
		if d.IsDir() && hidden && path != root {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		return c.file(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.found
}

type collector struct {
	root  string
	set   *token.FileSet
	found map[string]*use
}

func (c *collector) file(path string) error {
	f, err := parser.ParseFile(c.set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(c.root, path)
	if err != nil {
		return err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			c.call(name, n)
		case *ast.CompositeLit:
			c.literal(name, n)
		}
		return true
	})
	return nil
}

func (c *collector) call(file string, call *ast.CallExpr) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	pkg, _ := fun.X.(*ast.Ident)
	switch {
	case pkg != nil && pkg.Name == "fault":
		c.fault(file, call)
	case fun.Sel.Name == "Mark" && pkg != nil && pkg.Name == "lang":
		c.add(file, use{one: text(call, 0), args: -1})
	case fun.Sel.Name == "T":
		c.add(file, use{one: text(call, 0), args: given(call, 1)})
	case fun.Sel.Name == "N":
		c.add(file, use{one: text(call, 1), many: text(call, 2), args: given(call, 2)})
	}
}

// fault finds the sentence among the arguments of a constructor: the first one
// with a space in it, since the name of a field has none.
func (c *collector) fault(file string, call *ast.CallExpr) {
	for i := range call.Args {
		if s := text(call, i); strings.Contains(s, " ") {
			c.add(file, use{one: s, args: given(call, i+1)})
			return
		}
	}
}

// literal finds the Text of a fault.Error that is written out. An internal one is
// for the log, and nobody translates it.
func (c *collector) literal(file string, lit *ast.CompositeLit) {
	if !named(lit.Type, "fault", "Error") {
		return
	}
	fields := map[string]ast.Expr{}
	for _, e := range lit.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok {
				fields[key.Name] = pair.Value
			}
		}
	}
	if kind := fields["Kind"]; kind != nil && !named(kind, "fault", "Internal") {
		c.add(file, use{one: constant(fields["Text"]), args: -1})
	}
}

func named(e ast.Expr, pkg, name string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg
}

func (c *collector) add(file string, u use) {
	if u.one == "" {
		return
	}
	known, ok := c.found[u.one]
	if !ok {
		known = &u
		c.found[u.one] = known
	}
	if u.many != "" {
		known.many = u.many
	}
	source := strings.Replace(file, "_templ.go", ".templ", 1)
	if !slices.Contains(known.files, source) {
		known.files = append(known.files, source)
	}
}

// given counts the arguments from the one at first on, or -1 when a slice is passed.
func given(call *ast.CallExpr, first int) int {
	if call.Ellipsis.IsValid() {
		return -1
	}
	return len(call.Args) - first
}

func text(call *ast.CallExpr, i int) string {
	if i >= len(call.Args) {
		return ""
	}
	return constant(call.Args[i])
}

// constant returns the value of a string literal, or of several joined by +.
func constant(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return s
		}
	case *ast.BinaryExpr:
		x, y := constant(e.X), constant(e.Y)
		if e.Op == token.ADD && x != "" && y != "" {
			return x + y
		}
	case *ast.ParenExpr:
		return constant(e.X)
	}
	return ""
}
