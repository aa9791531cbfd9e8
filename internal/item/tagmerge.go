package item

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// mostTagNames is how many other names a tag may have.
const mostTagNames = 50

// TagName is another name of a tag, and who gave it.
type TagName struct {
	Name string
	By   account.User
	At   time.Time
}

// TagNames returns the other names of a tag, in their order.
func (s *Store) TagNames(ctx context.Context, tag int64) ([]TagName, error) {
	return db.All(ctx, s.DB, func(r db.Row) (n TagName, err error) {
		var at int64
		err = r.Scan(&n.Name, &n.By.ID, &n.By.Name, &n.By.Display, &at)
		n.At = time.UnixMilli(at).UTC()
		return n, err
	}, `
		SELECT n.name, a.id, a.name, a.display, n.at FROM tag_alias n JOIN account a ON a.id = n.by
		WHERE n.tag = ? ORDER BY n.name LIMIT ?`, tag, mostTagNames)
}

// MayNameTags fails where by does not look after the names of tags.
func MayNameTags(by account.User) error {
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in to moderate.")
	case !by.Staff():
		return fault.Forbid("Only moderators give tags other names.")
	}
	return nil
}

// NameTag gives a tag another name. Where that was a tag of its own until then, it is
// returned, and the caller has to merge it; its fault is on "name".
func (s *Store) NameTag(ctx context.Context, tx *db.Tx, by account.User, t TagRef, name string) (TagRef, error) {
	if err := MayNameTags(by); err != nil {
		return TagRef{}, err
	}
	n, err := db.Value[int64](ctx, tx, "SELECT count(*) FROM tag_alias WHERE tag = ?", t.ID)
	if err != nil {
		return TagRef{}, err
	}
	old, err := findTag(ctx, tx, name)
	switch {
	case err != nil && !fault.Is(err, fault.Missing):
		return TagRef{}, err
	case name == t.Name:
		return TagRef{}, fault.Bad("name", "That is the tag's own name.")
	case n >= mostTagNames:
		return TagRef{}, fault.Bad("name", "A tag may have %d other names at most.", mostTagNames)
	case err == nil && old.Name != name && old.ID != t.ID:
		return TagRef{}, fault.Bad("name", "“%s” is another name of the tag “%s”. Take it away there first.", name, old.Name)
	}
	_, err = tx.Exec(ctx, "INSERT INTO tag_alias (name, tag, by, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", name, t.ID, by.ID, s.Now().UnixMilli())
	if old.Name != name {
		old = TagRef{} // no tag of its own
	}
	return old, err
}

// MergeTag has everything that carries one tag carry another, and ends the first. What
// the forum keeps of tags must have been moved before.
func (s *Store) MergeTag(ctx context.Context, tx *db.Tx, from, into TagRef) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"INSERT INTO item_tag (tag, item) SELECT CAST(? AS BIGINT), item FROM item_tag WHERE tag = ? ON CONFLICT DO NOTHING", []any{into.ID, from.ID}},
		{"DELETE FROM item_tag WHERE tag = ?", []any{from.ID}},
		{`INSERT INTO subscription (target, target_id, account, level, channel, created)
			SELECT target, CAST(? AS BIGINT), account, level, channel, created FROM subscription WHERE target = 'tag' AND target_id = ? ON CONFLICT DO NOTHING`, []any{into.ID, from.ID}},
		{"DELETE FROM subscription WHERE target = 'tag' AND target_id = ?", []any{from.ID}},
		{"UPDATE tag_alias SET tag = ? WHERE tag = ?", []any{into.ID, from.ID}},
		{"DELETE FROM tag WHERE id = ?", []any{from.ID}},
		{"UPDATE tag SET items = (SELECT count(*) FROM item_tag it JOIN item i ON i.id = it.item WHERE it.tag = tag.id AND i.status = 'live') WHERE id = ?", []any{into.ID}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// UnnameTag takes another name from the tag that it stands for. What was tagged under
// it keeps its tag.
func (s *Store) UnnameTag(ctx context.Context, by account.User, tag int64, name string) error {
	if err := MayNameTags(by); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, "DELETE FROM tag_alias WHERE name = ? AND tag = ?", name, tag)
		if err == nil && n == 0 {
			return fault.Gone("There is no such tag.")
		}
		return err
	})
}
