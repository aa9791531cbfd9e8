package forum

import (
	"context"
	"regexp"
	"slices"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Board is a space of threads.
type Board = item.Space

var slugShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)

// AddBoard makes a board without a profile; see MakeBoard.
func (f *Forum) AddBoard(ctx context.Context, by account.User, b Board) (Board, error) {
	made, err := f.MakeBoard(ctx, by, Profile{Board: b})
	return made.Board, err
}

// reserved are the local parts that mail itself needs (RFC 2142 and our own).
var reserved = []string{"reply", "confirm", "bounce", "resume", "selftest", "postmaster", "abuse", "no-reply", "noreply", "mailer-daemon"}

func checkSlug(field, slug string) error {
	if slices.Contains(reserved, slug) {
		return fault.Bad(field, "The name “%s” is kept for the mail of the site itself. Please choose another.", slug)
	}
	if !slugShape.MatchString(slug) {
		return fault.Bad(field, "Use small letters, digits, and - . _ between them; 40 characters at most.")
	}
	return nil
}

// Boards returns the boards that by may read.
func (f *Forum) Boards(ctx context.Context, by account.User) ([]Board, error) {
	return f.items.Spaces(ctx, by, "board")
}

// Board returns a board by its slug.
func (f *Forum) Board(ctx context.Context, by account.User, slug string) (Board, error) {
	b, err := f.items.Space(ctx, "board", slug)
	if err != nil {
		return b, err
	}
	return b, b.Readable(by)
}

// touch notes that a board has news.
func touch(ctx context.Context, tx *db.Tx, board int64, threads int, at int64) error {
	_, err := tx.Exec(ctx, "UPDATE space SET threads = threads + ?, last_at = CASE WHEN last_at < ? THEN ? ELSE last_at END WHERE id = ?",
		threads, at, at, board)
	return err
}
