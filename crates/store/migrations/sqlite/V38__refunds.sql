-- Merchants' refunds of paid orders. What is on its way back counts against what is left, and what came back stands with its payment.

CREATE TABLE refunds (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  payment TEXT NOT NULL,
  merchant TEXT NOT NULL,
  -- The merchant's idempotency key.
  key TEXT NOT NULL,
  reason TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  -- Of the amount, what goes back as points, and how many of them; the rest goes by the road of money.
  as_points INTEGER NOT NULL CHECK (as_points BETWEEN 0 AND amount),
  points INTEGER NOT NULL CHECK ((points > 0) = (as_points > 0)),
  road TEXT CHECK (road IN ('wallet', 'channel', 'pay_later') AND (road IS NOT NULL) = (as_points < amount)),
  channel TEXT CHECK ((channel IS NOT NULL) = (road IS NOT NULL AND road = 'channel')),
  attempt TEXT CHECK ((attempt IS NULL) = (channel IS NULL)),
  -- Under which ids the merchant's money is held on his shard, and leaves again.
  hold TEXT NOT NULL,
  ending TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('begun', 'held', 'succeeded', 'refused')),
  state_at TEXT CHECK ((state_at IS NOT NULL) = (state IN ('succeeded', 'refused'))),
  short_settled INTEGER CHECK ((short_settled IS NOT NULL) = (state = 'refused' AND causes IS NULL)),
  short_coming INTEGER CHECK ((short_coming IS NULL) = (short_settled IS NULL)),
  causes TEXT CHECK (causes IS NULL OR state = 'refused'),
  done_at TEXT CHECK (done_at IS NULL OR state IN ('succeeded', 'refused')),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
-- One key asks for one refund, and a payment's refunds are found together.
CREATE UNIQUE INDEX refunds_of_payment ON refunds (shard, payment, key);

ALTER TABLE payments ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount);

-- One more kind of job. SQLite cannot change a CHECK, so the table is made anew.
CREATE TABLE jobs_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket', 'tend_incident', 'send_webhook', 'make_refund')),
  payment TEXT CHECK ((payment IS NULL) = (subject IS NOT NULL)),
  attempt TEXT CHECK ((attempt IS NULL) = (subject IS NOT NULL)),
  refund TEXT,
  subject TEXT CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill',
    'tend_line', 'tend_ticket', 'tend_incident', 'send_webhook', 'make_refund'))),
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
