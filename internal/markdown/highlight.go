package markdown

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// Colouring costs two milliseconds a kilobyte, a hundred times the rest, so it is
// kept to what a reader profits from.
const (
	maxFence   = 8 << 10  // bytes of code that are coloured in one fence
	maxLit     = 16 << 10 // in one document
	maxLitLine = 1_000    // in one line; the patterns of the lexers dislike long ones
)

// languages are the names of the lexers that are used: what a community of
// programmers shows each other. Each of them was tried with hostile input; the
// other two hundred were not.
var languages = map[string]string{
	"bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash", "console": "bash-session", "shell-session": "bash-session",
	"bat": "batchfile", "c": "c", "h": "c", "c++": "cpp", "cpp": "cpp", "hpp": "cpp", "clojure": "clojure", "cmake": "cmake",
	"c#": "csharp", "cs": "csharp", "csharp": "csharp", "css": "css", "cython": "cython", "dart": "dart", "diff": "diff", "patch": "diff",
	"django": "django", "docker": "docker", "dockerfile": "docker", "elixir": "elixir", "erlang": "erlang", "go": "go", "golang": "go",
	"haskell": "haskell", "html": "html", "http": "http", "ini": "ini", "cfg": "ini", "java": "java", "javascript": "javascript", "js": "javascript",
	"jinja": "django", "jinja2": "django", "json": "json", "jsx": "react", "julia": "julia", "kotlin": "kotlin", "lisp": "common-lisp", "lua": "lua",
	"make": "makefile", "makefile": "makefile", "nginx": "nginx", "perl": "perl", "php": "php", "postgresql": "postgresql", "powershell": "powershell",
	"proto": "protobuf", "python": "python", "py": "python", "python3": "python", "py3": "python", "pycon": "python", "python2": "python2", "r": "r",
	"ruby": "ruby", "rb": "ruby", "rust": "rust", "rs": "rust", "scala": "scala", "scheme": "scheme", "scss": "scss", "sql": "sql", "swift": "swift",
	"tex": "tex", "latex": "tex", "toml": "toml", "ts": "typescript", "tsx": "typescript", "typescript": "typescript", "vim": "vim", "vue": "vue",
	"xml": "xml", "svg": "xml", "yaml": "yaml", "yml": "yaml", "zig": "zig",
}

// code draws a block of code, coloured where its language is known.
func (d *drawing) code(language string, source []byte) {
	code := visibleBidi(string(source))
	name := strings.ToLower(language)
	d.write("<pre><code")
	if language != "" && len(name) <= 20 && classWord(name) {
		d.write(` class="language-`)
		d.escaped(name)
		d.write(`"`)
	}
	d.write(">")
	if !d.highlight(languages[name], code) {
		d.escaped(code)
	}
	d.write("</code></pre>\n")
}

// highlight writes code with its words marked, and says whether it did.
func (d *drawing) highlight(lexer, code string) bool {
	if lexer == "" || len(code) > maxFence || d.lit+len(code) > maxLit || longLine(code) {
		return false
	}
	d.lit += len(code)
	html, ok := coloured(lexer, code)
	if !ok {
		return false
	}
	d.write(html)
	return true
}

func longLine(code string) bool {
	for line := range strings.Lines(code) {
		if len(line) > maxLitLine {
			return true
		}
	}
	return false
}

// coloured returns code as HTML in which a class says what each word is. A lexer
// that fails, or that loses a part of the code, is not used.
func coloured(name, code string) (html string, ok bool) {
	defer func() {
		if recover() != nil { // chroma's iterators panic on errors
			html, ok = "", false
		}
	}()
	lexer := lexers.Get(name)
	if lexer == nil {
		return "", false
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root", Nested: false}, code)
	if err != nil {
		return "", false
	}
	out := make([]byte, 0, 3*len(code))
	length := 0
	for t := tokens(); t != chroma.EOF; t = tokens() {
		length += len(t.Value)
		class := classOf(t.Type)
		if class == "" {
			out = appendEscaped(out, t.Value)
			continue
		}
		out = append(append(append(out, `<span class="`...), class...), `">`...)
		out = append(appendEscaped(out, t.Value), "</span>"...)
	}
	return string(out), length == len(code)
}

// classOf is the class of a token. The two hundred types of chroma are folded
// into the handful that a page can tell apart.
func classOf(t chroma.TokenType) string {
	for _, c := range classes {
		if t >= c.from && t < c.to {
			return c.class
		}
	}
	return ""
}
