package mbox

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"picus/internal/importer"
	"picus/mail"
	mailbox "picus/mail/mbox"
	"picus/mail/message"
)

// reading is the first reading: what is known of each mail, and the mails in the spool.
type reading struct {
	spool    *spool
	progress importer.Progress
	summary  importer.Summary

	seed      maphash.Seed
	names     []string         // of the files
	entries   []entry          // in the order they were read
	ids       map[uint64]int32 // hashed id → index in nodes
	nodes     []int32          // union-find over ids: the parent of each
	messageOf []int32          // node → entry, or -1 for a ghost
	doubtful  []string         // ids of replies that name none: their subject may tell
	last      int64            // date of the mail before

	total, before int64 // bytes on disk: of all files, and of those that are done
}

// entry is a mail between the two readings. There may be millions, so it is small.
type entry struct {
	at      int64 // in the spool
	offset  int64 // in its file
	date    int64 // milliseconds
	subject uint64
	length  int32 // packed
	size    int32 // as it came
	file    int32
	node    int32 // of its id
	parent  int32 // node of the nearest id that it answers, once arranged the entry; or -1
	alone   bool  // it names no id at all
	reply   bool  // its subject says that it is a reply
	guessed bool  // its thread was found by the subject
}

// scanned is what a worker has made of a mail.
type scanned struct {
	offset int64
	head   *message.Message
	packed []byte
	size   int
	err    error
	done   chan struct{}
}

// files reads all files.
func (r *reading) files(ctx context.Context, files []string) error {
	r.seed, r.ids = maphash.MakeSeed(), map[uint64]int32{}
	names, err := expand(files)
	if err != nil {
		return err
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", name, err)
		}
		r.total += info.Size()
	}
	r.names = names
	for i := range names {
		if err := r.file(ctx, int32(i)); err != nil {
			return err
		}
	}
	return r.spool.flush()
}

// expand replaces each maildir by its mails, in the order of their names, which is
// that of their arrival.
func expand(files []string) ([]string, error) {
	var all []string
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", name, err.(*fs.PathError).Err)
		}
		if !info.IsDir() {
			all = append(all, name)
			continue
		}
		mails, err := maildir(name)
		if err != nil {
			return nil, err
		}
		all = append(all, mails...)
	}
	return all, nil
}

// maildir returns the mails of a maildir and its subfolders.
func maildir(dir string) ([]string, error) {
	var mails []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		folder := filepath.Base(filepath.Dir(path))
		if err == nil && d.Type().IsRegular() && (folder == "cur" || folder == "new") && !strings.HasPrefix(d.Name(), ".") {
			mails = append(mails, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the maildir %s: %w", dir, err)
	}
	if len(mails) == 0 {
		return nil, fmt.Errorf("%s is no maildir with mails in it: there are none in cur and new", dir)
	}
	slices.SortFunc(mails, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	return mails, nil
}

// file reads one file. One goroutine reads, some scan, and the results are taken in
// the order of the file.
func (r *reading) file(ctx context.Context, number int32) error {
	name := r.names[number]
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", name, err)
	}
	defer f.Close()
	counted := &countingReader{r: f}
	workers := runtime.GOMAXPROCS(0)
	todo, inOrder := make(chan work), make(chan *scanned, 4*workers)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(todo)
		defer close(inOrder)
		return split(ctx, mailbox.NewReader(counted), todo, inOrder)
	})
	for range workers {
		group.Go(func() error {
			for w := range todo {
				w.scan()
			}
			return nil
		})
	}
	for s := range inOrder {
		<-s.done
		if err == nil {
			err = r.take(s, number)
		}
		r.progress.Report(r.before+counted.n.Load(), 2*r.total)
	}
	if failed := group.Wait(); failed != nil {
		err = fmt.Errorf("%s: %w", name, failed)
	}
	r.before += counted.n.Load()
	return err
}

type work struct {
	raw []byte
	*scanned
}

// split hands out the mails of a file. A mail that is too long is told of; another
// error ends the file.
func split(ctx context.Context, reader *mailbox.Reader, todo chan<- work, inOrder chan<- *scanned) error {
	for {
		offset := reader.Offset()
		raw, err := reader.Next()
		if err == io.EOF {
			return nil
		}
		s := &scanned{offset: offset, done: make(chan struct{})}
		tooLong := &mailbox.TooLong{}
		switch {
		case errors.As(err, &tooLong):
			s.err = err
			close(s.done)
		case err != nil:
			return err
		}
		select {
		case inOrder <- s:
		case <-ctx.Done():
			return ctx.Err()
		}
		if s.err == nil {
			todo <- work{raw, s}
		}
	}
}

func (w work) scan() {
	defer close(w.done)
	w.head = message.ParseHeader(w.raw)
	w.packed, w.size = mail.Pack(w.raw), len(w.raw)
}

// take adds what was scanned.
func (r *reading) take(s *scanned, file int32) error {
	r.summary.Read++
	if s.err != nil {
		r.summary.Refuse(r.names[file], s.err.Error())
		return nil
	}
	at, err := r.spool.add(s.packed)
	if err != nil {
		return err
	}
	m := s.head
	if !m.Date.IsZero() {
		r.last = m.Date.UnixMilli()
	}
	e := entry{at: at, offset: s.offset, length: int32(len(s.packed)), size: int32(s.size), file: file, date: r.last, reply: m.IsReply, subject: r.subject(m)}
	number := int32(len(r.entries))
	e.node, e.parent, e.alone = r.connect(m, number)
	r.entries = append(r.entries, e)
	if e.alone && e.reply && m.MessageID != "" {
		r.doubtful = append(r.doubtful, m.MessageID)
	}
	return nil
}

// when returns the date of a mail that has none of its own: that of the one before.
func (e *entry) when() time.Time { return time.UnixMilli(e.date).UTC() }
