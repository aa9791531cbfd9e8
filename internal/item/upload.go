package item

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/media"
)

// What one person may send in a day, and how much disk stays free for the rest of the
// house (SECURITY.md, U-6).
const (
	maxDayBytes = 100 << 20
	maxDayFiles = 200
	diskFloor   = 512 << 20
)

// MaxFile is how much one file may hold.
const MaxFile = media.MaxSize

// Upload is a file that somebody has sent.
type Upload struct {
	ID            string
	Owner         int64
	Name          string
	Type          string // what it is sent as
	Size          int64
	Width, Height int // of an image
	Created       time.Time

	sha256, small []byte
}

// Image reports whether a page can show u.
func (u Upload) Image() bool { return u.Width > 0 }

// Path is the address of u on this site.
func (u Upload) Path() string { return "/f/" + u.ID + "/" + url.PathEscape(u.Name) }

// Markdown is how a text mentions u.
func (u Upload) Markdown() string {
	if u.Image() {
		stem, _, _ := strings.Cut(u.Name, ".")
		return fmt.Sprintf("![%s](%s)", stem, u.Path())
	}
	return fmt.Sprintf("[%s](%s)", u.Name, u.Path())
}

// Sent is a file as it came through a door.
type Sent struct {
	Name string
	Data []byte
	Via  Via
}

// Keep takes a file in for by, made harmless: see media. Until something that by
// writes mentions it, by alone can see it. The same file sent again is the same
// upload. Its faults are on "file"; fault.Limited says that it is too much for a day,
// or for the disk.
func (s *Store) Keep(ctx context.Context, by account.User, f Sent) (Upload, error) {
	if err := s.mayKeep(ctx, by, f); err != nil {
		return Upload{}, err
	}
	digest := sha256.Sum256([]byte(f.Name + "\x00" + string(f.Data)))
	known, err := s.knownUpload(ctx, by, digest[:])
	if err == nil || !fault.Is(err, fault.Missing) {
		return known, err
	}
	file, err := media.Read(f.Name, f.Data)
	if err != nil {
		return Upload{}, err
	}
	u := Upload{ID: uploadID(file), Owner: by.ID, Name: file.Name, Type: file.Type, Size: int64(len(file.Data)), Width: file.Width, Height: file.Height, Created: s.Now().UTC()}
	if u.sha256, err = s.putBlob(ctx, file.Data); err != nil {
		return Upload{}, err
	}
	if file.Small != nil {
		if u.small, err = s.putBlob(ctx, file.Small); err != nil {
			return Upload{}, err
		}
	}
	return u, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := withinDay(ctx, tx, u, f.Via); err != nil {
			return err
		}
		return u.insert(ctx, tx, digest[:], f.Via)
	})
}

func (s *Store) mayKeep(ctx context.Context, by account.User, f Sent) error {
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in to send files.")
	case by.Status == account.Waiting:
		return fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	}
	if s.Free != nil && f.Via != Import {
		free, err := s.Free()
		if err != nil {
			return err
		}
		if free < diskFloor {
			return fault.Limit("The disk of this site is nearly full, so no files are taken at the moment. Your text can be sent without them.")
		}
	}
	// The files of a mail come with it, so they are no more writes than it is one.
	if f.Via != Mail {
		if err := s.Limited(by, f.Via); err != nil {
			return err
		}
	}
	return withinDay(ctx, s.DB, Upload{Owner: by.ID, Size: int64(len(f.Data)), Created: s.Now()}, f.Via)
}

// withinDay counts what somebody has sent in the last day, u included.
func withinDay(ctx context.Context, r db.Reader, u Upload, via Via) error {
	if via == Import {
		return nil
	}
	day, err := db.One(ctx, r, func(r db.Row) (d struct{ files, bytes int64 }, err error) {
		err = r.Scan(&d.files, &d.bytes)
		return d, err
	}, "SELECT count(*), cast(coalesce(sum(size), 0) AS BIGINT) FROM upload WHERE owner = ? AND created > ?", u.Owner, u.Created.Add(-24*time.Hour).UnixMilli())
	if err != nil {
		return err
	}
	if day.files >= maxDayFiles || day.bytes+u.Size > maxDayBytes {
		return fault.Limit("That is more than one person may send in a day: %d files or %d MB. Try again tomorrow.", maxDayFiles, maxDayBytes>>20)
	}
	return nil
}

// uploadID is a name that nobody guesses. Of an image it says the size, so that a page
// leaves the right room for it without asking anybody: see markdown.
func uploadID(f media.File) string {
	var random [10]byte
	rand.Read(random[:])
	id := strings.ToLower(base32.StdEncoding.EncodeToString(random[:]))
	if f.Image() {
		id += fmt.Sprintf("-%dx%d", f.Width, f.Height)
	}
	return id
}

func (u Upload) insert(ctx context.Context, tx *db.Tx, digest []byte, via Via) error {
	var small any
	if u.small != nil {
		small = u.small
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO upload (id, owner, name, type, size, width, height, sha256, small, digest, via, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.Owner, u.Name, u.Type, u.Size, u.Width, u.Height, u.sha256, small, digest, via, u.Created.UnixMilli())
	return err
}

const uploadColumns = `u.id, u.owner, u.name, u.type, u.size, u.width, u.height, u.sha256, u.small, u.created`

func scanUpload(r db.Row) (u Upload, err error) {
	var created int64
	err = r.Scan(&u.ID, &u.Owner, &u.Name, &u.Type, &u.Size, &u.Width, &u.Height, &u.sha256, &u.small, &created)
	u.Created = time.UnixMilli(created).UTC()
	return u, err
}

// knownUpload is what by has sent in the last day already.
func (s *Store) knownUpload(ctx context.Context, by account.User, digest []byte) (Upload, error) {
	return db.One(ctx, s.DB, scanUpload, "SELECT "+uploadColumns+` FROM upload u
		WHERE u.owner = ? AND u.created > ? AND u.digest = ? ORDER BY u.created DESC LIMIT 1`, by.ID, s.Now().Add(-24*time.Hour).UnixMilli(), digest)
}

// Uploads lists what by has sent, the newest first, below the cursor; and where the next
// page begins, empty at the end.
func (s *Store) Uploads(ctx context.Context, by account.User, cursor string, limit int) ([]Upload, string, error) {
	created, id := int64(math.MaxInt64), ""
	if cursor != "" {
		at, rest, ok := strings.Cut(cursor, ".")
		var err error
		if created, err = strconv.ParseInt(at, 10, 64); err != nil || !ok {
			return nil, "", fault.Bad("cursor", "This page link is not valid any more. Go back to the first page.")
		}
		id = rest
	}
	own, err := db.All(ctx, s.DB, scanUpload, "SELECT "+uploadColumns+` FROM upload u
		WHERE u.owner = ? AND (u.created, u.id) < (?, ?) ORDER BY u.created DESC, u.id DESC LIMIT ?`, by.ID, created, id, limit+1)
	if err != nil || len(own) <= limit {
		return own, "", err
	}
	last := own[limit-1]
	return own[:limit], fmt.Sprintf("%d.%s", last.Created.UnixMilli(), last.ID), nil
}

func (s *Store) upload(ctx context.Context, r db.Reader, id string) (Upload, error) {
	return db.One(ctx, r, scanUpload, "SELECT "+uploadColumns+" FROM upload u WHERE u.id = ?", id)
}
