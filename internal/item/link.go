package item

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/markdown"
)

// maxLinks bounds what one text may point at; a thousand mentions are spam, not
// news (SECURITY.md X-11).
const (
	maxLinks    = 500
	maxMentions = 10
	maxTarget   = 2000 // bytes; PostgreSQL indexes no more than 2704
)

func (s *Store) putLinks(ctx context.Context, tx *db.Tx, src int64, links []markdown.Link) error {
	mentions := 0
	for _, l := range links[:min(len(links), maxLinks)] {
		if l.Kind == "mention" {
			mentions++
		}
		if l.Kind == "mention" && mentions > maxMentions || len(l.Target) > maxTarget {
			continue
		}
		dst, err := s.pointsAt(ctx, tx, src, l)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO link (src, kind, dst_key, dst) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", src, l.Kind, l.Target, null(dst))
		if err != nil {
			return err
		}
	}
	return nil
}

// pointsAt returns what a link leads to of what is written on this site; 0: nothing. What is
// linked to from elsewhere is marked with its thread, so that only their page looks for links.
func (s *Store) pointsAt(ctx context.Context, tx *db.Tx, src int64, l markdown.Link) (int64, error) {
	dst, err := s.ownItem(ctx, tx, l)
	if fault.Is(err, fault.Missing) {
		return 0, nil
	}
	if err != nil || dst == 0 {
		return 0, err
	}
	_, err = tx.Exec(ctx, `
		UPDATE item SET linked = 1 WHERE (id = ? OR id = (SELECT to_it.root FROM item to_it WHERE to_it.id = ?)) AND linked = 0
		AND root <> (SELECT CASE src.root WHEN 0 THEN src.id ELSE src.root END FROM item src WHERE src.id = ?)`, dst, dst, src)
	return dst, err
}

// ownItem reads an address of this site: of a post (/t/1/title, /t/1/title#p2, /p/2), of
// the mail that a post came by (/mid/…), of a page of the wiki or an article. The fault is
// Missing where nothing is there.
func (s *Store) ownItem(ctx context.Context, tx *db.Tx, l markdown.Link) (int64, error) {
	room, rest := s.ownPath(l)
	switch room {
	case "t", "p":
		return db.Value[int64](ctx, tx, "SELECT id FROM item WHERE id = ? AND kind IN ('thread', 'post')", postIn(rest))
	case "mid":
		mid := strings.Trim(unescaped(rest), "<>")
		if s.Mailed != nil {
			if id, ours := s.Mailed(mid); ours {
				return db.Value[int64](ctx, tx, "SELECT id FROM item WHERE id = ? AND kind IN ('thread', 'post')", id)
			}
		}
		return db.Value[int64](ctx, tx, "SELECT item FROM message WHERE message_id = ? AND item IS NOT NULL ORDER BY id LIMIT 1", mid)
	case "wiki":
		return db.Value[int64](ctx, tx, "SELECT item FROM wiki_page WHERE title = ?", markdown.Title(unescaped(rest)))
	case "blog":
		author, slug, _ := strings.Cut(rest, "/")
		author = unescaped(author)
		return db.Value[int64](ctx, tx, "SELECT ar.item FROM account a JOIN article ar ON ar.author = a.id WHERE a.name_key = ? AND a.name = ? AND ar.slug = ?", account.NameKey(author), author, unescaped(slug))
	}
	return 0, nil
}

// Arrived notes that the links to a path that were written before there was anything lead to
// an item now, whether the address is whole and however its letters are written.
func (s *Store) Arrived(ctx context.Context, tx *db.Tx, id int64, path string) error {
	for _, key := range []string{path, unescaped(path), s.BaseURL + path, s.BaseURL + unescaped(path)} {
		if _, err := tx.Exec(ctx, "UPDATE link SET dst = ? WHERE kind = 'url' AND dst_key = ? AND dst IS NULL", id, key); err != nil {
			return err
		}
	}
	return nil
}

// ownPath splits an address of this site into its first part and the rest.
func (s *Store) ownPath(l markdown.Link) (room, rest string) {
	path, own := strings.CutPrefix(l.Target, s.BaseURL)
	if l.Kind != "url" || !own && !strings.HasPrefix(l.Target, "/") || !strings.HasPrefix(path, "/") {
		return "", ""
	}
	room, rest, _ = strings.Cut(path[1:], "/")
	return room, rest
}

