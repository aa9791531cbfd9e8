package item

import (
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

const (
	mostDrafts   = 200       // of one person
	maxDraft     = 256 << 10 // bytes of a text: more than can be sent, so that what is too long is kept too
	maxDraftLine = 1 << 10   // bytes of each other field
	maxAsked     = 32 << 10  // bytes of the options of a poll
)

// Unsent is what somebody is writing and has not sent: a draft. It belongs to the
// form it is written in, of which Place is the path. Nobody but its author reads it,
// whatever their role.
type Unsent struct {
	Place   string
	Kind    string
	Title   string // of what it will be; of a reply, the thread's
	Body    string
	Tags    string
	Summary string
	Asked         // of a poll
	Base    int64 // of an edit: the revision it began with
	Version int64 // 0: not saved yet
	Saved   time.Time
}

// Asked is what a poll asks, as it is typed.
type Asked struct {
	Options string // one on each line
	Several bool   // one may choose more than one
	Closes  string // the last day
}

// SentDraft names the draft that goes with what is sent: it is dropped in the same
// transaction, unless a newer one with another text was saved meanwhile.
type SentDraft struct {
	Place   string
	Version int64
	Body    string
}

// places are the forms that a draft can belong to.
var places = regexp.MustCompile(`^/(b/[^/?#]+/new|p/[1-9][0-9]{0,17}/(reply|comment|edit)|wiki/[^/?#]+/(edit|talk)|blog/-/new|blog/[^/?#]+/[^/?#]+/(edit|comment))$`)

// KeepDraft saves a draft. u.Version is the one that its author had before their eyes:
// where another was saved since, it fails with fault.Conflict and returns that one. A
// draft without any text is dropped. A fault is on "place" or "body".
func (s *Store) KeepDraft(ctx context.Context, by account.User, u Unsent) (Unsent, error) {
	if !by.Signed() {
		return u, fault.SignIn("Sign in to keep a draft here.")
	}
	if err := u.tidy(); err != nil {
		return u, err
	}
	kept := u
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		kept, err = s.keepDraft(ctx, tx, by, u)
		return err
	})
	return kept, err
}

func (u *Unsent) tidy() error {
	if decoded, err := url.PathUnescape(u.Place); err != nil || !utf8.ValidString(decoded) || len(u.Place) > maxDraftLine || !places.MatchString(u.Place) {
		return fault.Bad("place", "A draft belongs to a form of this site, such as /b/talk/new.")
	}
	for _, field := range []*string{&u.Kind, &u.Title, &u.Tags, &u.Summary, &u.Closes} {
		if *field = Line(*field); len(*field) > maxDraftLine {
			*field = strings.ToValidUTF8((*field)[:maxDraftLine], "")
		}
	}
	for _, text := range []*string{&u.Body, &u.Options} {
		*text = strings.ToValidUTF8(strings.ReplaceAll(strings.ReplaceAll(*text, "\r\n", "\n"), "\x00", ""), "�")
	}
	if len(u.Options) > maxAsked {
		u.Options = strings.ToValidUTF8(u.Options[:maxAsked], "")
	}
	if len(u.Body) > maxDraft {
		return fault.Bad("body", "The text is too long: %d KB at most.", maxDraft>>10)
	}
	return nil
}

func (s *Store) keepDraft(ctx context.Context, tx *db.Tx, by account.User, u Unsent) (Unsent, error) {
	there, err := draft(ctx, tx, by, u.Place)
	if err != nil && !fault.Is(err, fault.Missing) {
		return u, err
	}
	if err == nil && there.same(u) {
		return there, nil
	}
	if err == nil && there.Version != u.Version {
		return there, fault.Clash("This draft was changed in another window or on another device. Nothing was overwritten: choose which one to keep.")
	}
	if strings.TrimSpace(u.Body) == "" && (u.Title+strings.TrimSpace(u.Options) == "" || !u.begins()) {
		return Unsent{Place: u.Place}, dropDraft(ctx, tx, by.ID, SentDraft{Place: u.Place, Version: u.Version})
	}
	u.Version = max(s.Now().UnixMilli(), there.Version+1)
	u.Saved = time.UnixMilli(u.Version).UTC()
	_, err = tx.Exec(ctx, `
		INSERT INTO draft (account, place, kind, title, body, tags, summary, base, version, options, several, closes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, place) DO UPDATE SET kind = excluded.kind, title = excluded.title, body = excluded.body, tags = excluded.tags,
			summary = excluded.summary, base = excluded.base, version = excluded.version,
			options = excluded.options, several = excluded.several, closes = excluded.closes`,
		by.ID, u.Place, u.Kind, u.Title, u.Body, u.Tags, u.Summary, u.Base, u.Version, u.Options, flag(u.Several), u.Closes)
	if err != nil || there.Version != 0 {
		return u, err
	}
	n, err := db.Value[int](ctx, tx, "SELECT count(*) FROM draft WHERE account = ?", by.ID)
	if err == nil && n > mostDrafts {
		err = fault.Limit("You have %d drafts, which is as many as are kept. Discard some first.", mostDrafts)
	}
	return u, err
}

