package account

import (
	"context"
	"fmt"
	"strings"

	"picus/internal/db"
)

// dropped are the votes that cannot stand once @from is @into: the second of two for the
// same, and those on what one of the two wrote.
const dropped = `(
	SELECT v.item, v.value FROM vote v JOIN item i ON i.id = v.item WHERE v.account = @from
		AND (i.author = @into OR EXISTS (SELECT 1 FROM vote o WHERE o.account = @into AND o.item = v.item))
	UNION ALL
	SELECT v.item, v.value FROM item i JOIN vote v ON v.account = @into AND v.item = i.id WHERE i.author = @from) AS d`

// merging gives all that the account @from has to @into, in this order. Where both have
// said something about the same, what @into said stands. A test holds that every column
// of the schema that names an account is in it.
var merging = []string{
	"UPDATE post SET score = score - d.value, up = up - CASE d.value WHEN 1 THEN 1 ELSE 0 END, down = down - CASE d.value WHEN -1 THEN 1 ELSE 0 END FROM " + dropped + " WHERE post.item = d.item",
	"UPDATE thread SET score = thread.score - d.value FROM " + dropped + " WHERE thread.item = d.item",
	"UPDATE thread_tag SET score = thread_tag.score - d.value FROM " + dropped + ", item_tag it WHERE it.item = d.item AND thread_tag.tag = it.tag AND thread_tag.thread = it.item",
	`DELETE FROM vote WHERE account = @from AND (EXISTS (SELECT 1 FROM vote o WHERE o.account = @into AND o.item = vote.item)
		OR EXISTS (SELECT 1 FROM item i WHERE i.id = vote.item AND i.author = @into))`,
	"DELETE FROM vote WHERE account = @into AND item IN (SELECT id FROM item WHERE author = @from)",
	"UPDATE vote SET account = @into WHERE account = @from",

	`UPDATE question SET wanted = wanted - 1 WHERE item IN (SELECT m.thread FROM me_too m JOIN item i ON i.id = m.thread WHERE m.account = @from
		AND (i.author = @into OR EXISTS (SELECT 1 FROM me_too o WHERE o.account = @into AND o.thread = m.thread)))`,
	`DELETE FROM me_too WHERE account = @from AND (EXISTS (SELECT 1 FROM me_too o WHERE o.account = @into AND o.thread = me_too.thread)
		OR EXISTS (SELECT 1 FROM item i WHERE i.id = me_too.thread AND i.author = @into))`,
	`UPDATE question SET wanted = wanted - 1 WHERE item IN (SELECT m.thread FROM item i JOIN me_too m ON m.thread = i.id AND m.account = @into WHERE i.author = @from)`,
	"DELETE FROM me_too WHERE account = @into AND thread IN (SELECT id FROM item WHERE author = @from)",
	"UPDATE me_too SET account = @into WHERE account = @from",

	`UPDATE poll_option SET votes = votes - 1 WHERE (thread, n) IN (SELECT b.thread, b.n FROM ballot b WHERE b.account = @from
		AND EXISTS (SELECT 1 FROM ballot o WHERE o.thread = b.thread AND o.account = @into))`,
	`UPDATE poll SET voters = voters - 1 WHERE thread IN (SELECT b.thread FROM ballot b WHERE b.account = @from
		AND EXISTS (SELECT 1 FROM ballot o WHERE o.thread = b.thread AND o.account = @into))`,
	"DELETE FROM ballot WHERE account = @from AND EXISTS (SELECT 1 FROM ballot o WHERE o.thread = ballot.thread AND o.account = @into)",
	"UPDATE ballot SET account = @into WHERE account = @from",

	"UPDATE thread SET last_by = @into WHERE last_by = @from AND item IN (SELECT root FROM item WHERE author = @from)",
	`UPDATE message SET account = @into WHERE account = @from AND item IN (SELECT id FROM item WHERE author = @from)`,
	`UPDATE item SET slug = slug || '-' || CAST(id AS TEXT) WHERE kind = 'article' AND author = @from
		AND EXISTS (SELECT 1 FROM article o WHERE o.author = @into AND o.slug = item.slug)`,
	`UPDATE article SET slug = slug || '-' || CAST(item AS TEXT) WHERE author = @from
		AND EXISTS (SELECT 1 FROM article o WHERE o.author = @into AND o.slug = article.slug)`,
	"UPDATE article SET author = @into WHERE author = @from",
	"UPDATE item SET author = @into WHERE author = @from",
	"UPDATE revision SET author = @into WHERE author = @from",
	"UPDATE event SET actor = @into WHERE actor = @from",
	"UPDATE space SET owner = @into WHERE owner = @from",
	"UPDATE removal SET by = @into WHERE by = @from",
	"UPDATE closing SET by = @into WHERE by = @from",
	"UPDATE conversion SET by = @into WHERE by = @from",
	"UPDATE modlog SET by = @into WHERE by = @from",
	"UPDATE tag_alias SET by = @into WHERE by = @from",
	"UPDATE suggestion SET account = @into WHERE account = @from",
	"UPDATE suggestion SET decider = @into WHERE decider = @from",
	"UPDATE upload SET owner = @into WHERE owner = @from",
	"UPDATE private_report SET by = @into WHERE by = @from",
	"UPDATE private_report SET about = @into WHERE about = @from",
	"UPDATE private_report SET who = @into WHERE who = @from",
	"UPDATE private_mail SET sender = @into WHERE sender = @from",
	"UPDATE private_mail SET receiver = @into WHERE receiver = @from",
	"UPDATE mail_report SET account = @into WHERE account = @from",

	`UPDATE subscription SET target_id = @into WHERE target = 'user' AND target_id = @from AND account <> @into
		AND NOT EXISTS (SELECT 1 FROM subscription o WHERE o.target = 'user' AND o.target_id = @into AND o.account = subscription.account)`,
	"DELETE FROM subscription WHERE target = 'user' AND target_id = @from",
	moveUnless("subscription", "account", "o.target = subscription.target AND o.target_id = subscription.target_id"),
	"DELETE FROM subscription WHERE target = 'user' AND target_id = @into AND account = @into",
	moveUnless("notification", "account", "o.event = notification.event"),
	moveUnless("digest", "account", "o.channel = digest.channel"),
	moveUnless("bookmark", "account", "o.item = bookmark.item"),
	moveUnless("reading", "account", "o.thread = reading.thread"),
	moveUnless("caught_up", "account", "o.board = caught_up.board"),
	moveUnless("draft", "account", "o.place = draft.place"),
	moveUnless("membership", "account", "o.group_id = membership.group_id"),
	moveUnless("private_block", "account", "o.blocked = private_block.blocked"),
	moveUnless("private_block", "blocked", "o.account = private_block.account"),
	"DELETE FROM private_block WHERE account = @into AND blocked = @into",
	"UPDATE account SET unread = (SELECT COUNT(*) FROM notification n WHERE n.account = @into AND n.read = 0) WHERE id = @into",
	"UPDATE account SET merged = @into WHERE merged = @from",
}

