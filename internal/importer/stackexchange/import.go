// Package stackexchange brings a community's data dump from Stack Exchange onto a board:
// its people, questions, answers, comments, tags, scores and accepted answers, dated and
// signed as they were. The dump that follows months later is brought in the same way, and
// changes only what has changed.
//
// What is written here meanwhile is safe: votes count on top of the dump's, a text that was
// edited here is not overwritten, and nothing disappears that somebody here replied to.
//
// The format: https://meta.stackexchange.com/questions/2677 (database schema documentation
// for the public data dump).
package stackexchange

import (
	"context"
	"fmt"
	"sync"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"golang.org/x/sync/errgroup"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/importer"
)

// writers is how many rows are under way at once: as many as one commit takes, so that they
// share the wait for the disk.
const writers = 64

// Rooms are the parts of the house that an import writes through.
type Rooms struct {
	DB       *db.DB
	Accounts *account.Accounts
	Forum    *forum.Forum
}

// Options says what to import, and where to.
type Options struct {
	Dir      string // the folder with the site's XML files
	Board    string // slug; empty: from the folder's name. It is made where there is none
	Title    string // of a board that is made; empty: from its slug
	DryRun   bool   // read and compare everything, write nothing
	Progress importer.Progress
}

// The files of a dump that are read. Votes are in the posts' scores, badges have no
// counterpart here, and the tags stand in the posts.
const (
	usersFile    = "Users.xml"
	postsFile    = "Posts.xml"
	commentsFile = "Comments.xml"
)

// Import brings a dump in and says what it did. It can be interrupted and run again; a
// further run with the same dump changes nothing. A row that is broken is refused and does
// not stop the others; an error means that the import itself could not go on, and the
// summary then says how far it came.
func Import(ctx context.Context, rooms Rooms, o Options) (importer.Summary, error) {
	site, err := siteOf(o.Dir)
	if err != nil {
		return importer.Summary{}, err
	}
	if o.Board == "" {
		o.Board = boardOf(site)
	}
	r := &run{Rooms: rooms, Options: o, source: "stackexchange:" + site, bodies: newBodies(),
		dump: &dump{dir: o.Dir, progress: o.Progress}}
	err = r.all(ctx)
	return r.sum, err
}

// run is one import under way.
type run struct {
	Rooms
	Options
	source string
	bodies *converter.Converter
	dump   *dump

	community account.User // acts where nobody in particular does

	users    ids // in Users.xml
	posts    ids // in Posts.xml
	comments ids // in Comments.xml
	again    ids // posts that came back, and their questions

	postsWhole, commentsWhole bool // the file could be read from beginning to end
	nameless                  bool // a row had no id: it may be any post

	mu     sync.Mutex
	sum    importer.Summary
	booked ids // posts that are counted as new or changed
}

// all runs the passes in the order in which rows need each other.
func (r *run) all(ctx context.Context) error {
	err := r.dump.expect(usersFile, postsFile, commentsFile, postsFile, postsFile, commentsFile, postsFile)
	if err != nil {
		return err
	}
	for _, pass := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"make the board", r.ensureBoard},
		{"import the people", r.importPeople},
		{"import the questions", r.importQuestions},
		{"import the answers", r.importAnswers},
		{"import the comments", r.importComments},
		{"settle the questions", r.settle},
		{"look for what is gone", r.withdraw},
	} {
		if err := pass.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", pass.name, err)
		}
	}
	return nil
}

// ensureBoard makes the board where there is none. One that exists is left as it is: who
// may read it was decided by whoever made it.
func (r *run) ensureBoard(ctx context.Context) error {
	operator := account.Operator()
	_, err := r.Forum.Board(ctx, operator, r.Board)
	if !fault.Is(err, fault.Missing) || r.DryRun {
		return ignoreMissing(err)
	}
	title := r.Title
	if title == "" {
		title = titleOf(r.Board)
	}
	_, err = r.Forum.AddBoard(ctx, operator, forum.Board{Slug: r.Board, Title: title, MayPost: 1})
	return err
}

func ignoreMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

// refuse names a row that is left out. It returns the error where the row is not to blame.
func (r *run) refuse(x row, err error) error {
	if err == nil || fault.KindOf(err) == fault.Internal {
		return err
	}
	r.bad(x.where(), err.Error())
	return nil
}

// unreadable names a row of which nothing could be read.
func (r *run) unreadable(where, reason string) {
	r.count(func(s *importer.Summary) { s.Read++ })
	r.bad(where, reason)
}

func (r *run) bad(where, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sum.Refuse(where, reason)
}

// count adds to the summary.
func (r *run) count(add func(*importer.Summary)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	add(&r.sum)
}

// each hands the rows of a file to several goroutines, and waits for them. It reports
// whether the whole file could be read.
func (r *run) each(ctx context.Context, name string, take func(context.Context, row) error, bad func(where, reason string)) (whole bool, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	whole, err = r.dump.rows(ctx, name, func(x row) {
		group.Go(func() error {
			if err := take(ctx, x); err != nil {
				return fmt.Errorf("%s: %w", x.where(), err)
			}
			return nil
		})
	}, bad)
	if failed := group.Wait(); failed != nil {
		return false, failed
	}
	return whole, err
}
