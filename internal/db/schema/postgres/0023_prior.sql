-- Whether who asks a question by mail is told what is like it: as they wish, and as the list does.
ALTER TABLE account ADD COLUMN prior BIGINT NOT NULL DEFAULT 1;
ALTER TABLE list ADD COLUMN prior BIGINT NOT NULL DEFAULT 1;

-- How far links were followed by a rule: those of the items above are still to come.
CREATE TABLE link_rule (
	rule TEXT COLLATE "C" PRIMARY KEY,
	src  BIGINT NOT NULL
);
