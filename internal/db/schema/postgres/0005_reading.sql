-- How far people have read (the forum).

-- Everything in the thread that was written up to then, as far as pages showed it.
CREATE TABLE reading (
	account BIGINT NOT NULL REFERENCES account (id),
	thread  BIGINT NOT NULL REFERENCES item (id),
	seen    BIGINT NOT NULL, -- when the newest post that was read was written
	posts   BIGINT NOT NULL, -- how many posts the thread had then
	at      BIGINT NOT NULL,
	PRIMARY KEY (account, thread)
);

-- Who has put everything behind them that was written up to then: in a board, or in all of them.
CREATE TABLE caught_up (
	account BIGINT NOT NULL REFERENCES account (id),
	board   BIGINT NOT NULL, -- 0: all
	at      BIGINT NOT NULL,
	PRIMARY KEY (account, board)
);
