-- Private mail between members, over addresses of the site that show nobody's own.

-- Whether a member takes it (account). Without a row a member does, and a shadow does not.
CREATE TABLE private_door (
	account INTEGER PRIMARY KEY REFERENCES account (id),
	open    INTEGER NOT NULL,
	epoch   INTEGER NOT NULL DEFAULT 0 -- counts how often the door was shut: addresses given out before are no good
) STRICT;

-- From whom a member takes none (account).
CREATE TABLE private_block (
	account INTEGER NOT NULL REFERENCES account (id),
	blocked INTEGER NOT NULL REFERENCES account (id),
	at      INTEGER NOT NULL,
	PRIMARY KEY (account, blocked)
) STRICT, WITHOUT ROWID;
CREATE INDEX private_block_blocked ON private_block (blocked);

-- The mails themselves (mail). The text is here only until it has gone; what stays for a
-- month says who, to whom and when, which limits, answers and the site's staff need.
CREATE TABLE private_mail (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	sender     INTEGER NOT NULL REFERENCES account (id),
	receiver   INTEGER NOT NULL REFERENCES account (id),
	fate       TEXT NOT NULL CHECK (fate IN ('received', 'held', 'queued', 'sent', 'known', 'refused', 'dropped', 'failed')),
	reason     TEXT NOT NULL DEFAULT '',
	mid        TEXT NOT NULL DEFAULT '', -- the id it goes out with, without the domain
	message_id TEXT NOT NULL DEFAULT '', -- the sender's own, which an answer to them names
	digest     BLOB NOT NULL,            -- SHA-256 of what was written; of the raw mail until it is read
	mail_from  TEXT NOT NULL DEFAULT '', -- of the envelope, until the mail is read
	peer       TEXT NOT NULL DEFAULT '',
	raw        BLOB NOT NULL,            -- zstd; empty when it has gone
	at         INTEGER NOT NULL
) STRICT;
CREATE INDEX private_mail_sender ON private_mail (sender, at);
CREATE INDEX private_mail_receiver ON private_mail (receiver, at);
CREATE INDEX private_mail_mid ON private_mail (mid) WHERE mid <> '';
CREATE INDEX private_mail_at ON private_mail (at);

-- What receivers have handed to the staff (mail).
CREATE TABLE private_report (
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	by    INTEGER NOT NULL REFERENCES account (id),
	about INTEGER NOT NULL REFERENCES account (id),
	said  TEXT NOT NULL,
	at    INTEGER NOT NULL,
	done  INTEGER NOT NULL DEFAULT 0, -- when somebody has seen to it
	who   INTEGER REFERENCES account (id)
) STRICT;
CREATE INDEX private_report_open ON private_report (done, id);

ALTER TABLE outgoing ADD COLUMN private INTEGER REFERENCES private_mail (id);
CREATE INDEX outgoing_private ON outgoing (private) WHERE private IS NOT NULL;
