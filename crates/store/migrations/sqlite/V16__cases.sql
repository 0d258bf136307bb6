-- Cases: which rule fired, who has proposed to lift it, what its payer answered; and the audit trail of every account.

ALTER TABLE accounts ADD COLUMN case_rule TEXT;
ALTER TABLE accounts ADD COLUMN case_lift_proposed_by TEXT;

-- A case is answered once.
CREATE TABLE appeals (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  said TEXT NOT NULL,
  evidence TEXT NOT NULL,
  made_at TEXT NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;

-- A chain for each account: every entry's hash covers the one before.
CREATE TABLE audit (
  shard INTEGER NOT NULL,
  account TEXT NOT NULL,
  number INTEGER NOT NULL,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (shard, account, number)
) STRICT, WITHOUT ROWID;
