package search

import (
	"context"
	"strconv"
	"strings"

	"picus/internal/db"
)

// Put stores the tokens of an item, made by Words outside the transaction. The
// item must not be in the index yet; see Drop.
func Put(ctx context.Context, tx *db.Tx, item int64, title, body string) error {
	if tx.Postgres() {
		_, err := tx.Exec(ctx, "INSERT INTO search (item, words) VALUES (?, ?::tsvector)", item, vector(title, body))
		return err
	}
	tx.BeforeCommit(func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO search (rowid, title, body) VALUES (?, ?, ?)", item, title, body)
		return err
	})
	return nil
}

// Drop takes an item out of the index; it need not be in it.
func Drop(ctx context.Context, tx *db.Tx, item int64) error {
	if tx.Postgres() {
		_, err := tx.Exec(ctx, "DELETE FROM search WHERE item = ?", item)
		return err
	}
	// In the order of the calls, as a Put may wait too.
	tx.BeforeCommit(func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM search WHERE rowid = ?", item)
		return err
	})
	return nil
}

// A tsvector holds positions up to 16,383 and one megabyte in all; what is
// beyond stays out of the index.
const (
	lastPosition = 16383
	vectorBytes  = 900_000
)

// vector writes the tokens with their positions in PostgreSQL's tsvector
// notation; its own parser would take non-ASCII text apart by the locale.
func vector(title, body string) string {
	var b strings.Builder
	place := 0
	add := func(words, weight string) {
		for _, w := range strings.Fields(words) {
			if place++; place > lastPosition || b.Len() > vectorBytes {
				return
			}
			b.WriteString("'" + w + "':" + strconv.Itoa(place) + weight + " ")
		}
	}
	add(title, "A")
	place++ // a phrase must not reach from the title into the text
	add(body, "D")
	return b.String()
}
