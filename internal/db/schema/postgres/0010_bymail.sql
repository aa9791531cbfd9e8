-- How the list of a board works (mail); a board without a row has the usual rules.
CREATE TABLE list (
	space   BIGINT PRIMARY KEY REFERENCES space (id),
	who     TEXT NOT NULL CHECK (who IN ('known', 'members', 'subscribers', 'confirmed', 'anyone')),
	largest BIGINT NOT NULL DEFAULT 0, -- bytes of a mail; 0: what the site takes
	prefix  TEXT NOT NULL DEFAULT '',   -- before each subject
	footer  TEXT NOT NULL DEFAULT '',   -- below each mail
	roster  TEXT NOT NULL DEFAULT 'staff' CHECK (roster IN ('staff', 'subscribers', 'members')) -- who may ask who reads it
);

-- The digests that somebody gets: made from the subscriptions with that channel.
CREATE TABLE digest (
	account BIGINT NOT NULL REFERENCES account (id),
	channel TEXT NOT NULL CHECK (channel IN ('daily', 'weekly')),
	after   BIGINT NOT NULL, -- the newest item that the last one could have held
	number  BIGINT NOT NULL DEFAULT 0,
	due     BIGINT NOT NULL,
	PRIMARY KEY (account, channel)
);
CREATE INDEX digest_due ON digest (due);
CREATE INDEX subscription_digest ON subscription (channel, account) WHERE channel IN ('daily', 'weekly');
