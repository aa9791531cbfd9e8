package mail_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"picus/mail"
)

// picture is a PNG of a size that can be seen.
func picture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// A picture in the text of a mail stands in the text of the post, other files stand below
// it, and what the site does not take stays in the mail and is told in its trace.
func TestAttachmentsOfAMailAreFilesOfThePost(t *testing.T) {
	eachOffice(t, func(o *office) {
		part := func(head, body string) string { return "--b\n" + head + "\n\n" + body + "\n" }
		raw := strings.ReplaceAll("From: alice@example.org\nTo: python@picus.example\nSubject: Pictures\nMessage-ID: <files@x>\nContent-Type: multipart/mixed; boundary=b\n\n"+
			part("Content-Type: text/html", `<p>Look: <img src="cid:Pic@x" alt="a box"> and <b>read</b>.</p><script>alert(1)</script>`)+
			part("Content-Type: image/png; name=box.png\nContent-ID: <Pic@x>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64", picture(o.T))+
			part("Content-Type: text/plain; name=\"log.txt\"\nContent-Disposition: attachment; filename=\"log.txt\"", "line one")+
			part("Content-Type: application/pgp-signature; name=\"signature.asc\"\nContent-Disposition: attachment", "-----BEGIN PGP SIGNATURE-----")+
			part("Content-Type: image/png; name=broken.png\nContent-Disposition: attachment; filename=broken.png\nContent-Transfer-Encoding: base64", "bm8gcGljdHVyZQ==")+
			"--b--\n", "\n", "\r\n")
		if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		got := o.last()
		if got.Fate != mail.Posted || !strings.Contains(got.Reason, "broken.png") {
			o.Fatalf("the fate is %+v; want posted, and the broken file named", got)
		}
		first := o.thread(got.Item).First
		if !strings.Contains(first.HTML, `src="/f/`) || strings.Contains(first.HTML, "cid:") || !strings.Contains(first.HTML, "log.txt") || strings.Contains(first.HTML, "signature.asc") || strings.Contains(first.HTML, "alert") {
			o.Errorf("the post is %s; want the picture in the text and log.txt below it", first.HTML)
		}
		if strings.Count(first.HTML, "box.png") > 2 {
			o.Errorf("the picture of the text is listed below it as well: %s", first.HTML)
		}
		if done, err := o.gateway.Replay(o.Context(), o.admin, got.ID); err != nil || done != mail.Unchanged {
			o.Errorf("Replay() = %s, %v; want it unchanged", done, err)
		}
	})
}

// The attachments of a mail are one write with it, however many they are: none is lost to
// the speed at which one person may write. What is over the bound is told.
func TestAMailWithManyFilesLosesNone(t *testing.T) {
	eachOffice(t, func(o *office) {
		var raw strings.Builder
		raw.WriteString("From: alice@example.org\r\nTo: python@picus.example\r\nSubject: Many\r\nMessage-ID: <many@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe logs.\r\n")
		for i := range 52 {
			fmt.Fprintf(&raw, "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=log%d.txt\r\n\r\nline %d\r\n", i, i)
		}
		raw.WriteString("--b--\r\n")
		if err := o.receive("alice@example.org", raw.String(), "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		got := o.last()
		if got.Fate != mail.Posted || !strings.Contains(got.Reason, "log51.txt: only the first 50") {
			o.Fatalf("the fate is %+v; want posted, and what was left named", got)
		}
		if page := o.thread(got.Item).First.HTML; !strings.Contains(page, "log0.txt") || !strings.Contains(page, "log49.txt") {
			o.Errorf("the post has not all of its files: %s", page)
		}
	})
}

// A mail of a picture alone is a post.
func TestAMailOfAPictureAloneIsAPost(t *testing.T) {
	eachOffice(t, func(o *office) {
		raw := "From: alice@example.org\r\nSubject: My box\r\nMessage-ID: <alone@x>\r\nContent-Type: image/png; name=box.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture(o.T) + "\r\n"
		if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		if got := o.last(); got.Fate != mail.Posted || !strings.Contains(o.thread(got.Item).First.HTML, `/f/`) {
			o.Errorf("the fate is %+v; want a post with the picture", got)
		}
	})
}
