package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// NameTag gives a tag another name, for everything that is tagged from now on. A tag
// that has that name is merged into this one. Its fault is on "name".
func (f *Forum) NameTag(ctx context.Context, by account.User, tag, name string) error {
	t, err := f.items.TagNamed(ctx, by, tag)
	if err != nil {
		return err
	}
	names, err := item.ReadTags(name)
	if err != nil || len(names) != 1 {
		return fault.Bad("name", "Write one name; a tag is letters, digits, and - . + # _ between them.")
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		old, err := f.items.NameTag(ctx, tx, by, t, names[0])
		if err != nil || old.ID == 0 {
			return err
		}
		return f.mergeTag(ctx, tx, old, t)
	})
}

// mergeTag has what one tag is on carry another. Threads keep their tags beside them in
// two ways: as rows that lists are made from, and as words for the page.
func (f *Forum) mergeTag(ctx context.Context, tx *db.Tx, from, into item.TagRef) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE thread SET tags = (SELECT string_agg(n.name, ' ') FROM (
				SELECT DISTINCT CASE g.id WHEN ? THEN CAST(? AS TEXT) ELSE g.name END AS name
				FROM item_tag it JOIN tag g ON g.id = it.tag WHERE it.item = thread.item) n)
			WHERE item IN (SELECT thread FROM thread_tag WHERE tag = ?)`, []any{from.ID, into.Name, from.ID}},
		{`INSERT INTO thread_tag (tag, thread, created, last_at, score)
			SELECT CAST(? AS BIGINT), thread, created, last_at, score FROM thread_tag WHERE tag = ? ON CONFLICT DO NOTHING`, []any{into.ID, from.ID}},
		{"DELETE FROM thread_tag WHERE tag = ?", []any{from.ID}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return f.items.MergeTag(ctx, tx, from, into)
}
