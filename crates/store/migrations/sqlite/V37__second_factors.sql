-- The second factor of each member of staff. The secret is sealed for its row, and opens in no other.
CREATE TABLE second_factors (
  shard INTEGER NOT NULL,
  staff TEXT NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 32),
  secret BLOB CHECK (secret IS NOT NULL OR (enrolled_at IS NULL AND session IS NULL)),
  enrolled_at TEXT,
  last_step INTEGER NOT NULL CHECK (last_step >= 0),
  tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
  locks INTEGER NOT NULL CHECK (locks >= 0),
  locked_until TEXT,
  session BLOB CHECK (length(session) = 32),
  session_until TEXT CHECK ((session_until IS NULL) = (session IS NULL)),
  removal_by TEXT,
  PRIMARY KEY (shard, staff)
) STRICT, WITHOUT ROWID;