// ending lists the tables whose rows of a merged account go, because they are about how
// it was let in or reached, and not about what somebody has written.
var ending = []string{"session", "token", "once", "bounce", "private_door", "subscription", "notification",
	"digest", "bookmark", "reading", "caught_up", "draft", "membership", "private_block", "push_browser"}

// moveUnless moves the rows of a table of which @into has none that is the same.
func moveUnless(table, column, same string) string {
	return "UPDATE " + table + " SET " + column + " = @into WHERE " + column + " = @from AND NOT EXISTS (SELECT 1 FROM " +
		table + " o WHERE o." + column + " = @into AND " + same + ")"
}

// absorb gives all that a shadow has to a member. The shadow keeps its name and its
// address, and both stand for the member from now on.
func (a *Accounts) absorb(ctx context.Context, tx *db.Tx, from, into int64) error {
	steps := merging
	for _, table := range ending {
		steps = append(steps[:len(steps):len(steps)], "DELETE FROM "+table+" WHERE account = @from")
	}
	steps = append(steps, "DELETE FROM private_block WHERE blocked = @from",
		"UPDATE account SET merged = @into, unread = 0, status = 'shadow', password = '' WHERE id = @from")
	for _, step := range steps {
		query, args := between(step, from, into)
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return fmt.Errorf("merge an account: %s: %w", step, err)
		}
	}
	return nil
}

// between puts the parameters of a step of merging in their places.
func between(step string, from, into int64) (query string, args []any) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(step, "@")
		b.WriteString(before)
		if !found {
			return b.String(), args
		}
		b.WriteByte('?')
		if rest, ok := strings.CutPrefix(after, "from"); ok {
			step, args = rest, append(args, from)
		} else {
			step, args = strings.TrimPrefix(after, "into"), append(args, into)
		}
	}
}
