-- Everything that a payment needs, in plain tables that a person can read.
--
-- Ids and times are text (times in UTC with nine decimals, so that they sort); amounts are integers in minor
-- units beside their currency. Whatever belongs to a payer begins with the payer's shard.

CREATE TABLE accounts (
  shard INTEGER NOT NULL CHECK (shard BETWEEN 0 AND 99),
  id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'restricted', 'frozen')),
  case_id TEXT,
  case_since TEXT,
  case_reason TEXT,
  case_until TEXT,
  unfreeze_requested_at TEXT,
  opened_at TEXT NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE instruments (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('wallet', 'mandate')),
  mandate TEXT CHECK ((kind = 'mandate') = (mandate IS NOT NULL)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX instruments_of_account ON instruments (shard, account);

CREATE TABLE mandates (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('signing', 'active', 'revoked', 'expired')),
  agreement_no TEXT,
  since TEXT,
  expires_at TEXT,
  revoked_by TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE limit_uses (
  shard INTEGER NOT NULL,
  account TEXT NOT NULL,
  product TEXT NOT NULL,
  span TEXT NOT NULL CHECK (span IN ('day', 'month')),
  starts_on TEXT NOT NULL,
  used INTEGER NOT NULL CHECK (used >= 0),
  currency TEXT NOT NULL,
  PRIMARY KEY (shard, account, product, span, starts_on)
) STRICT, WITHOUT ROWID;

CREATE TABLE observations (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  cause TEXT NOT NULL,
  confidence TEXT NOT NULL,
  channel TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  told_at TEXT NOT NULL,
  clears_by TEXT NOT NULL CHECK (clears_by IN ('payer_says_done', 'new_binding', 'time')),
  clears_at TEXT CHECK ((clears_by = 'time') = (clears_at IS NOT NULL)),
  cleared_at TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_observations ON observations (shard, account) WHERE cleared_at IS NULL;

CREATE TABLE incidents (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  scope TEXT NOT NULL,
  source TEXT NOT NULL,
  code TEXT NOT NULL,
  since TEXT NOT NULL,
  expected_end TEXT,
  ended_at TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_incidents ON incidents (since) WHERE ended_at IS NULL;

CREATE TABLE merchants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  role TEXT NOT NULL CHECK (role IN ('merchant', 'staff')),
  merchant TEXT CHECK ((role = 'merchant') = (merchant IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('link', 'signed_in')),
  used_at TEXT,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A claim lives on the shard of its own hash: it is found before the payer is known.
CREATE TABLE claims (
  shard INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('order', 'idempotency')),
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
  account TEXT NOT NULL,
  payment TEXT NOT NULL,
  claimed_at TEXT NOT NULL,
  answer TEXT,
  asked_again_at TEXT,
  PRIMARY KEY (shard, kind, owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_of_payment ON claims (payment);

CREATE TABLE payments (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  merchant TEXT NOT NULL,
  order_no TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('processing', 'succeeded', 'refused', 'closed')),
  state_at TEXT NOT NULL,
  refusal TEXT CHECK ((state = 'refused') = (refusal IS NOT NULL)),
  created_at TEXT NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_payment_per_order ON payments (merchant, order_no);

CREATE TABLE legs (
  shard INTEGER NOT NULL,
  payment TEXT NOT NULL,
  number INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('unpaid', 'submitted', 'captured')),
  captured_at TEXT,
  counted_product TEXT,
  counted_at TEXT,
  PRIMARY KEY (shard, payment, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  payment TEXT NOT NULL,
  leg INTEGER NOT NULL,
  number INTEGER NOT NULL,
  channel TEXT NOT NULL,
  instrument TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  agreement_no TEXT NOT NULL,
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
CREATE INDEX attempts_of_payment ON attempts (shard, payment, leg, number);
CREATE UNIQUE INDEX one_success_per_leg ON attempts (shard, payment, leg) WHERE state = 'succeeded';
CREATE UNIQUE INDEX one_undecided_per_leg ON attempts (shard, payment, leg) WHERE state = 'submitted';

CREATE TABLE ledger_transactions (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  payment TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_transactions_of_payment ON ledger_transactions (shard, payment);

CREATE TABLE ledger_entries (
  shard INTEGER NOT NULL,
  ledger_transaction TEXT NOT NULL,
  number INTEGER NOT NULL,
  ledger_account TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('debit', 'credit')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  PRIMARY KEY (shard, ledger_transaction, number)
) STRICT, WITHOUT ROWID;

-- A balance grows on its own side. `has_floor` marks those that may never be below nothing.
CREATE TABLE balances (
  shard INTEGER NOT NULL,
  ledger_account TEXT NOT NULL,
  currency TEXT NOT NULL,
  normal_side TEXT NOT NULL CHECK (normal_side IN ('debit', 'credit')),
  has_floor INTEGER NOT NULL CHECK (has_floor IN (0, 1)),
  balance INTEGER NOT NULL CHECK (has_floor = 0 OR balance >= 0),
  PRIMARY KEY (shard, ledger_account, currency)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_transactions_stay BEFORE UPDATE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the books are never changed'); END;
CREATE TRIGGER ledger_transactions_remain BEFORE DELETE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the books are never changed'); END;
CREATE TRIGGER ledger_entries_stay BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the books are never changed'); END;
CREATE TRIGGER ledger_entries_remain BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the books are never changed'); END;

-- REPLACE deletes without asking the triggers above, so it is stopped where it begins.
CREATE TRIGGER ledger_transactions_are_new BEFORE INSERT ON ledger_transactions
WHEN EXISTS (SELECT 1 FROM ledger_transactions WHERE shard = NEW.shard AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the books are never changed'); END;
CREATE TRIGGER ledger_entries_are_new BEFORE INSERT ON ledger_entries
WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE shard = NEW.shard AND ledger_transaction = NEW.ledger_transaction AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'the books are never changed'); END;

CREATE TABLE jobs (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success')),
  payment TEXT NOT NULL,
  attempt TEXT NOT NULL,
  refund TEXT,
  run_at TEXT NOT NULL,
  tries INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  lease_owner TEXT,
  lease_until TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_time ON jobs (run_at);
