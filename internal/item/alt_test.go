package item_test

import (
	"testing"

	"picus/internal/item"
)

func TestImagesAreDescribedInTheText(t *testing.T) {
	const body = "![red-screen](/f/a1-9x9/red-screen.png) ![](/f/b2-9x9/x.png)\n\n```\n![](/f/c3-9x9/code.png)\n```\n![A closed loop](/f/d4-9x9/loop.png) ![](/f/b2-9x9/x.png)"
	asked := item.Undescribed(body)
	if len(asked) != 2 || asked[0].Path != "/f/a1-9x9/red-screen.png" || asked[1].Name != "x.png" {
		t.Errorf("Undescribed() = %+v; want the first two", asked)
	}
	got := item.Describe(body, map[string]string{"/f/b2-9x9/x.png": " An [error]\n message ", "/f/d4-9x9/loop.png": "Something else", "/f/a1-9x9/red-screen.png": ""})
	const want = "![red-screen](/f/a1-9x9/red-screen.png) ![An (error) message](/f/b2-9x9/x.png)\n\n```\n![](/f/c3-9x9/code.png)\n```\n![A closed loop](/f/d4-9x9/loop.png) ![An (error) message](/f/b2-9x9/x.png)"
	if got != want {
		t.Errorf("Describe() = %q; want %q", got, want)
	}
}
