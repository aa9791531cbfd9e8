package bench

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // registers the driver "sqlite3"

	"picus/internal/item"
	"picus/internal/search"
)

// grouped is how many posts the raw inserts put into one transaction.
const grouped = 50

// raw writes the rows that a reply leaves behind, and does nothing else: one
// connection, prepared statements, texts rendered and cut into words beforehand,
// no rule, no counter, no reading, fifty posts in a transaction. It is the most
// that this database could take.
type raw struct {
	db    *sql.DB
	texts []rawText
	next  int
	space int64
	by    int64
	root  int64
}

type rawText struct {
	source, html, words string
	digest              []byte
}

// rawRows are the inserts of one post; each is given the arguments it wants.
var rawRows = []string{
	"INSERT INTO item (kind, space, author, status, via, created, parent, root) VALUES ('post', ?, ?, 'live', 'web', ?, ?, ?)",
	"INSERT INTO revision (item, seq, author, at, title, format, source, html, digest, via) VALUES (?, 1, ?, ?, '', 'markdown', ?, ?, ?, 'web')",
	"INSERT INTO search (rowid, title, body) VALUES (?, '', ?)",
	"INSERT INTO event (at, actor, verb, item, revision) VALUES (?, ?, 'created', ?, ?)",
	`INSERT INTO job (kind, payload, due, created) VALUES ('raw', '{"seq":1}', ?, ?)`,
	"INSERT INTO post (item, thread, kind, created) VALUES (?, ?, 'reply', ?)",
}

func openRaw(data string, bodies []string) (*raw, error) {
	path := filepath.Join(data, "picus.db")
	d, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=on&_busy_timeout=10000&_cache_size=-8000&_txlock=immediate&_stmt_cache_size=16&_mutex=no")
	if err != nil {
		return nil, err
	}
	d.SetMaxOpenConns(1)
	w := &raw{db: d, space: 1, by: 1, root: 1}
	for _, body := range bodies {
		t := item.Render("", item.Markdown, body, true, nil)
		sum := sha256.Sum256([]byte("\x00" + body))
		w.texts = append(w.texts, rawText{body, t.HTML, search.Words(t.Plain), sum[:]})
	}
	return w, nil
}

func (w *raw) close() error { return w.db.Close() }

// run inserts for a time and returns how many posts it wrote.
func (w *raw) run(ctx context.Context, d time.Duration) (done, error) {
	begun, n := time.Now(), 0
	for time.Since(begun) < d {
		if err := w.group(ctx); err != nil {
			return done{}, err
		}
		n += grouped
	}
	return done{n: n, wall: time.Since(begun)}, nil
}

func (w *raw) group(ctx context.Context) error {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for range grouped {
		w.next++
		if err := w.post(ctx, tx, w.texts[w.next%len(w.texts)]); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func (w *raw) post(ctx context.Context, tx *sql.Tx, t rawText) error {
	now := time.Now().UnixMilli()
	made, err := tx.ExecContext(ctx, rawRows[0], w.space, w.by, now, w.root, w.root)
	if err != nil {
		return err
	}
	id, err := made.LastInsertId()
	if err != nil {
		return err
	}
	for i, args := range [][]any{
		{id, w.by, now, t.source, t.html, t.digest},
		{id, t.words},
		{now, w.by, id, id},
		{int64(1) << 60, now}, // due in a time that will not come: no server may take it for work
		{id, w.root, now},
	} {
		if _, err := tx.ExecContext(ctx, rawRows[i+1], args...); err != nil {
			return err
		}
	}
	return nil
}
