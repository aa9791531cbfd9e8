-- Threads that were split, and threads about a page or an article.

-- A thread that a moderator made of posts of another: a line in that one leads here, and
-- mail does not unite the two again.
CREATE TABLE split (
	thread INTEGER PRIMARY KEY REFERENCES item (id),
	origin INTEGER NOT NULL REFERENCES item (id),
	action INTEGER NOT NULL REFERENCES modlog (id),
	at     INTEGER NOT NULL -- when its first post was written: the place of the line
) STRICT;
CREATE INDEX split_origin ON split (origin, at);

-- What a thread was before its posts were merged into another, or some split off.
CREATE TABLE thread_before (
	action   INTEGER NOT NULL REFERENCES modlog (id),
	thread   INTEGER NOT NULL REFERENCES item (id),
	state    TEXT NOT NULL,
	pinned   INTEGER NOT NULL,
	accepted INTEGER REFERENCES item (id),
	PRIMARY KEY (action, thread)
) STRICT, WITHOUT ROWID;

-- 1: what the thread is about is not there for its readers, so that it is not either. Its
-- first post is held then, and its state is deleted, which every list knows.
ALTER TABLE thread ADD COLUMN veiled INTEGER NOT NULL DEFAULT 0;

-- A split takes the marks of the readers of a thread along.
CREATE INDEX reading_thread ON reading (thread);
