-- Everything that a payment needs, in plain tables that a person can read.
--
-- Ids and times are text (times in UTC with nine decimals, so that they sort; a timestamptz keeps only six); amounts are
-- integers in minor units beside their currency. Whatever belongs to a payer begins with the payer's shard, so that the
-- tables can be spread over a cluster by it. Texts sort by their bytes, whatever language the database speaks and however a
-- newer library sorts that. Rows that are changed again and again find room on their own page.

CREATE TABLE accounts (
  shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 99),
  id text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('active', 'restricted', 'frozen')),
  case_id text COLLATE "C",
  case_since text COLLATE "C",
  case_reason text COLLATE "C",
  case_until text COLLATE "C",
  unfreeze_requested_at text COLLATE "C",
  opened_at text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, id)
);

CREATE TABLE instruments (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('wallet', 'mandate')),
  mandate text COLLATE "C" CHECK ((kind = 'mandate') = (mandate IS NOT NULL)),
  PRIMARY KEY (shard, id)
);
CREATE INDEX instruments_of_account ON instruments (shard, account);

CREATE TABLE mandates (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  channel text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('signing', 'active', 'revoked', 'expired')),
  agreement_no text COLLATE "C",
  since text COLLATE "C",
  expires_at text COLLATE "C",
  revoked_by text COLLATE "C",
  PRIMARY KEY (shard, id)
);

CREATE TABLE limit_uses (
  shard smallint NOT NULL,
  account text COLLATE "C" NOT NULL,
  product text COLLATE "C" NOT NULL,
  span text COLLATE "C" NOT NULL CHECK (span IN ('day', 'month')),
  starts_on text COLLATE "C" NOT NULL,
  used bigint NOT NULL CHECK (used >= 0),
  currency text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, account, product, span, starts_on)
) WITH (fillfactor = 70);

CREATE TABLE observations (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  cause text COLLATE "C" NOT NULL,
  confidence text COLLATE "C" NOT NULL,
  channel text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  message text COLLATE "C" NOT NULL,
  told_at text COLLATE "C" NOT NULL,
  clears_by text COLLATE "C" NOT NULL CHECK (clears_by IN ('payer_says_done', 'new_binding', 'time')),
  clears_at text COLLATE "C" CHECK ((clears_by = 'time') = (clears_at IS NOT NULL)),
  cleared_at text COLLATE "C",
  PRIMARY KEY (shard, id)
);
CREATE INDEX standing_observations ON observations (shard, account) WHERE cleared_at IS NULL;

CREATE TABLE incidents (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  since text COLLATE "C" NOT NULL,
  expected_end text COLLATE "C",
  ended_at text COLLATE "C",
  PRIMARY KEY (shard, id)
);
CREATE INDEX standing_incidents ON incidents (since) WHERE ended_at IS NULL;

CREATE TABLE merchants (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL
);

CREATE TABLE api_keys (
  hash bytea PRIMARY KEY CHECK (length(hash) = 32),
  role text COLLATE "C" NOT NULL CHECK (role IN ('merchant', 'staff')),
  merchant text COLLATE "C" CHECK ((role = 'merchant') = (merchant IS NOT NULL))
);

CREATE TABLE sessions (
  hash bytea PRIMARY KEY CHECK (length(hash) = 32),
  account text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('link', 'signed_in')),
  used_at text COLLATE "C",
  expires_at text COLLATE "C" NOT NULL
);

-- A claim lives on the shard of its own hash: it is found before the payer is known.
CREATE TABLE claims (
  shard smallint NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('order', 'idempotency')),
  owner text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
  account text COLLATE "C" NOT NULL,
  payment text COLLATE "C" NOT NULL,
  claimed_at text COLLATE "C" NOT NULL,
  answer text COLLATE "C",
  asked_again_at text COLLATE "C",
  PRIMARY KEY (shard, kind, owner, key)
);
CREATE INDEX claims_of_payment ON claims (payment);

