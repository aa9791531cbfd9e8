package item

import (
	"context"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
)

// Notification is an event that concerns a person, with all its reasons.
type Notification struct {
	ID      int64
	Item    int64 // the post, page or article
	Root    int64
	Kind    Kind
	Title   string // of the root
	Slug    string // of the root
	ByID    int64
	By      string // handle of who did it
	Display string
	Reasons []string // thread, board, tag, person, mention
	At      time.Time
	Read    bool
}

// Notifications returns a person's newest notifications below the id before (0:
// from the newest), without those about what they may not see any more.
func (s *Store) Notifications(ctx context.Context, by account.User, before int64, limit int) ([]Notification, error) {
	if before <= 0 {
		before = 1 << 62
	}
	return db.All(ctx, s.DB, scanNotification, notificationSQL+`
		WHERE n.account = ? AND n.id < ? AND `+stillShown+`
		ORDER BY n.id DESC LIMIT ?`, by.ID, before, by.Clearance(), by.Joined(), limit)
}

// Notification returns one of a person's notifications; a fault.Missing where there is
// none that they may see.
func (s *Store) Notification(ctx context.Context, by account.User, id int64) (Notification, error) {
	return db.One(ctx, s.DB, scanNotification, notificationSQL+`
		WHERE n.id = ? AND n.account = ? AND `+stillShown, id, by.ID, by.Clearance(), by.Joined())
}

const notificationSQL = `
	SELECT n.id, i.id, i.root, root.kind, root.title, root.slug, a.id, a.name, a.display, n.reasons, n.at, n.read
	FROM notification n JOIN event e ON e.seq = n.event JOIN item i ON i.id = e.item JOIN item root ON root.id = i.root
	JOIN space sp ON sp.id = i.space JOIN account a ON a.id = e.actor`

// stillShown leaves out what is out of sight by now. Its parameters are those of Admits.
const stillShown = `i.status = 'live' AND root.status = 'live' AND ` + account.Admits

func scanNotification(r db.Row) (n Notification, err error) {
	var reasons string
	var at, read int64
	err = r.Scan(&n.ID, &n.Item, &n.Root, &n.Kind, &n.Title, &n.Slug, &n.ByID, &n.By, &n.Display, &reasons, &at, &read)
	n.Reasons = slices.DeleteFunc(strings.Split(reasons, ","), func(reason string) bool { return reason == Push }) // that is how, not why
	n.At, n.Read = time.UnixMilli(at).UTC(), read != 0
	return n, err
}

// Unread is how many notices somebody has not seen, now that there is a new one.
type Unread struct {
	Account int64
	N       int
	Newest  int64 // number of the notification
}

// NewestNotification is the number of the last one, from which UnreadSince goes on.
func (s *Store) NewestNotification(ctx context.Context) (int64, error) {
	return db.Value[int64](ctx, s.DB, "SELECT coalesce(max(id), 0) FROM notification")
}

// UnreadSince returns of everybody who was told something since a notification how many
// they have not seen; of the next limit notifications.
func (s *Store) UnreadSince(ctx context.Context, after int64, limit int) ([]Unread, error) {
	return db.All(ctx, s.DB, func(r db.Row) (u Unread, err error) { return u, r.Scan(&u.Account, &u.N, &u.Newest) }, `
		SELECT a.id, a.unread, n.id FROM notification n JOIN account a ON a.id = n.account WHERE n.id > ? ORDER BY n.id LIMIT ?`, after, limit)
}

// MarkRead notes that a person has seen every notification there is.
func (s *Store) MarkRead(ctx context.Context, by account.User) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE notification SET read = ? WHERE account = ? AND read = 0", s.Now().UnixMilli(), by.ID)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE account SET unread = 0 WHERE id = ?", by.ID)
		return err
	})
}
