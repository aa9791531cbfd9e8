package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/internal/item"
)

// picture is a file with an image of some width; no two pixels beside each other are alike.
func picture(t *testing.T, width, height int) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, width, height))
	noise := uint32(1)
	for i := range m.Pix {
		noise = noise*1664525 + 1013904223
		m.Pix[i] = byte(noise >> 24)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return file(t, "red screen.png", b.Bytes())
}

func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// choose picks files for a field of the form.
func (w *window) choose(selector string, files ...string) {
	w.Helper()
	see(w, "choose files", chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// forgive forgets what the browser says about an answer that is meant to be a refusal.
func (w *window) forgive(status string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = slices.DeleteFunc(w.wrong, func(text string) bool { return strings.Contains(text, "responded with a status of "+status) })
}

func TestFilesAreSentWithAndWithoutScripts(t *testing.T) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			c := settle(t, "", nil)
			c.setUp()
			w := c.window(scripts)
			w.open("/login")
			w.write("#who", "keeper")
			w.write("#password", password)
			w.click("main button.main")
			w.open("/b/talk/new")
			w.write("#title", "Why is my screen red?")
			w.write("#body", "Look:")
			w.choose("#file", picture(t, 1600, 900), file(t, "evil.png", []byte("<script>alert(1)</script>")))
			w.look("a form with files")
			w.click("#write button.main")
			w.shows("#file-error", "The content of “evil.png” is not what its name says")
			w.shows("#body", "Look:", "![red-screen](/f/")
			w.shows(".preview", "Look:")
			w.forgive("422")
			w.look("a file that was refused")
			w.choose("#file", file(t, "trace.log", []byte("line 1\nline 2\n")))
			w.click("#write button.main")
			w.shows("#pictures", "1 image has no description yet", "What does red-screen.png show?")
			w.look("a question for a description")
			w.write("#alt-0", "Noise [red]")
			w.click("#write button.main")
			w.shows("h1", "Why is my screen red?")
			w.shows(".post.first", "Look:", "trace.log")
			w.becomes(`document.querySelector(".post .shot img").naturalWidth`, "1280")
			w.look("a thread with files")
			w.becomes("document.querySelector('.post .shot img').alt", "Noise (red)")
			w.open(see(w, "read the link", chromedp.Evaluate[string]("document.querySelector('.post .shot').getAttribute('href')")))
			w.becomes("document.images[0].naturalWidth", "1600")
		})
	}
}

func TestABackupHoldsTheFiles(t *testing.T) {
	ctx := t.Context()
	conf := config{Data: t.TempDir(), BaseURL: "http://localhost", Site: "Picus", MailDomain: "picus.example"}
	data := bytes.Repeat([]byte("a line of a long log\n"), 150_000)
	var by account.User
	var sent item.Upload
	err := conf.with(ctx, func(h *house) (err error) {
		if by, err = h.accounts.Add(ctx, account.Registration{Name: "ada", Email: "ada@example.org", Password: password}, account.Member); err != nil {
			return err
		}
		sent, err = h.items.Keep(ctx, by, item.Sent{Name: "long.log", Data: data, Via: item.Web})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := (&backupCmd{File: copied}).Run(ctx, &conf); err != nil {
		t.Fatal(err)
	}
	conf.Data = t.TempDir()
	if err := (&restoreCmd{File: copied}).Run(ctx, &conf); err != nil {
		t.Fatal(err)
	}
	err = conf.with(ctx, func(h *house) error {
		none := func(context.Context, account.User, item.Kind, int64, string) error { return nil }
		f, err := h.items.File(ctx, by, sent.ID, false, none)
		if err != nil {
			return err
		}
		got, err := io.ReadAll(f.Content)
		if !bytes.Equal(got, data) {
			t.Errorf("after the restore the file holds %d bytes; want the %d that were sent", len(got), len(data))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
