-- The text, which is most of a row of shown, is written again only when it has changed, and
-- when a post was last spoken of is no fact any more: it changed more often than all others.
DROP TRIGGER IF EXISTS shown_post ON post;
DROP TRIGGER IF EXISTS shown_text ON item;
DROP TRIGGER IF EXISTS shown_revision ON revision;
DROP TRIGGER IF EXISTS shown_rendered ON revision;

CREATE OR REPLACE VIEW shown_post (item, place, author, marks, facts, html) AS
SELECT p.item, p.thread * 4294967296 + p.item, i.author,
	CASE WHEN p.score <> 0 OR p.down <> 0 THEN 1 ELSE 0 END + CASE i.status WHEN 'live' THEN 0 ELSE 2 END,
	p.kind || ' ' || i.status || ' ' || i.via || ' ' || r.format || ' ' || i.created || ' ' || i.edited || ' '
	|| p.score || ' ' || p.down || ' ' || p.wiki || ' ' || r.id || ' ' || (r.seq - 1) || ' ' || coalesce(i.parent, 0) || ' '
	|| coalesce((SELECT c.source FROM conversion c WHERE c.item = p.item), 0) || ' '
	|| coalesce((SELECT c.item FROM conversion c WHERE c.source = p.item), 0) || ' '
	|| (SELECT count(*) FROM suggestion s WHERE s.item = p.item AND s.state = 'open') || ' '
	|| (SELECT count(*) FROM message m WHERE m.item = p.item AND m.rule = 'subject' AND m.fate = 'posted'),
	r.html
FROM post p JOIN item i ON i.id = p.item JOIN revision r ON r.id = i.head_rev;

UPDATE shown SET facts = (SELECT s.facts FROM shown_post s WHERE s.item = shown.place % 4294967296)
	WHERE length(facts) - length(replace(facts, ' ', '')) = 16;

CREATE OR REPLACE FUNCTION shown_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND new.thread = old.thread THEN
		UPDATE shown SET (author, marks, facts) = (SELECT author, marks, facts FROM shown_post WHERE item = new.item)
			WHERE place = new.thread * 4294967296 + new.item;
		RETURN NULL;
	END IF;
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM shown WHERE place = old.thread * 4294967296 + old.item;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		INSERT INTO shown (place, author, marks, facts, html) SELECT place, author, marks, facts, html FROM shown_post WHERE item = new.item;
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION shown_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_TABLE_NAME = 'item' THEN
		UPDATE shown SET html = (SELECT html FROM revision WHERE id = new.head_rev)
			WHERE place = (SELECT thread * 4294967296 + item FROM post WHERE item = new.id);
	ELSE
		UPDATE shown SET html = new.html
			WHERE place = (SELECT p.thread * 4294967296 + p.item FROM post p JOIN item i ON i.id = p.item WHERE p.item = new.item AND i.head_rev = new.id);
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER shown_post AFTER INSERT OR UPDATE OF thread, kind, score, down, wiki OR DELETE ON post FOR EACH ROW EXECUTE FUNCTION shown_keep();
CREATE TRIGGER shown_text AFTER UPDATE OF head_rev ON item FOR EACH ROW WHEN (old.head_rev <> 0) EXECUTE FUNCTION shown_text();
CREATE TRIGGER shown_revision AFTER UPDATE OF seq, format ON revision FOR EACH ROW EXECUTE FUNCTION shown_touch();
CREATE TRIGGER shown_rendered AFTER UPDATE OF html ON revision FOR EACH ROW EXECUTE FUNCTION shown_text();
