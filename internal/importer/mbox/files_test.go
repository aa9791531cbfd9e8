package mbox_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/importer/mbox"
	"picus/internal/item"
)

// secret stands behind the end of the picture, where only the bytes as they came have it.
const secret = "where it was taken"

// album are a mail with a picture in its text and files beside it, and one of a picture alone.
func album(s *site) string {
	s.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		s.Fatal(err)
	}
	b.WriteString(secret)
	picture := base64.StdEncoding.EncodeToString(b.Bytes())
	part := func(head, body string) string { return "--b\n" + head + "\n\n" + body + "\n" }
	head := func(id string) string {
		return "From: Ann <ann@example.net>\nDate: Mon, 23 Nov 2020 10:00:00 +0000\nSubject: Pictures\nMessage-ID: <" + id + ">\n"
	}
	return s.write("album.mbox", head("album@x")+"Content-Type: multipart/mixed; boundary=b\n\n"+
		part("Content-Type: text/html", `<p>Look: <img src="cid:Pic@x" alt="a box"></p>`)+
		part("Content-Type: image/png; name=box.png\nContent-ID: <Pic@x>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64", picture)+
		part("Content-Type: text/html\nContent-Disposition: attachment; filename=page.html", "<script>alert(1)</script>")+
		part("Content-Type: application/pgp-signature\nContent-Disposition: attachment; filename=signature.asc", "-----BEGIN PGP SIGNATURE-----")+
		part("Content-Type: image/png\nContent-Disposition: attachment; filename=broken.png\nContent-Transfer-Encoding: base64", "bm8gcGljdHVyZQ==")+
		"--b--\n",
		head("alone@x")+"Content-Type: image/png; name=alone.png\nContent-Transfer-Encoding: base64\n\n"+picture+"\n")
}

// Attachments of an archive go the way of every upload: made harmless, below the post or
// in its text, for those who may see the post, and only once.
func TestAttachmentsOfAnArchiveAreFilesOfItsPosts(t *testing.T) {
	eachSite(t, func(s *site) {
		archive := album(s)
		o := s.options(archive)
		o.DryRun = true
		if sum, err := mbox.Import(s.Context(), s.gateway, o); err != nil || sum.New != 2 || s.count("SELECT count(*) FROM upload") != 0 {
			s.Fatalf("the dry run = %+v, %v; want 2 new and no file", sum, err)
		}
		for range 2 {
			s.load(archive)
			if n := s.count("SELECT count(*) FROM attachment"); n != 3 {
				s.Fatalf("%d files belong to posts; want the two pictures and the page", n)
			}
		}
		post, err := s.forum.ByMessageID(s.Context(), account.User{}, "album@x")
		if err != nil || !strings.Contains(post.HTML, `src="/f/`) || !strings.Contains(post.HTML, "page.html") || strings.Contains(post.HTML, "signature.asc") || strings.Contains(post.HTML, "cid:") {
			s.Errorf("the post is %s, %v; want the picture in its text and the page below", post.HTML, err)
		}
		if alone, err := s.forum.ByMessageID(s.Context(), account.User{}, "alone@x"); err != nil || !strings.Contains(alone.HTML, "/f/") {
			s.Errorf("the mail of a picture alone is %s, %v", alone.HTML, err)
		}
		if n := s.count("SELECT count(*) FROM message WHERE reason LIKE '%broken.png%'"); n != 1 {
			s.Errorf("%d mails tell that broken.png was not taken; want 1", n)
		}
		s.opened(post.ID)
	})
}

// opened holds that the files of a post are asked for with it, and are not what came.
func (s *site) opened(post int64) {
	s.Helper()
	ids, err := db.Values[string](s.Context(), s.DB, "SELECT upload FROM attachment WHERE item = ?", post)
	if err != nil || len(ids) != 2 {
		s.Fatalf("the files are %q, %v; want 2", ids, err)
	}
	var asked []int64
	answer := error(nil)
	may := func(_ context.Context, _ account.User, _ item.Kind, id int64, _ string) error {
		asked = append(asked, id)
		return answer
	}
	for _, id := range ids {
		f, err := s.Items.File(s.Context(), account.User{}, id, false, may)
		if err != nil {
			s.Fatal(err)
		}
		data, err := io.ReadAll(f.Content)
		if err != nil || bytes.Contains(data, []byte(secret)) || f.Type == "text/html" {
			s.Errorf("%s is %s of %d bytes, %v; want it harmless", f.Name, f.Type, len(data), err)
		}
	}
	if !slices.Contains(asked, post) {
		s.Errorf("the files were asked for with %v; want post %d", asked, post)
	}
	answer = fault.Gone("There is no such post.")
	for _, id := range ids {
		if _, err := s.Items.File(s.Context(), account.User{}, id, false, may); !fault.Is(err, fault.Missing) {
			s.Errorf("the file of a post that nobody may see = %v; want that it is missing", err)
		}
	}
}
