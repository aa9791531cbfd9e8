package mbox_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

// components is an oracle that knows nothing of our code: it finds the conversations
// of mailboxes by regular expressions over the raw headers.
type components struct{ parent map[string]string }

func (c *components) find(id string) string {
	if c.parent[id] == "" {
		c.parent[id] = id
	}
	for c.parent[id] != id {
		id = c.parent[id]
	}
	return id
}

var (
	postmark = regexp.MustCompile(`(?m)^From \S+ .*\d\d:\d\d:\d\d`)
	folding  = regexp.MustCompile(`\r?\n[ \t]+`)
	ownID    = regexp.MustCompile(`(?im)^message-id:[ \t]*<?([^>\s]+)`)
	naming   = regexp.MustCompile(`(?im)^(?:references|in-reply-to):(.*)$`)
	named    = regexp.MustCompile(`[^\s<>,"()]+@[^\s<>,"()]+`)
)

// mailsOf returns the mails of an archive as they stand there, each with its postmark.
func mailsOf(t testing.TB, path string) [][]byte {
	t.Helper()
	packed, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var mails [][]byte
	starts := postmark.FindAllIndex(all, -1)
	for i, at := range starts {
		end := len(all)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		mails = append(mails, all[at[0]:end])
	}
	return mails
}

// idsOf returns the id of a mail, and those that it names.
func idsOf(mail []byte) (own string, names []string) {
	head, _, _ := bytes.Cut(mail, []byte("\n\n"))
	head = folding.ReplaceAll(head, []byte(" "))
	if found := ownID.FindSubmatch(head); found != nil {
		own = string(found[1])
	}
	for _, line := range naming.FindAllSubmatch(head, -1) {
		for _, id := range named.FindAll(line[1], -1) {
			names = append(names, string(id))
		}
	}
	return own, names
}

func (c *components) add(mail []byte) {
	own, names := idsOf(mail)
	if own == "" {
		return
	}
	for _, id := range names {
		c.parent[c.find(id)] = c.find(own)
	}
}

func (c *components) read(t testing.TB, path string) {
	t.Helper()
	for _, m := range mailsOf(t, path) {
		c.add(m)
	}
}

// compare holds that every component is in one thread, and that a thread holds several
// only where a mail was joined by its subject.
func (s *site) compare(c *components) {
	s.Helper()
	thread, parts, guessed := map[string]string{}, map[string]map[string]bool{}, map[string]int{}
	for _, f := range s.filed() {
		if strings.HasSuffix(f.mid, ".invalid") {
			continue
		}
		root := c.find(f.mid)
		if was := thread[root]; was != "" && was != f.thread {
			s.Errorf("%s is in thread %s; others of its conversation are in %s", f.mid, f.thread, was)
		}
		thread[root] = f.thread
		if parts[f.thread] == nil {
			parts[f.thread] = map[string]bool{}
		}
		parts[f.thread][root] = true
		if f.rule == "subject" {
			guessed[f.thread]++
		}
	}
	joined := 0
	for id, p := range parts {
		joined += len(p) - 1
		if len(p)-1 > guessed[id] {
			s.Errorf("thread %s holds %d conversations, but only %d mails were joined by subject", id, len(p), guessed[id])
		}
	}
	s.Logf("%d threads, %d joins by subject", len(parts), joined)
}
