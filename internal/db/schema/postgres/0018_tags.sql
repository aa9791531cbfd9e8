-- What a tag is found by besides its name: the name in simplified characters, and how it
-- is read in pinyin; filled by the program, empty until then.
ALTER TABLE tag ADD COLUMN plain TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE tag ADD COLUMN sound TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX tag_plain ON tag (plain);
CREATE INDEX tag_sound ON tag (sound);

-- Another name of a tag: what is written under it gets the tag.
CREATE TABLE tag_alias (
	name TEXT PRIMARY KEY,
	tag  BIGINT NOT NULL REFERENCES tag (id),
	by   BIGINT NOT NULL REFERENCES account (id),
	at   BIGINT NOT NULL
);
CREATE INDEX tag_alias_tag ON tag_alias (tag);
