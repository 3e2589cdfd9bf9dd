/**
 * All tables. A command writes few and small rows, and what it appends goes to the end of its table:
 * ledger, events and texts refer to an after-sale by its growing number (`no`), so that the rows of many
 * orders committed together share pages.
 */
const BOOKS = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE book (
  id INTEGER PRIMARY KEY,
  shop_id TEXT NOT NULL,
  order_no TEXT NOT NULL,
  platform TEXT NOT NULL,
  buyer_uid TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  chain TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
-- the order number first: it is looked for without its shop, too
CREATE UNIQUE INDEX book_by_key ON book (order_no, shop_id);
CREATE INDEX book_by_shop ON book (shop_id);
CREATE INDEX book_by_platform ON book (platform);
CREATE INDEX book_by_buyer ON book (platform, buyer_uid);

-- apart from the book, so that ordinary commands do not rewrite it
CREATE TABLE order_content (
  book_id INTEGER PRIMARY KEY REFERENCES book (id),
  content TEXT NOT NULL,
  split TEXT NOT NULL
) STRICT;

CREATE TABLE after_sale (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  book_id INTEGER NOT NULL REFERENCES book (id),
  platform TEXT NOT NULL,
  shop_id TEXT NOT NULL,
  refund_id INTEGER NOT NULL,
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  -- 1 while it is in none of completed, rejected, settled, closed, cancelled
  open INTEGER NOT NULL CHECK (open IN (0, 1)),
  -- 1 while it can change or matters to the units: those are loaded with their book
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  applied_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX after_sale_of_book ON after_sale (book_id, refund_id);
CREATE INDEX after_sale_live ON after_sale (book_id) WHERE live = 1;
-- each ends in the number: a list without a state merges those of all states, which are few
CREATE INDEX after_sale_by_shop ON after_sale (shop_id, state);
CREATE INDEX after_sale_by_platform ON after_sale (platform, state);
CREATE INDEX after_sale_by_time ON after_sale (applied_at);

-- never deleted from, so that a position never comes again
CREATE TABLE event (
  position INTEGER PRIMARY KEY,
  book_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  command_id TEXT NOT NULL,
  after_sale INTEGER,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_of_book ON event (book_id, version);
CREATE INDEX event_of_after_sale ON event (after_sale) WHERE after_sale IS NOT NULL;
-- after-sales that an event changed besides the one it names: a parcel that was stopped, a unit claimed anew
CREATE TABLE event_also (
  after_sale INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (after_sale, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE private_text (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  book_id INTEGER NOT NULL,
  after_sale INTEGER,
  kind TEXT NOT NULL,
  salt TEXT NOT NULL,
  content TEXT,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX private_text_of_after_sale ON private_text (after_sale) WHERE after_sale IS NOT NULL;
CREATE INDEX private_text_of_book ON private_text (book_id) WHERE after_sale IS NULL;

CREATE TABLE timer (
  after_sale INTEGER NOT NULL,
  timer_id TEXT NOT NULL,
  visit INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  suspended_ms INTEGER,
  PRIMARY KEY (after_sale, timer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_due ON timer (due_at) WHERE suspended_ms IS NULL;
`;

/** The largest whole number that JavaScript holds exactly: beyond it a sum would be rounded in silence. */
const LARGEST = Number.MAX_SAFE_INTEGER;

const balance = (kind: string): string => `
  limit_${kind} INTEGER NOT NULL CHECK (limit_${kind} BETWEEN 0 AND ${LARGEST}),
  reserved_${kind} INTEGER NOT NULL,
  posted_${kind} INTEGER NOT NULL,`;
const limits = (kind: string): string => `
  CONSTRAINT ${kind} CHECK (reserved_${kind} >= 0 AND posted_${kind} >= 0 AND reserved_${kind} + posted_${kind} <= limit_${kind})`;

const LEDGER = `
CREATE TABLE cap (
  book_id INTEGER NOT NULL REFERENCES book (id),
  key TEXT NOT NULL,${balance('net')}${balance('tax')}${balance('units')}
  PRIMARY KEY (book_id, key),${limits('net')},${limits('tax')},${limits('units')}
) STRICT, WITHOUT ROWID;

CREATE TABLE transfer (
  id INTEGER PRIMARY KEY,
  book_id INTEGER NOT NULL,
  no INTEGER NOT NULL,
  after_sale INTEGER,
  decision_no INTEGER,
  phase TEXT NOT NULL CHECK (phase IN ('pending', 'post', 'void', 'direct')),
  settles INTEGER,
  debit TEXT NOT NULL,
  credit TEXT NOT NULL,
  net INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  CHECK ((settles IS NOT NULL) = (phase IN ('post', 'void')))
) STRICT;
CREATE INDEX transfer_of_after_sale ON transfer (after_sale) WHERE after_sale IS NOT NULL;
CREATE INDEX transfer_of_book ON transfer (book_id) WHERE after_sale IS NULL;

CREATE TABLE payout (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  book_id INTEGER NOT NULL,
  after_sale INTEGER,
  state TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  updated_at INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX payout_of_after_sale ON payout (after_sale) WHERE after_sale IS NOT NULL;
CREATE INDEX payout_of_book ON payout (book_id) WHERE after_sale IS NULL;
CREATE INDEX payout_open ON payout (book_id) WHERE state NOT IN ('paid', 'dropped');
CREATE INDEX payout_in_doubt ON payout (state, updated_at) WHERE state NOT IN ('paid', 'dropped');
`;

const WORK = `
CREATE TABLE answer (
  id INTEGER PRIMARY KEY,
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  book_id INTEGER,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  version INTEGER,
  at INTEGER NOT NULL,
  UNIQUE (caller, key)
) STRICT;

-- one row for all that a commit wants to happen; keyed by the event, whose numbers never come again
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY,
  book_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  effects TEXT NOT NULL
) STRICT;

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  topic TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'dead')),
  -- when it is due (ready), when its lease ends (leased), when it died (dead)
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  token TEXT,
  error TEXT,
  run_after INTEGER NOT NULL
) STRICT;
CREATE INDEX job_due ON job (topic, due_at) WHERE state <> 'dead';
CREATE INDEX job_dead ON job (id) WHERE state = 'dead';
CREATE INDEX job_failed ON job (id) WHERE error IS NOT NULL;

CREATE TABLE template (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  published_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE evidence (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  caller TEXT NOT NULL,
  kind TEXT NOT NULL,
  media_type TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  at INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
`;

/** One step from the schema version before to `version`. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** All steps from an empty file to the newest schema, oldest first. A released step is never changed. */
export const MIGRATIONS: readonly Migration[] = [{ version: 1, sql: BOOKS + LEDGER + WORK }];

/** Marks a file as ours (`RDRS`), so that another program's database is not taken for an empty one. */
export const APPLICATION_ID = 0x52445253;
