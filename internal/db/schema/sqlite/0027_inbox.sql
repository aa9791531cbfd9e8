-- The mail that came in through a door, apart from what was imported, which is most of it
-- where an archive was: each is listed by itself.
CREATE INDEX message_door ON message (id) WHERE peer <> 'import';
CREATE INDEX message_door_fate ON message (fate, id) WHERE peer <> 'import';
CREATE INDEX message_imported ON message (id) WHERE peer = 'import';
