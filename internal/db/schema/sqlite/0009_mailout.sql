-- What came back of the mail to a person, as points; see mail/bounce.go.
CREATE TABLE bounce (
	account INTEGER PRIMARY KEY REFERENCES account (id),
	address TEXT NOT NULL, -- that the points are about; with a new one the count begins anew
	points  INTEGER NOT NULL,
	day     INTEGER NOT NULL, -- of the last point, since 1970, UTC
	why     TEXT NOT NULL, -- what the last report said
	warned  INTEGER NOT NULL DEFAULT 0, -- letters that ask whether the address works again
	due     INTEGER NOT NULL DEFAULT 0  -- of the next such letter; 0: none
) STRICT;
CREATE INDEX bounce_due ON bounce (due) WHERE due > 0;

-- The reports themselves, for the administrator; forgotten after a month.
CREATE TABLE mail_report (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	at      INTEGER NOT NULL,
	account INTEGER REFERENCES account (id), -- NULL: it is about a letter
	class   TEXT NOT NULL CHECK (class IN ('hard', 'soft', 'policy', 'unknown', 'delayed', 'complaint')),
	status  TEXT NOT NULL,
	why     TEXT NOT NULL
) STRICT;
CREATE INDEX mail_report_at ON mail_report (at);

-- How much mail about posts has gone out on a day: for the daily bound, and to look back.
CREATE TABLE mail_day (
	day  INTEGER PRIMARY KEY, -- since 1970, UTC
	sent INTEGER NOT NULL
) STRICT;

-- The mail that the site last sent to itself: one row.
CREATE TABLE mail_selftest (
	id   INTEGER PRIMARY KEY CHECK (id = 1),
	sent INTEGER NOT NULL, -- when; the first is due an hour after the first start
	back INTEGER NOT NULL  -- when it came in again; 0: it has not
) STRICT;

-- Boards that show the mails of a list elsewhere.
CREATE TABLE mail_mirror (
	space   INTEGER PRIMARY KEY REFERENCES space (id),
	list_id TEXT NOT NULL UNIQUE -- what stands in the List-Id of its mails, lower case
) STRICT;
