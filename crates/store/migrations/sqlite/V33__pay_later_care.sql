-- What a payer was told of his bills, later due dates, disputes of the credit history, and who answers for a frozen line.

ALTER TABLE lines ADD COLUMN frozen_asked_at TEXT;
ALTER TABLE lines ADD COLUMN frozen_lift_by TEXT;

-- The key says what it is about; a second one of the same is never told.
CREATE TABLE notices (
  shard INTEGER NOT NULL,
  key TEXT NOT NULL,
  account TEXT NOT NULL,
  bill TEXT NOT NULL,
  subject TEXT NOT NULL CHECK (subject IN ('ahead', 'due', 'refused', 'overdue')),
  figure INTEGER NOT NULL,
  due_on TEXT NOT NULL,
  at TEXT NOT NULL,
  told_at TEXT,
  road TEXT CHECK (road IN ('sms', 'page')),
  CHECK ((told_at IS NULL) = (road IS NULL)),
  PRIMARY KEY (shard, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_of_account ON notices (shard, account);
CREATE INDEX notices_of_bill ON notices (shard, bill);

CREATE TABLE extensions (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  bill TEXT NOT NULL,
  account TEXT NOT NULL,
  due_on TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'declined')),
  decided_by TEXT CHECK ((decided_by IS NULL) = (state = 'asked')),
  decided_at TEXT CHECK ((decided_at IS NULL) = (state = 'asked')),
  CHECK (decided_by IS NULL OR decided_by <> asked_by),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX extensions_of_account ON extensions (shard, account);
CREATE UNIQUE INDEX one_extension_asked_for ON extensions (shard, bill) WHERE state = 'asked';

-- An entry is disputed once.
CREATE TABLE disputes (
  shard INTEGER NOT NULL,
  entry TEXT NOT NULL,
  account TEXT NOT NULL,
  said TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'rejected')),
  decided_by TEXT CHECK ((decided_by IS NULL) = (state = 'open')),
  decided_at TEXT CHECK ((decided_at IS NULL) = (state = 'open')),
  PRIMARY KEY (shard, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX disputes_of_account ON disputes (shard, account);
