-- What a payer was told of his bills, later due dates, disputes of the credit history, and who answers for a frozen line.

ALTER TABLE lines ADD COLUMN frozen_asked_at text COLLATE "C";
ALTER TABLE lines ADD COLUMN frozen_lift_by text COLLATE "C";

-- The key says what it is about; a second one of the same is never told.
CREATE TABLE notices (
  shard smallint NOT NULL,
  key text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  bill text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL CHECK (subject IN ('ahead', 'due', 'refused', 'overdue')),
  figure bigint NOT NULL,
  due_on text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  told_at text COLLATE "C",
  road text COLLATE "C" CHECK (road IN ('sms', 'page')),
  CHECK ((told_at IS NULL) = (road IS NULL)),
  PRIMARY KEY (shard, key)
);
CREATE INDEX notices_of_account ON notices (shard, account);
CREATE INDEX notices_of_bill ON notices (shard, bill);

CREATE TABLE extensions (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  bill text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  due_on text COLLATE "C" NOT NULL,
  asked_by text COLLATE "C" NOT NULL,
  asked_at text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('asked', 'granted', 'declined')),
  decided_by text COLLATE "C" CHECK ((decided_by IS NULL) = (state = 'asked')),
  decided_at text COLLATE "C" CHECK ((decided_at IS NULL) = (state = 'asked')),
  CHECK (decided_by IS NULL OR decided_by <> asked_by),
  PRIMARY KEY (shard, id)
);
CREATE INDEX extensions_of_account ON extensions (shard, account);
CREATE UNIQUE INDEX one_extension_asked_for ON extensions (shard, bill) WHERE state = 'asked';

-- An entry is disputed once.
CREATE TABLE disputes (
  shard smallint NOT NULL,
  entry text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  said text COLLATE "C" NOT NULL,
  opened_at text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'upheld', 'rejected')),
  decided_by text COLLATE "C" CHECK ((decided_by IS NULL) = (state = 'open')),
  decided_at text COLLATE "C" CHECK ((decided_at IS NULL) = (state = 'open')),
  PRIMARY KEY (shard, entry)
);
CREATE INDEX disputes_of_account ON disputes (shard, account);
