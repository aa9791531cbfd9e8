package markdown

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// maxOpen is how many elements may be open at once in foreign HTML.
const maxOpen = 64

// balancer rewrites HTML so that it stays inside its place on the page: every
// element is closed, no end tag is left that could close one of the page's, and
// a part of a list or table stands in one. It also does what the sanitiser's
// policy cannot: images from elsewhere become links, ids get their prefix,
// directional characters are isolated.
type balancer struct {
	out  []byte
	open []string
	skip bool // the next text belongs to a dropped element
}

// balance is linear in the length of its input: the stack is bounded.
func balance(s string) string {
	b := balancer{out: make([]byte, 0, len(s)+len(s)/8)}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end; a reader of a string knows no other
			b.closeTo(0)
			return string(b.out)
		case html.TextToken:
			b.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			b.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(canonical(string(name)))
		}
	}
}

func canonical(name string) string {
	if alias, ok := aliases[name]; ok {
		return alias
	}
	return name
}

func (b *balancer) text(s string) {
	if b.skip {
		b.skip = false
		return
	}
	s = tidy(s)
	if !bidi(s) || b.has("bdi") {
		b.out = appendEscaped(b.out, s)
		return
	}
	if b.has("pre") || b.has("code") {
		b.out = appendEscaped(b.out, visibleBidi(s))
		return
	}
	b.out = append(b.out, "<bdi>"...)
	b.out = appendEscaped(b.out, s)
	b.out = append(b.out, "</bdi>"...)
}

func (b *balancer) has(name string) bool { return slices.Contains(b.open, name) }

// start writes a start tag, after whatever must be closed before it.
func (b *balancer) start(z *html.Tokenizer) {
	raw, more := z.TagName()
	name := string(raw)
	b.skip = dropped[name]
	attrs := attributes(z, more)
	if name == "iframe" || name == "video" || name == "audio" || name == "embed" {
		b.elsewhere(attrs["src"], attrs["title"])
		return
	}
	name = canonical(name)
	role, ok := elements[name]
	if !ok {
		return
	}
	if role == part || role == section || name == "col" {
		if name, ok = b.place(name); !ok {
			return
		}
	}
	if name == "a" && !leads(attrs) {
		return
	}
	b.implied(name)
	if name == "img" {
		b.image(attrs)
		return
	}
	if name == "input" && !strings.EqualFold(attrs["type"], "checkbox") || role != void && len(b.open) >= maxOpen {
		return
	}
	b.tag(name, attrs)
	if role != void {
		b.open = append(b.open, name)
	}
}

// leads says whether a link goes somewhere or can be gone to.
func leads(attrs map[string]string) bool {
	href, given := attrs["href"]
	_, _, ok := safeURL(href)
	return given && ok || prefixedID(attrs["id"]) != ""
}

// attributes reads the attributes of a tag; the first of a name counts.
func attributes(z *html.Tokenizer, more bool) map[string]string {
	var attrs map[string]string
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if attrs == nil {
			attrs = map[string]string{}
		}
		if _, ok := attrs[string(key)]; !ok {
			attrs[string(key)] = string(value)
		}
	}
	return attrs
}

// place makes room for a part: it closes what stands between it and its parent.
// Without a parent the part becomes something else, or nothing.
func (b *balancer) place(name string) (string, bool) {
	for i := len(b.open) - 1; i >= 0; i-- {
		if slices.Contains(parents[name], b.open[i]) {
			b.closeTo(i + 1)
			return name, true
		}
		if b.open[i] == "table" || elements[name] == part && (b.open[i] == "td" || b.open[i] == "th") {
			break
		}
	}
	if (name == "td" || name == "th") && b.has("table") {
		if _, ok := b.place("tr"); ok && len(b.open) < maxOpen {
			b.push("tr")
			return name, true
		}
	}
	instead, ok := orphans[name]
	return instead, ok
}

func (b *balancer) push(name string) {
	b.out = append(append(append(b.out, '<'), name...), '>')
	b.open = append(b.open, name)
}

// implied closes the elements that a start tag ends without saying so: a link in
// a link, a block in a paragraph, a heading in a heading, a table in a row.
func (b *balancer) implied(name string) {
	from := b.floor()
	for i := len(b.open) - 1; i >= from; i-- {
		o := b.open[i]
		switch {
		case o == "a" && name == "a",
			o == "p" && (elements[name] == block || name == "hr"),
			isHeading(o) && isHeading(name),
			o == "table" && name == "table":
			b.closeTo(i)
			return
		}
	}
}

// floor is where the innermost table cell begins; what is outside it is not
// closed from within.
func (b *balancer) floor() int {
	for i := len(b.open) - 1; i >= 0; i-- {
		if o := b.open[i]; o == "td" || o == "th" || o == "caption" {
			return i + 1
		}
	}
	return 0
}

func isHeading(name string) bool {
	return len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6'
}

// end closes an element and all that were opened in it; an end tag without a
// start is left out.
func (b *balancer) end(name string) {
	b.skip = false
	from := 0
	if elements[name] != section && name != "table" {
		from = b.floor()
	}
	for i := len(b.open) - 1; i >= from; i-- {
		if b.open[i] == name {
			b.closeTo(i)
			return
		}
		if b.open[i] == "table" && elements[name] == section {
			return
		}
	}
}

