package mail_test

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"picus/forum"
)

func newThread(title, body string) forum.NewThread { return forum.NewThread{Title: title, Body: body} }

func base64lines(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// once are the fields that a mail of a list has exactly once (P11 in the promises of
// mail), with what each has to look like.
var once = map[string]*regexp.Regexp{
	"From":                  regexp.MustCompile(`^[^@<>]*<[^@\s]+@[^@\s]+>$`),
	"To":                    regexp.MustCompile(`@`),
	"Subject":               regexp.MustCompile(`\S`),
	"Date":                  regexp.MustCompile(`\d{4} \d\d:\d\d:\d\d [+-]\d{4}`),
	"Message-Id":            regexp.MustCompile(`^<[^\s<>@]+@[^\s<>@]+>$`),
	"Mime-Version":          regexp.MustCompile(`^1\.0$`),
	"Content-Type":          regexp.MustCompile(`^(text|multipart)/`),
	"List-Id":               regexp.MustCompile(`^.*<[^\s<>@]+\.[^\s<>@]+>$`), // RFC 2919: no @
	"List-Post":             regexp.MustCompile(`^<mailto:[^\s<>]+>$|^NO$`),
	"List-Help":             regexp.MustCompile(`^<mailto:[^\s<>]+\+help@[^\s<>]+>$`),
	"List-Subscribe":        regexp.MustCompile(`^<mailto:[^\s<>]+\+subscribe@[^\s<>]+>$`),
	"List-Owner":            regexp.MustCompile(`^<mailto:[^\s<>]+\+owner@[^\s<>]+>$`),
	"List-Archive":          regexp.MustCompile(`^<https?://[^\s<>]+>$`),
	"List-Unsubscribe":      regexp.MustCompile(`^<https://[^\s<>]+/unsubscribe/[^\s<>]+>, <mailto:[^\s<>]+>$`),
	"List-Unsubscribe-Post": regexp.MustCompile(`^List-Unsubscribe=One-Click$`), // RFC 8058
	"Archived-At":           regexp.MustCompile(`^<https?://[^\s<>]+>$`),        // RFC 5064
	"Precedence":            regexp.MustCompile(`^list$`),
}

// checkListMail checks what holds of every mail of a list, whoever wrote it.
func checkListMail(t *testing.T, s *sender, got caught) {
	t.Helper()
	h, m := got.read(t)
	for name, form := range once {
		values := h[name]
		if len(values) != 1 || !form.MatchString(values[0]) {
			t.Errorf("%s: %q; want it once, as %s", name, values, form)
		}
	}
	for _, name := range []string{"Bcc", "Return-Path", "Delivered-To", "Received"} {
		if _, there := h[name]; there {
			t.Errorf("%s stands in the mail", name)
		}
	}
	if n := len(m.References); n > 0 && (len(m.InReplyTo) != 1 || m.References[n-1] != m.InReplyTo[0]) {
		t.Errorf("References %v do not end with In-Reply-To %v", m.References, m.InReplyTo)
	}
	if strings.Contains(got.head(), got.to) {
		t.Errorf("the recipient's address stands in the header")
	}
	for line := range strings.SplitSeq(got.raw, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("a line that mail does not know: %.100q", line)
		}
	}
	checkUnsubscribe(t, s, h["List-Unsubscribe"][0])
	if s.conf.DKIMKey != "" {
		checkCovered(t, s, got.raw)
	}
}

// checkUnsubscribe expects that the link in the header is the person's own.
func checkUnsubscribe(t *testing.T, s *sender, field string) {
	t.Helper()
	link, _, _ := strings.Cut(strings.TrimPrefix(field, "<"), ">")
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.gateway.UnsubscribeInfo(t.Context(), strings.TrimPrefix(u.Path, "/unsubscribe/"))
	if err != nil || info.Done {
		t.Errorf("UnsubscribeInfo(%s) = %+v, %v; want somebody who still gets the list", u.Path, info, err)
	}
}

// checkCovered expects a good signature of ours over the fields that RFC 8058 and
// DMARC ask for, each once more than it is there, so that none can be added.
func checkCovered(t *testing.T, s *sender, raw string) {
	t.Helper()
	all, err := dkim.VerifyWithOptions(strings.NewReader(raw), &dkim.VerifyOptions{LookupTXT: s.lookup})
	if err != nil {
		t.Fatal(err)
	}
	covered := func(v *dkim.Verification) bool {
		if v.Err != nil || v.Domain != "lists.example" {
			return false
		}
		for _, name := range []string{"From", "Subject", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"} {
			if !slices.ContainsFunc(v.HeaderKeys, func(key string) bool { return strings.EqualFold(key, name) }) {
				return false
			}
		}
		return true
	}
	if !slices.ContainsFunc(all, covered) {
		t.Errorf("no good signature of ours covers the fields that matter: %+v", all)
	}
}
