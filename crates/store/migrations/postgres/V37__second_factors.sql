-- The second factor of each member of staff. The secret is sealed for its row, and opens in no other.
CREATE TABLE second_factors (
  shard smallint NOT NULL,
  staff text COLLATE "C" NOT NULL,
  key bytea NOT NULL CHECK (length(key) = 32),
  secret bytea CHECK (secret IS NOT NULL OR (enrolled_at IS NULL AND session IS NULL)),
  enrolled_at text COLLATE "C",
  last_step bigint NOT NULL CHECK (last_step >= 0),
  tries bigint NOT NULL CHECK (tries BETWEEN 0 AND 5),
  locks bigint NOT NULL CHECK (locks >= 0),
  locked_until text COLLATE "C",
  session bytea CHECK (length(session) = 32),
  session_until text COLLATE "C" CHECK ((session_until IS NULL) = (session IS NULL)),
  removal_by text COLLATE "C",
  PRIMARY KEY (shard, staff)
);
