package item

import (
	"context"

	"picus/internal/db"
)

// recipients selects everybody an event concerns, each with the ways they asked to
// be told and since when; its one parameter is the event.
//
// A person is concerned who watches the thread or its board or one of its tags
// or is mentioned, may read the space, has not muted the thread, and is not the
// one who did it. What was taken out of sight by now concerns nobody.
const recipients = `
	WITH happened AS (
		SELECT e.seq, e.at, e.actor, i.id AS item, i.root, i.space, sp.may_read
		FROM event e JOIN item i ON i.id = e.item JOIN item r ON r.id = i.root JOIN space sp ON sp.id = i.space
		WHERE e.seq = ? AND i.status = 'live' AND r.status = 'live'
	), concerned AS (
		SELECT s.account, s.target AS reason, s.channel, s.created AS since FROM happened h JOIN subscription s
			ON s.target = 'thread' AND s.target_id = h.root AND s.level = 'watch'
		UNION ALL
		SELECT s.account, s.target, s.channel, s.created FROM happened h JOIN subscription s
			ON s.target = 'board' AND s.target_id = h.space AND s.level = 'watch'
		UNION ALL
		SELECT s.account, s.target, s.channel, s.created FROM happened h JOIN item_tag t ON t.item = h.root JOIN subscription s
			ON s.target = 'tag' AND s.target_id = t.tag AND s.level = 'watch'
		UNION ALL
		SELECT a.id, 'mention', 'mail', 0 FROM happened h JOIN link l ON l.src = h.item AND l.kind = 'mention'
			JOIN account a ON a.name_key = l.dst_key
	)`

// admitted narrows the concerned to those who may know, in the WHERE clause of
// a query over happened h, concerned c and account a.
const admitted = `
	a.id <> h.actor AND a.status IN ('active', 'shadow')
	AND (h.may_read = 0 OR h.may_read = 1 AND a.status = 'active' OR a.role <> 'member')
	AND NOT EXISTS (SELECT 1 FROM subscription m WHERE m.target = 'thread' AND m.target_id = h.root AND m.account = a.id AND m.level = 'mute')`

// mailed narrows them to those who have an address and have not left the list since
// they asked; see Leave.
const mailed = `
	c.channel = 'mail' AND a.email IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM subscription m WHERE m.target = 'board' AND m.target_id = h.space AND m.account = a.id
		AND m.level = 'mute' AND m.created >= c.since)`

// Notify writes one notification per person for an event, with all its reasons.
// Who only follows a list by mail finds it in the mailbox and needs no second
// notice.
func (s *Store) Notify(ctx context.Context, tx *db.Tx, event int64) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO notification (account, event, reasons, at)
		`+recipients+`
		SELECT a.id, h.seq, string_agg(c.reason, ','), h.at
		FROM happened h, (SELECT DISTINCT account, reason, channel FROM concerned) c JOIN account a ON a.id = c.account
		WHERE (c.reason IN ('thread', 'mention') OR c.channel = 'web') AND `+admitted+`
		GROUP BY a.id, h.seq, h.at
		ON CONFLICT DO NOTHING`, event)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE account SET unread = unread + 1 WHERE id IN (SELECT account FROM notification WHERE event = ?)", event)
	return err
}

// QueueMail writes one outgoing row for each person who is to have the event
// by mail, all in one statement, and returns how many.
func (s *Store) QueueMail(ctx context.Context, tx *db.Tx, event int64) (int64, error) {
	now := s.Now().UnixMilli()
	return tx.Exec(ctx, `
		INSERT INTO outgoing (account, event, item, state, due, created)
		`+recipients+`
		SELECT DISTINCT a.id, h.seq, h.item, 'queued', CAST(? AS BIGINT), CAST(? AS BIGINT)
		FROM happened h, concerned c JOIN account a ON a.id = c.account
		WHERE `+mailed+` AND `+admitted+`
		ON CONFLICT DO NOTHING`, event, now, now)
}
