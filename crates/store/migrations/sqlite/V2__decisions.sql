-- Every decision with its checks; payments that wait for their payer; the pay password and the proofs of it.

-- A password stands with its account, because every decision about a payment looks at it.
ALTER TABLE accounts ADD COLUMN password_hash TEXT;
ALTER TABLE accounts ADD COLUMN password_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN password_locks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN password_locked_until TEXT;

-- SQLite cannot change a CHECK, so the table is made anew.
CREATE TABLE payments_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  merchant TEXT NOT NULL,
  order_no TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('requires_action', 'processing', 'succeeded', 'refused', 'closed')),
  state_at TEXT NOT NULL,
  action TEXT CHECK ((state = 'requires_action') = (action IS NOT NULL)),
  refusal TEXT CHECK ((state = 'refused') = (refusal IS NOT NULL)),
  created_at TEXT NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
INSERT INTO payments_anew (shard, id, merchant, order_no, subject, account, amount, currency, state, state_at, refusal, created_at)
SELECT shard, id, merchant, order_no, subject, account, amount, currency, state, state_at, refusal, created_at FROM payments;
DROP TABLE payments;
ALTER TABLE payments_anew RENAME TO payments;
CREATE UNIQUE INDEX one_payment_per_order ON payments (merchant, order_no);

-- What a decision rested on: `checks` is a list of [rule, instrument, input, threshold, held].
-- The key begins with the payment, whose id grows with time: decisions are appended, and need no index.
CREATE TABLE decisions (
  shard INTEGER NOT NULL,
  payment TEXT NOT NULL,
  id TEXT NOT NULL,
  at TEXT NOT NULL,
  policy TEXT NOT NULL,
  chosen TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'action_needed', 'refused')),
  checks TEXT NOT NULL,
  PRIMARY KEY (shard, payment, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;

-- A payment has one proof at most: a new one takes the place of the old.
CREATE TABLE password_proofs (
  shard INTEGER NOT NULL,
  payment TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  merchant TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT,
  PRIMARY KEY (shard, payment)
) STRICT, WITHOUT ROWID;
