-- A revision says under which tags its text stood, so that a change of them can be seen,
-- joined with another one and taken back. NULL: it was not noted then.
ALTER TABLE revision ADD COLUMN tags TEXT;
UPDATE revision SET tags = coalesce((
	SELECT string_agg(g.name, ' ') FROM item_tag it JOIN tag g ON g.id = it.tag WHERE it.item = revision.item), '')
	WHERE id IN (SELECT head_rev FROM item WHERE kind <> 'post');

-- Whether anything elsewhere may link to what stands in this root: where nothing does,
-- nobody has to look. What link.dst names is an item, so the flag is never taken back.
ALTER TABLE item ADD COLUMN linked INTEGER NOT NULL DEFAULT 0;
CREATE INDEX item_linked ON item (root) WHERE linked = 1;
DROP INDEX link_dst;
CREATE INDEX link_dst ON link (dst, src) WHERE dst IS NOT NULL;
