-- Every decision with its checks; payments that wait for their payer; the pay password and the proofs of it.

-- A password stands with its account, because every decision about a payment looks at it.
ALTER TABLE accounts ADD COLUMN password_hash text COLLATE "C";
ALTER TABLE accounts ADD COLUMN password_tries bigint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN password_locks bigint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN password_locked_until text COLLATE "C";

ALTER TABLE payments DROP CONSTRAINT payments_state_check;
ALTER TABLE payments ADD CONSTRAINT payments_state_check
CHECK (state IN ('requires_action', 'processing', 'succeeded', 'refused', 'closed'));
ALTER TABLE payments ADD COLUMN action text COLLATE "C" CHECK ((state = 'requires_action') = (action IS NOT NULL));

-- What a decision rested on: `checks` is a list of [rule, instrument, input, threshold, held].
-- The key begins with the payment, whose id grows with time: decisions are appended, and need no index.
CREATE TABLE decisions (
  shard smallint NOT NULL,
  payment text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  policy text COLLATE "C" NOT NULL,
  chosen text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('allowed', 'action_needed', 'refused')),
  checks text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, payment, id)
);

CREATE FUNCTION a_decision_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a decision is never changed' USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
FOR EACH STATEMENT EXECUTE FUNCTION a_decision_is_never_changed();

-- A payment has one proof at most: a new one takes the place of the old.
CREATE TABLE password_proofs (
  shard smallint NOT NULL,
  payment text COLLATE "C" NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  merchant text COLLATE "C" NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  expires_at text COLLATE "C" NOT NULL,
  used_at text COLLATE "C",
  PRIMARY KEY (shard, payment)
);
