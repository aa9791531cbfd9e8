package forum

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Verb is what a moderator has done.
type Verb string

// The verbs of the log. That of an undo is the deed that was done to undo the other.
const (
	VerbLock      Verb = "lock"
	VerbUnlock    Verb = "unlock"
	VerbPin       Verb = "pin"
	VerbUnpin     Verb = "unpin"
	VerbClose     Verb = "close"
	VerbReopen    Verb = "reopen"
	VerbSlow      Verb = "slow"
	VerbRest      Verb = "rest"
	VerbBoardRest Verb = "board-rest"
	VerbMove      Verb = "move"
	VerbMerge     Verb = "merge"
	VerbUnmerge   Verb = "unmerge"
	VerbSplit     Verb = "split"
	VerbUnsplit   Verb = "unsplit"
	VerbDelete    Verb = "delete"
	VerbRestore   Verb = "restore"
)

// deed is a line of the log before it is written.
type deed struct {
	verb                Verb
	board, thread, post int64
	other               int64 // the board it came from, the thread on the other side, or whose posts were swept
	was, became         int64
	why                 string
	undoes              int64
}

// note writes a line of the log and returns its number; nothing was done where there is
// no verb.
func (f *Forum) note(ctx context.Context, tx *db.Tx, by account.User, d deed) (int64, error) {
	if d.verb == "" {
		return 0, nil
	}
	return tx.Insert(ctx, `
		INSERT INTO modlog (at, by, verb, board, thread, post, other, was, became, why, undoes)
		VALUES (?, ?, ?, ?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, nullif(?, 0)) RETURNING id`,
		f.now().UnixMilli(), by.ID, string(d.verb), d.board, d.thread, d.post, d.other, d.was, d.became, item.Remark(d.why), d.undoes)
}

// Action is a line of the moderation log as by may read it.
type Action struct {
	ID      int64
	At      time.Time
	By      account.User
	Verb    Verb
	Board   Board // slug and title
	Thread  int64 // 0: it was the board itself
	Title   string
	Slug    string
	Post    int64  // of one post only
	Other   int64  // the thread on the other side
	From    string // title of the board it came from
	Was     int
	Became  int
	Why     string
	Undoes  int64
	Undone  bool
	MayUndo bool // by may undo it
}

// actionsPerPage is how many lines a page of the log holds.
const actionsPerPage = 50

// Log returns a page of the moderation log, of one board or with an empty slug of all,
// below the id before (0: from the newest), and where the next page begins; 0: this is
// the last. What was done where by may not read is not in it.
func (f *Forum) Log(ctx context.Context, by account.User, board string, before int64) ([]Action, int64, error) {
	if before <= 0 {
		before = 1 << 62
	}
	where, args := "m.id < ?", []any{before}
	if board != "" {
		b, err := f.Board(ctx, by, board)
		if err != nil {
			return nil, 0, err
		}
		where, args = "m.board = ? AND m.id < ?", []any{b.ID, before}
	}
	all, err := f.actions(ctx, f.db, by, where+" ORDER BY m.id DESC LIMIT ?", append(args, actionsPerPage+1)...)
	if err != nil || len(all) <= actionsPerPage {
		return all, 0, err
	}
	return all[:actionsPerPage], all[actionsPerPage-1].ID, nil
}

// admitsHere is account.Admits of the board that the thread stands in today, where
// there is one.
var admitsHere = strings.ReplaceAll(account.Admits, "sp.", "here.")

// actions reads the lines of the log that by may know of: those of a board that by may
// read, about a thread that stands in one today. Where is constant SQL.
func (f *Forum) actions(ctx context.Context, r db.Reader, by account.User, where string, args ...any) ([]Action, error) {
	return db.All(ctx, r, func(r db.Row) (Action, error) {
		a, err := scanAction(r, by)
		return a, err
	}, `
		SELECT m.id, m.at, m.verb, u.id, u.name, u.display, sp.id, sp.slug, sp.title, sp.may_read, sp.may_moderate, coalesce(m.thread, 0), coalesce(i.title, ''), coalesce(i.slug, ''),
			coalesce(i.status, 'live'), coalesce(m.post, 0), m.other, m.was, m.became, m.why, coalesce(m.undoes, 0),
			(SELECT count(*) FROM modlog undo WHERE undo.undoes = m.id), coalesce(came.title, ''), coalesce(came.may_read, 0), coalesce(came.may_moderate, 2), coalesce(t.veiled, 0)
		FROM modlog m JOIN account u ON u.id = m.by JOIN space sp ON sp.id = m.board
		LEFT JOIN item i ON i.id = m.thread LEFT JOIN thread t ON t.item = m.thread LEFT JOIN space here ON here.id = i.space
		LEFT JOIN space came ON came.id = m.other AND m.verb = 'move'
		WHERE `+account.Admits+" AND (here.id IS NULL OR "+admitsHere+") AND "+where, append([]any{by.Clearance(), by.Joined(), by.Clearance(), by.Joined()}, args...)...)
}

func scanAction(r db.Row, by account.User) (a Action, err error) {
	var at int64
	var status item.Status
	var undone, veiled int
	var came Board // the board it came from
	err = r.Scan(&a.ID, &at, &a.Verb, &a.By.ID, &a.By.Name, &a.By.Display, &a.Board.ID, &a.Board.Slug, &a.Board.Title, &a.Board.MayRead, &a.Board.MayModerate, &a.Thread, &a.Title, &a.Slug,
		&status, &a.Post, &a.Other, &a.Was, &a.Became, &a.Why, &a.Undoes, &undone, &came.Title, &came.MayRead, &came.MayModerate, &veiled)
	a.At, a.Undone = time.UnixMilli(at).UTC(), undone > 0
	mine := a.Board.Moderates(by)
	a.MayUndo = mine && !a.Undone && a.undoable()
	if status != item.Live && !mine || veiled != 0 {
		a.Title, a.Slug = "", "" // it may be what was deleted
	}
	if a.Verb == VerbMove && came.Readable(by) == nil {
		a.From = came.Title
	}
	return a, err
}

// undoable reports whether there is a way back from what was done.
func (a Action) undoable() bool {
	switch a.Verb {
	case VerbUnmerge, VerbUnsplit, VerbReopen:
		return false
	}
	return a.Thread != 0 || a.Verb == VerbBoardRest
}

// Action returns one line of the log for somebody who may undo it, or says why not.
func (f *Forum) Action(ctx context.Context, by account.User, id int64) (Action, error) {
	return f.action(ctx, f.db, by, id)
}

// action returns one line for somebody who may undo it.
func (f *Forum) action(ctx context.Context, r db.Reader, by account.User, id int64) (Action, error) {
	all, err := f.actions(ctx, r, by, "m.id = ?", id)
	switch {
	case err != nil:
		return Action{}, err
	case len(all) == 0:
		return Action{}, fault.Gone("There is no such line in the log, or it is not for everyone.")
	case all[0].Undone:
		return all[0], fault.Clash("This has been undone already.")
	case !all[0].MayUndo:
		return all[0], fault.Forbid("This cannot be undone, or not by you.")
	}
	return all[0], nil
}
