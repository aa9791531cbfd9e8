-- Mail that comes in (mail): mailboxes on other servers.

CREATE TABLE mailbox (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	name     TEXT NOT NULL UNIQUE,       -- user@host/folder
	validity INTEGER NOT NULL DEFAULT 0, -- of the numbers of its mails
	last_uid INTEGER NOT NULL DEFAULT 0, -- everything up to it has been taken in
	checked  INTEGER NOT NULL DEFAULT 0, -- when it was last read to its end
	error    TEXT NOT NULL DEFAULT ''    -- why it cannot be read now
) STRICT;

-- What was taken out of a mailbox, so that a mail is known even where the mailbox has numbered its mails anew.
CREATE TABLE mailbox_mail (
	mailbox  INTEGER NOT NULL REFERENCES mailbox (id),
	key      BLOB NOT NULL, -- SHA-256 of Message-ID, sender and text
	validity INTEGER NOT NULL,
	uid      INTEGER NOT NULL,
	done     INTEGER NOT NULL DEFAULT 0, -- 1: marked on the server as well
	at       INTEGER NOT NULL,
	PRIMARY KEY (mailbox, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX mailbox_mail_open ON mailbox_mail (mailbox, validity, uid) WHERE done = 0;
CREATE INDEX mailbox_mail_at ON mailbox_mail (at);
