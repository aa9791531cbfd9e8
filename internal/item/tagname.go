package item

import (
	"context"
	"strings"
	"sync"
	"unicode"

	"github.com/longbridgeapp/opencc"
	"github.com/mozillazg/go-pinyin"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/markdown"
)

// simplified turns traditional characters into simplified ones. Its dictionary is read
// when the first such tag is met.
var simplified = sync.OnceValues(func() (*opencc.OpenCC, error) { return opencc.New("t2s") })

// plainName returns a tag's name in simplified characters: what 設計 and 设计 have in common.
func plainName(name string) string {
	if !strings.ContainsFunc(name, han) {
		return name
	}
	cc, err := simplified()
	if err != nil {
		return name
	}
	plain, err := cc.Convert(name)
	if err != nil {
		return name
	}
	return plain
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// soundOf returns how the characters of a tag's name are read, in pinyin without
// tones, and the rest as it is: yibu for 异步. A name without characters has no sound.
func soundOf(name string) string {
	if !strings.ContainsFunc(name, han) {
		return ""
	}
	args := pinyin.NewArgs()
	var b strings.Builder
	for _, r := range plainName(name) {
		if read := pinyin.SinglePinyin(r, args); len(read) > 0 {
			b.WriteString(read[0])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// knownTag finds the tag that a name stands for: by another name that it was given, by
// the name itself, or by the same name in the other characters.
const knownTag = `
	SELECT id, name, items FROM tag WHERE id = coalesce(
		(SELECT tag FROM tag_alias WHERE name = ?), (SELECT id FROM tag WHERE name = ?),
		(SELECT min(id) FROM tag WHERE plain = ?), (SELECT tag FROM tag_alias WHERE name = ?))`

// TagRef is a tag, its number, and how much carries it, in sight or not.
type TagRef struct {
	ID    int64
	Name  string
	Items int64
}

func findTag(ctx context.Context, r db.Reader, name string) (TagRef, error) {
	plain := plainName(name)
	return db.One(ctx, r, func(r db.Row) (t TagRef, err error) {
		err = r.Scan(&t.ID, &t.Name, &t.Items)
		return t, err
	}, knownTag, name, name, plain, plain)
}

// KnownTags returns the tags that names stand for; of a name that stands for none, only
// the name.
func (s *Store) KnownTags(ctx context.Context, names []string) ([]TagRef, error) {
	known := make([]TagRef, len(names))
	for i, name := range names {
		t, err := findTag(ctx, s.DB, name)
		if fault.Is(err, fault.Missing) {
			t, err = TagRef{Name: name}, nil
		}
		if err != nil {
			return nil, err
		}
		known[i] = t
	}
	return known, nil
}

// TagNamed returns the tag that a name stands for, where something carries it that by
// may read. A tag of closed spaces alone is not there.
func (s *Store) TagNamed(ctx context.Context, by account.User, name string) (TagRef, error) {
	t, err := findTag(ctx, s.DB, name)
	if err == nil {
		_, err = db.Value[int64](ctx, s.DB, `
			SELECT i.id FROM item_tag it JOIN item i ON i.id = it.item JOIN space sp ON sp.id = i.space
			WHERE it.tag = ? AND i.status = 'live' AND `+account.Admits+" LIMIT 1", t.ID, by.Clearance(), by.Joined())
	}
	if fault.Is(err, fault.Missing) {
		return TagRef{}, fault.Gone("There is no such tag.")
	}
	return t, err
}

// TagTitle is the title of the wiki page about a tag: the tag itself. A page's title
// cannot hold a number sign, so that of c# has a sharp sign.
func TagTitle(name string) string {
	return markdown.Title(strings.ReplaceAll(name, "#", "♯"))
}

// UnderTag returns the newest pages and articles with a tag that by may read. It looks
// among the newest things that carry the tag.
func (s *Store) UnderTag(ctx context.Context, by account.User, tag int64, limit int) ([]Backlink, error) {
	const among = 2000
	return db.All(ctx, s.DB, func(r db.Row) (b Backlink, err error) {
		err = r.Scan(&b.ID, &b.Root, &b.Kind, &b.Title, &b.Slug, &b.By)
		return b, err
	}, `
		SELECT i.id, i.root, i.kind, i.title, i.slug, a.name
		FROM (SELECT item FROM item_tag WHERE tag = ? ORDER BY item DESC LIMIT ?) it
		JOIN item i ON i.id = it.item JOIN space sp ON sp.id = i.space JOIN account a ON a.id = i.author
		WHERE i.kind IN ('page', 'article') AND i.status = 'live' AND `+account.Admits+`
		ORDER BY i.id DESC LIMIT ?`, tag, among, by.Clearance(), by.Joined(), limit)
}

// SpellTags notes of the tags that have none yet how they are found besides their
// names: those from before Picus knew of it.
func (s *Store) SpellTags(ctx context.Context) error {
	const atOnce = 500
	for {
		names, err := db.Values[string](ctx, s.DB, "SELECT name FROM tag WHERE plain = '' LIMIT ?", atOnce)
		if err != nil || len(names) == 0 {
			return err
		}
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			tx.Quiet()
			for _, name := range names {
				if _, err := tx.Exec(ctx, "UPDATE tag SET plain = ?, sound = ? WHERE name = ?", plainName(name), soundOf(name), name); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
