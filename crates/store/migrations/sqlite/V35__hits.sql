-- Which payments an incident hit, and what their payers are told once it is over.

CREATE TABLE hits (
  shard INTEGER NOT NULL,
  incident TEXT NOT NULL,
  account TEXT NOT NULL,
  payment TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (shard, incident, account, payment)
) STRICT, WITHOUT ROWID;
CREATE INDEX hits_of_incident ON hits (incident, payment);

-- A notice is about a bill or about an incident.
CREATE TABLE notices_anew (
  shard INTEGER NOT NULL,
  key TEXT NOT NULL,
  account TEXT NOT NULL,
  bill TEXT,
  incident TEXT CHECK ((incident IS NULL) = (bill IS NOT NULL)),
  subject TEXT NOT NULL CHECK (subject IN ('ahead', 'due', 'refused', 'overdue', 'over')),
  figure INTEGER NOT NULL,
  due_on TEXT CHECK ((due_on IS NULL) = (bill IS NULL)),
  at TEXT NOT NULL,
  told_at TEXT,
  road TEXT CHECK (road IN ('sms', 'page')),
  CHECK ((told_at IS NULL) = (road IS NULL)),
  CHECK ((subject = 'over') = (incident IS NOT NULL)),
  PRIMARY KEY (shard, key)
) STRICT, WITHOUT ROWID;
INSERT INTO notices_anew (shard, key, account, bill, subject, figure, due_on, at, told_at, road)
SELECT shard, key, account, bill, subject, figure, due_on, at, told_at, road FROM notices;
DROP TABLE notices;
ALTER TABLE notices_anew RENAME TO notices;
CREATE INDEX notices_of_account ON notices (shard, account);
CREATE INDEX notices_of_bill ON notices (shard, bill);

CREATE TABLE jobs_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket', 'tend_incident')),
  payment TEXT CHECK ((payment IS NULL) = (subject IS NOT NULL)),
  attempt TEXT CHECK ((attempt IS NULL) = (subject IS NOT NULL)),
  refund TEXT,
  subject TEXT CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill',
    'tend_line', 'tend_ticket', 'tend_incident'))),
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
