-- What a tag is found by besides its name: the name in simplified characters, and how it
-- is read in pinyin; filled by the program, empty until then.
ALTER TABLE tag ADD COLUMN plain TEXT NOT NULL DEFAULT '';
ALTER TABLE tag ADD COLUMN sound TEXT NOT NULL DEFAULT '';
CREATE INDEX tag_plain ON tag (plain);
CREATE INDEX tag_sound ON tag (sound);

-- Another name of a tag: what is written under it gets the tag.
CREATE TABLE tag_alias (
	name TEXT PRIMARY KEY,
	tag  INTEGER NOT NULL REFERENCES tag (id),
	by   INTEGER NOT NULL REFERENCES account (id),
	at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_alias_tag ON tag_alias (tag);
