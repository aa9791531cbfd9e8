package db

// Bytewise is a column compared and ordered by its bytes, whatever the language that
// the database was made for, so that what begins with a text stands together there.
// PostgreSQL needs an index on the same expression; SQLite always compares so.
func (d *DB) Bytewise(column string) string {
	if d.Postgres() {
		return column + ` COLLATE "C"`
	}
	return column
}

// Beyond is the end of the range of texts that begin with a text, by their bytes.
func Beyond(begins string) string { return begins + "\U0010FFFF" }
