-- Pay later: lines, the bills of orders paid by them, what is paid on those, and the credit history.

CREATE TABLE lines (
  shard smallint NOT NULL,
  account text COLLATE "C" NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  line_limit bigint NOT NULL CHECK (line_limit >= 0),
  currency text COLLATE "C" NOT NULL,
  frozen_reason text COLLATE "C" CHECK (frozen_reason IN ('holder_request', 'case')),
  frozen_case text COLLATE "C" CHECK ((frozen_case IS NOT NULL) = (frozen_reason IS NOT DISTINCT FROM 'case')),
  frozen_since text COLLATE "C" CHECK ((frozen_since IS NULL) = (frozen_reason IS NULL)),
  opened_at text COLLATE "C" NOT NULL,
  terms text COLLATE "C" NOT NULL,
  auto_repay boolean NOT NULL,
  auto_repay_since text COLLATE "C" CHECK (NOT auto_repay OR auto_repay_since IS NOT NULL),
  -- Ids one after the other with a blank between, in the payer's order.
  designated text COLLATE "C" NOT NULL,
  payday bigint CHECK (payday BETWEEN 1 AND 31),
  PRIMARY KEY (shard, account)
);

CREATE TABLE bills (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  payment text COLLATE "C" NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  purchased_on text COLLATE "C" NOT NULL,
  statement_on text COLLATE "C" NOT NULL,
  due_on text COLLATE "C" NOT NULL,
  owed_costs bigint NOT NULL CHECK (owed_costs >= 0),
  owed_interest bigint NOT NULL CHECK (owed_interest >= 0),
  owed_principal bigint NOT NULL CHECK (owed_principal >= 0),
  paid_costs bigint NOT NULL CHECK (paid_costs >= 0),
  paid_interest bigint NOT NULL CHECK (paid_interest >= 0),
  paid_principal bigint NOT NULL CHECK (paid_principal >= 0),
  refunded bigint NOT NULL CHECK (refunded BETWEEN 0 AND amount),
  charged_to text COLLATE "C" NOT NULL,
  -- Millionths of a fen that count towards the next one.
  charge_rest bigint NOT NULL CHECK (charge_rest BETWEEN 0 AND 999999),
  fee_charged boolean NOT NULL,
  settled_on text COLLATE "C" CHECK ((settled_on IS NOT NULL) = (owed_costs + owed_interest + owed_principal = 0)),
  PRIMARY KEY (shard, id)
);
CREATE UNIQUE INDEX one_bill_per_payment ON bills (shard, payment);
CREATE INDEX open_bills ON bills (shard, account) WHERE settled_on IS NULL;

CREATE TABLE repayments (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  bill text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  payment text COLLATE "C" NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  product text COLLATE "C" NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  occasion text COLLATE "C",
  at text COLLATE "C" NOT NULL,
  ended text COLLATE "C" NOT NULL CHECK (ended IN ('taken', 'undecided', 'refused')),
  cause text COLLATE "C" CHECK ((cause IS NOT NULL) = (ended = 'refused')),
  resets_at text COLLATE "C",
  most bigint CHECK (most > 0),
  PRIMARY KEY (shard, id)
);
CREATE INDEX repayments_of_bill ON repayments (shard, bill);
CREATE UNIQUE INDEX one_repayment_per_payment ON repayments (shard, payment);

CREATE TABLE credit_entries (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL CHECK (event IN ('opened', 'repaid_on_time', 'overdue', 'repaid_late', 'clean_month', 'line_use')),
  bill text COLLATE "C" CHECK ((bill IS NOT NULL) = (event IN ('repaid_on_time', 'overdue', 'repaid_late'))),
  -- The identity's tier, the level of being overdue, or the percentage of the line that was used.
  figure bigint CHECK ((figure IS NOT NULL) = (event IN ('opened', 'overdue', 'line_use'))),
  struck boolean NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX credit_entries_of_account ON credit_entries (shard, account, at, id);

ALTER TABLE instruments DROP CONSTRAINT instruments_kind_check;
ALTER TABLE instruments ADD CONSTRAINT instruments_kind_check
CHECK (kind IN ('wallet', 'mandate', 'confirmed', 'card', 'pay_later'));
CREATE UNIQUE INDEX one_line_per_account ON instruments (shard, account) WHERE kind = 'pay_later';

ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold',
  'send_bank_code', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line'));
ALTER TABLE jobs DROP CONSTRAINT jobs_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_check
CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line')));
