-- Bank cards: their bindings step by step, the bound ones, and the codes that their banks are asked for.
-- No column here holds a card's number, a document's, a whole phone number or a code.

-- Times of the last day at which a code was sent, one after the other with a blank between.
ALTER TABLE accounts ADD COLUMN codes_sent TEXT;

CREATE TABLE bindings (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  begun_at TEXT NOT NULL,
  terms TEXT,
  bank TEXT,
  card_kind TEXT CHECK (card_kind IN ('debit', 'credit', 'prepaid')),
  bin TEXT,
  last_four TEXT,
  phone TEXT,
  card_hash BLOB CHECK (length(card_hash) = 32),
  opening TEXT,
  code_sent_at TEXT,
  refused_at TEXT,
  causes TEXT CHECK ((causes IS NULL) = (refused_at IS NULL)),
  state TEXT NOT NULL CHECK (state IN ('terms', 'card_details', 'sms_code', 'sending', 'opening', 'bound', 'abandoned')),
  state_at TEXT NOT NULL,
  CHECK ((bank IS NULL) = (card_hash IS NULL)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bindings_by_opening ON bindings (shard, opening) WHERE opening IS NOT NULL;

CREATE TABLE cards (
  shard INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  bank TEXT NOT NULL,
  card_kind TEXT NOT NULL CHECK (card_kind IN ('debit', 'credit', 'prepaid')),
  bin TEXT NOT NULL,
  last_four TEXT NOT NULL CHECK (length(last_four) = 4),
  phone TEXT NOT NULL,
  card_hash BLOB NOT NULL CHECK (length(card_hash) = 32),
  token TEXT NOT NULL,
  token_ends_at TEXT,
  opening TEXT NOT NULL,
  bound_at TEXT NOT NULL,
  last_good_use TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('bound', 'switched_off', 'stale', 'unbinding', 'unbound')),
  state_at TEXT CHECK ((state = 'bound') = (state_at IS NULL)),
  PRIMARY KEY (shard, instrument)
) STRICT, WITHOUT ROWID;

-- The bank's code that a leg waits for; `code_asked_at` is kept as long as its sendings count.
ALTER TABLE legs ADD COLUMN code_attempt TEXT;
ALTER TABLE legs ADD COLUMN code_instrument TEXT;
ALTER TABLE legs ADD COLUMN code_asked_at TEXT;
ALTER TABLE legs ADD COLUMN code_answered INTEGER;
ALTER TABLE legs ADD COLUMN codes_sent TEXT;

-- SQLite cannot change a CHECK, so the tables are made anew.
CREATE TABLE instruments_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('wallet', 'mandate', 'confirmed', 'card')),
  mandate TEXT CHECK ((kind = 'mandate') = (mandate IS NOT NULL)),
  channel TEXT CHECK ((kind = 'confirmed') = (channel IS NOT NULL)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
INSERT INTO instruments_anew (shard, id, account, kind, mandate, channel)
SELECT shard, id, account, kind, mandate, channel FROM instruments;
DROP TABLE instruments;
ALTER TABLE instruments_anew RENAME TO instruments;
CREATE INDEX instruments_of_account ON instruments (shard, account);
CREATE UNIQUE INDEX one_confirmed_per_channel ON instruments (shard, account, channel) WHERE kind = 'confirmed';

CREATE TABLE attempts_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  payment TEXT NOT NULL,
  leg INTEGER NOT NULL,
  number INTEGER NOT NULL,
  channel TEXT NOT NULL,
  instrument TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  permission TEXT NOT NULL CHECK (permission IN ('mandate', 'channel_page', 'payment_code', 'token')),
  agreement_no TEXT CHECK ((permission = 'mandate') = (agreement_no IS NOT NULL)),
  submitted_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('submitted', 'succeeded', 'declined', 'closed', 'returning', 'returned')),
  state_at TEXT,
  last_contact TEXT,
  cancelled_at TEXT,
  code TEXT,
  message TEXT,
  told_at TEXT,
  closed_by TEXT,
  trade_no TEXT,
  refund TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
INSERT INTO attempts_anew (shard, id, payment, leg, number, channel, instrument, amount, currency, permission, agreement_no,
  submitted_at, expires_at, state, state_at, last_contact, cancelled_at, code, message, told_at, closed_by, trade_no, refund)
SELECT shard, id, payment, leg, number, channel, instrument, amount, currency, permission, agreement_no,
  submitted_at, expires_at, state, state_at, last_contact, cancelled_at, code, message, told_at, closed_by, trade_no, refund
FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_anew RENAME TO attempts;
CREATE INDEX attempts_of_payment ON attempts (shard, payment, leg, number);
CREATE UNIQUE INDEX one_success_per_leg ON attempts (shard, payment, leg) WHERE state = 'succeeded';
CREATE UNIQUE INDEX one_undecided_per_leg ON attempts (shard, payment, leg) WHERE state = 'submitted';

-- A job without a payment may also be about a binding or an instrument.
CREATE TABLE jobs_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token')),
  payment TEXT CHECK ((payment IS NULL) = (subject IS NOT NULL)),
  attempt TEXT CHECK ((attempt IS NULL) = (subject IS NOT NULL)),
  refund TEXT,
  subject TEXT CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token'))),
  run_at TEXT NOT NULL,
  tries INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  lease_owner TEXT,
  lease_until TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
INSERT INTO jobs_anew (shard, id, kind, payment, attempt, refund, subject, run_at, tries, fence, lease_owner, lease_until)
SELECT shard, id, kind, payment, attempt, refund, subject, run_at, tries, fence, lease_owner, lease_until FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_anew RENAME TO jobs;
CREATE INDEX jobs_by_time ON jobs (run_at);
