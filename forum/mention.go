package forum

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"picus/account"
	"picus/internal/db"
)

const (
	mostOffered = 8   // names at a time
	recentPosts = 200 // of a thread, whose authors are offered first
)

// Mentionable returns whom by may mean with an @ in the form at a path such as
// /b/talk/new or /p/17/reply: people who may read what is written there, first those who
// have written in the thread. In a form of another room that is everybody.
func (f *Forum) Mentionable(ctx context.Context, by account.User, form, begins string) ([]account.Named, error) {
	board, thread, err := f.written(ctx, by, form)
	if err != nil {
		return nil, err
	}
	among := account.Circle{MayRead: board.MayRead, MayModerate: board.MayModerate}
	near, err := f.writers(ctx, among, thread)
	if err != nil {
		return nil, err
	}
	far, err := account.Names(ctx, f.db, among, begins, mostOffered+1)
	if err != nil {
		return nil, err
	}
	var offered []account.Named
	for _, n := range append(near, far...) {
		if n.Begins(begins) && n.Name != by.Name && !slices.Contains(offered, n) && len(offered) < mostOffered {
			offered = append(offered, n)
		}
	}
	return offered, nil
}

// written finds where a form writes: a board, and a thread of it.
func (f *Forum) written(ctx context.Context, by account.User, form string) (Board, int64, error) {
	room, rest, _ := strings.Cut(strings.TrimPrefix(form, "/"), "/")
	name, _, _ := strings.Cut(rest, "/")
	switch room {
	case "b":
		slug, err := url.PathUnescape(name)
		if err != nil {
			slug = name
		}
		b, err := f.Board(ctx, by, slug)
		return b, 0, err
	case "p":
		id, err := strconv.ParseInt(name, 10, 64)
		if err != nil {
			id = 0
		}
		p, err := f.Find(ctx, by, id)
		if err != nil {
			return Board{}, 0, err
		}
		in, err := f.place(ctx, f.db, by, p.Thread)
		return in.board, in.id, err
	}
	return Board{}, 0, nil
}

// writers are those of a circle who have written in a thread, the last first.
func (f *Forum) writers(ctx context.Context, among account.Circle, thread int64) ([]account.Named, error) {
	if thread == 0 {
		return nil, nil
	}
	condition, params := among.Admitted()
	all, err := db.All(ctx, f.db, account.ScanNamed, `
		SELECT a.name, a.display FROM (
			SELECT i.author FROM post p JOIN item i ON i.id = p.item
			WHERE p.thread = ? AND i.status = 'live' ORDER BY p.created DESC LIMIT ?) page
		JOIN account a ON a.id = page.author WHERE `+condition, slices.Concat([]any{thread, recentPosts}, params)...)
	var once []account.Named
	for _, n := range all {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	return once, err
}
