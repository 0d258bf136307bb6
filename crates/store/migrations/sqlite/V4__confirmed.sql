-- Accounts at a channel whose holder confirms each payment there, and by what the payer permits an attempt.

-- SQLite cannot change a CHECK, so the tables are made anew.
CREATE TABLE instruments_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('wallet', 'mandate', 'confirmed')),
  mandate TEXT CHECK ((kind = 'mandate') = (mandate IS NOT NULL)),
  channel TEXT CHECK ((kind = 'confirmed') = (channel IS NOT NULL)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
INSERT INTO instruments_anew (shard, id, account, kind, mandate)
SELECT shard, id, account, kind, mandate FROM instruments;
DROP TABLE instruments;
ALTER TABLE instruments_anew RENAME TO instruments;
CREATE INDEX instruments_of_account ON instruments (shard, account);
CREATE UNIQUE INDEX one_confirmed_per_channel ON instruments (shard, account, channel) WHERE kind = 'confirmed';

-- A payment code is in no column: it lives in memory only.
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
  permission TEXT NOT NULL CHECK (permission IN ('mandate', 'channel_page', 'payment_code')),
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
SELECT shard, id, payment, leg, number, channel, instrument, amount, currency, 'mandate', agreement_no,
  submitted_at, expires_at, state, state_at, last_contact, cancelled_at, code, message, told_at, closed_by, trade_no, refund
FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_anew RENAME TO attempts;
CREATE INDEX attempts_of_payment ON attempts (shard, payment, leg, number);
CREATE UNIQUE INDEX one_success_per_leg ON attempts (shard, payment, leg) WHERE state = 'succeeded';
CREATE UNIQUE INDEX one_undecided_per_leg ON attempts (shard, payment, leg) WHERE state = 'submitted';
