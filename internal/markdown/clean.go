package markdown

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// Clean returns HTML in which nothing can act: only harmless elements, addresses
// and classes are left, every element is closed, and images from other sites are
// links. Cleaning twice changes nothing. It serves feeds and imports as well.
func Clean(html string) string { return policy.Sanitize(balance(html)) }

// Attribute values that pass the policy. balance writes nothing else, so the
// policy is the second lock on the same door.
var (
	// An address of this site, or one with a scheme that we link to.
	hrefValue = regexp.MustCompile(`^(?:https?://[!#-;=?-\[\]^_a-z{|}~][!#-;=?-\[\]^_a-z{|}~]*|mailto:[!#-;=?-\[\]^_a-z{|}~]*|` + localURL + `)$`)
	srcValue  = regexp.MustCompile(`^(?:` + localURL + `)$`)
	idValue   = regexp.MustCompile(`^(?:h|fn|fnref)-[\p{L}\p{M}\p{N}_.-]+$`)
	relValue  = regexp.MustCompile(`^ugc nofollow noopener$`)
	dirValue  = regexp.MustCompile(`^(?:ltr|rtl|auto)$`)
	langValue = regexp.MustCompile(`^[A-Za-z0-9-]{1,35}$`)
	numValue  = regexp.MustCompile(`^[0-9]{1,9}$`)
	dateValue = regexp.MustCompile(`^[0-9TZ:.+ -]{1,40}$`)
)

// localURL matches an address without scheme and host: rooted, relative, a query
// or a fragment, or nothing.
const localURL = `/?|/[!#-.0-;=?-\[\]^_a-z{|}~][!#-;=?-\[\]^_a-z{|}~]*|[!$-.0-9;=@-\[\]^_a-z{|}~][!$-.0-9;=@-\[\]^_a-z{|}~]*(?:[/?#][!#-;=?-\[\]^_a-z{|}~]*)?|[?#][!#-;=?-\[\]^_a-z{|}~]*`

var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for name := range elements {
		p.AllowElements(name)
	}
	p.AllowNoAttrs().OnElements("a", "span", "div", "img", "input")
	p.AllowAttrs("class").Matching(classValue()).Globally()
	p.AllowAttrs("id").Matching(idValue).Globally()
	p.AllowAttrs("dir").Matching(dirValue).Globally()
	p.AllowAttrs("lang").Matching(langValue).Globally()
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("href").Matching(hrefValue).OnElements("a")
	p.AllowAttrs("rel").Matching(relValue).OnElements("a")
	p.AllowAttrs("src").Matching(srcValue).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.AllowAttrs("width", "height").Matching(numValue).OnElements("img")
	p.AllowAttrs("start").Matching(numValue).OnElements("ol")
	p.AllowAttrs("value").Matching(numValue).OnElements("li")
	p.AllowAttrs("reversed").Matching(regexp.MustCompile(`^$`)).OnElements("ol")
	p.AllowAttrs("colspan", "rowspan", "span").Matching(numValue).OnElements("td", "th", "col", "colgroup")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|center|right)$`)).OnElements("td", "th")
	p.AllowAttrs("open").Matching(regexp.MustCompile(`^$`)).OnElements("details")
	p.AllowAttrs("datetime").Matching(dateValue).OnElements("time", "del", "ins")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("aria-label").Matching(regexp.MustCompile(`^[☐☑]$`)).OnElements("input")
	p.AllowAttrs("checked", "disabled").Matching(regexp.MustCompile(`^$`)).OnElements("input")
	return p
}

// ownClasses are the classes that a document may use beside those of coloured code.
var ownClasses = []string{
	"ext-image", "files", "footnote-backref", "footnote-ref", "footnotes", "mention", "missing", "notice", "quote", "shot", "sig",
}

// classSet holds every class that may stand in a document.
var classSet = func() map[string]bool {
	set := map[string]bool{}
	for _, c := range ownClasses {
		set[c] = true
	}
	for _, c := range codeClasses {
		set[c.name] = true
	}
	return set
}()

func classValue() *regexp.Regexp {
	names := make([]string, 0, len(classSet))
	for name := range classSet {
		names = append(names, regexp.QuoteMeta(name))
	}
	one := `(?:` + strings.Join(names, "|") + `|language-[a-z0-9+#-]{1,20})`
	return regexp.MustCompile(`^` + one + `(?: ` + one + `)*$`)
}

// classWord says whether the name of a language can be part of a class.
func classWord(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '#' || c == '-') {
			return false
		}
	}
	return name != ""
}

// allowedClasses leaves of a class attribute what may stand in a document.
func allowedClasses(value string) string {
	var kept []string
	for _, c := range strings.Fields(value) {
		language, ok := strings.CutPrefix(c, "language-")
		if classSet[c] || ok && len(language) <= 20 && classWord(language) {
			kept = append(kept, c)
		}
	}
	return strings.Join(kept, " ")
}
