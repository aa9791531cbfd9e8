-- What somebody has said and decided is found by them, for when two accounts become one.
CREATE INDEX me_too_account ON me_too (account);
CREATE INDEX ballot_account ON ballot (account);
CREATE INDEX suggestion_decider ON suggestion (decider) WHERE decider IS NOT NULL;
CREATE INDEX removal_by ON removal (by);
CREATE INDEX closing_by ON closing (by);
CREATE INDEX modlog_by ON modlog (by);
