-- Groups of people, and what is special about a board.

-- A group's number is told apart from the audiences that are no group: see account.Audience.
CREATE TABLE account_group (
	id          INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id >= 10),
	name        TEXT NOT NULL,
	name_key    TEXT NOT NULL UNIQUE, -- NFKC, case folded
	description TEXT NOT NULL DEFAULT '',
	created     INTEGER NOT NULL
) STRICT;
INSERT INTO sqlite_sequence (name, seq) VALUES ('account_group', 9);

CREATE TABLE membership (
	account  INTEGER NOT NULL REFERENCES account (id),
	group_id INTEGER NOT NULL REFERENCES account_group (id),
	added    INTEGER NOT NULL,
	PRIMARY KEY (account, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_group ON membership (group_id, account);

-- One row for each space that is a board. The figures are counted now and then, because
-- a page must not count; threads and the last activity stand in space and are exact.
CREATE TABLE board (
	space        INTEGER PRIMARY KEY REFERENCES space (id),
	colour       TEXT NOT NULL DEFAULT '' CHECK (colour IN ('', 'blue', 'green', 'teal', 'amber', 'red', 'violet', 'pink', 'grey')),
	template     TEXT NOT NULL DEFAULT '', -- Markdown that a new question begins with
	posts        INTEGER NOT NULL DEFAULT 0,
	questions    INTEGER NOT NULL DEFAULT 0,
	answered     INTEGER NOT NULL DEFAULT 0,
	first_answer INTEGER NOT NULL DEFAULT 0, -- half of the newest questions had an answer by then; 0: none had
	people       INTEGER NOT NULL DEFAULT 0, -- who wrote here lately
	counted      INTEGER NOT NULL DEFAULT 0
) STRICT;
