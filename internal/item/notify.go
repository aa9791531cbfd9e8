package item

import (
	"context"

	"picus/internal/db"
)

// recipients selects everybody an event concerns; its one parameter is the event.
//
// A person is concerned who watches the thread or its board or one of its tags, follows
// who wrote it (comments are left out) or is mentioned, may read the space, has not muted the thread, and is not the
// one who did it. What was taken out of sight by now concerns nobody. Who has left
// the board (see Leave) gets no mail that was asked for before.
//
// The mutes are rows beside the wishes and meet them in one grouping: a subquery for
// each person would be a scan for each where PostgreSQL has no statistics yet. The
// CROSS JOINs tell SQLite not to begin with the subscriptions of all tags.
const recipients = `
	WITH happened AS (
		SELECT e.seq, e.at, e.actor, i.id AS item, i.root, i.space, sp.may_read, sp.may_moderate
		FROM event e JOIN item i ON i.id = e.item JOIN item r ON r.id = i.root JOIN space sp ON sp.id = i.space
		WHERE e.seq = ? AND i.status = 'live' AND r.status = 'live'
	), wish AS (
		SELECT s.account, CASE s.level WHEN 'mute' THEN 'muted' ELSE 'thread' END AS reason, s.channel, s.created AS since
			FROM happened h CROSS JOIN subscription s
			WHERE s.target = 'thread' AND s.target_id = h.root AND s.level IN ('watch', 'mute')
		UNION ALL
		SELECT s.account, CASE s.level WHEN 'mute' THEN 'left' ELSE 'board' END, s.channel, s.created
			FROM happened h CROSS JOIN subscription s
			WHERE s.target = 'board' AND s.target_id = h.space AND s.level IN ('watch', 'mute')
		UNION ALL
		SELECT s.account, 'tag', s.channel, s.created FROM happened h CROSS JOIN item_tag t CROSS JOIN subscription s
			WHERE t.item = h.root AND s.target = 'tag' AND s.target_id = t.tag AND s.level = 'watch'
		UNION ALL
		SELECT s.account, 'person', s.channel, s.created FROM happened h CROSS JOIN subscription s
			WHERE s.target = 'user' AND s.target_id = h.actor AND s.level IN ('watch', 'follow')
			AND NOT EXISTS (SELECT 1 FROM post c WHERE c.item = h.item AND c.kind = 'comment')
		UNION ALL
		SELECT a.id, 'mention', 'mail', 0 FROM happened h CROSS JOIN link l JOIN account a ON a.name_key = l.dst_key
			WHERE l.src = h.item AND l.kind = 'mention'
	)`

// admitted narrows the concerned to those who may know, in the WHERE clause of
// a query over happened h, concerned c and account a: account.Admits for many people.
const admitted = `
	c.muted = 0 AND a.id <> h.actor AND a.status IN ('active', 'shadow')
	AND (h.may_read = 0 OR h.may_read = 1 AND a.status = 'active' OR a.role <> 'member'
		OR a.status = 'active' AND EXISTS (SELECT 1 FROM membership m WHERE m.account = a.id AND m.group_id IN (h.may_read, h.may_moderate)))`

const notifySQL = `
	INSERT INTO notification (account, event, reasons, at)
	` + recipients + `
	SELECT a.id, h.seq, c.reasons, h.at
	FROM happened h, (
		SELECT account, string_agg(reason, ',') AS reasons, max(CASE reason WHEN 'muted' THEN 1 ELSE 0 END) AS muted
		FROM (SELECT DISTINCT account, reason FROM wish
			WHERE reason IN ('thread', 'mention', 'muted') OR channel IN ('web', '` + Push + `') AND reason IN ('board', 'tag', 'person')
			UNION SELECT account, '` + Push + `' FROM wish WHERE channel = '` + Push + `' AND reason NOT IN ('muted', 'left')) w
		GROUP BY account) c JOIN account a ON a.id = c.account
	WHERE ` + admitted + `
	ON CONFLICT DO NOTHING`

// Notify writes one notification per person for an event, with all its reasons, and Push
// among them where one of the wishes was for that.
// Who only follows a list by mail finds it in the mailbox and needs no second
// notice.
func (s *Store) Notify(ctx context.Context, tx *db.Tx, event int64) error {
	n, err := tx.Exec(ctx, notifySQL, event)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE account SET unread = unread + 1 WHERE id IN (SELECT account FROM notification WHERE event = ?)", event)
	if err != nil {
		return err
	}
	return s.push(ctx, tx, Told{Seq: event})
}

const queueMailSQL = `
	INSERT INTO outgoing (account, event, item, state, due, created)
	` + recipients + `
	SELECT a.id, h.seq, h.item, 'queued', CAST(? AS BIGINT), CAST(? AS BIGINT)
	FROM happened h, (
		SELECT account, max(CASE reason WHEN 'muted' THEN 1 ELSE 0 END) AS muted,
			max(CASE reason WHEN 'left' THEN since ELSE -1 END) AS gone,
			max(CASE WHEN channel = 'mail' AND reason NOT IN ('muted', 'left') THEN since ELSE -1 END) AS asked
		FROM wish GROUP BY account) c JOIN account a ON a.id = c.account
	WHERE c.asked > c.gone AND a.email IS NOT NULL AND a.unreachable = 0 AND a.away <= h.at AND ` + admitted + `
	ON CONFLICT DO NOTHING`

// QueueMail writes one outgoing row for each person who is to have the event
// by mail, all in one statement, and returns how many.
func (s *Store) QueueMail(ctx context.Context, tx *db.Tx, event int64) (int64, error) {
	now := s.Now().UnixMilli()
	return tx.Exec(ctx, queueMailSQL, event, now, now)
}
