-- What a page shows of a post stands in one row, beside those of its thread: the posts of a
-- thread are written over years, so that the rows they are made of lie far apart. It is a
-- copy, which the database keeps by itself: shown_post is the one place that says what it
-- holds, and whatever changes a part of that touches the post.
CREATE TABLE shown (
	place  BIGINT PRIMARY KEY, -- its thread's number, and its own in the lower 32 bits
	author BIGINT NOT NULL,
	marks  BIGINT NOT NULL, -- 1: somebody has voted; 2: it is not live
	facts  TEXT NOT NULL, -- words with a space between them
	html   TEXT NOT NULL
);

CREATE VIEW shown_post (item, place, author, marks, facts, html) AS
SELECT p.item, p.thread * 4294967296 + p.item, i.author,
	CASE WHEN p.score <> 0 OR p.down <> 0 THEN 1 ELSE 0 END + CASE i.status WHEN 'live' THEN 0 ELSE 2 END,
	p.kind || ' ' || i.status || ' ' || i.via || ' ' || r.format || ' ' || i.created || ' ' || i.edited || ' ' || p.active || ' '
	|| p.score || ' ' || p.down || ' ' || p.wiki || ' ' || r.id || ' ' || (r.seq - 1) || ' ' || coalesce(i.parent, 0) || ' '
	|| coalesce((SELECT c.source FROM conversion c WHERE c.item = p.item), 0) || ' '
	|| coalesce((SELECT c.item FROM conversion c WHERE c.source = p.item), 0) || ' '
	|| (SELECT count(*) FROM suggestion s WHERE s.item = p.item AND s.state = 'open') || ' '
	|| (SELECT count(*) FROM message m WHERE m.item = p.item AND m.rule = 'subject' AND m.fate = 'posted'),
	r.html
FROM post p JOIN item i ON i.id = p.item JOIN revision r ON r.id = i.head_rev;

-- An order of a thread's posts is read off its index.
DROP INDEX post_time;
CREATE INDEX post_time ON post (thread, created, item, kind);
DROP INDEX post_active;
CREATE INDEX post_active ON post (thread, active, item, kind);
CREATE INDEX post_note ON post (thread, below, item) WHERE below IS NOT NULL;

-- It is filled in the order of that index: to sort the texts themselves SQLite would take
-- them all into memory.
INSERT INTO shown (place, author, marks, facts, html)
	SELECT s.place, s.author, s.marks, s.facts, s.html FROM post o CROSS JOIN shown_post s WHERE s.item = o.item ORDER BY o.thread, o.created;

CREATE FUNCTION shown_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM shown WHERE place = old.thread * 4294967296 + old.item;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		INSERT INTO shown (place, author, marks, facts, html) SELECT place, author, marks, facts, html FROM shown_post WHERE item = new.item;
	END IF;
	RETURN NULL;
END $$;
CREATE FUNCTION shown_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_TABLE_NAME = 'item' THEN
		UPDATE post SET kind = kind WHERE item = new.id;
		RETURN NULL;
	END IF;
	IF TG_OP <> 'INSERT' THEN
		UPDATE post SET kind = kind WHERE item = old.item;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		UPDATE post SET kind = kind WHERE item = new.item;
	END IF;
	IF TG_TABLE_NAME = 'conversion' THEN
		IF TG_OP = 'DELETE' THEN
			UPDATE post SET kind = kind WHERE item = old.source;
		ELSE
			UPDATE post SET kind = kind WHERE item = new.source;
		END IF;
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER shown_post AFTER INSERT OR UPDATE OR DELETE ON post FOR EACH ROW EXECUTE FUNCTION shown_keep();
CREATE TRIGGER shown_item AFTER UPDATE OF author, status, via, created, edited, head_rev, parent ON item
	FOR EACH ROW WHEN (old.head_rev <> 0) EXECUTE FUNCTION shown_touch();
CREATE TRIGGER shown_revision AFTER UPDATE OF seq, format, html ON revision FOR EACH ROW EXECUTE FUNCTION shown_touch();
CREATE TRIGGER shown_converted AFTER INSERT OR DELETE ON conversion FOR EACH ROW EXECUTE FUNCTION shown_touch();
CREATE TRIGGER shown_suggested AFTER INSERT OR UPDATE OF state ON suggestion FOR EACH ROW EXECUTE FUNCTION shown_touch();
CREATE TRIGGER shown_received AFTER INSERT ON message FOR EACH ROW WHEN (new.rule = 'subject') EXECUTE FUNCTION shown_touch();
CREATE TRIGGER shown_read AFTER UPDATE OF item, rule, fate ON message
	FOR EACH ROW WHEN (new.rule = 'subject' OR old.rule = 'subject') EXECUTE FUNCTION shown_touch();
