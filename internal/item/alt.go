package item

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Picture is an image of this site that a text shows, and what the text says it is.
type Picture struct{ Path, Name, Alt string }

// mostPictures is how many images of a text are asked about.
const mostPictures = 10

// pictures are the images in a line of Markdown.
var pictures = regexp.MustCompile(`!\[([^\]\n]*)\]\((/f/[^\s()]+)`)

// described reports whether somebody has said what the image shows: the name of its file,
// which stands there until then, says nothing.
func (p Picture) described() bool {
	alt := strings.TrimSpace(p.Alt)
	stem, _, _ := strings.Cut(p.Name, ".")
	return alt != "" && alt != stem
}

// Undescribed returns the images of a text of which nobody has said what they show, each
// once. Lines of fenced code hold none.
func Undescribed(body string) (all []Picture) {
	eachPicture(body, func(p Picture) string {
		known := slices.ContainsFunc(all, func(q Picture) bool { return q.Path == p.Path })
		if !known && !p.described() && len(all) < mostPictures {
			all = append(all, p)
		}
		return p.Alt
	})
	return all
}

// Describe puts what images show, by their paths, into a text.
func Describe(body string, shows map[string]string) string {
	return eachPicture(body, func(p Picture) string {
		if said := strings.TrimSpace(shows[p.Path]); said != "" && !p.described() {
			return unbracketed.Replace(Line(said))
		}
		return p.Alt
	})
}

// unbracketed keeps words within the brackets around them.
var unbracketed = strings.NewReplacer("[", "(", "]", ")", `\`, "/")

// eachPicture writes a text anew with what say returns for each image.
func eachPicture(body string, say func(Picture) string) string {
	lines, fence := strings.Split(body, "\n"), ""
	for i, line := range lines {
		mark := strings.TrimLeft(line, " ")
		switch {
		case fence != "" && strings.HasPrefix(mark, fence):
			fence = ""
		case fence == "" && (strings.HasPrefix(mark, "```") || strings.HasPrefix(mark, "~~~")):
			fence = mark[:3]
		case fence == "":
			lines[i] = pictures.ReplaceAllStringFunc(line, func(found string) string {
				parts := pictures.FindStringSubmatch(found)
				name, err := url.PathUnescape(path.Base(parts[2]))
				if err != nil {
					name = path.Base(parts[2])
				}
				return "![" + say(Picture{Path: parts[2], Name: name, Alt: parts[1]}) + "](" + parts[2]
			})
		}
	}
	return strings.Join(lines, "\n")
}
