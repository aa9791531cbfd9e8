package mail_test

import (
	"fmt"
	"strings"
	"time"

	"picus/internal/db"
)

// open opens the database of the program, if it is not open.
func (p *program) open() {
	p.Helper()
	if p.db != nil {
		return
	}
	var err error
	if p.db, err = db.Open(p.Context(), p.database); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(p.shut)
}

// shut closes the database: while anybody has it open, SQLite does not recover from a kill
// as it does where nobody has.
func (p *program) shut() {
	if p.db != nil {
		p.db.Close()
		p.db = nil
	}
}

// value is what a query says now.
func (l *load) value(query string) int64 {
	l.Helper()
	l.open()
	n, err := db.Value[int64](l.Context(), l.db, query)
	if err != nil {
		l.Fatalf("%s: %v", query, err)
	}
	return n
}

// halves are what a kill could leave if not everything of a write were one transaction.
// Each query counts what is not whole.
var halves = map[string]string{
	"posts without an item":                "SELECT count(*) FROM post p WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = p.item)",
	"items without a text":                 "SELECT count(*) FROM item i WHERE NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = i.head_rev AND r.item = i.id)",
	"items without a post":                 "SELECT count(*) FROM item i WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.item = i.id)",
	"threads without a first post":         "SELECT count(*) FROM thread t WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.item = t.item)",
	"threads that count their posts wrong": "SELECT count(*) FROM thread t WHERE t.posts <> (SELECT count(*) FROM post p WHERE p.thread = t.item)",
	"posts that nobody was to hear of":     "SELECT count(*) FROM post p LEFT JOIN (SELECT item FROM event WHERE verb = 'created') e ON e.item = p.item WHERE e.item IS NULL",
	"scores that are not their votes":      "SELECT count(*) FROM post p LEFT JOIN (SELECT item, sum(value) AS sum FROM vote GROUP BY item) v ON v.item = p.item WHERE p.score <> coalesce(v.sum, 0)",
	"files that are not all there":         "SELECT count(*) FROM upload u WHERE u.size <> coalesce((SELECT sum(length(b.data)) FROM blob_part b WHERE b.sha256 = u.sha256), 0)",
	"posts whose file is not theirs":       "SELECT count(*) FROM post p JOIN item i ON i.id = p.item JOIN revision r ON r.id = i.head_rev WHERE r.source LIKE '%(/f/%' AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.item = p.item)",
	"mails that are posted without a post": "SELECT count(*) FROM message m WHERE m.fate = 'posted' AND NOT EXISTS (SELECT 1 FROM post p WHERE p.item = m.item)",
	"mails nobody reads":                   "SELECT count(*) FROM message m WHERE m.fate = 'received' AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = 'mail.in' AND j.payload LIKE '%:' || m.id || '%')",
}

// sound looks, while the server is dead, whether the database is, and everything in it
// whole.
func (l *load) sound() {
	l.Helper()
	l.open()
	if err := l.db.Check(l.Context()); err != nil {
		l.Errorf("the database is damaged: %v", err)
	}
	unfound := "SELECT count(*) FROM post p LEFT JOIN search s ON s.item = p.item WHERE s.item IS NULL"
	if !strings.HasPrefix(l.database, "postgres") {
		unfound = "SELECT count(*) FROM post p WHERE p.item NOT IN (SELECT rowid FROM search)"
		err := l.db.Write(l.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(l.Context(), "INSERT INTO search (search) VALUES ('integrity-check')")
			return err
		})
		if err != nil {
			l.Errorf("the index is damaged: %v", err)
		}
	}
	if n := l.value(unfound); n > 0 {
		l.Errorf("there are %d posts that no search finds", n)
	}
	for what, query := range halves {
		if n := l.value(query); n > 0 {
			l.Errorf("there are %d %s", n, what)
		}
	}
}

// settle waits until everything has been read, told and sent.
func (l *load) settle() {
	l.Helper()
	left := `SELECT (SELECT count(*) FROM job WHERE state <> 'failed') + (SELECT count(*) FROM outgoing WHERE state IN ('queued', 'sending'))
		+ (SELECT count(*) FROM message WHERE fate = 'received')`
	late := time.After(3*aWhile + time.Duration(l.value("SELECT count(*) FROM post"))*50*time.Millisecond)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for l.value(left) > 0 || l.box.count("INBOX", "all") > 0 {
		select {
		case <-tick.C:
		case <-late:
			jobs, err := db.Values[string](l.Context(), l.db, "SELECT kind || ' ' || state || ' ' || error FROM job ORDER BY id LIMIT 5")
			l.Fatalf("%d things are not done, the mailbox has %d mails; the jobs are %q, %v", l.value(left), l.box.count("INBOX", "all"), jobs, err)
		}
	}
}

