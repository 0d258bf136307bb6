-- A merchant is told of what has happened: one more kind of job.

CREATE TABLE jobs_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket', 'tend_incident', 'send_webhook')),
  payment TEXT CHECK ((payment IS NULL) = (subject IS NOT NULL)),
  attempt TEXT CHECK ((attempt IS NULL) = (subject IS NOT NULL)),
  refund TEXT,
  subject TEXT CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill',
    'tend_line', 'tend_ticket', 'tend_incident', 'send_webhook'))),
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
