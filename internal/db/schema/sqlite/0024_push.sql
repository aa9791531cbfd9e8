-- What is told without being asked: feeds to those who subscribe to them (WebSub), and
-- notices to browsers (Web Push).

-- A feed that somebody has subscribed to.
CREATE TABLE websub_topic (
	id      INTEGER PRIMARY KEY,
	path    TEXT NOT NULL UNIQUE, -- with its query, as the feed calls itself
	kind    TEXT NOT NULL CHECK (kind IN ('all', 'board', 'thread', 'post', 'tag', 'user')),
	name    TEXT NOT NULL DEFAULT '', -- which board, thread and so on it is about
	sum     BLOB NOT NULL,            -- SHA-256 of the feed when it was last looked at
	looked  INTEGER NOT NULL,         -- when that was
	waiting INTEGER NOT NULL DEFAULT 0 -- 1: a job will look at it
) STRICT;
CREATE INDEX websub_topic_about ON websub_topic (kind, name);

CREATE TABLE websub_subscription (
	id       INTEGER PRIMARY KEY,
	topic    INTEGER NOT NULL REFERENCES websub_topic (id),
	callback TEXT NOT NULL,
	host     TEXT NOT NULL, -- of the callback
	secret   TEXT NOT NULL DEFAULT '',
	expires  INTEGER NOT NULL,
	sent     BLOB NOT NULL,             -- SHA-256 of what it has got
	waiting  INTEGER NOT NULL DEFAULT 0, -- 1: a job will bring it the feed
	failures INTEGER NOT NULL DEFAULT 0, -- times in a row that this was given up
	UNIQUE (topic, callback)
) STRICT;
CREATE INDEX websub_subscription_host ON websub_subscription (host);
CREATE INDEX websub_subscription_expires ON websub_subscription (expires);

-- What was asked of the hub within the last hour, whether or not it was meant: limits
-- count these rows.
CREATE TABLE websub_request (
	id       INTEGER PRIMARY KEY,
	mode     TEXT NOT NULL CHECK (mode IN ('subscribe', 'unsubscribe')),
	path     TEXT NOT NULL,
	callback TEXT NOT NULL,
	host     TEXT NOT NULL,
	network  TEXT NOT NULL, -- of the one who asked
	secret   TEXT NOT NULL DEFAULT '',
	lease    INTEGER NOT NULL, -- seconds
	created  INTEGER NOT NULL
) STRICT;
CREATE INDEX websub_request_host ON websub_request (host, created);
CREATE INDEX websub_request_network ON websub_request (network, created);
CREATE INDEX websub_request_created ON websub_request (created);

-- Up to which event the feeds have been looked through.
CREATE TABLE websub_seen (
	id  INTEGER PRIMARY KEY CHECK (id = 1),
	seq INTEGER NOT NULL
) STRICT;

-- The key that this site shows to push services (RFC 8292).
CREATE TABLE push_key (
	id      INTEGER PRIMARY KEY CHECK (id = 1),
	private BLOB NOT NULL,
	created INTEGER NOT NULL
) STRICT;

-- A browser that shows its owner's notices.
CREATE TABLE push_browser (
	id       INTEGER PRIMARY KEY,
	account  INTEGER NOT NULL REFERENCES account (id),
	endpoint TEXT NOT NULL UNIQUE, -- of its push service; who knows it can write to the browser
	key      BLOB NOT NULL,        -- its public key
	auth     BLOB NOT NULL,
	name     TEXT NOT NULL,        -- how it called itself
	kinds    TEXT NOT NULL,        -- the reasons of notices that it shows, joined by commas
	created  INTEGER NOT NULL,
	used     INTEGER NOT NULL DEFAULT 0,
	failures INTEGER NOT NULL DEFAULT 0 -- times in a row that a notice was given up
) STRICT;
CREATE INDEX push_browser_account ON push_browser (account);
