-- Pay later: lines, the bills of orders paid by them, what is paid on those, and the credit history.

CREATE TABLE lines (
  shard INTEGER NOT NULL,
  account TEXT NOT NULL,
  instrument TEXT NOT NULL,
  line_limit INTEGER NOT NULL CHECK (line_limit >= 0),
  currency TEXT NOT NULL,
  frozen_reason TEXT CHECK (frozen_reason IN ('holder_request', 'case')),
  frozen_case TEXT CHECK ((frozen_case IS NOT NULL) = (frozen_reason IS 'case')),
  frozen_since TEXT CHECK ((frozen_since IS NULL) = (frozen_reason IS NULL)),
  opened_at TEXT NOT NULL,
  terms TEXT NOT NULL,
  auto_repay INTEGER NOT NULL CHECK (auto_repay IN (0, 1)),
  auto_repay_since TEXT CHECK (auto_repay = 0 OR auto_repay_since IS NOT NULL),
  -- Ids one after the other with a blank between, in the payer's order.
  designated TEXT NOT NULL,
  payday INTEGER CHECK (payday BETWEEN 1 AND 31),
  PRIMARY KEY (shard, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE bills (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  payment TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  purchased_on TEXT NOT NULL,
  statement_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  owed_costs INTEGER NOT NULL CHECK (owed_costs >= 0),
  owed_interest INTEGER NOT NULL CHECK (owed_interest >= 0),
  owed_principal INTEGER NOT NULL CHECK (owed_principal >= 0),
  paid_costs INTEGER NOT NULL CHECK (paid_costs >= 0),
  paid_interest INTEGER NOT NULL CHECK (paid_interest >= 0),
  paid_principal INTEGER NOT NULL CHECK (paid_principal >= 0),
  refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND amount),
  charged_to TEXT NOT NULL,
  -- Millionths of a fen that count towards the next one.
  charge_rest INTEGER NOT NULL CHECK (charge_rest BETWEEN 0 AND 999999),
  fee_charged INTEGER NOT NULL CHECK (fee_charged IN (0, 1)),
  settled_on TEXT CHECK ((settled_on IS NOT NULL) = (owed_costs + owed_interest + owed_principal = 0)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_bill_per_payment ON bills (shard, payment);
CREATE INDEX open_bills ON bills (shard, account) WHERE settled_on IS NULL;

CREATE TABLE repayments (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  bill TEXT NOT NULL,
  account TEXT NOT NULL,
  payment TEXT NOT NULL,
  instrument TEXT NOT NULL,
  product TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  occasion TEXT,
  at TEXT NOT NULL,
  ended TEXT NOT NULL CHECK (ended IN ('taken', 'undecided', 'refused')),
  cause TEXT CHECK ((cause IS NOT NULL) = (ended = 'refused')),
  resets_at TEXT,
  most INTEGER CHECK (most > 0),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX repayments_of_bill ON repayments (shard, bill);
CREATE UNIQUE INDEX one_repayment_per_payment ON repayments (shard, payment);

CREATE TABLE credit_entries (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  at TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('opened', 'repaid_on_time', 'overdue', 'repaid_late', 'clean_month', 'line_use')),
  bill TEXT CHECK ((bill IS NOT NULL) = (event IN ('repaid_on_time', 'overdue', 'repaid_late'))),
  -- The identity's tier, the level of being overdue, or the percentage of the line that was used.
  figure INTEGER CHECK ((figure IS NOT NULL) = (event IN ('opened', 'overdue', 'line_use'))),
  struck INTEGER NOT NULL CHECK (struck IN (0, 1)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_entries_of_account ON credit_entries (shard, account, at, id);

-- SQLite cannot change a CHECK, so the tables are made anew.
CREATE TABLE instruments_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('wallet', 'mandate', 'confirmed', 'card', 'pay_later')),
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
CREATE UNIQUE INDEX one_line_per_account ON instruments (shard, account) WHERE kind = 'pay_later';

CREATE TABLE jobs_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line')),
  payment TEXT CHECK ((payment IS NULL) = (subject IS NOT NULL)),
  attempt TEXT CHECK ((attempt IS NULL) = (subject IS NOT NULL)),
  refund TEXT,
  subject TEXT CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line'))),
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
