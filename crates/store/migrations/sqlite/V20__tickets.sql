-- Questions to support, each with its diagnosis and its thread.

CREATE TABLE tickets (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  payment TEXT,
  binding TEXT CHECK (payment IS NULL OR binding IS NULL),
  opened_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'solved', 'given_up', 'closed')),
  -- Of one that waits, the time that was promised; of any other, since when it is so.
  state_at TEXT NOT NULL,
  causes TEXT NOT NULL,
  device TEXT NOT NULL,
  call_back BLOB,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_of_account ON tickets (shard, account);
CREATE INDEX waiting_tickets ON tickets (state_at) WHERE state = 'waiting';

CREATE TABLE ticket_messages (
  shard INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  number INTEGER NOT NULL,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('words', 'blocked', 'ended')),
  said TEXT NOT NULL,
  PRIMARY KEY (shard, ticket, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket')),
  payment TEXT CHECK ((payment IS NULL) = (subject IS NOT NULL)),
  attempt TEXT CHECK ((attempt IS NULL) = (subject IS NOT NULL)),
  refund TEXT,
  subject TEXT CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill',
    'tend_line', 'tend_ticket'))),
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
