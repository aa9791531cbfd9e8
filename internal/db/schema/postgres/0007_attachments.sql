-- Files that people send (internal/item). They are kept in the database, in parts, so that
-- one backup holds everything and a file is there exactly when its row is.

-- A content, once, however often it was sent.
CREATE TABLE blob (
	sha256  BYTEA PRIMARY KEY,
	size    BIGINT NOT NULL,
	whole   BIGINT NOT NULL DEFAULT 0, -- all its parts are there
	touched BIGINT NOT NULL            -- when somebody last sent it
);
CREATE INDEX blob_touched ON blob (touched);

CREATE TABLE blob_part (
	sha256 BYTEA NOT NULL REFERENCES blob (sha256),
	seq    BIGINT NOT NULL,
	data   BYTEA NOT NULL,
	PRIMARY KEY (sha256, seq)
);

CREATE TABLE upload (
	id      TEXT PRIMARY KEY, -- of its address: /f/ID/NAME
	owner   BIGINT NOT NULL REFERENCES account (id),
	name    TEXT NOT NULL,
	type    TEXT NOT NULL,
	size    BIGINT NOT NULL,
	width   BIGINT NOT NULL DEFAULT 0, -- 0: no image
	height  BIGINT NOT NULL DEFAULT 0,
	sha256  BYTEA NOT NULL REFERENCES blob (sha256),
	small   BYTEA REFERENCES blob (sha256), -- a large image as pages show it
	digest  BYTEA NOT NULL, -- SHA-256 of name and bytes as they were sent: sent again, they are not kept twice
	via     TEXT NOT NULL,
	created BIGINT NOT NULL
);
CREATE INDEX upload_owner ON upload (owner, created, id);
CREATE INDEX upload_created ON upload (created);
CREATE INDEX upload_sha256 ON upload (sha256);
CREATE INDEX upload_small ON upload (small) WHERE small IS NOT NULL;

-- What a file belongs to: who may see one of these, may see the file.
CREATE TABLE attachment (
	item   BIGINT NOT NULL REFERENCES item (id),
	upload TEXT NOT NULL REFERENCES upload (id),
	listed BIGINT NOT NULL DEFAULT 0, -- named below the text, which need not mention it
	PRIMARY KEY (item, upload)
);
CREATE INDEX attachment_upload ON attachment (upload);
