package stackexchange

import (
	"context"
	"strconv"
	"strings"

	"picus/internal/db"
	"picus/internal/importer"
)

// gone is the reason that a withdrawn post shows. It also tells a post that an importer
// withdrew from one that somebody here deleted.
const gone = "No longer in the Stack Exchange dump."

// page is how many posts are looked through at once.
const page = 500

// withdraw takes out of sight what the dump no longer holds. Where a file could not be read
// as a whole, nothing of it is taken for gone; neither is everything at once.
func (r *run) withdraw(ctx context.Context) error {
	for _, kind := range []struct {
		prefix string
		held   *ids
		whole  bool
	}{
		{"comment:", &r.comments, r.commentsWhole},
		{"post:", &r.posts, r.postsWhole},
	} {
		if !kind.whole || r.nameless || len(kind.held.chunks) == 0 {
			continue
		}
		if err := r.withdrawKind(ctx, kind.prefix, kind.held); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) withdrawKind(ctx context.Context, prefix string, held *ids) error {
	after := ""
	for {
		all, err := db.All(ctx, r.DB, scanKnown, "SELECT "+knownColumns+`
			WHERE o.source = ? AND o.key LIKE ? AND o.key > ? AND i.status = 'live' ORDER BY o.key LIMIT ?`, r.source, prefix+"%", after, page)
		if err != nil || len(all) == 0 {
			return err
		}
		for _, k := range all {
			after = k.key
			id, err := strconv.ParseInt(strings.TrimPrefix(k.key, prefix), 10, 64)
			if err != nil || held.has(id) {
				continue
			}
			if err := r.withdrawOne(ctx, k); err != nil {
				return err
			}
		}
	}
}

func (r *run) withdrawOne(ctx context.Context, k known) error {
	took := r.DryRun
	if !r.DryRun {
		var err error
		took, err = r.Forum.Withdraw(ctx, r.community, k.Target, gone)
		if err != nil {
			return err
		}
	}
	if took {
		r.count(func(s *importer.Summary) { s.Deleted++ })
	}
	return nil
}
