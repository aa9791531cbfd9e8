-- What a poll that is being written would ask; empty for everything else.
ALTER TABLE draft ADD COLUMN options TEXT NOT NULL DEFAULT ''; -- one on each line
ALTER TABLE draft ADD COLUMN several BIGINT NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN closes TEXT NOT NULL DEFAULT ''; -- the day, as it was typed
