-- Points: an instrument of an account, the lots that it bought, and what its payments took from them.

ALTER TABLE instruments DROP CONSTRAINT instruments_kind_check;
ALTER TABLE instruments ADD CONSTRAINT instruments_kind_check
CHECK (kind IN ('wallet', 'mandate', 'confirmed', 'card', 'pay_later', 'points'));
CREATE UNIQUE INDEX one_points_per_account ON instruments (shard, account) WHERE kind = 'points';

-- A lot has the bytes of the payment that buys it. Without a seller it was bought from us.
CREATE TABLE points_lots (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  seller text COLLATE "C",
  bought bigint NOT NULL CHECK (bought > 0),
  points_left bigint NOT NULL CHECK (points_left >= 0),
  points_held bigint NOT NULL CHECK (points_held >= 0),
  ordered_at text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('expected', 'good', 'quarantined')),
  case_id text COLLATE "C" CHECK ((case_id IS NOT NULL) = (state = 'quarantined')),
  case_since text COLLATE "C",
  appealed_at text COLLATE "C",
  release_proposed_by text COLLATE "C",
  CHECK (points_left + points_held <= bought),
  PRIMARY KEY (shard, id)
);
CREATE INDEX points_lots_of_account ON points_lots (shard, account);

CREATE TABLE points_taken (
  shard smallint NOT NULL,
  account text COLLATE "C" NOT NULL,
  payment text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  points bigint NOT NULL CHECK (points > 0),
  refunded bigint NOT NULL CHECK (refunded BETWEEN 0 AND points),
  state text COLLATE "C" NOT NULL CHECK (state IN ('held', 'spent', 'returned')),
  PRIMARY KEY (shard, account, payment, lot)
);
