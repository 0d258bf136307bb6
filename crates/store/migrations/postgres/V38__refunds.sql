-- Merchants' refunds of paid orders. What is on its way back counts against what is left, and what came back stands with its payment.

CREATE TABLE refunds (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  payment text COLLATE "C" NOT NULL,
  merchant text COLLATE "C" NOT NULL,
  -- The merchant's idempotency key.
  key text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text COLLATE "C" NOT NULL,
  -- Of the amount, what goes back as points, and how many of them; the rest goes by the road of money.
  as_points bigint NOT NULL CHECK (as_points BETWEEN 0 AND amount),
  points bigint NOT NULL CHECK ((points > 0) = (as_points > 0)),
  road text COLLATE "C" CHECK (road IN ('wallet', 'channel', 'pay_later') AND (road IS NOT NULL) = (as_points < amount)),
  channel text COLLATE "C" CHECK ((channel IS NOT NULL) = (road IS NOT NULL AND road = 'channel')),
  attempt text COLLATE "C" CHECK ((attempt IS NULL) = (channel IS NULL)),
  -- Under which ids the merchant's money is held on his shard, and leaves again.
  hold text COLLATE "C" NOT NULL,
  ending text COLLATE "C" NOT NULL,
  asked_at text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('begun', 'held', 'succeeded', 'refused')),
  state_at text COLLATE "C" CHECK ((state_at IS NOT NULL) = (state IN ('succeeded', 'refused'))),
  short_settled bigint CHECK ((short_settled IS NOT NULL) = (state = 'refused' AND causes IS NULL)),
  short_coming bigint CHECK ((short_coming IS NULL) = (short_settled IS NULL)),
  causes text COLLATE "C" CHECK (causes IS NULL OR state = 'refused'),
  done_at text COLLATE "C" CHECK (done_at IS NULL OR state IN ('succeeded', 'refused')),
  PRIMARY KEY (shard, id)
);
-- One key asks for one refund, and a payment's refunds are found together.
CREATE UNIQUE INDEX refunds_of_payment ON refunds (shard, payment, key);

ALTER TABLE payments ADD COLUMN refunded bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount);

-- One more kind of job.
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket', 'tend_incident', 'send_webhook', 'make_refund'));
ALTER TABLE jobs DROP CONSTRAINT jobs_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_check CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill',
    'tend_line', 'tend_ticket', 'tend_incident', 'send_webhook', 'make_refund')));
