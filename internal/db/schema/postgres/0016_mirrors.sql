-- A mirror can send what is written here to the other list as well.
ALTER TABLE mail_mirror ADD COLUMN address TEXT NOT NULL DEFAULT ''; -- where to; empty: it is read only
ALTER TABLE mail_mirror ADD COLUMN paused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mail_mirror ADD COLUMN last_in BIGINT NOT NULL DEFAULT 0;  -- when a mail of the list was last posted
ALTER TABLE mail_mirror ADD COLUMN last_out BIGINT NOT NULL DEFAULT 0; -- when one was last handed over for it
ALTER TABLE mail_mirror ADD COLUMN error TEXT NOT NULL DEFAULT '';      -- what last went wrong on the way there
ALTER TABLE mail_mirror ADD COLUMN error_at BIGINT NOT NULL DEFAULT 0;

-- What was sent to the list of a mirror: each post once, and known when it comes back.
CREATE TABLE mail_mirrored (
	item    BIGINT PRIMARY KEY REFERENCES item (id),
	space   BIGINT NOT NULL REFERENCES space (id),
	at      BIGINT NOT NULL,
	subject TEXT NOT NULL,           -- without Re: and tags, lower case
	words   BIGINT NOT NULL,        -- of its text
	digest  BYTEA NOT NULL,           -- SHA-256 of these words, with one space between them
	alias   TEXT NOT NULL DEFAULT '' -- the Message-ID that the list has given it; empty: it kept ours
);
CREATE INDEX mail_mirrored_subject ON mail_mirrored (space, subject, at);
