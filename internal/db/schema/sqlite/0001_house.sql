-- The house as it was first built. Times are milliseconds since 1970, UTC; 0 or NULL means never.
-- A statement here reads the same in postgres/0001_house.sql but for the types.
-- An index holds the id of its row anyway, which PostgreSQL has to be told.

-- The site itself: one row.
CREATE TABLE site (
	id      INTEGER PRIMARY KEY CHECK (id = 1),
	title   TEXT NOT NULL,
	secret  BLOB NOT NULL, -- key of every keyed hash that needs no row of its own
	created INTEGER NOT NULL
) STRICT;

-- People (account).
CREATE TABLE account (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	name      TEXT NOT NULL,        -- the handle: /u/NAME
	name_key  TEXT NOT NULL UNIQUE, -- NFKC, case folded, confusable letters made equal
	display   TEXT NOT NULL,
	email     TEXT,                 -- NULL: none known
	email_key TEXT UNIQUE,
	status    TEXT NOT NULL CHECK (status IN ('waiting', 'active', 'shadow', 'suspended')),
	role      TEXT NOT NULL CHECK (role IN ('member', 'moderator', 'administrator')),
	password  TEXT NOT NULL DEFAULT '', -- argon2id in PHC form; empty: cannot sign in with one
	lang      TEXT NOT NULL DEFAULT '',
	reply_key BLOB NOT NULL,        -- key of this person's reply addresses; changed with the password
	unread    INTEGER NOT NULL DEFAULT 0,
	unreachable INTEGER NOT NULL DEFAULT 0, -- since when mail to the address has come back too often
	created   INTEGER NOT NULL,
	seen      INTEGER NOT NULL DEFAULT 0,
	away      INTEGER NOT NULL DEFAULT 0, -- no mail from the boards until then
	plain     INTEGER NOT NULL DEFAULT 0  -- digests as one plain text (RFC 1153), not as MIME
) STRICT;

CREATE TABLE session (
	id      BLOB PRIMARY KEY, -- SHA-256 of the cookie
	account INTEGER NOT NULL REFERENCES account (id),
	csrf    TEXT NOT NULL,
	agent   TEXT NOT NULL,
	address TEXT NOT NULL,
	created INTEGER NOT NULL,
	seen    INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account);

