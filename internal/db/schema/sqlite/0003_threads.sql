-- What moderators do with threads, and polls.

-- One line for everything a moderator has done; a line is written once and never changed.
CREATE TABLE modlog (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	at     INTEGER NOT NULL,
	by     INTEGER NOT NULL REFERENCES account (id),
	verb   TEXT NOT NULL,
	board  INTEGER NOT NULL REFERENCES space (id), -- where the thread stood afterwards
	thread INTEGER REFERENCES item (id),           -- NULL: it was the board itself
	post   INTEGER REFERENCES item (id),           -- of one post only
	other  INTEGER NOT NULL DEFAULT 0,             -- the board it came from, or the thread on the other side
	was    INTEGER NOT NULL DEFAULT 0,             -- the number that was set before
	became INTEGER NOT NULL DEFAULT 0,             -- and after
	why    TEXT NOT NULL,
	undoes INTEGER UNIQUE REFERENCES modlog (id)
) STRICT;
CREATE INDEX modlog_thread ON modlog (thread, id) WHERE thread IS NOT NULL;
CREATE INDEX modlog_board ON modlog (board, id);

-- Why a thread is closed, and what would open it again.
CREATE TABLE closing (
	thread INTEGER PRIMARY KEY REFERENCES item (id),
	by     INTEGER NOT NULL REFERENCES account (id),
	at     INTEGER NOT NULL,
	reason TEXT NOT NULL CHECK (reason IN ('offtopic', 'unclear', 'broad', 'rules', 'settled')),
	note   TEXT NOT NULL,              -- to its author
	was    TEXT NOT NULL,              -- the state that it goes back to
	asked  INTEGER NOT NULL DEFAULT 0  -- when its author asked to open it again
) STRICT;
CREATE INDEX closing_asked ON closing (asked) WHERE asked > 0;

-- Where a thread has been before.
CREATE TABLE moved_thread (
	thread INTEGER NOT NULL REFERENCES item (id),
	board  INTEGER NOT NULL REFERENCES space (id),
	at     INTEGER NOT NULL,
	PRIMARY KEY (thread, board)
) STRICT, WITHOUT ROWID;

-- Where posts stood before their thread was merged, so that it can be undone.
CREATE TABLE moved_post (
	action INTEGER NOT NULL REFERENCES modlog (id),
	post   INTEGER NOT NULL REFERENCES item (id),
	thread INTEGER NOT NULL REFERENCES item (id), -- the one it stood in
	below  INTEGER REFERENCES item (id),
	parent INTEGER REFERENCES item (id),
	kind   TEXT NOT NULL,
	PRIMARY KEY (action, post)
) STRICT, WITHOUT ROWID;

CREATE TABLE poll (
	thread  INTEGER PRIMARY KEY REFERENCES item (id),
	several INTEGER NOT NULL, -- 1: one may choose more than one option
	closes  INTEGER NOT NULL, -- 0: when the thread does
	voters  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE poll_option (
	thread INTEGER NOT NULL REFERENCES poll (thread),
	n      INTEGER NOT NULL,
	text   TEXT NOT NULL,
	votes  INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (thread, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE ballot (
	thread  INTEGER NOT NULL REFERENCES poll (thread),
	account INTEGER NOT NULL REFERENCES account (id),
	n       INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (thread, account, n)
) STRICT, WITHOUT ROWID;
