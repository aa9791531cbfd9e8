-- What people are writing and have not sent. Nobody but the author reads it.
CREATE TABLE draft (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	account INTEGER NOT NULL REFERENCES account (id),
	place   TEXT NOT NULL,    -- the form it is written in: /b/talk/new, /p/17/reply
	kind    TEXT NOT NULL,    -- of a new thread
	title   TEXT NOT NULL,    -- of what it will be, or of what it belongs to
	body    TEXT NOT NULL,
	tags    TEXT NOT NULL,
	summary TEXT NOT NULL,
	base    INTEGER NOT NULL, -- of an edit: the revision that it began with
	version INTEGER NOT NULL, -- when it was saved; no two of one place are the same
	UNIQUE (account, place)
) STRICT;
CREATE INDEX draft_newest ON draft (account, version);