// closeTo closes open elements until n are left.
func (b *balancer) closeTo(n int) {
	for len(b.open) > n {
		last := b.open[len(b.open)-1]
		b.open = b.open[:len(b.open)-1]
		b.out = append(append(append(b.out, "</"...), last...), '>')
	}
}

// tag writes a start tag with those of its attributes that are allowed.
func (b *balancer) tag(name string, attrs map[string]string) {
	b.out = append(append(b.out, '<'), name...)
	if len(attrs) > 0 {
		b.common(attrs)
	}
	switch name {
	case "a":
		b.href(attrs)
	case "ol":
		b.matching(attrs, numValue.MatchString, "start")
		b.flags(attrs, "reversed")
	case "li":
		b.matching(attrs, numValue.MatchString, "value")
	case "td", "th":
		b.matching(attrs, numValue.MatchString, "colspan", "rowspan")
		b.matching(attrs, isAlignment, "align")
	case "col", "colgroup":
		b.matching(attrs, numValue.MatchString, "span")
	case "details":
		b.flags(attrs, "open")
	case "time", "del", "ins":
		b.matching(attrs, dateValue.MatchString, "datetime")
	case "input":
		b.flags(attrs, "checked")
		b.out = append(b.out, ` disabled="" type="checkbox"`...)
		b.checkName(attrs)
	}
	b.out = append(b.out, '>')
}

// checkName names a box for those who do not see it (WCAG 4.1.2), in no language.
func (b *balancer) checkName(attrs map[string]string) {
	name := "☐"
	if _, checked := attrs["checked"]; checked {
		name = "☑"
	}
	b.attribute("aria-label", name)
}

func isAlignment(s string) bool { return s == "left" || s == "center" || s == "right" }

// common writes the attributes that every element may have.
func (b *balancer) common(attrs map[string]string) {
	if class := allowedClasses(attrs["class"]); class != "" {
		b.attribute("class", class)
	}
	if id := prefixedID(attrs["id"]); id != "" {
		b.attribute("id", id)
	}
	b.matching(attrs, dirValue.MatchString, "dir")
	b.matching(attrs, langValue.MatchString, "lang")
	if title := attrs["title"]; title != "" {
		b.attribute("title", withoutBidi(title))
	}
}

func (b *balancer) attribute(name, value string) {
	b.out = append(append(append(b.out, ' '), name...), `="`...)
	b.out = append(appendEscaped(b.out, value), '"')
}

func (b *balancer) matching(attrs map[string]string, ok func(string) bool, names ...string) {
	for _, name := range names {
		if value, given := attrs[name]; given && ok(value) {
			b.attribute(name, value)
		}
	}
}

func (b *balancer) flags(attrs map[string]string, names ...string) {
	for _, name := range names {
		if _, given := attrs[name]; given {
			b.attribute(name, "")
		}
	}
}

func (b *balancer) href(attrs map[string]string) {
	value, given := attrs["href"]
	if !given {
		return
	}
	href, external, ok := safeURL(value)
	if !ok {
		return
	}
	if id, within := strings.CutPrefix(href, "#"); within && id != "" {
		href = "#" + percent(prefixedID(destinationText([]byte(id))))
	}
	b.attribute("href", href)
	if external {
		b.out = append(b.out, rel...)
	}
}

func (b *balancer) image(attrs map[string]string) {
	src, external, ok := safeURL(attrs["src"])
	switch {
	case external:
		b.elsewhere(src, attrs["alt"])
	case !ok || src == "" || strings.HasPrefix(src, "mailto:"):
		b.text(attrs["alt"])
	default:
		b.out = append(b.out, "<img"...)
		b.common(attrs)
		b.attribute("src", src)
		b.attribute("alt", withoutBidi(attrs["alt"]))
		b.matching(attrs, numValue.MatchString, "width", "height")
		b.out = append(b.out, ` loading="lazy">`...)
	}
}

// elsewhere writes a link to what another site would send, instead of the thing.
func (b *balancer) elsewhere(src, label string) {
	src, external, ok := safeURL(src)
	if !ok || !external {
		return
	}
	label = imageLabel(withoutBidi(label), src)
	if b.has("a") {
		b.out = append(b.out, `<span class="ext-image">`...)
		b.out = append(appendEscaped(b.out, label), "</span>"...)
		return
	}
	b.out = append(b.out, `<a class="ext-image"`...)
	b.attribute("href", src)
	b.out = append(append(b.out, rel...), '>')
	b.out = append(appendEscaped(b.out, label), "</a>"...)
}

func withoutBidi(s string) string {
	return strings.Map(func(r rune) rune {
		if bidiControl(r) {
			return -1
		}
		return r
	}, tidy(s))
}

// prefixedID keeps the ids of a document apart from those of the page, which its
// scripts and style sheets rely on.
func prefixedID(id string) string {
	id = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || r == '_' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, strings.TrimSpace(id))
	if id == "" || idValue.MatchString(id) {
		return id
	}
	return "h-" + id
}
