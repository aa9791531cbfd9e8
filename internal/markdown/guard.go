package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The limits under which 64 KB of the most hostile Markdown stays below 50 ms
// and 64 MB. They are far above what people write.
const (
	maxSource   = 512 << 10 // bytes of Markdown
	maxPlain    = 1 << 20   // bytes of a source shown as plain text
	maxOutput   = 2 << 20   // bytes of HTML
	growth      = 20        // bytes of HTML for a byte of Markdown
	largeSource = 16 << 10  // a longer source waits for a slot
	maxDepth    = 40        // open blocks; a level of a list is two
	maxNesting  = 100       // levels of the finished tree
	maxColumns  = 128       // of a table
	maxCells    = 30_000    // of all tables, padding included
	maxNotes    = 1_000     // footnotes

	// allowance is what 64 KB may cost in all. A unit is about a nanosecond; the
	// prices were found by profiling the cases of the test.
	allowance = 40_000_000
)

// slots holds back all but two large documents, so that their memory does not
// add up when many arrive at once.
var slots = make(chan struct{}, 2)

// refusal is thrown when a document is too costly. Nothing else can stop goldmark
// in the middle of its work, and it is caught where the work was begun.
type refusal struct{}

// reading is what we keep about one document while goldmark parses it.
type reading struct {
	options  Options
	prefix   string // of anchors
	left     int    // of the allowance
	cells    int
	notes    int
	html     map[ast.Node]string // blocks of HTML, made harmless
	block    ast.Node            // whose inlines are being parsed
	brackets []int               // where its open brackets stand
	delims   int                 // how many delimiter runs it has
}

var readingKey = parser.NewContextKey()

func readingOf(pc parser.Context) *reading { return pc.Get(readingKey).(*reading) }

func newReading(src string, o Options) *reading {
	r := &reading{options: o, left: allowance, html: map[ast.Node]string{}}
	if len(src) > 64<<10 {
		r.left = allowance / (64 << 10) * len(src)
	}
	if o.Unique {
		r.prefix = hash(src) + "-"
	}
	return r
}

// spend books work and gives the document up when its allowance is used.
func (r *reading) spend(units int) {
	r.left -= units
	if r.left < 0 {
		panic(refusal{})
	}
}

// afford books work that can be left undone, and says whether to do it.
func (r *reading) afford(units int) bool {
	if r.left < units {
		return false
	}
	r.left -= units
	return true
}

// enter notices that the inlines of another block begin.
func (r *reading) enter(block ast.Node) {
	if r.block != block {
		r.block, r.brackets, r.delims = block, r.brackets[:0], 0
	}
}

// container is the parser of a block that holds blocks. goldmark asks it again
// on every line, so a line costs as much as there are open containers, and it
// has no limit to how many there are (goldmark issue 588).
type container struct{ parser.BlockParser }

func (c container) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if len(pc.OpenedBlocks()) >= maxDepth {
		return nil, parser.NoChildren
	}
	readingOf(pc).spend(200)
	return c.BlockParser.Open(parent, reader, pc)
}

func (c container) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	readingOf(pc).spend(600)
	return c.BlockParser.Continue(node, reader, pc)
}

// notes is the parser of a footnote; every reference searches all of them.
type notes struct{ container }

func (n notes) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	node, state := n.container.Open(parent, reader, pc)
	if node != nil {
		r := readingOf(pc)
		if r.notes++; r.notes > maxNotes {
			panic(refusal{})
		}
	}
	return node, state
}

// noteRefs is the parser of a reference to a footnote.
type noteRefs struct{ parser.InlineParser }

func (n noteRefs) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if line, _ := block.PeekLine(); len(line) > 2 && (line[1] == '^' || line[2] == '^') {
		r := readingOf(pc)
		r.spend(200 + 10*r.notes)
	}
	return n.InlineParser.Parse(parent, block, pc)
}

// tables finds tables in a paragraph. A short row is padded to the width of the
// header, so that a few kilobytes could ask for gigabytes (goldmark issue 589).
type tables struct{ parser.ParagraphTransformer }

func (t tables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	for i := 1; i < lines.Len(); i++ {
		line := lines.At(i)
		columns := delimiterColumns(line.Value(reader.Source()))
		if columns == 0 {
			continue
		}
		r := readingOf(pc)
		r.cells += columns * (lines.Len() - i)
		r.spend(5000)
		if columns > maxColumns || r.cells > maxCells {
			panic(refusal{})
		}
		t.ParagraphTransformer.Transform(node, reader, pc)
		return
	}
}

// delimiterColumns counts the columns of a line that could stand under the
// header of a table, generously. A line of hyphens alone is none, although
// goldmark takes it for one where it ends with a line break (GFM 4.10).
func delimiterColumns(line []byte) int {
	columns, marked := 1, false
	for _, c := range line {
		switch c {
		case '|':
			columns++
			marked = true
		case ':':
			marked = true
		case '-', ' ', '\t', '\r', '\n':
		default:
			return 0
		}
	}
	if !marked {
		return 0
	}
	return columns
}

// definitions finds link reference definitions in a paragraph. Each one it takes
// out moves all lines behind it, and may search all of them for the end of a title.
type definitions struct{ parser.ParagraphTransformer }

func (d definitions) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, found, size, titles := node.Lines(), 0, 0, false
	for i := range lines.Len() {
		line := lines.At(i)
		value := bytes.TrimLeft(line.Value(reader.Source()), " ")
		if i == 0 && (len(value) == 0 || value[0] != '[') {
			return
		}
		if len(value) > 0 && value[0] == '[' {
			found++
		}
		size += len(value)
		titles = titles || bytes.ContainsAny(value, `"'(`)
	}
	price := 500 + 3*lines.Len()
	if titles {
		price += size
	}
	readingOf(pc).spend(found * price)
	d.ParagraphTransformer.Transform(node, reader, pc)
}

// links is the parser of links and images. A closing bracket may look at
// everything since its opening one, and at the rest of the block for a title.
type links struct{ parser.InlineParser }

func (l links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	r := readingOf(pc)
	r.enter(parent)
	line, segment := block.PeekLine()
	switch {
	case line[0] == '[', line[0] == '!' && len(line) > 1 && line[1] == '[':
		r.brackets = append(r.brackets, segment.Start)
		r.spend(1000)
	case line[0] == ']' && len(r.brackets) > 0:
		open := r.brackets[len(r.brackets)-1]
		r.brackets = r.brackets[:len(r.brackets)-1]
		r.spend(100 + 4*(segment.Start-open))
		if len(line) > 1 && (line[1] == '(' || line[1] == '[') {
			r.spend(3 * rest(parent, segment.Start))
		}
	}
	return l.InlineParser.Parse(parent, block, pc)
}

// CloseBlock tells the wrapped parser that the block is at its end.
func (l links) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	l.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// rest is how many bytes of a block follow a place in the source.
func rest(block ast.Node, from int) int {
	lines := block.Lines()
	if lines.Len() == 0 {
		return 0
	}
	return max(0, lines.At(lines.Len()-1).Stop-from)
}