// unescaped reads a part of an address, without what stands behind a question mark or a
// number sign.
func unescaped(part string) string {
	if end := strings.IndexAny(part, "?#"); end >= 0 {
		part = part[:end]
	}
	plain, err := url.PathUnescape(part)
	if err != nil {
		return part
	}
	return plain
}

// postIn reads the number of a post off what stands behind /t/ or /p/.
func postIn(rest string) int64 {
	if _, fragment, ok := strings.Cut(rest, "#p"); ok {
		if id := number(fragment); id > 0 {
			return id
		}
	}
	return number(rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))])
}

// number reads an id; what is none is 0.
func number(s string) int64 {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// Backlink is an item that points at something.
type Backlink struct {
	ID, Root    int64
	Kind        Kind
	Title, Slug string
	By          string // handle of its author
	Via         Via
	Question    bool // it stands in a question
}

// amongLinks is how far back links are looked at, so that a page does not cost the more
// the more often it is named.
const amongLinks = 500

// Backlinks returns the newest live items elsewhere that link to a page or an article, by
// its address or, in double brackets, by its title, and that by may read.
func (s *Store) Backlinks(ctx context.Context, by account.User, id int64, title string, limit int) ([]Backlink, error) {
	return db.All(ctx, s.DB, func(r db.Row) (b Backlink, err error) {
		err = r.Scan(&b.ID, &b.Root, &b.Kind, &b.Title, &b.Slug, &b.By, &b.Via, &b.Question)
		return b, err
	}, `
		WITH pointing AS (
			SELECT src FROM (SELECT l.src FROM link l WHERE l.kind = 'wiki' AND l.dst_key = ? ORDER BY l.src DESC LIMIT ?) titled
			UNION
			SELECT src FROM (SELECT l.src FROM link l WHERE l.dst = ? ORDER BY l.src DESC LIMIT ?) addressed)
		SELECT i.id, i.root, i.kind, root.title, root.slug, a.name, i.via, EXISTS (SELECT 1 FROM thread t WHERE t.item = i.root AND t.kind = 'question')
		FROM pointing CROSS JOIN item i JOIN item root ON root.id = i.root JOIN space sp ON sp.id = i.space JOIN account a ON a.id = i.author
		WHERE i.id = pointing.src AND i.id <> ? AND i.status = 'live' AND root.status = 'live' AND `+account.Admits+`
		ORDER BY i.id DESC LIMIT ?`, title, amongLinks, id, amongLinks, id, by.Clearance(), by.Joined(), limit)
}

// FindLinks notes where links lead that are older than that note, or that were written
// before what they lead to. It reads all links once, and at the next start those alone
// that were written since.
func (s *Store) FindLinks(ctx context.Context) error {
	newest, err := db.Value[int64](ctx, s.DB, "SELECT coalesce(max(src), 0) FROM link")
	if err != nil {
		return err
	}
	rule := linkRule + s.BaseURL
	after, err := db.Value[int64](ctx, s.DB, "SELECT coalesce(max(src), 0) FROM link_rule WHERE rule = ?", rule)
	if err != nil || after >= newest {
		return err
	}
	if err := s.findLinks(ctx, after); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM link_rule"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO link_rule (rule, src) VALUES (?, ?)", rule, newest)
		return err
	})
}

// linkRule numbers the ways in which addresses are read: whoever changes pointsAt counts
// up, so that all links are read once more.
const linkRule = "2 "

// findLinks follows the links of the items above a number.
func (s *Store) findLinks(ctx context.Context, after int64) error {
	const atOnce = 500
	type found struct {
		src  int64
		link markdown.Link
	}
	for key := "\U0010ffff"; ; {
		all, err := db.All(ctx, s.DB, func(r db.Row) (f found, err error) {
			f.link.Kind = "url"
			err = r.Scan(&f.src, &f.link.Target)
			return f, err
		}, `
			SELECT src, dst_key FROM link
			WHERE (src, kind, dst_key) > (?, 'url', ?) AND kind = 'url' AND dst IS NULL
			AND (dst_key LIKE '/%' OR dst_key LIKE ?)
			ORDER BY src, kind, dst_key LIMIT ?`, after, key, s.BaseURL+"/%", atOnce)
		if err != nil || len(all) == 0 {
			return err
		}
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			for _, f := range all {
				dst, err := s.pointsAt(ctx, tx, f.src, f.link)
				if err == nil && dst != 0 {
					_, err = tx.Exec(ctx, "UPDATE link SET dst = ? WHERE src = ? AND kind = 'url' AND dst_key = ?", dst, f.src, f.link.Target)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		last := all[len(all)-1]
		after, key = last.src, last.link.Target
	}
}
