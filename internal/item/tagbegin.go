package item

import (
	"context"

	"picus/account"
	"picus/internal/db"
)

// TagsBegin returns tags that begin with a text, of what by may read, those that are
// used most there first. The text is read as a tag is. A tag is also found by its other
// names, by the other kind of Chinese characters, and by how it is read in pinyin.
func (s *Store) TagsBegin(ctx context.Context, by account.User, begins string, limit int) ([]string, error) {
	tags, err := ReadTags(begins)
	if err != nil || len(tags) != 1 {
		return nil, nil
	}
	from, plain, name := tags[0], plainName(tags[0]), s.DB.Bytewise("name")
	return db.All(ctx, s.DB, func(r db.Row) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	}, `
		SELECT name FROM (
			SELECT g.name, (SELECT count(*) FROM (
				SELECT 1 FROM item_tag it JOIN item i ON i.id = it.item JOIN space sp ON sp.id = i.space
				WHERE it.tag = g.id AND i.status = 'live' AND `+account.Admits+` LIMIT ?) few) AS seen
			FROM (
				SELECT id FROM (SELECT id FROM tag WHERE `+name+` >= ? AND `+name+` < ? AND items > 0 ORDER BY `+name+` LIMIT ?) named
				UNION SELECT id FROM (SELECT id FROM tag WHERE plain >= ? AND plain < ? AND items > 0 ORDER BY plain LIMIT ?) simple
				UNION SELECT id FROM (SELECT id FROM tag WHERE sound >= ? AND sound < ? AND items > 0 ORDER BY sound LIMIT ?) heard
				UNION SELECT tag FROM (SELECT tag FROM tag_alias WHERE `+name+` >= ? AND `+name+` < ? ORDER BY `+name+` LIMIT ?) other
			) found JOIN tag g ON g.id = found.id
		) t WHERE seen > 0 ORDER BY seen DESC, name LIMIT ?`, by.Clearance(), by.Joined(), MostCounted,
		from, db.Beyond(from), MostCounted, plain, db.Beyond(plain), MostCounted, from, db.Beyond(from), MostCounted, from, db.Beyond(from), MostCounted, limit)
}
