package blog

import (
	"context"
	"math"
	"strconv"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
)

// List returns a page of published articles, the newest first, of one author or,
// with 0, of all, and the cursor of the next page, empty at the end.
func (b *Blog) List(ctx context.Context, author int64, cursor string, limit int) ([]Article, string, error) {
	published, id, err := readCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	if now := b.now().UnixMilli(); published > now {
		published, id = now, math.MaxInt64
	}
	where, args := "", []any{published, id, limit + 1}
	if author != 0 {
		where, args = "ar.author = ? AND ", append([]any{author}, args...)
	}
	all, err := db.All(ctx, b.db, scanArticle, articles+" WHERE "+where+`(ar.published, ar.item) < (?, ?)
		AND ar.published > 0 AND i.status = 'live' ORDER BY ar.published DESC, ar.item DESC LIMIT ?`, args...)
	if err != nil || len(all) <= limit {
		return all, "", err
	}
	last := all[limit-1]
	return all[:limit], strconv.FormatInt(last.Published.UnixMilli(), 36) + "." + strconv.FormatInt(last.ID, 36), nil
}

// readCursor reads where List ended; an empty one stands before the newest article.
func readCursor(s string) (published, id int64, err error) {
	if s == "" {
		return math.MaxInt64, math.MaxInt64, nil
	}
	time, last, _ := strings.Cut(s, ".")
	published, err1 := strconv.ParseInt(time, 36, 64)
	id, err2 := strconv.ParseInt(last, 36, 64)
	if err1 != nil || err2 != nil {
		return 0, 0, fault.Bad("cursor", "This page link is not valid any more. Go back to the first page.")
	}
	return published, id, nil
}
