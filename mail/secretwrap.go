package mail

import (
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Mail programs break long lines, also within an address or a link: in plain text, in
// what they quote, and where quoted-printable stands as text. What hideSecrets looks for
// is then found in the lines as they were before.

// The same as personalAddress, personalWord and personalLink, but with an end that tells
// them from the word on the next line: an @, or the length of what follows.
var (
	brokenAddress = regexp.MustCompile(`(?i)(reply|confirm|bounce|resume|mod|private|suggestion)` + plus + `[a-z0-9-]{20,100}(?:@|%40|&#0*64;)`)
	brokenWord    = regexp.MustCompile(`(?i)(unsubscribe)(\s*|%20|` + plus + `)[a-z0-9]+-[a-z0-9]+-[a-z2-7]{26}`)
	brokenLink    = regexp.MustCompile(`(?i)^/(?:confirm|unsubscribe|resume|reset|address)(?:/[a-z0-9-]*?[a-z2-7]{26}|\?token=?[a-z0-9_-]{43})`)
)

// longestSearched bounds what is searched in more than the plain way, each of which takes
// as much memory as the text.
const longestSearched = 4 << 20

// unbroken is a text whose lines are one, but for empty ones.
type unbroken struct {
	text   string
	breaks []lineBreak
}

// lineBreak is where a line ended: at is its place in the text, and gone how much is
// missing before it.
type lineBreak struct{ at, gone int }

// unbreak takes out the ends of lines, with what quotations and quoted-printable put there.
func unbreak(text string) unbroken {
	var u unbroken
	var b strings.Builder
	b.Grow(len(text))
	from := 0
	for from < len(text) {
		end := strings.IndexByte(text[from:], '\n')
		if end < 0 {
			break
		}
		line := strings.TrimRight(text[from:from+end], "\r \t")
		next := from + end + 1
		for next < len(text) && strings.IndexByte(" \t>|", text[next]) >= 0 {
			next++
		}
		b.WriteString(strings.TrimSuffix(line, "="))
		if next < len(text) && (text[next] == '\r' || text[next] == '\n') {
			b.WriteByte('\n') // nothing goes on behind an empty line
		}
		u.breaks = append(u.breaks, lineBreak{b.Len(), next - b.Len()})
		from = next
	}
	b.WriteString(text[from:])
	u.text = b.String()
	return u
}

// place returns where a byte stands in the text as it was.
func (u unbroken) place(at int) int {
	i := sort.Search(len(u.breaks), func(i int) bool { return u.breaks[i].at > at })
	if i == 0 {
		return at
	}
	return at + u.breaks[i-1].gone
}

// broken reports whether a line ended between two places.
func (u unbroken) broken(from, to int) bool {
	i := sort.Search(len(u.breaks), func(i int) bool { return u.breaks[i].at > from })
	return i < len(u.breaks) && u.breaks[i].at < to
}

// stretch is a piece of a text that something else takes the place of.
type stretch struct {
	from, to int
	instead  string
}

// hideBroken does what hideSecrets does, where a line ends within a secret.
func (g *Gateway) hideBroken(text string) string {
	if len(text) > longestSearched || !strings.Contains(text, "\n") {
		return text
	}
	u := unbreak(text)
	var hidden []stretch
	add := func(from, to int, instead string) {
		if u.broken(from, to) {
			hidden = append(hidden, stretch{u.place(from), u.place(to-1) + 1, instead})
		}
	}
	if mayHoldToken(u.text) {
		for _, m := range brokenAddress.FindAllStringSubmatchIndex(u.text, -1) {
			end := strings.LastIndexAny(u.text[m[0]:m[1]], "@%&")
			add(m[0], m[0]+end, u.text[m[2]:m[5]]+"…")
		}
		for _, m := range brokenWord.FindAllStringSubmatchIndex(u.text, -1) {
			add(m[0], m[1], u.text[m[2]:m[5]]+" …")
		}
	}
	for _, at := range g.basesIn(u.text) {
		if m := brokenLink.FindStringIndex(u.text[at+len(g.conf.BaseURL):]); m != nil {
			add(at, at+len(g.conf.BaseURL)+m[1], g.conf.BaseURL+"/…")
		}
	}
	return fill(text, hidden)
}

// basesIn returns where a text has the address of the site.
func (g *Gateway) basesIn(text string) (all []int) {
	if g.conf.BaseURL == "" {
		return nil
	}
	for at := 0; ; at++ {
		next := strings.Index(text[at:], g.conf.BaseURL)
		if next < 0 {
			return all
		}
		at += next
		all = append(all, at)
	}
}

// fill puts something else into stretches of a text.
func fill(text string, hidden []stretch) string {
	if len(hidden) == 0 {
		return text
	}
	slices.SortFunc(hidden, func(a, b stretch) int { return a.from - b.from })
	var b strings.Builder
	done := 0
	for _, h := range hidden {
		if h.from < done {
			continue
		}
		b.WriteString(text[done:h.from] + h.instead)
		done = h.to
	}
	return b.String() + text[done:]
}
