package account_test

import (
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

// collisions is a site where marta (1) and the shadow of her second address (2) have both
// said something about the same, and paul (3) as well.
var collisions = []string{
	"INSERT INTO space (id, kind, slug, title, created) VALUES (1, 'board', 'talk', 'Talk', 1)",
	"INSERT INTO item (id, kind, space, author, status, via, created, root, slug) VALUES (1, 'thread', 1, 3, 'live', 'web', 8, 1, ''), (2, 'post', 1, 3, 'live', 'web', 9, 1, ''), (3, 'article', 1, 1, 'live', 'web', 9, 3, 'hello'), (4, 'article', 1, 2, 'live', 'web', 9, 4, 'hello'), (5, 'thread', 1, 2, 'live', 'mail', 8, 5, '')",
	"INSERT INTO thread (item, board, kind, created, last_at, last_by, last_post, last_via, score) VALUES (1, 1, 'question', 8, 9, 3, 2, 'web', 3), (5, 1, 'question', 8, 8, 2, 5, 'mail', 0)",
	"INSERT INTO post (item, thread, kind, created, score, up, down, wiki) VALUES (1, 1, 'question', 8, 3, 3, 0, 0), (2, 1, 'answer', 9, -1, 1, 2, 1), (5, 5, 'question', 8, 0, 0, 0, 0)",
	"INSERT INTO tag (id, name) VALUES (1, 'rust'), (2, 'go')",
	"INSERT INTO item_tag (tag, item) VALUES (1, 1), (2, 1)",
	"INSERT INTO thread_tag (tag, thread, created, last_at, score) VALUES (1, 1, 8, 9, 3), (2, 1, 8, 9, 3)",
	"INSERT INTO vote (account, item, value, at) VALUES (1, 1, 1, 9), (2, 1, 1, 9), (3, 1, 1, 9), (1, 2, 1, 9), (2, 2, -1, 9), (3, 2, -1, 9)",
	"INSERT INTO question (item, since, wanted) VALUES (1, 8, 2), (5, 8, 2)",
	"INSERT INTO me_too (thread, account, at) VALUES (1, 1, 9), (1, 2, 9), (5, 1, 9), (5, 3, 9)",
	"INSERT INTO poll (thread, several, closes, voters) VALUES (1, 1, 0, 3)",
	"INSERT INTO poll_option (thread, n, text, votes) VALUES (1, 1, 'yes', 2), (1, 2, 'no', 2)",
	"INSERT INTO ballot (thread, account, n, at) VALUES (1, 1, 1, 9), (1, 2, 1, 9), (1, 2, 2, 9), (1, 3, 2, 9)",
	"INSERT INTO article (item, author, slug, published) VALUES (3, 1, 'hello', 9), (4, 2, 'hello', 9)",
	"INSERT INTO revision (item, seq, author, at, title, format, source, html, digest, via) SELECT 2, 4 - id, id, 9, '', 'text', name, '', reply_key, 'web' FROM account",
	"INSERT INTO event (seq, at, actor, verb, item) VALUES (1, 9, 3, 'post', 2), (2, 9, 3, 'post', 1)",
	"INSERT INTO notification (account, event, reasons, at, read) VALUES (1, 1, 'watch', 9, 1), (2, 1, 'reply', 9, 0), (2, 2, 'watch', 9, 0)",
	"INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('board', 1, 1, 'watch', 'web', 9), ('board', 1, 2, 'watch', 'mail', 9), ('tag', 1, 2, 'watch', 'daily', 9), ('user', 2, 3, 'watch', 'web', 9), ('user', 2, 1, 'watch', 'web', 9), ('user', 1, 2, 'watch', 'web', 9)",
	"INSERT INTO digest (account, channel, after, due) VALUES (1, 'daily', 5, 9), (2, 'daily', 3, 9), (2, 'weekly', 3, 9)",
	"INSERT INTO bookmark (account, item, note, created) VALUES (1, 1, 'mine', 9), (2, 1, 'from work', 9), (2, 2, 'another', 9)",
	"INSERT INTO reading (account, thread, seen, posts, at) VALUES (1, 1, 9, 2, 9), (2, 1, 8, 1, 9)",
	"INSERT INTO account_group (id, name, name_key, created) VALUES (10, 'core', 'core', 0), (11, 'docs', 'docs', 0)",
	"INSERT INTO membership (account, group_id, added) VALUES (1, 10, 5), (2, 10, 6), (2, 11, 6)",
	"INSERT INTO private_block (account, blocked, at) VALUES (1, 3, 9), (2, 3, 9), (3, 1, 9), (3, 2, 9), (1, 2, 9)",
}

func TestMergingCountsNobodyTwice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		h.shadow(t, "Marta Ruiz", "marta@work.example")
		h.add(t, "paul", account.Member)
		h.run(t, collisions...)
		h.claimed(t, u, "marta@work.example")
		for _, c := range []struct {
			rule, query string
			want        int
		}{
			{"the member's vote stands", "SELECT count(*) FROM vote WHERE account = 1 AND value = 1", 2},
			{"and is counted once", "SELECT score FROM post WHERE item = 1 AND up = 2", 2},
			{"also where the other was against", "SELECT score FROM post WHERE item = 2 AND up = 1 AND down = 1", 0},
			{"and in the thread", "SELECT score FROM thread WHERE item = 1", 2},
			{"and under each of its tags", "SELECT count(*) FROM thread_tag WHERE score = 2", 2},
			{"who asked has not the same question", "SELECT wanted FROM question WHERE item = 5", 1},
			{"nor has one person twice", "SELECT wanted FROM question WHERE item = 1", 1},
			{"and the counts are the rows", "SELECT count(*) FROM me_too", 2},
			{"one person is one voter", "SELECT voters FROM poll", 2},
			{"whose own ballot stands", "SELECT count(*) FROM ballot WHERE account = 1 AND n = 1", 1},
			{"and no other", "SELECT count(*) FROM ballot", 2},
			{"and the options are counted so", "SELECT count(*) FROM poll_option WHERE votes = 1", 2},
			{"both articles keep an address", "SELECT count(*) FROM article WHERE author = 1 AND slug IN ('hello', 'hello-4')", 2},
			{"both have improved one answer", "SELECT count(*) FROM revision WHERE item = 2 AND author = 1", 2},
			{"what the member has read stays read", "SELECT count(*) FROM notification WHERE account = 1 AND event = 1 AND read = 1", 1},
			{"and what only the other heard of is new", "SELECT unread FROM account WHERE id = 1", 1},
			{"the member's channel stands", "SELECT count(*) FROM subscription WHERE account = 1 AND target = 'board' AND channel = 'web'", 1},
			{"and what only the other got comes too", "SELECT count(*) FROM subscription WHERE account = 1", 2},
			{"who followed the other follows the member", "SELECT count(*) FROM subscription WHERE target = 'user' AND target_id = 1 AND account = 3", 1},
			{"and nobody follows themselves", "SELECT count(*) FROM subscription WHERE target = 'user'", 1},
			{"with the digests", "SELECT count(*) FROM digest WHERE account = 1 AND (channel = 'weekly' OR after = 5)", 2},
			{"the member's bookmark keeps its note", "SELECT count(*) FROM bookmark WHERE account = 1 AND note IN ('mine', 'another')", 2},
			{"what was read further stays so", "SELECT seen FROM reading WHERE account = 1", 9},
			{"both groups are the member's", "SELECT count(*) FROM membership WHERE account = 1", 2},
			{"since they joined", "SELECT added FROM membership WHERE account = 1 AND group_id = 10", 5},
			{"who was blocked is, once", "SELECT count(*) FROM private_block WHERE account = 1 AND blocked = 3", 1},
			{"and who blocked them does", "SELECT count(*) FROM private_block WHERE account = 3 AND blocked = 1", 1},
			{"but nobody blocks themselves", "SELECT count(*) FROM private_block", 2},
			{"nothing is left with the other", "SELECT (SELECT count(*) FROM vote WHERE account = 2) + (SELECT count(*) FROM membership WHERE account = 2) + (SELECT count(*) FROM bookmark WHERE account = 2) + (SELECT count(*) FROM reading WHERE account = 2)", 0},
		} {
			if got := h.count(t, c.query); got != c.want {
				t.Errorf("%s: %s = %d; want %d", c.rule, c.query, got, c.want)
			}
		}
	})
}

