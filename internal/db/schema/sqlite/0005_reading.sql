-- How far people have read (the forum).

-- Everything in the thread that was written up to then, as far as pages showed it.
CREATE TABLE reading (
	account INTEGER NOT NULL REFERENCES account (id),
	thread  INTEGER NOT NULL REFERENCES item (id),
	seen    INTEGER NOT NULL, -- when the newest post that was read was written
	posts   INTEGER NOT NULL, -- how many posts the thread had then
	at      INTEGER NOT NULL,
	PRIMARY KEY (account, thread)
) STRICT, WITHOUT ROWID;

-- Who has put everything behind them that was written up to then: in a board, or in all of them.
CREATE TABLE caught_up (
	account INTEGER NOT NULL REFERENCES account (id),
	board   INTEGER NOT NULL, -- 0: all
	at      INTEGER NOT NULL,
	PRIMARY KEY (account, board)
) STRICT, WITHOUT ROWID;
