// Package plan holds the plan of the house as a test: which room may import which
// (arrows.go), and what is not used here at all, or only in one place (bans.go).
// The plan is explained in docs/architecture.md. It is there to be improved: change
// the table and that page together.
package plan

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// module is the name in go.mod, which our own imports start with.
const module = "picus"

// file is one Go file of the project.
type file struct {
	path   string // from the top, with slashes: web/forum.go
	room   string // its folder: web
	test   bool
	syntax *ast.File
	set    *token.FileSet
}

// Check reads every Go and templ file below the top of the project and returns
// what does not follow the plan, each with its place and the reason of the rule.
func Check(top fs.FS) ([]string, error) {
	var wrong []string
	err := fs.WalkDir(top, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skipped(name, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		found, err := checkFile(top, name)
		wrong = append(wrong, found...)
		return err
	})
	return wrong, err
}

// skipped tells of folders that hold no code of ours: those the go command passes
// over too, and the data folder of a site that runs in the checkout.
func skipped(name, base string) bool {
	return name != "." && strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") ||
		base == "node_modules" || name == "data" || base == "testdata"
}

// checkFile applies every rule to one file.
func checkFile(top fs.FS, name string) ([]string, error) {
	switch path.Ext(name) {
	case ".templ":
		text, err := fs.ReadFile(top, name)
		return checkTempl(name, string(text)), err
	case ".go":
		f, err := read(top, name)
		if err != nil {
			return nil, err
		}
		return slices.Concat(checkArrows(f), checkBans(f)), nil
	}
	return nil, nil
}

// read parses one Go file.
func read(top fs.FS, name string) (file, error) {
	text, err := fs.ReadFile(top, name)
	if err != nil {
		return file{}, err
	}
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	return file{
		path:   name,
		room:   path.Dir(name),
		test:   strings.HasSuffix(name, "_test.go"),
		syntax: syntax,
		set:    set,
	}, err
}

// imports returns the paths a file imports, with their places.
func (f file) imports() map[string]token.Pos {
	found := map[string]token.Pos{}
	for _, spec := range f.syntax.Imports {
		found[strings.Trim(spec.Path.Value, `"`)] = spec.Pos()
	}
	return found
}

// at words a finding: where, what, and why the rule is there.
func (f file) at(pos token.Pos, what, because string) string {
	return fmt.Sprintf("%s:%d: %s: %s", f.path, f.set.Position(pos).Line, what, because)
}

// within reports whether room is the folder named, or below it.
func within(room, folder string) bool {
	return room == folder || strings.HasPrefix(room, folder+"/")
}
