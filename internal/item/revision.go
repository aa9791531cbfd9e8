package item

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// Revision is one state of an item's text.
type Revision struct {
	ID, Seq int64
	ByID    int64
	By      string // handle
	Display string
	At      time.Time
	Title   string
	Tags    []string // of a root; nil: they were not noted then
	Format  Format
	Source  string
	HTML    string
	Summary string
	Minor   bool
	Via     Via
}

const revisionColumns = `r.id, r.seq, a.id, a.name, a.display, r.at, r.title, r.format, r.source, r.html, r.summary, r.minor, r.via, r.digest, r.tags`

// ErrDamaged is what the database returns for a revision whose text is not what was written.
var ErrDamaged error = &fault.Error{Kind: fault.Internal, Text: "revision is damaged in the database"}

// scanRevision also holds the text against its digest: a damaged one is better
// not shown than shown wrong.
func scanRevision(row db.Row) (Revision, error) {
	var r Revision
	var at int64
	var minor int
	var digest []byte
	var tags *string
	err := row.Scan(&r.ID, &r.Seq, &r.ByID, &r.By, &r.Display, &at, &r.Title, &r.Format, &r.Source, &r.HTML, &r.Summary, &minor, &r.Via, &digest, &tags)
	if err != nil {
		return r, err
	}
	if tags != nil {
		r.Tags = append([]string{}, strings.Fields(*tags)...)
	}
	r.At, r.Minor = time.UnixMilli(at).UTC(), minor != 0
	if sum := sha256.Sum256([]byte(r.Title + "\x00" + r.Source)); string(sum[:]) != string(digest) {
		return r, ErrDamaged
	}
	return r, nil
}

// Revisions returns the newest revisions of an item below the sequence number
// before (0: from the newest). Whether the reader may see the item is for the
// feature to have asked.
func (s *Store) Revisions(ctx context.Context, id, before int64, limit int) ([]Revision, error) {
	if before <= 0 {
		before = 1 << 62
	}
	return db.All(ctx, s.DB, scanRevision, `
		SELECT `+revisionColumns+` FROM revision r JOIN account a ON a.id = r.author
		WHERE r.item = ? AND r.seq < ? ORDER BY r.seq DESC LIMIT ?`, id, before, limit)
}

// Revision returns one revision of an item; seq 0 is the newest.
func (s *Store) Revision(ctx context.Context, id, seq int64) (Revision, error) {
	query := `SELECT ` + revisionColumns + ` FROM revision r JOIN account a ON a.id = r.author WHERE r.item = ? AND r.seq = ?`
	args := []any{id, seq}
	if seq == 0 {
		query = `SELECT ` + revisionColumns + ` FROM item i JOIN revision r ON r.id = i.head_rev JOIN account a ON a.id = r.author WHERE i.id = ?`
		args = args[:1]
	}
	return db.One(ctx, s.DB, scanRevision, query, args...)
}

// RevisionOf returns a revision of an item by its id.
func (s *Store) RevisionOf(ctx context.Context, id, revision int64) (Revision, error) {
	return db.One(ctx, s.DB, scanRevision,
		`SELECT `+revisionColumns+` FROM revision r JOIN account a ON a.id = r.author WHERE r.id = ? AND r.item = ?`, revision, id)
}
