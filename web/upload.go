package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
)

// sentFiles are the files of a form.
type sentFiles struct {
	welcome bool // the address takes them
	kept    []item.Upload
	refused error // why one was not kept
}

// takeFiles reads a form with files. What was kept is mentioned at the end of the text,
// as if its writer had done so: whatever comes of the form, they find it there. Where one
// was not taken, the form comes back as if they had asked to look at it first.
func (v *visit) takeFiles() error {
	kept, err := v.readForm(item.Web, v.checkToken)
	v.files.kept = kept
	if len(kept) > 0 {
		v.Context().PostArgs().Set("body", withFiles(v.value("body"), kept))
	}
	if err == nil {
		v.describePictures()
	}
	if !isRefusal(err) {
		return err
	}
	v.files.refused = err
	v.Context().PostArgs().Set("preview", "1")
	return nil
}

// withFiles mentions files at the end of a text.
func withFiles(body string, kept []item.Upload) string {
	body = strings.TrimRight(body, "\n ")
	for _, u := range kept {
		if body != "" {
			body += "\n\n"
		}
		body += u.Markdown()
	}
	return body
}

// isRefusal tells the refusal of a file from a form that is no good at all.
func isRefusal(err error) bool {
	if err == nil || err == errStale {
		return false
	}
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Limited || kind == fault.Forbidden || kind == fault.Unknown
}

type apiUpload struct {
	ID       string `json:"id"`
	URL      string `json:"url"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Size     int64  `json:"size"`
	Width    *int   `json:"width"`
	Height   *int   `json:"height"`
	Markdown string `json:"markdown"`
}

func (v *visit) apiUploadOf(u item.Upload) apiUpload {
	return apiUpload{ID: u.ID, URL: v.app.BaseURL + u.Path(), Name: u.Name, Type: u.Type, Size: u.Size,
		Width: orNull(u.Width), Height: orNull(u.Height), Markdown: u.Markdown()}
}

// upload keeps one file for the script that is in the page.
func (a *App) upload(v *visit) error {
	return v.keptFile(v.files.kept, v.files.refused)
}

// apiUpload keeps one file for a program.
func (a *App) apiUpload(v *visit) error {
	kept, err := v.readForm(item.API, nil)
	return v.keptFile(kept, err)
}

// apiUploads lists what the asker has sent.
func (a *App) apiUploads(v *visit) error {
	own, next, err := a.Items.Uploads(v.ctx(), v.by, v.Query("cursor"), v.limit(50))
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(own, next, v.apiUploadOf))
}

func (v *visit) keptFile(kept []item.Upload, refused error) error {
	if refused != nil {
		return refused
	}
	if len(kept) != 1 {
		return fault.Bad("file", "Send one file, in the field “file” of a form (multipart/form-data).")
	}
	return v.send(fiber.StatusCreated, v.apiUploadOf(kept[0]))
}

// file sends a file to whoever may see what mentions it.
func (a *App) file(v *visit) error {
	f, err := a.Items.File(v.ctx(), v.by, v.param("id"), v.Query("small") == "1", a.readable)
	if err != nil {
		return err
	}
	v.Set(fiber.HeaderCacheControl, "private, no-cache")
	if f.Public {
		v.Set(fiber.HeaderCacheControl, fileCache)
	}
	tag := `"` + f.Tag + `"`
	v.Set(fiber.HeaderETag, tag)
	if matches(v.Get(fiber.HeaderIfNoneMatch), tag) {
		return v.SendStatus(fiber.StatusNotModified)
	}
	v.Set(fiber.HeaderContentType, f.Type)
	v.Set(fiber.HeaderContentDisposition, disposition(f.Image(), f.Name))
	policy := filePolicy
	if f.Image() {
		policy = imagePolicy
	}
	v.Context().SetUserValue(policyKey, policy)
	v.Response().SetBodyStream(f.Content, int(f.Length))
	return nil
}

// fileCache is for what everybody may see. A day, because what is deleted shall be
// gone from the caches on the way as well.
const fileCache = "public, max-age=86400, immutable"

// filePolicy keeps a file from acting, should a browser take it for a page (SECURITY.md,
// U-3). The page that a browser makes around an image has styles of its own.
const (
	filePolicy  = "sandbox; default-src 'none'; frame-ancestors 'none'"
	imagePolicy = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)

// readable asks the room that an item belongs to.
func (a *App) readable(ctx context.Context, by account.User, kind item.Kind, id int64, title string) (err error) {
	switch kind {
	case item.Page:
		_, err = a.Wiki.Page(ctx, by, title)
	case item.Article:
		_, err = a.Blog.Find(ctx, by, id)
	default:
		_, err = a.Forum.Find(ctx, by, id)
	}
	return err
}

// disposition is the header that names a file (RFC 6266): an image is shown, and
// everything else is saved.
func disposition(shown bool, name string) string {
	how := "attachment"
	if shown {
		how = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%;`, r) {
			return '_'
		}
		return r
	}, name)
	return how + "; filename=" + strconv.Quote(plain) + "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
