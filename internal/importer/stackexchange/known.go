package stackexchange

import (
	"context"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/importer"
	"picus/internal/item"
)

// known is what stands here of a post of the dump. The zero known is a post never seen.
type known struct {
	importer.Origin
	thread  int64
	head    int64 // its newest revision
	via     item.Via
	status  item.Status
	remover int64
	why     string
	key     string
}

const knownColumns = `o.key, o.target, o.digest, p.thread, r.id, r.via, i.status, coalesce(rm.by, 0), coalesce(rm.why, '')
	FROM origin o JOIN item i ON i.id = o.target JOIN post p ON p.item = i.id JOIN revision r ON r.id = i.head_rev
	LEFT JOIN removal rm ON rm.item = i.id`

func scanKnown(row db.Row) (k known, err error) {
	var digest []byte
	err = row.Scan(&k.key, &k.Target, &digest, &k.thread, &k.head, &k.via, &k.status, &k.remover, &k.why)
	k.Digest = string(digest)
	return k, err
}

// look returns what stands here of the post with the key.
func (r *run) look(ctx context.Context, key string) (known, error) {
	k, err := db.One(ctx, r.DB, scanKnown, "SELECT "+knownColumns+" WHERE o.source = ? AND o.key = ?", r.source, key)
	return k, ignoreMissing(err)
}

// textChanged reports whether the author's words are others than those that were imported.
func (k known) textChanged(p post) bool {
	return len(k.Digest) != 2*digestSize || k.Digest[:digestSize] != p.text()
}

// withdrawn reports whether an earlier run took the post out of sight, not somebody here.
func (k known) withdrawn(importer int64) bool {
	return k.status == item.Deleted && k.remover == importer && k.why == gone
}

// errEdited says why a newer text is left out.
var errEdited = fault.Clash("The text was edited here since the last import, so the dump's newer version was left out.")
