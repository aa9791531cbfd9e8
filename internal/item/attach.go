package item

import (
	"context"
	"encoding/hex"
	"io"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/markdown"
)

// maxFiles is how many files one text mentions.
const maxFiles = 100

var errNoFile = fault.Gone("There is no such file, or it is not for everyone.")

// attach binds the files that a text mentions to its item, as far as they are its
// author's: nobody claims what somebody else has sent. What was attached once stays,
// because the old revisions mention it.
func attach(ctx context.Context, tx *db.Tx, by account.User, item int64, t Text) error {
	for _, id := range t.mentioned() {
		if err := bind(ctx, tx, by, item, id, 0); err != nil {
			return err
		}
	}
	return nil
}

func bind(ctx context.Context, tx *db.Tx, by account.User, item int64, upload string, listed int) error {
	_, err := tx.Exec(ctx, `INSERT INTO attachment (item, upload, listed)
		SELECT ?, u.id, ? FROM upload u WHERE u.id = ? AND u.owner = ? ON CONFLICT (item, upload) DO NOTHING`, item, listed, upload, by.ID)
	return err
}

// mentioned returns the ids of the files that a text links to.
func (t Text) mentioned() []string {
	var ids []string
	for _, l := range t.links {
		if id, ok := markdown.FileID(l.Target); ok && l.Kind == "url" && len(ids) < maxFiles {
			ids = append(ids, id)
		}
	}
	return ids
}

// withList returns t with the files below it that it does not mention: those of files
// that are by's, and those that were listed below the item before.
func (s *Store) withList(ctx context.Context, tx *db.Tx, by account.User, item int64, t Text, files []string) (Text, error) {
	for _, id := range files[:min(len(files), maxFiles)] {
		if err := bind(ctx, tx, by, item, id, 1); err != nil {
			return t, err
		}
	}
	listed, err := db.All(ctx, tx, scanUpload, "SELECT "+uploadColumns+` FROM attachment a JOIN upload u ON u.id = a.upload
		WHERE a.item = ? AND a.listed = 1 ORDER BY u.created, u.id LIMIT ?`, item, maxFiles)
	if err != nil || len(listed) == 0 {
		return t, err
	}
	named := " " + strings.Join(t.mentioned(), " ") + " "
	var below []markdown.File
	for _, u := range listed {
		if !strings.Contains(named, " "+u.ID+" ") {
			below = append(below, markdown.File{Path: u.Path(), Name: u.Name, Size: u.Size})
		}
	}
	t.HTML += markdown.Files(below)
	return t, nil
}

// Readable says whether somebody may see an item of a kind; it is the rule of the
// feature whose item it is, and fails with fault.Missing. title is that of a page.
type Readable func(ctx context.Context, by account.User, kind Kind, item int64, title string) error

// Opened is a file that somebody may see.
type Opened struct {
	Upload
	Public  bool // everybody may
	Content io.Reader
	Length  int64
	Tag     string // names the content
}

// File opens a file, or the small one of a large image, if by may see it: its sender
// alone until something mentions it, and then whoever may see that.
func (s *Store) File(ctx context.Context, by account.User, id string, small bool, may Readable) (Opened, error) {
	u, err := s.upload(ctx, s.DB, id)
	if fault.Is(err, fault.Missing) {
		return Opened{}, errNoFile
	}
	if err != nil {
		return Opened{}, err
	}
	public, err := s.seen(ctx, by, u, may)
	if err != nil {
		return Opened{}, err
	}
	sum := u.sha256
	if small && u.small != nil {
		sum = u.small
	}
	length, err := db.Value[int64](ctx, s.DB, "SELECT size FROM blob WHERE sha256 = ?", sum)
	// The content is read while it is sent, when the request's own deadline may be over.
	return Opened{Upload: u, Public: public, Content: &blob{ctx: context.WithoutCancel(ctx), r: s.DB, sha256: sum}, Length: length, Tag: hex.EncodeToString(sum[:16])}, err
}

// place is an item that mentions a file.
type place struct {
	item  int64
	kind  Kind
	title string
}

func (s *Store) seen(ctx context.Context, by account.User, u Upload, may Readable) (public bool, err error) {
	places, err := db.All(ctx, s.DB, func(r db.Row) (p place, err error) {
		err = r.Scan(&p.item, &p.kind, &p.title)
		return p, err
	}, "SELECT i.id, i.kind, i.title FROM attachment a JOIN item i ON i.id = a.item WHERE a.upload = ? ORDER BY i.id LIMIT ?", u.ID, maxFiles)
	if err != nil {
		return false, err
	}
	for _, who := range []account.User{{}, by} {
		for _, p := range places {
			err := may(ctx, who, p.kind, p.item, p.title)
			if err == nil {
				return !who.Signed(), nil
			}
			if !fault.Is(err, fault.Missing) && !fault.Is(err, fault.Unknown) && !fault.Is(err, fault.Forbidden) {
				return false, err
			}
		}
	}
	if len(places) == 0 && by.Signed() && by.ID == u.Owner {
		return false, nil
	}
	return false, errNoFile
}
