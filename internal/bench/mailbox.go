package bench

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"strings"
)

// mailList is the list whose archive is generated.
const mailList = "bench@lists.example.org"

// openMailbox returns the path of an mbox of n mails, made where it is missing.
// Half of its threads are Chinese; mails have the headers, the quotes and the
// lengths that mails of lists have.
func openMailbox(dir string, seed uint64, n int) (path string, err error) {
	path = filepath.Join(dir, fmt.Sprintf("list-%d-%d-%d.mbox", n, seed, generation))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	out, err := os.Create(path + ".unfinished")
	if err != nil {
		return "", err
	}
	m := mailbox{schedule: plan(seed, n), out: bufio.NewWriterSize(out, 1<<20), bodies: map[int]string{}}
	for i := range m.posts {
		m.write(i)
	}
	if err := errors.Join(m.out.Flush(), out.Close()); err != nil {
		return "", err
	}
	return path, os.Rename(path+".unfinished", path)
}

// mailbox writes the posts of a schedule as mails.
type mailbox struct {
	*schedule
	out    *bufio.Writer
	bodies map[int]string // the text of the last mail of each thread, for quoting
}

func (m *mailbox) write(i int) {
	p := m.posts[i]
	w := m.text(i)
	subject := m.text(m.first(i)).title
	if !p.first {
		subject = "Re: " + subject
	}
	name := handle(int(p.author))
	at := p.time().Format("Mon, 02 Jan 2006 15:04:05 -0700")
	fmt.Fprintf(m.out, "From %s@example.net %s\n", name, p.time().Format("Mon Jan _2 15:04:05 2006"))
	fmt.Fprintf(m.out, "Return-Path: <bounce+%s=example.net@lists.example.org>\n", name)
	for hop := range 3 {
		fmt.Fprintf(m.out, "Received: from mx%d.example.net (mx%d.example.net [192.0.2.%d])\n\tby lists.example.org (Postfix) with ESMTPS id %012X\n\tfor <%s>; %s\n",
			hop, hop, hop+1, p.at+int64(hop), mailList, at)
	}
	fmt.Fprintf(m.out, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=mail;\n\th=from:to:subject:date:message-id;\n\tb=%s\n", strings.Repeat("Q2hhcmFjdGVycw", 18))
	fmt.Fprintf(m.out, "From: %s <%s@example.net>\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: %s\n",
		name, name, mailList, mime.BEncoding.Encode("utf-8", subject), at, m.mid(i))
	if !p.first {
		parent := int(p.parent)
		references := m.mid(m.first(i))
		if parent != m.first(i) {
			references += "\n " + m.mid(parent)
		}
		fmt.Fprintf(m.out, "In-Reply-To: %s\nReferences: %s\n", m.mid(parent), references)
	}
	fmt.Fprintf(m.out, "List-Id: Bench <bench.lists.example.org>\nList-Post: <mailto:%s>\nList-Unsubscribe: <mailto:bench-leave@lists.example.org>\nPrecedence: list\nUser-Agent: Mozilla Thunderbird\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n", mailList)
	m.body(int(p.thread), w, name)
}

func (m *mailbox) mid(i int) string {
	return fmt.Sprintf("<%d.%d@%s.example.net>", m.posts[i].at, i, handle(int(m.posts[i].author)))
}

// body writes what the author said below what they quote. Every other Chinese
// mail is in base64, as their programs send it.
func (m *mailbox) body(thread int, w words, name string) {
	var b strings.Builder
	if quoted := m.bodies[thread]; quoted != "" {
		b.WriteString("On that day, somebody wrote:\n> " + strings.ReplaceAll(quoted, "\n", "\n> ") + "\n\n")
	}
	text := wrapped(w.body)
	m.bodies[thread] = text
	b.WriteString(text + "\n\n-- \n" + name + "\nhttps://www.example.net/" + name + "\n")
	if w.lang != "en" && len(text)%2 == 0 {
		m.out.WriteString("Content-Transfer-Encoding: base64\n\n")
		encoded := base64.StdEncoding.EncodeToString([]byte(b.String()))
		for len(encoded) > 76 {
			m.out.WriteString(encoded[:76] + "\n")
			encoded = encoded[76:]
		}
		m.out.WriteString(encoded + "\n\n")
		return
	}
	m.out.WriteString("Content-Transfer-Encoding: 8bit\n\n" + strings.ReplaceAll("\n"+b.String(), "\nFrom ", "\n>From ")[1:] + "\n")
}

// wrapped breaks lines as mail programs do.
func wrapped(text string) string {
	var b strings.Builder
	column := 0
	for _, r := range text {
		switch {
		case r == '\n':
			column = 0
		case column >= 68 && r == ' ', column >= 110:
			b.WriteByte('\n')
			column = 0
			if r == ' ' {
				continue
			}
		}
		b.WriteRune(r)
		column += max(1, len(string(r))-1)
	}
	return b.String()
}
