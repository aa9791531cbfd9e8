package markdown_test

import (
	"testing"

	"picus/internal/markdown"
)

func TestTheLeadEndsAtTheFirstHeading(t *testing.T) {
	for name, c := range map[string]struct {
		source, lead string
		more         bool
	}{
		"text before a heading":          {"One *two*.\n\n## Three\n\nFour.", "<p>One <em>two</em>.</p>\n", true},
		"no heading":                     {"One.\n\n![x](/f/1/x.png)\n\nTwo.", "", false},
		"a heading in a quotation":       {"One.\n\n> ## Two\n\nThree.", "", false},
		"nothing before it but a title":  {"# Asyncio\n\nIt waits.", "", false},
		"a title, a text and a heading":  {"# Asyncio\n\nIt waits.\n\n# More", "<h1", true},
		"a heading is the whole of it":   {"## 异步", "", false},
		"a rule is no element that ends": {"One.\n\n---\n\n## Two", "<p>One.</p>\n<hr>\n", true},
	} {
		whole := markdown.Render(c.source, markdown.Options{}).HTML
		lead, more := markdown.Lead(whole)
		if more != c.more || !more && lead != whole {
			t.Errorf("%s: Lead(%q) = %q, %v", name, whole, lead, more)
		}
		if c.lead != "" && c.lead != "<h1" && lead != c.lead {
			t.Errorf("%s: Lead(%q) = %q; want %q", name, whole, lead, c.lead)
		}
	}
}
