package forum

import (
	"context"

	"picus/internal/item"
)

// Preview returns the HTML that a Markdown text would be published as.
func (f *Forum) Preview(ctx context.Context, kind Kind, body string) (string, error) {
	body, err := cleanBody(body, item.Markdown, kind)
	if err != nil {
		return "", err
	}
	return item.Render("", item.Markdown, body, true, f.items.PageExists(ctx)).HTML, nil
}
