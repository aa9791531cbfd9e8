package stackexchange

import (
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	dateSuffix = regexp.MustCompile(`[-_.](19|20)\d\d([-_.]?\d\d){0,2}$`)
	noSlug     = regexp.MustCompile(`[^a-z0-9]+`)
)

// siteOf returns the site that a dump's folder is named for, without the date that
// people add to tell one dump from the next: beer.stackexchange.com of
// beer.stackexchange.com-2016-09.
func siteOf(dir string) (string, error) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	name := strings.ToLower(filepath.Base(whole))
	return dateSuffix.ReplaceAllString(name, ""), nil
}

// boardOf returns the slug of the board for a site: beer, conlang-meta.
func boardOf(site string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(site, ".com"), ".stackexchange")
	slug := strings.Trim(noSlug.ReplaceAllString(name, "-"), "-")
	if len(slug) > 40 {
		slug = strings.TrimRight(slug[:40], "-")
	}
	if slug == "" {
		return "stackexchange"
	}
	return slug
}

// titleOf makes a title of a slug: Conlang Meta of conlang-meta.
func titleOf(slug string) string {
	words := strings.Split(slug, "-")
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	return strings.Join(words, " ")
}