// begins reports whether the draft has a title of its own.
func (u Unsent) begins() bool {
	return strings.HasSuffix(u.Place, "/new") || strings.HasPrefix(u.Place, "/wiki/") && strings.HasSuffix(u.Place, "/talk")
}

func (u Unsent) same(v Unsent) bool {
	return u.Kind == v.Kind && u.Title == v.Title && u.Body == v.Body && u.Tags == v.Tags && u.Summary == v.Summary && u.Asked == v.Asked
}

const draftColumns = "place, kind, title, body, tags, summary, base, version, options, several, closes"

func scanDraft(r db.Row) (u Unsent, err error) {
	var several int64
	err = r.Scan(&u.Place, &u.Kind, &u.Title, &u.Body, &u.Tags, &u.Summary, &u.Base, &u.Version, &u.Options, &several, &u.Closes)
	u.Several, u.Saved = several != 0, time.UnixMilli(u.Version).UTC()
	return u, err
}

// Draft returns by's draft of a place. It fails with fault.Missing where there is none.
func (s *Store) Draft(ctx context.Context, by account.User, place string) (Unsent, error) {
	return draft(ctx, s.DB, by, place)
}

func draft(ctx context.Context, r db.Reader, by account.User, place string) (Unsent, error) {
	u, err := db.One(ctx, r, scanDraft, "SELECT "+draftColumns+" FROM draft WHERE account = ? AND place = ?", by.ID, place)
	if fault.Is(err, fault.Missing) {
		return u, fault.Gone("You have no draft there.")
	}
	return u, err
}

// Drafts returns by's drafts, the newest first, of those saved before the version
// before (0: from the newest).
func (s *Store) Drafts(ctx context.Context, by account.User, before int64, limit int) ([]Unsent, error) {
	if before <= 0 {
		before = 1 << 62
	}
	return db.All(ctx, s.DB, scanDraft, "SELECT "+draftColumns+" FROM draft WHERE account = ? AND version < ? ORDER BY version DESC, id DESC LIMIT ?",
		by.ID, before, limit)
}

// DropDraft discards a draft, whatever its version.
func (s *Store) DropDraft(ctx context.Context, by account.User, place string) error {
	if !by.Signed() {
		return fault.SignIn("Sign in to keep a draft here.")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return dropDraft(ctx, tx, by.ID, SentDraft{Place: place, Version: 1 << 62})
	})
}

func dropDraft(ctx context.Context, tx *db.Tx, account int64, s SentDraft) error {
	if s.Place == "" {
		return nil
	}
	_, err := tx.Exec(ctx, "DELETE FROM draft WHERE account = ? AND place = ? AND (version <= ? OR body = ?)", account, s.Place, s.Version, s.Body)
	return err
}

// ReplyPlace is where the draft of a reply to a post, or of a comment, belongs.
func ReplyPlace(post int64, comment bool) string {
	place := "/p/" + strconv.FormatInt(post, 10)
	if comment {
		return place + "/comment"
	}
	return place + "/reply"
}

// TakeBack makes a draft of what by has sent and takes back. It stands above what they
// have begun in its place since.
func (s *Store) TakeBack(ctx context.Context, tx *db.Tx, by account.User, u Unsent) (Unsent, error) {
	there, err := draft(ctx, tx, by, u.Place)
	if err != nil && !fault.Is(err, fault.Missing) {
		return u, err
	}
	if u.Version = there.Version; strings.TrimSpace(there.Body) != "" {
		u.Body += "\n\n" + there.Body
	}
	return s.keepDraft(ctx, tx, by, u)
}
