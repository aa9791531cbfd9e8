// Package mbox imports the archives of mailing lists: mbox files, gzipped or not, and
// maildir folders.
//
// It reads twice. The first reading takes each header, and keeps of it only what tells
// which mails are one conversation; the mails themselves go compressed into a
// temporary file. The second takes them from there in the order of their dates, a
// thread's first mail before the others, and files them side by side. Every mail is
// written in one transaction with all that belongs to it, so an import that was
// interrupted is simply started again.
package mbox

import (
	"context"
	"fmt"
	"slices"

	"picus/internal/importer"
	"picus/mail"
)

// Options say what to import.
type Options struct {
	Board    string   // slug
	Files    []string // mbox files and maildir folders
	DryRun   bool     // read everything, write nothing
	Temp     string   // the folder of the temporary file; empty: the system's
	Progress importer.Progress
}

// Import brings archives into a board and says what it did. What it cannot take is
// counted and named; an error ends it.
func Import(ctx context.Context, g *mail.Gateway, o Options) (importer.Summary, error) {
	archive, err := g.Archive(ctx, o.Board)
	if err != nil {
		return importer.Summary{}, err
	}
	spool, err := newSpool(o.Temp)
	if err != nil {
		return importer.Summary{}, err
	}
	defer spool.close()
	r := reading{spool: spool, progress: o.Progress}
	if err := r.files(ctx, o.Files); err != nil {
		return r.summary, err
	}
	apart, err := archive.Apart(ctx)
	if err != nil {
		return r.summary, err
	}
	heard, err := archive.Heard(ctx, r.doubtful)
	if err != nil {
		return r.summary, err
	}
	r.leave(slices.Concat(apart, heard))
	f := filing{archive: archive, reading: &r, dry: o.DryRun, order: r.arrange()}
	if err := f.run(ctx); err != nil {
		return r.summary, fmt.Errorf("the import stopped; start it again to go on: %w", err)
	}
	return r.summary, nil
}