CREATE TABLE payments (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  merchant text COLLATE "C" NOT NULL,
  order_no text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('processing', 'succeeded', 'refused', 'closed')),
  state_at text COLLATE "C" NOT NULL,
  refusal text COLLATE "C" CHECK ((state = 'refused') = (refusal IS NOT NULL)),
  created_at text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, id)
);
-- Of one shard only, because a cluster cannot hold it across them. What makes an order one payment for ever is the order's
-- claim, which lives on the shard of its own hash; this index is the second lock on the same door.
CREATE UNIQUE INDEX one_payment_per_order ON payments (shard, merchant, order_no);

CREATE TABLE legs (
  shard smallint NOT NULL,
  payment text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('unpaid', 'submitted', 'captured')),
  captured_at text COLLATE "C",
  counted_product text COLLATE "C",
  counted_at text COLLATE "C",
  PRIMARY KEY (shard, payment, number)
);

CREATE TABLE attempts (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  payment text COLLATE "C" NOT NULL,
  leg integer NOT NULL,
  number integer NOT NULL,
  channel text COLLATE "C" NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  agreement_no text COLLATE "C" NOT NULL,
  submitted_at text COLLATE "C" NOT NULL,
  expires_at text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('submitted', 'succeeded', 'declined', 'closed', 'returning', 'returned')),
  state_at text COLLATE "C",
  last_contact text COLLATE "C",
  cancelled_at text COLLATE "C",
  code text COLLATE "C",
  message text COLLATE "C",
  told_at text COLLATE "C",
  closed_by text COLLATE "C",
  trade_no text COLLATE "C",
  refund text COLLATE "C",
  PRIMARY KEY (shard, id)
);
CREATE INDEX attempts_of_payment ON attempts (shard, payment, leg, number);
CREATE UNIQUE INDEX one_success_per_leg ON attempts (shard, payment, leg) WHERE state = 'succeeded';
CREATE UNIQUE INDEX one_undecided_per_leg ON attempts (shard, payment, leg) WHERE state = 'submitted';

CREATE TABLE ledger_transactions (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  purpose text COLLATE "C" NOT NULL,
  payment text COLLATE "C",
  at text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX ledger_transactions_of_payment ON ledger_transactions (shard, payment);

CREATE TABLE ledger_entries (
  shard smallint NOT NULL,
  ledger_transaction text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  ledger_account text COLLATE "C" NOT NULL,
  side text COLLATE "C" NOT NULL CHECK (side IN ('debit', 'credit')),
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, ledger_transaction, number)
);

-- A balance grows on its own side. `has_floor` marks those that may never be below nothing.
CREATE TABLE balances (
  shard smallint NOT NULL,
  ledger_account text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  normal_side text COLLATE "C" NOT NULL CHECK (normal_side IN ('debit', 'credit')),
  has_floor boolean NOT NULL,
  balance bigint NOT NULL CHECK (NOT has_floor OR balance >= 0),
  PRIMARY KEY (shard, ledger_account, currency)
) WITH (fillfactor = 70);

-- What is in the books stays as it was entered, whoever asks for something else.
CREATE FUNCTION books_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the books are never changed' USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER ledger_transactions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
FOR EACH STATEMENT EXECUTE FUNCTION books_are_never_changed();
CREATE TRIGGER ledger_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
FOR EACH STATEMENT EXECUTE FUNCTION books_are_never_changed();

CREATE TABLE jobs (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('resolve_attempt', 'return_late_success')),
  payment text COLLATE "C" NOT NULL,
  attempt text COLLATE "C" NOT NULL,
  refund text COLLATE "C",
  run_at text COLLATE "C" NOT NULL,
  tries bigint NOT NULL,
  fence bigint NOT NULL,
  lease_owner text COLLATE "C",
  lease_until text COLLATE "C",
  PRIMARY KEY (shard, id)
) WITH (fillfactor = 70);
CREATE INDEX jobs_by_time ON jobs (run_at);
