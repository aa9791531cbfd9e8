-- Another address of a member: the account that mail from it had made holds nothing but
-- its name and its address any more, and both stand for the member (account).
ALTER TABLE account ADD COLUMN merged BIGINT REFERENCES account (id);
CREATE INDEX account_merged ON account (merged) WHERE merged IS NOT NULL;

-- What somebody has written and done is found by them, wherever it stands.
CREATE INDEX revision_author ON revision (author);
CREATE INDEX event_actor ON event (actor);
