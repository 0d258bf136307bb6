-- Cases: which rule fired, who has proposed to lift it, what its payer answered; and the audit trail of every account.

ALTER TABLE accounts ADD COLUMN case_rule text COLLATE "C";
ALTER TABLE accounts ADD COLUMN case_lift_proposed_by text COLLATE "C";

-- A case is answered once.
CREATE TABLE appeals (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  said text COLLATE "C" NOT NULL,
  evidence text COLLATE "C" NOT NULL,
  made_at text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, id)
);

-- A chain for each account: every entry's hash covers the one before.
CREATE TABLE audit (
  shard smallint NOT NULL,
  account text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  at text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  detail text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (shard, account, number)
);
