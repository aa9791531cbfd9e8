package markdown

import (
	"strconv"
	"strings"

	"picus/internal/media"
)

// File is a file that is named below a text.
type File struct {
	Path, Name string
	Size       int64
}

// FileID returns the id in the address of a file of this site, /f/ID/NAME.
func FileID(address string) (string, bool) {
	rest, ok := strings.CutPrefix(address, "/f/")
	id, name, named := strings.Cut(rest, "/")
	if !ok || !named || name == "" {
		return "", false
	}
	for i := range len(id) {
		if !alnum(id[i]) && id[i] != '-' {
			return "", false
		}
	}
	return id, id != ""
}

// imageSize is how large an image of this site is, and whether it is one: its id says it.
func imageSize(src string) (width, height int, ok bool) {
	id, ok := FileID(src)
	_, size, sized := strings.Cut(id, "-")
	w, h, both := strings.Cut(size, "x")
	width, werr := strconv.Atoi(w)
	height, herr := strconv.Atoi(h)
	return width, height, ok && sized && both && werr == nil && herr == nil && width > 0 && height > 0 && width < 1e6 && height < 1e6
}

// SmallPath is the address of an image as pages show it.
func SmallPath(src string) string {
	path, _, _ := strings.Cut(src, "?")
	return path + "?small=1"
}

// ownImage draws an image of this site in the size of a page, as a link to the large one.
func (d *drawing) ownImage(src, alt, title string, width, height int) {
	link := !d.inLink
	if link {
		d.write(`<a class="shot"`)
		d.attribute("href", src)
		d.write(">")
	}
	w, h := media.Fit(width, height)
	d.write("<img")
	d.attribute("title", title)
	d.attribute("src", SmallPath(src))
	d.write(` alt="`)
	d.escaped(alt)
	d.write(`"`)
	d.attribute("width", strconv.Itoa(w))
	d.attribute("height", strconv.Itoa(h))
	d.write(` loading="lazy">`)
	if link {
		d.write("</a>")
	}
}

// Files is the list below a text of the files that came with it.
func Files(all []File) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<ul class=\"files\">\n")
	for _, f := range all {
		b.WriteString("<li>")
		href := escape(f.Path)
		if width, height, ok := imageSize(f.Path); ok {
			w, h := media.Fit(width, height)
			b.WriteString(`<a class="shot" href="` + href + `"><img src="` + escape(SmallPath(f.Path)) + `" alt="` + escape(f.Name) +
				`" width="` + strconv.Itoa(w) + `" height="` + strconv.Itoa(h) + `" loading="lazy"></a>`)
		} else {
			b.WriteString(`<a href="` + href + `">` + escape(f.Name) + `</a> (` + byteCount(f.Size) + `)`)
		}
		b.WriteString("</li>\n")
	}
	b.WriteString("</ul>\n")
	return b.String()
}

func byteCount(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt((n+1<<9)>>10, 10) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}
