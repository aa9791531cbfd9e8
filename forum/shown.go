package forum

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// removedBy is who took a post out of sight, when and why: a time and a name, which hold no
// space, and the rest. Empty: nobody did.
const removedBy = `coalesce(CAST(rm.at AS TEXT) || ' ' || coalesce(rb.name, '') || ' ' || rm.why, '')`

// threadPosts returns the first post, the accepted answer, the page and the comments below
// them all in one query. It reads them from shown, which the database keeps: see
// docs/architecture.md. What depends on who reads is joined, and a vote is looked for only
// where somebody has voted, a removal only where something was removed.
func (f *Forum) threadPosts(ctx context.Context, by account.User, t *Thread, v View, after cursor) ([]*Post, error) {
	with, args := t.chosen(v, after)
	source, message, active := "''", "''", "0"
	if v.Source {
		source = "(SELECT r.source FROM item i JOIN revision r ON r.id = i.head_rev WHERE i.id = chosen.item)"
		message = "(SELECT " + messageID + " FROM item i WHERE i.id = chosen.item)"
	}
	if v.Order == ByActivity {
		active = "(SELECT p.active FROM post p WHERE p.item = chosen.item)"
	}
	return db.All(ctx, f.db, t.shownPost(), with+`
		SELECT chosen.item, `+active+`, s.facts, s.html, a.id, a.name, a.display, a.status, coalesce(v.value, 0), coalesce(bk.created, 0), `+removedBy+`, `+source+`, `+message+`
		FROM chosen CROSS JOIN shown s JOIN account a ON a.id = s.author
		LEFT JOIN vote v ON v.item = CASE WHEN s.marks IN (1, 3) THEN chosen.item END AND v.account = ?
		LEFT JOIN bookmark bk ON bk.item = chosen.item AND bk.account = ?
		LEFT JOIN removal rm ON rm.item = CASE WHEN s.marks >= 2 THEN chosen.item END LEFT JOIN account rb ON rb.id = rm.by
		WHERE s.place = CAST(? AS BIGINT) * 4294967296 + chosen.item`,
		append(args, by.ID, by.ID, t.ID)...)
}

// chosen is the part of a query that names the posts of a page. The comments are looked for
// only in a thread that has some: what is used twice would be put aside first.
func (t *Thread) chosen(v View, after cursor) (string, []any) {
	page, args := t.pageOf(v.Order, after, v.Limit+1)
	args = append(args, t.ID, t.Accepted)
	heads := "SELECT item FROM page UNION ALL SELECT CAST(? AS BIGINT) UNION ALL SELECT CAST(? AS BIGINT)"
	if !t.notes {
		return "WITH page AS (" + page + "), chosen AS (" + heads + ")", args
	}
	return "WITH page AS (" + page + "), heads AS (" + heads + `), chosen AS (SELECT item FROM heads UNION ALL
			SELECT n.item FROM heads CROSS JOIN post n WHERE n.thread = ? AND n.below = heads.item)`, append(args, t.ID)
}

// shownPost reads the rows of threadPosts, all into the same places.
func (t *Thread) shownPost() func(db.Row) (*Post, error) {
	var w Post
	var facts, removal string
	var active, kept int64
	places := []any{&w.ID, &active, &facts, &w.HTML, &w.Author.ID, &w.Author.Name, &w.Author.Display, &w.Author.Status, &w.MyVote, &kept, &removal, &w.Source, &w.MessageID}
	return func(r db.Row) (*Post, error) {
		if err := r.Scan(places...); err != nil {
			return nil, err
		}
		p := w
		p.Thread, p.Kept, p.Active = t.ID, kept != 0, time.UnixMilli(active).UTC()
		if p.ID == t.ID {
			p.Title = t.Title
		}
		p.Removal = readRemoval(removal)
		return &p, p.read(facts)
	}
}

func readRemoval(text string) item.Removal {
	at, rest, ok := strings.Cut(text, " ")
	if !ok {
		return item.Removal{}
	}
	r := item.Removal{At: time.UnixMilli(number(at)).UTC()}
	r.By, r.Why, _ = strings.Cut(rest, " ")
	return r
}

// read takes the facts apart in the order of the view shown_post.
func (p *Post) read(facts string) error {
	var words [16]string
	n := 0
	for word := range strings.SplitSeq(facts, " ") {
		if n < len(words) {
			words[n] = word
		}
		n++
	}
	if n != len(words) {
		return fmt.Errorf("post %d is shown with %d facts", p.ID, n)
	}
	p.Kind, p.Status, p.Via, p.Format = Kind(words[0]), item.Status(words[1]), item.Via(words[2]), item.Format(words[3])
	var v [16]int64
	for i := 4; i < len(words); i++ {
		v[i] = number(words[i])
	}
	p.Created = time.UnixMilli(v[4]).UTC()
	if v[5] != 0 {
		p.Edited = time.UnixMilli(v[5]).UTC()
	}
	p.Score, p.Down, p.Wiki, p.Revision, p.Edits, p.Parent = int(v[6]), int(v[7]), v[8] != 0, v[9], int(v[10]), v[11]
	p.MadeOf, p.Became, p.Suggested, p.Guessed = v[12], v[13], int(v[14]), v[15] != 0
	return nil
}

// number reads what the database has written as one.
func number(word string) int64 {
	n, _ := strconv.ParseInt(word, 10, 64)
	return n
}
