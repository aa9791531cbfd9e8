package bench

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"picus/internal/item"
)

// hostileSize is what a post may hold.
const hostileSize = 64 << 10

// hostile are beginnings that parsers of Markdown have choked on, each repeated
// up to the longest post.
var hostile = map[string]string{
	"quotes in quotes": "> ", "brackets": "[", "links": "[a](", "images": "![a](<", "stars": "*a ", "underscores": "_a__", "backticks": "`a``",
	"lists in lists": "- ", "numbers": "1) ", "references": "[a]: b\n", "footnotes": "[^1]\n\n[^1]: a", "tables": "|a", "table rows": "|-|\n",
	"tags": "<a ", "comments": "<!-- ", "entities": "&amp", "addresses": "http://a.b/(", "mentions": "@a ", "wiki links": "[[a", "strikes": "~a ~~",
	"python": "```python\n\"\"\"\n", "sql": "```sql\n'", "closing brackets": "]", "tabs": "\t- ", "headings": "# a\n", "Chinese stars": "**注意：**请",
}

// hostilities is goal 12: no post may cost more than it is worth. What is measured
// is what a write does before its transaction.
func (b *bench) hostilities(context.Context) error {
	slowest, largest, name := 0.0, 0.0, ""
	for what, part := range hostile {
		text := strings.Repeat(part, hostileSize/len(part))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var took []float64
		for range rounds {
			begun := time.Now()
			item.Render("", item.Markdown, text, true, nil)
			took = append(took, time.Since(begun).Seconds()*1000)
		}
		runtime.ReadMemStats(&after)
		if ms := median(took); ms > slowest {
			slowest, name = ms, what
		}
		largest = max(largest, float64(after.TotalAlloc-before.TotalAlloc)/rounds/(1<<20))
	}
	how := fmt.Sprintf("item.Render of 64 KB of each of %d hostile patterns; memory is all that was allocated, freed or not", len(hostile))
	b.add(Figure{Goal: 12, What: "the worst 64 KB of Markdown (" + name + ")", Unit: "ms", Floor: 50, How: how}, slowest)
	b.add(Figure{Goal: 12, What: "the most memory of one", Unit: "MB", Floor: 64, How: how}, largest)
	return nil
}
