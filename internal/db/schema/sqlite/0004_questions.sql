-- What is special about a question (the forum): where it is in its life, and who else has it.
CREATE TABLE question (
	item     INTEGER PRIMARY KEY REFERENCES item (id),
	since    INTEGER NOT NULL,           -- when its state began
	due      INTEGER NOT NULL DEFAULT 0, -- when it expires unless its asker answers; 0: never
	was      TEXT NOT NULL DEFAULT '',    -- the state that it returns to when it is no duplicate, or not deleted, any more
	wanted   INTEGER NOT NULL DEFAULT 0, -- how many others have the same question
	original INTEGER REFERENCES item (id), -- of a duplicate
	why      TEXT NOT NULL DEFAULT ''     -- why it is no question, and what would make it one
) STRICT;
CREATE INDEX question_due ON question (due) WHERE due > 0;
CREATE INDEX question_original ON question (original) WHERE original IS NOT NULL;

CREATE TABLE me_too (
	thread  INTEGER NOT NULL REFERENCES item (id),
	account INTEGER NOT NULL REFERENCES account (id),
	at      INTEGER NOT NULL,
	PRIMARY KEY (thread, account)
) STRICT, WITHOUT ROWID;

-- An item that was made of a post: the post stays where it is, and each points at the other.
CREATE TABLE conversion (
	item   INTEGER PRIMARY KEY REFERENCES item (id),
	source INTEGER NOT NULL REFERENCES item (id),
	by     INTEGER NOT NULL REFERENCES account (id),
	at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversion_source ON conversion (source);

CREATE TABLE bookmark (
	account INTEGER NOT NULL REFERENCES account (id),
	item    INTEGER NOT NULL REFERENCES item (id),
	note    TEXT NOT NULL DEFAULT '',
	due     INTEGER NOT NULL DEFAULT 0, -- when to remind of it; 0: never, or done
	created INTEGER NOT NULL,
	PRIMARY KEY (account, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX bookmark_new ON bookmark (account, created, item);
CREATE INDEX bookmark_due ON bookmark (due) WHERE due > 0;

-- An edit that somebody proposes to a post that is not theirs.
CREATE TABLE suggestion (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	item    INTEGER NOT NULL REFERENCES item (id),
	account INTEGER NOT NULL REFERENCES account (id),
	base    INTEGER NOT NULL, -- the revision that it changes
	at      INTEGER NOT NULL,
	title   TEXT NOT NULL,
	source  TEXT NOT NULL,
	tags    TEXT NOT NULL,
	summary TEXT NOT NULL,
	state   TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
	decider INTEGER REFERENCES account (id),
	decided INTEGER NOT NULL DEFAULT 0,
	why     TEXT NOT NULL DEFAULT '' -- why it was refused
) STRICT;
CREATE INDEX suggestion_open ON suggestion (id) WHERE state = 'open';
CREATE INDEX suggestion_item ON suggestion (item, id) WHERE state = 'open';
CREATE INDEX suggestion_account ON suggestion (account, id);
