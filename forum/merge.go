package forum

import (
	"context"

	"picus/internal/db"
	"picus/internal/fault"
)

// Merge moves every post of one thread into another of the same board; the old
// address leads to the new one from then on. The mail room calls it when a
// message shows that two threads are one conversation, inside its transaction.
func (f *Forum) Merge(ctx context.Context, tx *db.Tx, from, into int64) error {
	if from == into {
		return nil
	}
	same, err := db.Value[int](ctx, tx, `
		SELECT count(*) FROM thread a JOIN thread b ON a.board = b.board JOIN item ia ON ia.id = a.item JOIN item ib ON ib.id = b.item
		WHERE a.item = ? AND b.item = ? AND a.state <> 'deleted' AND b.state <> 'deleted' AND coalesce(ia.about, 0) = coalesce(ib.about, 0)`, from, into)
	if err != nil {
		return err
	}
	if same == 0 {
		return fault.Forbid("Only two threads of one board can be merged, and both have to be about the same page or article, or about none.")
	}
	if err := movePosts(ctx, tx, from, into); err != nil {
		return err
	}
	if err := lendMeToo(ctx, tx, from, into); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE space SET threads = threads - 1 WHERE id = (SELECT board FROM thread WHERE item = ?)", from); err != nil {
		return err
	}
	return f.recount(ctx, tx, Post{Thread: into})
}

// movePosts hangs the posts of a thread below the other's first post. The first
// post becomes one that the new thread can hold: an answer or a reply. Who watched
// the one hears of the other.
func movePosts(ctx context.Context, tx *db.Tx, from, into int64) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE post SET kind = (SELECT CASE t.kind WHEN 'question' THEN 'answer' ELSE 'reply' END FROM thread t WHERE t.item = ?)
			WHERE thread = ? AND kind <> 'comment'`, []any{into, from}},
		{"UPDATE item SET parent = ? WHERE id = ?", []any{into, from}},
		{"UPDATE item SET root = ? WHERE id IN (SELECT item FROM post WHERE thread = ?)", []any{into, from}},
		{"UPDATE post SET thread = ? WHERE thread = ?", []any{into, from}},
		{takeLinks, []any{into, into}},
		{`UPDATE thread SET last_at = old.last_at, last_by = old.last_by, last_post = old.last_post, last_via = old.last_via
			FROM thread old WHERE old.item = ? AND thread.item = ? AND old.last_at > thread.last_at`, []any{from, into}},
		{`INSERT INTO subscription (target, target_id, account, level, channel, created)
			SELECT target, ?, account, level, channel, created FROM subscription WHERE target = 'thread' AND target_id = ?
			ON CONFLICT DO NOTHING`, []any{into, from}},
		{"UPDATE thread SET merged = ?, state = 'deleted', pinned = 0 WHERE item = ? OR merged = ?", []any{into, from, from}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// lendMeToo has those who have the question of one thread have that of the other, which
// took it over. The first thread keeps its own marks, so that they can be told apart.
func lendMeToo(ctx context.Context, tx *db.Tx, from, into int64) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO me_too (thread, account, at) SELECT t.item, m.account, m.at FROM me_too m JOIN thread t ON t.item = ? JOIN item i ON i.id = t.item
		WHERE m.thread = ? AND t.kind = 'question' AND m.account <> i.author ON CONFLICT DO NOTHING`, into, from)
	if err != nil {
		return err
	}
	return wantedBy(ctx, tx, into, n)
}

// giveBackMeToo takes away what lendMeToo brought.
func giveBackMeToo(ctx context.Context, tx *db.Tx, from, into int64) error {
	n, err := tx.Exec(ctx, `
		DELETE FROM me_too WHERE thread = ? AND EXISTS (
			SELECT 1 FROM me_too own WHERE own.thread = ? AND own.account = me_too.account AND own.at = me_too.at)`, into, from)
	if err != nil {
		return err
	}
	return wantedBy(ctx, tx, into, -n)
}

// wantedBy counts so many more people who have a question.
func wantedBy(ctx context.Context, tx *db.Tx, question, more int64) error {
	if more == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO question (item, since, wanted) SELECT item, created, CAST(? AS BIGINT) FROM thread WHERE item = ?
		ON CONFLICT (item) DO UPDATE SET wanted = question.wanted + excluded.wanted`, more, question)
	return err
}