// check holds what is there against what was acknowledged.
func (l *load) check(kills int) {
	l.Helper()
	source, err := l.pairs("SELECT CAST(p.item AS TEXT), r.source FROM post p JOIN item i ON i.id = p.item JOIN revision r ON r.id = i.head_rev")
	if err != nil {
		l.Fatal(err)
	}
	votes, err := l.pairs("SELECT a.name || ' ' || CAST(v.item AS TEXT), CAST(v.value AS TEXT) FROM vote v JOIN account a ON a.id = v.account")
	if err != nil {
		l.Fatal(err)
	}
	drafts, err := l.pairs("SELECT a.name, d.body FROM draft d JOIN account a ON a.id = d.account")
	if err != nil {
		l.Fatal(err)
	}
	for _, w := range l.writers {
		w.check(l, source, votes, drafts)
	}
	l.checkMail(kills)
	if n := l.value("SELECT count(*) FROM post p LEFT JOIN (SELECT DISTINCT e.item FROM notification n JOIN account a ON a.id = n.account JOIN event e ON e.seq = n.event WHERE a.name = 'noel') told ON told.item = p.item WHERE told.item IS NULL"); n > 0 {
		l.Errorf("the member who watches the board was not told of %d posts", n)
	}
	if n := l.value("SELECT count(*) FROM job"); n > 0 {
		l.Errorf("%d jobs have failed", n)
	}
}

func (w *writer) check(l *load, source, votes, drafts map[string]string) {
	l.Helper()
	for id, mark := range w.written {
		text := source[fmt.Sprint(id)]
		var n int
		if _, rest, edited := strings.Cut(text, ", edit "); edited {
			fmt.Sscanf(rest, "%d", &n)
		}
		if !strings.Contains(text, mark) || !strings.Contains(text, w.files[mark]) || n < w.edits[id] {
			l.Errorf("post %d says %q; %s was acknowledged, with the file %q and edit %d", id, text, mark, w.files[mark], w.edits[id])
		}
	}
	for id := range w.votes {
		if votes[fmt.Sprint(w.name, " ", id)] != "1" {
			l.Errorf("the vote of %s on post %d is lost", w.name, id)
		}
	}
	var n int
	fmt.Sscanf(drafts[w.name], "draft %d", &n)
	if n < w.draft {
		l.Errorf("the draft of %s says %q; number %d was acknowledged", w.name, drafts[w.name], w.draft)
	}
}

// checkMail looks for each mail that came in or had to go out.
func (l *load) checkMail(kills int) {
	l.Helper()
	posted, err := l.pairs("SELECT message_id, CAST(count(*) AS TEXT) FROM message WHERE fate = 'posted' GROUP BY message_id")
	if err != nil {
		l.Fatal(err)
	}
	for id, taken := range l.byLMTP {
		if taken && posted[id] != "1" {
			l.Errorf("%s was acknowledged, and is posted %q times", id, posted[id])
		}
	}
	for _, id := range l.byIMAP {
		if posted[id] != "1" {
			l.Errorf("%s lay in the mailbox, and is posted %q times", id, posted[id])
		}
	}
	if done := l.box.count("Done", "all"); done != len(l.byIMAP) {
		l.Errorf("%d mails lie in Done; want %d", done, len(l.byIMAP))
	}
	if n := l.value("SELECT count(*) FROM post") - l.value("SELECT count(*) FROM outgoing o JOIN account a ON a.id = o.account WHERE a.name = 'ruth' AND o.item IS NOT NULL AND o.state = 'sent'"); n != 0 {
		l.Errorf("of %d posts more than went to their reader by mail", n)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	total := 0
	for _, n := range l.copies {
		total += n
	}
	const inHand = 8 // connections, and the one mail in the hand of each
	if want := int(l.value("SELECT count(*) FROM post")); len(l.copies) != want || total > want+kills*inHand {
		l.Errorf("%d mails came, %d of them different; want %d, and as few as can be twice", total, len(l.copies), want)
	}
}

// pairs is a query of two columns.
func (l *load) pairs(query string) (map[string]string, error) {
	l.open()
	all := map[string]string{}
	_, err := db.All(l.Context(), l.db, func(r db.Row) (struct{}, error) {
		var key, value string
		err := r.Scan(&key, &value)
		all[key] = value
		return struct{}{}, err
	}, query)
	return all, err
}

// acknowledged says how much there was.
func (l *load) acknowledged() string {
	var posts, edits, votes, drafts, files int
	for _, w := range l.writers {
		posts, edits, votes, drafts, files = posts+len(w.written), edits+len(w.edits), votes+len(w.votes), drafts+min(w.draft, 1), files+len(w.files)
	}
	return fmt.Sprintf("%d posts, %d of them changed, %d with a file, %d votes, %d drafts, %d mails by LMTP, %d by IMAP, %d sent", posts, edits, files, votes, drafts, len(l.byLMTP), len(l.byIMAP), len(l.copies))
}