// unsearched are tables that are looked through: they hold what staff have done, a row
// for each, or what came back within a month.
var unsearched = []string{"space", "conversion", "tag_alias", "private_report", "mail_report"}

func TestMergingFindsEverythingByAnIndex(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta", account.Member)
	h.shadow(t, "Marta", "marta@work.example")
	if err := h.RequestClaim(t.Context(), u, goodPassword, "marta@work.example"); err != nil {
		t.Fatal(err)
	}
	token := h.token(t, account.LetterClaim)
	plans := dbtest.Plans(t, h.db, func() {
		if err := h.Claim(t.Context(), u, token); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Owned(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		if err := h.Disown(t.Context(), u, "marta@work.example"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.List(t.Context(), "", 50); err != nil {
			t.Fatal(err)
		}
		if _, err := h.LookUp(t.Context(), "mar", 50); err != nil {
			t.Fatal(err)
		}
	})
	if len(plans) < 60 {
		t.Fatalf("%d statements were run; want all of merging", len(plans))
	}
	for _, p := range plans {
		for _, step := range p.Steps {
			table, scanned := strings.CutPrefix(step, "SCAN ")
			if scanned && table != "d" && !slices.Contains(unsearched, table) {
				t.Errorf("%s\n\tis run as %s", p.Query, strings.Join(p.Steps, "; "))
				break
			}
		}
	}
}

// Who has an address is asked by every mail; what was let go is a stranger's.
func TestAnAddressIsOwnedUntilItIsLetGo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u, other := h.add(t, "marta", account.Member), h.add(t, "paul", account.Member)
		owned := func() string {
			t.Helper()
			all, err := h.Owned(t.Context(), u)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(all, " ")
		}
		h.claimed(t, u, "Z@work.example")
		h.claimed(t, u, "a@home.example")
		if got, want := owned(), "marta@example.org a@home.example Z@work.example"; got != want {
			t.Errorf("Owned() = %s; want %s", got, want)
		}
		for address, want := range map[string]bool{"MARTA@example.org": true, "z@WORK.example": true, "paul@example.org": false, "nobody@example.org": false, "": false} {
			if got, err := h.Owns(t.Context(), u, address); err != nil || got != want {
				t.Errorf("Owns(%q) = %v, %v; want %v", address, got, err, want)
			}
		}
		wantKind(t, "Disown() of another's", h.Disown(t.Context(), other, "z@work.example"), fault.Missing)
		wantKind(t, "Disown() of the first", h.Disown(t.Context(), u, "marta@example.org"), fault.Missing)
		if err := h.Disown(t.Context(), u, "z@work.example"); err != nil {
			t.Fatal(err)
		}
		if got, want := owned(), "marta@example.org a@home.example"; got != want {
			t.Errorf("Owned() then = %s; want %s", got, want)
		}
		if s := h.shadow(t, "Somebody", "z@work.example"); s.ID == u.ID || s.Status != account.Shadow {
			t.Errorf("Shadow() of what was let go = %+v; want a stranger", s)
		}
	})
}
