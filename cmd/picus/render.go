package main

import (
	"fmt"
	"io"
	"os"

	"picus/internal/markdown"
)

type renderCmd struct{}

// Run reads Markdown and writes HTML.
func (renderCmd) Run() error {
	source, err := io.ReadAll(io.LimitReader(os.Stdin, 16<<20))
	if err != nil {
		return err
	}
	_, err = fmt.Print(markdown.Render(string(source), markdown.Options{}).HTML)
	return err
}