-- One-time tokens (confirm, reset, address, setup) and API tokens (api).
CREATE TABLE token (
	hash    BLOB PRIMARY KEY,
	account INTEGER REFERENCES account (id),
	purpose TEXT NOT NULL,
	detail  TEXT NOT NULL, -- the address it is bound to, or the scopes of an API token
	label   TEXT NOT NULL DEFAULT '',
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_account ON token (account, purpose);

-- The spine (internal/item).
CREATE TABLE space (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	kind         TEXT NOT NULL CHECK (kind IN ('board', 'wiki', 'blog')),
	slug         TEXT NOT NULL,
	title        TEXT NOT NULL,
	description  TEXT NOT NULL DEFAULT '',
	list         TEXT UNIQUE,              -- local part of the mailing list's address, lower case
	may_read     INTEGER NOT NULL DEFAULT 0, -- 0 everyone, 1 members, 2 staff, from 10 on a group: account.Audience
	may_post     INTEGER NOT NULL DEFAULT 1,
	may_moderate INTEGER NOT NULL DEFAULT 2,
	archived     INTEGER NOT NULL DEFAULT 0, -- since when nothing is added
	owner        INTEGER REFERENCES account (id),
	rest         INTEGER NOT NULL DEFAULT 0, -- days without a post after which a thread is an archive; 0: never
	position     INTEGER NOT NULL DEFAULT 0,
	patience     INTEGER NOT NULL DEFAULT 15, -- days that a question waits for its asker; 0: for ever
	threads      INTEGER NOT NULL DEFAULT 0,
	last_at      INTEGER NOT NULL DEFAULT 0,
	created      INTEGER NOT NULL,
	UNIQUE (kind, slug)
) STRICT;

CREATE TABLE item (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	kind     TEXT NOT NULL CHECK (kind IN ('thread', 'post', 'page', 'article')),
	space    INTEGER NOT NULL REFERENCES space (id),
	author   INTEGER NOT NULL REFERENCES account (id),
	lang     TEXT NOT NULL DEFAULT '',
	title    TEXT NOT NULL DEFAULT '',
	slug     TEXT NOT NULL DEFAULT '',
	status   TEXT NOT NULL CHECK (status IN ('live', 'draft', 'held', 'deleted')),
	via      TEXT NOT NULL CHECK (via IN ('web', 'mail', 'api', 'cli', 'import')),
	created  INTEGER NOT NULL,
	edited   INTEGER NOT NULL DEFAULT 0, -- 0: never changed since it was written
	head_rev INTEGER NOT NULL DEFAULT 0,
	parent   INTEGER REFERENCES item (id),
	root     INTEGER NOT NULL DEFAULT 0, -- itself where it is a root
	about    INTEGER REFERENCES item (id)
) STRICT;
CREATE INDEX item_author ON item (author, created);
CREATE INDEX item_author_thread ON item (kind, author, created) WHERE kind = 'thread';
CREATE INDEX item_recent ON item (created);
CREATE INDEX item_parent ON item (parent) WHERE parent IS NOT NULL;
CREATE INDEX item_about ON item (about) WHERE about IS NOT NULL;
CREATE INDEX item_space ON item (space, created);

CREATE TABLE revision (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	item    INTEGER NOT NULL REFERENCES item (id),
	seq     INTEGER NOT NULL,
	base    INTEGER NOT NULL DEFAULT 0, -- the revision its author had before their eyes
	author  INTEGER NOT NULL REFERENCES account (id),
	at      INTEGER NOT NULL,
	title   TEXT NOT NULL,
	format  TEXT NOT NULL CHECK (format IN ('markdown', 'text')),
	source  TEXT NOT NULL,
	html    TEXT NOT NULL,
	digest  BLOB NOT NULL, -- SHA-256 of title and source: integrity_check does not see a flipped bit
	summary TEXT NOT NULL DEFAULT '',
	minor   INTEGER NOT NULL DEFAULT 0,
	via     TEXT NOT NULL,
	UNIQUE (item, seq)
) STRICT;

-- Who took an item out of sight, and why; gone again when it is restored.
CREATE TABLE removal (
	item INTEGER PRIMARY KEY REFERENCES item (id),
	by   INTEGER NOT NULL REFERENCES account (id),
	at   INTEGER NOT NULL,
	why  TEXT NOT NULL
) STRICT;

CREATE TABLE slug_history (
	space INTEGER NOT NULL REFERENCES space (id),
	slug  TEXT NOT NULL,
	item  INTEGER NOT NULL REFERENCES item (id),
	PRIMARY KEY (space, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
	src     INTEGER NOT NULL REFERENCES item (id),
	kind    TEXT NOT NULL,
	dst_key TEXT NOT NULL,
	dst     INTEGER REFERENCES item (id),
	PRIMARY KEY (src, kind, dst_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_key ON link (kind, dst_key);
CREATE INDEX link_dst ON link (dst) WHERE dst IS NOT NULL;

CREATE TABLE tag (
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	name  TEXT NOT NULL UNIQUE,
	items INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE item_tag (
	tag  INTEGER NOT NULL REFERENCES tag (id),
	item INTEGER NOT NULL REFERENCES item (id),
	PRIMARY KEY (tag, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_tag_item ON item_tag (item);

CREATE TABLE subscription (
	target    TEXT NOT NULL CHECK (target IN ('board', 'thread', 'tag', 'wiki', 'user')),
	target_id INTEGER NOT NULL,
	account   INTEGER NOT NULL REFERENCES account (id),
	level     TEXT NOT NULL CHECK (level IN ('watch', 'follow', 'normal', 'mute')),
	channel   TEXT NOT NULL CHECK (channel IN ('mail', 'daily', 'weekly', 'web')),
	created   INTEGER NOT NULL,
	PRIMARY KEY (target, target_id, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_account ON subscription (account);

CREATE TABLE event (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT,
	at       INTEGER NOT NULL,
	actor    INTEGER NOT NULL REFERENCES account (id),
	verb     TEXT NOT NULL,
	item     INTEGER NOT NULL REFERENCES item (id),
	revision INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE notification (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	account INTEGER NOT NULL REFERENCES account (id),
	event   INTEGER NOT NULL REFERENCES event (seq),
	reasons TEXT NOT NULL, -- words joined by commas: reply, watch, mention
	at      INTEGER NOT NULL,
	read    INTEGER NOT NULL DEFAULT 0,
	UNIQUE (event, account)
) STRICT;
CREATE INDEX notification_account ON notification (account, id);

-- What a program's request has made: sent again within a day, it is not made twice.
CREATE TABLE once (
	account INTEGER NOT NULL REFERENCES account (id),
	key     TEXT NOT NULL, -- the program's own name for the request
	digest  BLOB NOT NULL, -- SHA-256 of the request
	item    INTEGER NOT NULL REFERENCES item (id),
	at      INTEGER NOT NULL,
	PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_at ON once (account, at);

-- What an importer has brought in: the same thing is recognised the next time.
CREATE TABLE origin (
	source TEXT NOT NULL, -- e.g. stackexchange:beer.stackexchange.com
	key    TEXT NOT NULL, -- e.g. post:17, user:4
	target INTEGER NOT NULL,
	digest BLOB NOT NULL,
	PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- Durable work (internal/job).
CREATE TABLE job (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	kind     TEXT NOT NULL,
	payload  TEXT NOT NULL,
	due      INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	state    TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'failed')),
	error    TEXT NOT NULL DEFAULT '',
	created  INTEGER NOT NULL
) STRICT;
CREATE INDEX job_due ON job (state, kind, due, id);

-- The forum.
CREATE TABLE thread (
	item      INTEGER PRIMARY KEY REFERENCES item (id),
	board     INTEGER NOT NULL REFERENCES space (id),
	kind      TEXT NOT NULL CHECK (kind IN ('question', 'discussion', 'announcement', 'poll')),
	state     TEXT NOT NULL DEFAULT 'open' CHECK (state IN
		('open', 'needinfo', 'answered', 'solved', 'expired', 'invalid', 'duplicate', 'closed', 'deleted')),
	tags      TEXT NOT NULL DEFAULT '', -- names joined by spaces, so that a list needs no query per row
	created   INTEGER NOT NULL,
	score     INTEGER NOT NULL DEFAULT 0,
	posts     INTEGER NOT NULL DEFAULT 1,
	answers   INTEGER NOT NULL DEFAULT 0,
	helped    INTEGER NOT NULL DEFAULT 0, -- answers by others than the asker
	lang      TEXT    NOT NULL DEFAULT '', -- of its first post, for the lists
	accepted  INTEGER REFERENCES item (id),
	last_at   INTEGER NOT NULL,
	last_by   INTEGER NOT NULL REFERENCES account (id),
	last_post INTEGER NOT NULL REFERENCES item (id),
	last_via  TEXT NOT NULL,
	locked    INTEGER NOT NULL DEFAULT 0,
	pinned    INTEGER NOT NULL DEFAULT 0, -- its place above the board's list; 0: none
	slow      INTEGER NOT NULL DEFAULT 0, -- minutes between two posts of one person
	rest      INTEGER NOT NULL DEFAULT 0, -- days without a post after which it is an archive; 0: as its board says, -1: never
	merged    INTEGER REFERENCES item (id) -- the thread that took over its posts
) STRICT;
-- Each order that a list offers has its index; the plan test of the forum says so.
CREATE INDEX thread_active ON thread (last_at) WHERE state <> 'deleted';
CREATE INDEX thread_new ON thread (created) WHERE state <> 'deleted';
CREATE INDEX thread_score ON thread (score) WHERE state <> 'deleted';
CREATE INDEX thread_unanswered ON thread (created) WHERE kind = 'question' AND helped = 0 AND state IN ('open', 'answered');
CREATE INDEX thread_unaccepted ON thread (created) WHERE kind = 'question' AND state IN ('open', 'answered');
CREATE INDEX thread_waiting ON thread (created) WHERE kind = 'question' AND state = 'needinfo';
CREATE INDEX thread_kind_active ON thread (kind, last_at) WHERE state <> 'deleted';
CREATE INDEX thread_kind_new ON thread (kind, created) WHERE state <> 'deleted';
CREATE INDEX thread_kind_score ON thread (kind, score) WHERE state <> 'deleted';
CREATE INDEX thread_board_active ON thread (board, last_at) WHERE state <> 'deleted';
CREATE INDEX thread_board_new ON thread (board, created) WHERE state <> 'deleted';
CREATE INDEX thread_board_score ON thread (board, score) WHERE state <> 'deleted';
CREATE INDEX thread_board_unanswered ON thread (board, created) WHERE kind = 'question' AND helped = 0 AND state IN ('open', 'answered');
CREATE INDEX thread_board_unaccepted ON thread (board, created) WHERE kind = 'question' AND state IN ('open', 'answered');
CREATE INDEX thread_board_waiting ON thread (board, created) WHERE kind = 'question' AND state = 'needinfo';
CREATE INDEX thread_merged ON thread (merged) WHERE merged IS NOT NULL;
CREATE INDEX thread_pinned ON thread (board, pinned) WHERE pinned > 0;

-- What a tag's lists are ordered by, said again beside the tag: without it a list would
-- sort everything under the tag, or look through every thread for a rare one.
CREATE TABLE thread_tag (
	tag     INTEGER NOT NULL REFERENCES tag (id),
	thread  INTEGER NOT NULL REFERENCES thread (item),
	created INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	score   INTEGER NOT NULL,
	PRIMARY KEY (tag, thread)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_tag_active ON thread_tag (tag, last_at, thread);
CREATE INDEX thread_tag_new ON thread_tag (tag, created, thread);
CREATE INDEX thread_tag_score ON thread_tag (tag, score, thread);

CREATE TABLE post (
	item    INTEGER PRIMARY KEY REFERENCES item (id),
	thread  INTEGER NOT NULL REFERENCES item (id),
	below   INTEGER REFERENCES item (id), -- the post that a comment stands below
	kind    TEXT NOT NULL CHECK (kind IN ('question', 'discussion', 'answer', 'comment', 'reply')),
	created INTEGER NOT NULL,
	active  INTEGER NOT NULL DEFAULT 0, -- when it was written, edited or last commented on
	score   INTEGER NOT NULL DEFAULT 0,
	up      INTEGER NOT NULL DEFAULT 0,
	down    INTEGER NOT NULL DEFAULT 0,
	wiki    INTEGER NOT NULL DEFAULT 0 -- 1: it is everybody's to improve
) STRICT;
CREATE INDEX post_time ON post (thread, created);
CREATE INDEX post_active ON post (thread, active);
CREATE INDEX post_score ON post (thread, score DESC, item) WHERE kind = 'answer';
CREATE INDEX post_below ON post (below, created) WHERE below IS NOT NULL;

CREATE TABLE vote (
	account INTEGER NOT NULL REFERENCES account (id),
	item    INTEGER NOT NULL REFERENCES item (id),
	value   INTEGER NOT NULL CHECK (value IN (-1, 1)),
	at      INTEGER NOT NULL,
	reason  TEXT NOT NULL DEFAULT '', -- of a vote down: a word of forum.Reasons
	note    TEXT NOT NULL DEFAULT '', -- and what the voter added
	PRIMARY KEY (account, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_day ON vote (account, at);
CREATE INDEX vote_down ON vote (item, at) WHERE value < 0;

-- Wiki and blogs.
CREATE TABLE wiki_page (
	item    INTEGER PRIMARY KEY REFERENCES item (id),
	title   TEXT NOT NULL UNIQUE, -- normalised: markdown.Title
	changed INTEGER NOT NULL           -- when its newest revision was saved
) STRICT;
CREATE INDEX wiki_page_changed ON wiki_page (changed, item);

CREATE TABLE article (
	item      INTEGER PRIMARY KEY REFERENCES item (id),
	author    INTEGER NOT NULL REFERENCES account (id),
	slug      TEXT NOT NULL,
	published INTEGER NOT NULL, -- 0 while it is a draft
	UNIQUE (author, slug)
) STRICT;
CREATE INDEX article_published ON article (published, item);
CREATE INDEX article_author ON article (author, published, item);

-- The gateway (mail).
CREATE TABLE message (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	message_id TEXT NOT NULL,
	digest     BLOB NOT NULL, -- SHA-256 of sender and text; of the raw mail until it is read
	space      INTEGER REFERENCES space (id),
	item       INTEGER REFERENCES item (id),
	account    INTEGER REFERENCES account (id),
	fate       TEXT NOT NULL CHECK (fate IN ('received', 'posted', 'known', 'held', 'refused', 'dropped', 'command', 'report')),
	rule       TEXT NOT NULL DEFAULT '', -- how its thread was found
	proof      TEXT NOT NULL DEFAULT '', -- why its sender was believed
	reason     TEXT NOT NULL DEFAULT '', -- why it was held, refused or dropped
	deaths     INTEGER NOT NULL DEFAULT 0, -- of its reader, while it read nothing else
	mail_from  TEXT NOT NULL,
	rcpt_to    TEXT NOT NULL,
	peer       TEXT NOT NULL DEFAULT '', -- who handed it in: an address, "import", "pipe"
	raw        BLOB NOT NULL,            -- zstd
	received   INTEGER NOT NULL
) STRICT;
CREATE INDEX message_mid ON message (message_id);
CREATE INDEX message_item ON message (item) WHERE item IS NOT NULL;
CREATE INDEX message_fate ON message (fate, id);

-- Threading: every message id that a list has seen or heard of, and the thread it belongs to.
CREATE TABLE mail_node (
	space  INTEGER NOT NULL REFERENCES space (id),
	mid    TEXT NOT NULL,
	thread INTEGER NOT NULL REFERENCES item (id),
	item   INTEGER REFERENCES item (id), -- NULL: a ghost, heard of only
	PRIMARY KEY (space, mid)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_node_thread ON mail_node (thread);
CREATE INDEX mail_node_item ON mail_node (item) WHERE item IS NOT NULL;

-- The letters that mails have caused today: one a day about the same to the same.
CREATE TABLE mail_answer (
	day   INTEGER NOT NULL, -- since 1970, UTC
	who   TEXT NOT NULL, -- an address, or the network that the mails came from
	about TEXT NOT NULL,
	n     INTEGER NOT NULL,
	PRIMARY KEY (day, who, about)
) STRICT, WITHOUT ROWID;

CREATE TABLE outgoing (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	account  INTEGER REFERENCES account (id),
	event    INTEGER REFERENCES event (seq), -- NULL for a letter
	item     INTEGER REFERENCES item (id),
	address  TEXT NOT NULL DEFAULT '',       -- a letter's recipient; a post goes to the account's address of the day
	letter   TEXT NOT NULL DEFAULT '',       -- the whole message of a letter
	state    TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'kept')),
	attempts INTEGER NOT NULL DEFAULT 0,
	due      INTEGER NOT NULL,
	error    TEXT NOT NULL DEFAULT '',
	created  INTEGER NOT NULL,
	UNIQUE (event, account)
) STRICT;
CREATE INDEX outgoing_due ON outgoing (state, due, id);

-- The search index (internal/search): text cut into tokens by our own analyzer.
CREATE VIRTUAL TABLE search USING fts5 (title, body, content='', contentless_delete=1, tokenize="ascii tokenchars '_+#'");
