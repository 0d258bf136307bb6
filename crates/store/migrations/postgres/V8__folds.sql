-- Folds: what has gathered for a merchant on a payers' shard comes into the merchant's own account.

-- A range is of the clearing account's total, of all that was ever credited to it: each begins where the last one ended.
CREATE TABLE folds (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  merchant text COLLATE "C" NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  from_total bigint NOT NULL CHECK (from_total >= 0),
  to_total bigint NOT NULL CHECK (to_total > from_total),
  currency text COLLATE "C" NOT NULL,
  credit text COLLATE "C" NOT NULL,
  begun_at text COLLATE "C" NOT NULL,
  done_at text COLLATE "C",
  PRIMARY KEY (shard, id)
);
-- A number is taken once, so of two who fold the same only one does.
CREATE UNIQUE INDEX folds_in_line ON folds (shard, merchant, currency, number);
CREATE INDEX folds_under_way ON folds (shard, merchant) WHERE done_at IS NULL;

-- `subject` is what a job without a payment is about.
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold'));
ALTER TABLE jobs ADD COLUMN subject text COLLATE "C" CHECK ((subject IS NOT NULL) = (kind IN ('end_fold')));
ALTER TABLE jobs ALTER COLUMN payment DROP NOT NULL;
ALTER TABLE jobs ALTER COLUMN attempt DROP NOT NULL;
ALTER TABLE jobs ADD CONSTRAINT payment_or_subject
CHECK ((payment IS NULL) = (subject IS NOT NULL) AND (attempt IS NULL) = (subject IS NOT NULL));
