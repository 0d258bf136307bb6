-- Questions to support, each with its diagnosis and its thread.

CREATE TABLE tickets (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  payment text COLLATE "C",
  binding text COLLATE "C" CHECK (payment IS NULL OR binding IS NULL),
  opened_at text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'answered', 'solved', 'given_up', 'closed')),
  -- Of one that waits, the time that was promised; of any other, since when it is so.
  state_at text COLLATE "C" NOT NULL,
  causes text COLLATE "C" NOT NULL,
  device text COLLATE "C" NOT NULL,
  call_back bytea,
  PRIMARY KEY (shard, id)
);
CREATE INDEX tickets_of_account ON tickets (shard, account);
CREATE INDEX waiting_tickets ON tickets (state_at) WHERE state = 'waiting';

CREATE TABLE ticket_messages (
  shard smallint NOT NULL,
  ticket text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  at text COLLATE "C" NOT NULL,
  author text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('words', 'blocked', 'ended')),
  said text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, ticket, number)
);

ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold',
  'send_bank_code', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket'));
ALTER TABLE jobs DROP CONSTRAINT jobs_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_check
CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line',
  'tend_ticket')));
