-- How the list of a board works (mail); a board without a row has the usual rules.
CREATE TABLE list (
	space   INTEGER PRIMARY KEY REFERENCES space (id),
	who     TEXT NOT NULL CHECK (who IN ('known', 'members', 'subscribers', 'confirmed', 'anyone')),
	largest INTEGER NOT NULL DEFAULT 0, -- bytes of a mail; 0: what the site takes
	prefix  TEXT NOT NULL DEFAULT '',   -- before each subject
	footer  TEXT NOT NULL DEFAULT '',   -- below each mail
	roster  TEXT NOT NULL DEFAULT 'staff' CHECK (roster IN ('staff', 'subscribers', 'members')) -- who may ask who reads it
) STRICT;

-- The digests that somebody gets: made from the subscriptions with that channel.
CREATE TABLE digest (
	account INTEGER NOT NULL REFERENCES account (id),
	channel TEXT NOT NULL CHECK (channel IN ('daily', 'weekly')),
	after   INTEGER NOT NULL, -- the newest item that the last one could have held
	number  INTEGER NOT NULL DEFAULT 0,
	due     INTEGER NOT NULL,
	PRIMARY KEY (account, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_due ON digest (due);
CREATE INDEX subscription_digest ON subscription (channel, account) WHERE channel IN ('daily', 'weekly');
