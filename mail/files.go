package mail

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail/message"
)

// maxFiles is how many attachments of one mail are taken in.
const maxFiles = 50

// files are the attachments of a mail as the site keeps them: through the same pipeline
// as any other upload, which makes them harmless.
type files struct {
	ids    []string          // of all
	names  []string          // of all
	images map[string]string // what stands for an inline image in the text, by its Content-ID
	left   []string          // why others were not taken
}

// keepFiles takes the attachments of a mail in for its author. One that is refused does
// not keep the text back: it stays in the mail, and the trace tells why.
func (g *Gateway) keepFiles(ctx context.Context, by account.User, m *message.Message, via item.Via) (files, error) {
	kept := files{images: map[string]string{}}
	secrets := g.newSearch()
	for i, a := range m.Attachments {
		if !forPeople(a) {
			continue
		}
		if i >= maxFiles {
			kept.left = append(kept.left, fmt.Sprintf("%s: only the first %d are taken", firstOf(a.Filename, a.Type), maxFiles))
			continue
		}
		data, ok := secrets.withoutSecrets(a.Content)
		if !ok {
			kept.left = append(kept.left, firstOf(a.Filename, a.Type)+": it holds an address or a link that is its reader's own secret")
			continue
		}
		u, err := g.items.Keep(ctx, by, item.Sent{Name: g.hideSecrets(firstOf(a.Filename, unnamed(a))), Data: data, Via: via})
		if err != nil && fault.KindOf(err) == fault.Internal {
			return kept, err
		}
		if err != nil {
			kept.left = append(kept.left, firstOf(a.Filename, a.Type)+": "+err.Error())
			continue
		}
		kept.ids, kept.names = append(kept.ids, u.ID), append(kept.names, u.Name)
		if a.ContentID != "" && u.Image() {
			kept.images[strings.ToLower(a.ContentID)] = u.Path()
		}
	}
	return kept, nil
}

// forPeople reports whether an attachment is for people, and there is something in it.
func forPeople(a message.Attachment) bool { return !signature(a) && len(a.Content) > 0 }

// hasFiles reports whether a mail has attachments that may stand below its post.
func hasFiles(m *message.Message) bool { return slices.ContainsFunc(m.Attachments, forPeople) }

// signature reports whether an attachment is there for the mail program alone.
func signature(a message.Attachment) bool {
	switch strings.ToLower(a.Type) {
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-keys":
		return true
	}
	return false
}

// unnamed is what a file without a name is called, by its type.
func unnamed(a message.Attachment) string {
	kind, form, _ := strings.Cut(strings.ToLower(a.Type), "/")
	form, _, _ = strings.Cut(form, "+")
	switch {
	case form == "plain":
		form = "txt"
	case form == "jpeg":
		form = "jpg"
	}
	return firstOf(kind, "file") + "." + strings.Trim(firstOf(form, "bin"), ". ")
}

// inlineImage finds an image of the text that is a part of the mail.
var inlineImage = regexp.MustCompile(`(?i)\(cid:([^)\s]+)\)`)

// show has the inline images of a text lead to the files that were kept.
func (f files) show(text string) string {
	return inlineImage.ReplaceAllStringFunc(text, func(found string) string {
		if path, ok := f.images[strings.ToLower(found[len("(cid:"):len(found)-1])]; ok {
			return "(" + path + ")"
		}
		return found
	})
}

// keptImage finds what show has put in the place of an inline image.
var keptImage = regexp.MustCompile(`\(/f/[^)\s]+\)`)

// sameText compares two texts of one mail as a reader sees them, whatever its files are
// called.
func sameText(a, b string) bool {
	tidy := func(s string) string {
		s = inlineImage.ReplaceAllString(strings.ReplaceAll(s, "\r\n", "\n"), "(image)")
		return strings.TrimSpace(keptImage.ReplaceAllString(s, "(image)"))
	}
	return tidy(a) == tidy(b)
}

// told says which attachments were not taken, for the trace of the mail.
func (f files) told() string {
	if len(f.left) == 0 {
		return ""
	}
	return cutText(fault.Told("Not taken: %s", strings.Join(f.left, "; ")))
}
