-- Files that people send (internal/item). They are kept in the database, in parts, so that
-- one backup holds everything and a file is there exactly when its row is.

-- A content, once, however often it was sent.
CREATE TABLE blob (
	sha256  BLOB PRIMARY KEY,
	size    INTEGER NOT NULL,
	whole   INTEGER NOT NULL DEFAULT 0, -- all its parts are there
	touched INTEGER NOT NULL            -- when somebody last sent it
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_touched ON blob (touched);

CREATE TABLE blob_part (
	sha256 BLOB NOT NULL REFERENCES blob (sha256),
	seq    INTEGER NOT NULL,
	data   BLOB NOT NULL,
	PRIMARY KEY (sha256, seq)
) STRICT;

CREATE TABLE upload (
	id      TEXT PRIMARY KEY, -- of its address: /f/ID/NAME
	owner   INTEGER NOT NULL REFERENCES account (id),
	name    TEXT NOT NULL,
	type    TEXT NOT NULL,
	size    INTEGER NOT NULL,
	width   INTEGER NOT NULL DEFAULT 0, -- 0: no image
	height  INTEGER NOT NULL DEFAULT 0,
	sha256  BLOB NOT NULL REFERENCES blob (sha256),
	small   BLOB REFERENCES blob (sha256), -- a large image as pages show it
	digest  BLOB NOT NULL, -- SHA-256 of name and bytes as they were sent: sent again, they are not kept twice
	via     TEXT NOT NULL,
	created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_owner ON upload (owner, created, id);
CREATE INDEX upload_created ON upload (created);
CREATE INDEX upload_sha256 ON upload (sha256);
CREATE INDEX upload_small ON upload (small) WHERE small IS NOT NULL;

-- What a file belongs to: who may see one of these, may see the file.
CREATE TABLE attachment (
	item   INTEGER NOT NULL REFERENCES item (id),
	upload TEXT NOT NULL REFERENCES upload (id),
	listed INTEGER NOT NULL DEFAULT 0, -- named below the text, which need not mention it
	PRIMARY KEY (item, upload)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_upload ON attachment (upload);
