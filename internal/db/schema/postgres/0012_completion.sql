-- What begins with a text is found by its bytes, whatever the language of the database.
CREATE INDEX account_display ON account (display COLLATE "C");
CREATE INDEX account_begins ON account (name_key COLLATE "C");
CREATE INDEX tag_begins ON tag (name COLLATE "C");
