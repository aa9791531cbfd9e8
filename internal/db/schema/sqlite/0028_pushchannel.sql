-- What somebody follows can be shown in their browsers, whatever else these show. SQLite
-- changes no condition of a table, so that it is made anew.
CREATE TABLE subscription_before AS SELECT target, target_id, account, level, channel, created FROM subscription;
DROP TABLE subscription;

CREATE TABLE subscription (
	target    TEXT NOT NULL CHECK (target IN ('board', 'thread', 'tag', 'wiki', 'user')),
	target_id INTEGER NOT NULL,
	account   INTEGER NOT NULL REFERENCES account (id),
	level     TEXT NOT NULL CHECK (level IN ('watch', 'follow', 'normal', 'mute')),
	channel   TEXT NOT NULL CHECK (channel IN ('mail', 'daily', 'weekly', 'web', 'push')),
	created   INTEGER NOT NULL,
	PRIMARY KEY (target, target_id, account)
) STRICT, WITHOUT ROWID;
INSERT INTO subscription (target, target_id, account, level, channel, created)
	SELECT target, target_id, account, level, channel, created FROM subscription_before;
DROP TABLE subscription_before;
CREATE INDEX subscription_account ON subscription (account);
CREATE INDEX subscription_digest ON subscription (channel, account) WHERE channel IN ('daily', 'weekly');
