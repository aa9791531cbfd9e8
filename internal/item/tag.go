package item

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// MostTags is how many tags one item can have.
const MostTags = 8

const maxTagLen = 35

// ReadTags reads tags as people type them, separated by spaces or commas:
// width and case folded, each once. It fails with a fault on "tags".
func ReadTags(s string) ([]string, error) {
	var tags []string
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、;；", r) }) {
		tag := strings.ToLower(norm.NFKC.String(strings.TrimLeft(f, "#＃")))
		if tag == "" || slices.Contains(tags, tag) {
			continue
		}
		if utf8.RuneCountInString(tag) > maxTagLen {
			return nil, fault.Bad("tags", "A tag may have %d characters at most.", maxTagLen)
		}
		if !tagShaped(tag) {
			return nil, fault.Bad("tags", "The tag “%s” cannot be used: tags are letters, digits, and - . + # _ between them.", tag)
		}
		tags = append(tags, tag)
	}
	if len(tags) > MostTags {
		return nil, fault.Bad("tags", "Use %d tags at most.", MostTags)
	}
	return tags, nil
}

func tagShaped(tag string) bool {
	return !strings.ContainsFunc(tag, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-.+#_", r)
	}) && tag != "." && tag != ".."
}

// putTags tags an item and returns the names under which its tags are kept: the tag
// that a name stands for may have another one.
func putTags(ctx context.Context, tx *db.Tx, item int64, tags []string) ([]string, error) {
	kept := make([]string, 0, len(tags))
	for _, name := range tags {
		t, err := findTag(ctx, tx, name)
		if fault.Is(err, fault.Missing) {
			t.Name = name
			t.ID, err = tx.Insert(ctx, "INSERT INTO tag (name, plain, sound) VALUES (?, ?, ?) RETURNING id", name, plainName(name), soundOf(name))
		}
		if err != nil {
			return nil, err
		}
		if slices.Contains(kept, t.Name) {
			continue
		}
		kept = append(kept, t.Name)
		if _, err := tx.Exec(ctx, "INSERT INTO item_tag (tag, item) VALUES (?, ?)", t.ID, item); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, "UPDATE tag SET items = items + 1 WHERE id = ?", t.ID); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func dropTags(ctx context.Context, tx *db.Tx, item int64) error {
	if err := countTags(ctx, tx, item, -1); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM item_tag WHERE item = ?", item)
	return err
}

// countTags has the tags of an item count it, or no longer.
func countTags(ctx context.Context, tx *db.Tx, item int64, by int) error {
	_, err := tx.Exec(ctx, "UPDATE tag SET items = items + ? WHERE id IN (SELECT tag FROM item_tag WHERE item = ?)", by, item)
	return err
}

// Tag is a tag and how many items in sight carry it.
type Tag struct {
	Name  string
	Items int
}

// MostCounted is how far Tags counts.
const MostCounted = 100

// Tags returns the tags that are used most where by may read, each with how many
// items there carry it, up to MostCounted. A tag of closed spaces alone is not named, and
// what stands there moves none up.
func (s *Store) Tags(ctx context.Context, by account.User, limit int) ([]Tag, error) {
	return db.All(ctx, s.DB, func(r db.Row) (t Tag, err error) {
		err = r.Scan(&t.Name, &t.Items)
		return t, err
	}, `
		SELECT name, seen FROM (
			SELECT g.name, g.items, (SELECT count(*) FROM (
				SELECT 1 FROM item_tag it JOIN item i ON i.id = it.item JOIN space sp ON sp.id = i.space
				WHERE it.tag = g.id AND i.status = 'live' AND `+account.Admits+` LIMIT ?) few) AS seen
			FROM (SELECT id, name, items FROM tag WHERE items > 0 ORDER BY items DESC, name LIMIT ?) g
		) t WHERE seen > 0 ORDER BY seen DESC, CASE WHEN seen < ? THEN 0 ELSE items END DESC, name`, by.Clearance(), by.Joined(), MostCounted, limit, MostCounted)
}
