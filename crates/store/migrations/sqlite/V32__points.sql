-- Points: an instrument of an account, the lots that it bought, and what its payments took from them.

CREATE TABLE instruments_anew (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('wallet', 'mandate', 'confirmed', 'card', 'pay_later', 'points')),
  mandate TEXT CHECK ((kind = 'mandate') = (mandate IS NOT NULL)),
  channel TEXT CHECK ((kind = 'confirmed') = (channel IS NOT NULL)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
INSERT INTO instruments_anew (shard, id, account, kind, mandate, channel)
SELECT shard, id, account, kind, mandate, channel FROM instruments;
DROP TABLE instruments;
ALTER TABLE instruments_anew RENAME TO instruments;
CREATE INDEX instruments_of_account ON instruments (shard, account);
CREATE UNIQUE INDEX one_confirmed_per_channel ON instruments (shard, account, channel) WHERE kind = 'confirmed';
CREATE UNIQUE INDEX one_line_per_account ON instruments (shard, account) WHERE kind = 'pay_later';
CREATE UNIQUE INDEX one_points_per_account ON instruments (shard, account) WHERE kind = 'points';

-- A lot has the bytes of the payment that buys it. Without a seller it was bought from us.
CREATE TABLE points_lots (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  seller TEXT,
  bought INTEGER NOT NULL CHECK (bought > 0),
  points_left INTEGER NOT NULL CHECK (points_left >= 0),
  points_held INTEGER NOT NULL CHECK (points_held >= 0),
  ordered_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('expected', 'good', 'quarantined')),
  case_id TEXT CHECK ((case_id IS NOT NULL) = (state = 'quarantined')),
  case_since TEXT,
  appealed_at TEXT,
  release_proposed_by TEXT,
  CHECK (points_left + points_held <= bought),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX points_lots_of_account ON points_lots (shard, account);

CREATE TABLE points_taken (
  shard INTEGER NOT NULL,
  account TEXT NOT NULL,
  payment TEXT NOT NULL,
  lot TEXT NOT NULL,
  points INTEGER NOT NULL CHECK (points > 0),
  refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND points),
  state TEXT NOT NULL CHECK (state IN ('held', 'spent', 'returned')),
  PRIMARY KEY (shard, account, payment, lot)
) STRICT, WITHOUT ROWID;
