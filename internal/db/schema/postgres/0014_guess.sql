-- Mail: guesses about threads, orders by mail, and digests that wait.

-- Of a ghost: the post that named it first. It is where that post is, in whatever thread.
ALTER TABLE mail_node ADD COLUMN heard BIGINT REFERENCES item (id);

-- The posts that were put into their thread because of their subject alone.
CREATE INDEX message_guessed ON message (item) WHERE rule = 'subject';

-- How many of the orders in its first lines have been followed.
ALTER TABLE message ADD COLUMN done BIGINT NOT NULL DEFAULT 0;

-- What a digest in the queue holds: its reader may have lost the right to some of it
-- before it goes out.
CREATE TABLE digest_mail (
	outgoing BIGINT PRIMARY KEY REFERENCES outgoing (id) ON DELETE CASCADE,
	channel  TEXT NOT NULL,
	number   BIGINT NOT NULL, -- of the digest before
	posts    TEXT NOT NULL     -- ids joined by spaces, in their order
);
