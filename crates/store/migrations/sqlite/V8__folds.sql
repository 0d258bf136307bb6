-- Folds: what has gathered for a merchant on a payers' shard comes into the merchant's own account.

-- A range is of the clearing account's total, of all that was ever credited to it: each begins where the last one ended.
CREATE TABLE folds (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  merchant TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  from_total INTEGER NOT NULL CHECK (from_total >= 0),
  to_total INTEGER NOT NULL CHECK (to_total > from_total),
  currency TEXT NOT NULL,
  credit TEXT NOT NULL,
  begun_at TEXT NOT NULL,
  done_at TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
-- A number is taken once, so of two who fold the same only one does.
CREATE UNIQUE INDEX folds_in_line ON folds (shard, merchant, currency, number);
CREATE INDEX folds_under_way ON folds (shard, merchant) WHERE done_at IS NULL;

-- `subject` is what a job without a payment is about. SQLite cannot change a CHECK, so the table is made anew.
CREATE TABLE jobs_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold')),
  payment TEXT CHECK ((payment IS NULL) = (subject IS NOT NULL)),
  attempt TEXT CHECK ((attempt IS NULL) = (subject IS NOT NULL)),
  refund TEXT,
  subject TEXT CHECK ((subject IS NOT NULL) = (kind IN ('end_fold'))),
  run_at TEXT NOT NULL,
  tries INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  lease_owner TEXT,
  lease_until TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
INSERT INTO jobs_anew (shard, id, kind, payment, attempt, refund, run_at, tries, fence, lease_owner, lease_until)
SELECT shard, id, kind, payment, attempt, refund, run_at, tries, fence, lease_owner, lease_until FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_anew RENAME TO jobs;
CREATE INDEX jobs_by_time ON jobs (run_at);
