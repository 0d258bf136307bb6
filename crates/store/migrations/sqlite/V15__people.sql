-- Whose accounts these are: what a decision needs to know stands with the account, what is personal is sealed apart.

ALTER TABLE accounts ADD COLUMN identity_verified_at TEXT;
ALTER TABLE accounts ADD COLUMN document_until TEXT;
ALTER TABLE accounts ADD COLUMN phone_bound_at TEXT;
ALTER TABLE accounts ADD COLUMN changed_what TEXT;
ALTER TABLE accounts ADD COLUMN changed_at TEXT;

-- Each text is sealed for its column and row: moved elsewhere it opens no more.
CREATE TABLE people (
  shard INTEGER NOT NULL,
  account TEXT NOT NULL,
  name BLOB,
  document BLOB,
  phone BLOB,
  PRIMARY KEY (shard, account)
) STRICT, WITHOUT ROWID;

-- `mac` is a keyed hash over the digits and all that the code is bound to.
CREATE TABLE codes (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('bind_phone', 'payment', 'reset_password')),
  payment TEXT CHECK ((payment IS NOT NULL) = (purpose = 'payment')),
  merchant TEXT CHECK ((merchant IS NOT NULL) = (purpose = 'payment')),
  amount INTEGER CHECK ((amount IS NOT NULL) = (purpose = 'payment')),
  currency TEXT,
  phone BLOB NOT NULL,
  mac BLOB NOT NULL,
  sent_at TEXT NOT NULL,
  tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
  used_at TEXT,
  delivery TEXT NOT NULL CHECK (delivery IN ('sent', 'delivered', 'intercepted', 'refused')),
  delivery_at TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;

-- The subject is a keyed hash: whose phone or address it is, the table tells nobody.
CREATE TABLE tallies (
  shard INTEGER NOT NULL,
  subject TEXT NOT NULL,
  instants TEXT NOT NULL,
  PRIMARY KEY (shard, subject)
) STRICT, WITHOUT ROWID;
