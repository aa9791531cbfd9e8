-- A browser shows notices as long as its owner is signed in there.
ALTER TABLE push_browser ADD COLUMN session BLOB REFERENCES session (id) ON DELETE CASCADE;
CREATE INDEX push_browser_session ON push_browser (session);
