package forum

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"picus/internal/fault"
)

// cursor is where a page of a list ended: the value it is ordered by, and the
// id of its last row.
type cursor struct{ key, id int64 }

// String writes the cursor for an address: two numbers in base 36.
func (c cursor) String() string {
	return strconv.FormatInt(c.key, 36) + "." + strconv.FormatInt(c.id, 36)
}

// readCursor reads what String wrote; an empty one is the zero cursor.
func readCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	key, id, ok := strings.Cut(s, ".")
	k, err1 := strconv.ParseInt(key, 36, 64)
	i, err2 := strconv.ParseInt(id, 36, 64)
	if !ok || err1 != nil || err2 != nil {
		return cursor{}, fault.Bad("cursor", "This page link is not valid any more. Go back to the first page.")
	}
	return cursor{k, i}, nil
}

// firstCursor stands before the first row of an order.
func firstCursor(o Order) cursor {
	if o == Oldest {
		return cursor{math.MinInt64, 0}
	}
	return cursor{math.MaxInt64, math.MaxInt64}
}

func (o Order) key(p *Post) int64 {
	switch o {
	case ByScore:
		return int64(p.Score)
	case ByActivity:
		return p.Active.UnixMilli()
	}
	return p.Created.UnixMilli()
}

// compare orders two posts as pageOf does.
func (o Order) compare(a, b *Post) int {
	byKey := cmp.Compare(o.key(a), o.key(b))
	switch {
	case o == ByScore && byKey != 0:
		return -byKey
	case o == Newest || o == ByActivity:
		return -cmp.Or(byKey, cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(byKey, cmp.Compare(a.ID, b.ID))
}
