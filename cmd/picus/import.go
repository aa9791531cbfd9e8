package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"picus/internal/importer"
	"picus/internal/importer/mbox"
	"picus/internal/importer/stackexchange"
)

type importCmd struct {
	DryRun bool `help:"Read and compare everything, write nothing."`

	Mbox          importMboxCmd          `cmd:"" help:"A mailing list's archive (mbox, mboxrd; gzip is read as it is)."`
	Maildir       importMaildirCmd       `cmd:"" help:"The folder of a mail program (cur, new and subfolders)."`
	Stackexchange importStackexchangeCmd `cmd:"" help:"A Stack Exchange dump: the folder with its XML files."`
}

type importMboxCmd struct {
	Board string   `help:"Slug of the board." required:""`
	Files []string `arg:"" help:"mbox files." type:"existingfile"`
}

// Help shows an example.
func (importMboxCmd) Help() string {
	return "Example: picus import mbox --board erofs linux-erofs.mbox.gz"
}

// Run imports the archive.
func (i *importMboxCmd) Run(ctx context.Context, c *config, all *importCmd) error {
	return importMails(ctx, c, mbox.Options{Board: i.Board, Files: i.Files, DryRun: all.DryRun})
}

type importMaildirCmd struct {
	Board string `help:"Slug of the board." required:""`
	Dir   string `arg:"" help:"The maildir." type:"existingdir"`
}

// Help shows an example.
func (importMaildirCmd) Help() string {
	return "Example: picus import maildir --board python ~/Mail/python-list"
}

// Run imports the folder.
func (i *importMaildirCmd) Run(ctx context.Context, c *config, all *importCmd) error {
	return importMails(ctx, c, mbox.Options{Board: i.Board, Files: []string{i.Dir}, DryRun: all.DryRun})
}

func importMails(ctx context.Context, c *config, o mbox.Options) error {
	// An import makes much garbage of which little stays: collecting it less often, up
	// to a limit, saves a tenth of the time.
	debug.SetGCPercent(300)
	debug.SetMemoryLimit(120 << 20)
	return c.with(ctx, func(h *house) error {
		bar := newBar("messages")
		o.Temp, o.Progress = c.Data, bar.progress
		summary, err := mbox.Import(ctx, h.mail, o)
		return bar.end(summary, err)
	})
}

type importStackexchangeCmd struct {
	Dir   string `arg:"" help:"Folder of the dump." type:"existingdir"`
	Board string `help:"Slug of the board; empty: from the folder's name."`
	Title string `help:"Title of a board that is made."`
}

// Help shows an example.
func (importStackexchangeCmd) Help() string {
	return "Example: picus import stackexchange beer.stackexchange.com-2016-12"
}

// Run imports the dump.
func (i *importStackexchangeCmd) Run(ctx context.Context, c *config, all *importCmd) error {
	return c.with(ctx, func(h *house) error {
		bar := newBar("rows")
		summary, err := stackexchange.Import(ctx, stackexchange.Rooms{DB: h.db, Accounts: h.accounts, Forum: h.forum},
			stackexchange.Options{Dir: i.Dir, Board: i.Board, Title: i.Title, DryRun: all.DryRun, Progress: bar.progress})
		return bar.end(summary, err)
	})
}

// bar is the progress bar on a terminal; elsewhere only the summary is written.
type bar struct {
	*progressbar.ProgressBar
	what  string
	begun time.Time
	quiet bool
}

func newBar(what string) *bar {
	return &bar{what: what, begun: time.Now(), quiet: !term.IsTerminal(int(os.Stderr.Fd()))}
}

func (b *bar) progress(done, total int64) {
	if b.quiet {
		return
	}
	if b.ProgressBar == nil {
		b.ProgressBar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("import"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowBytes(false), progressbar.OptionClearOnFinish())
	}
	b.ChangeMax64(total)
	if err := b.Set64(done); err != nil {
		b.quiet = true // the terminal went away; the import goes on
	}
}

// end writes what the import did. Refused entries do not make it fail; each is named.
func (b *bar) end(s importer.Summary, err error) error {
	if b.ProgressBar != nil {
		err = errors.Join(err, b.Finish())
	}
	fmt.Printf("read %d %s in %s: %d new, %d changed, %d known, %d deleted, %d refused\n",
		s.Read, b.what, time.Since(b.begun).Round(10*time.Millisecond), s.New, s.Changed, s.Known, s.Deleted, s.Refused)
	for _, r := range s.Refusals {
		fmt.Printf("refused %s: %s\n", r.Where, r.Reason)
	}
	if n := s.Unnamed(); n > 0 {
		fmt.Printf("and %d more were refused\n", n)
	}
	return err
}
