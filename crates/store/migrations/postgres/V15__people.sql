-- Whose accounts these are: what a decision needs to know stands with the account, what is personal is sealed apart.

ALTER TABLE accounts ADD COLUMN identity_verified_at text COLLATE "C";
ALTER TABLE accounts ADD COLUMN document_until text COLLATE "C";
ALTER TABLE accounts ADD COLUMN phone_bound_at text COLLATE "C";
ALTER TABLE accounts ADD COLUMN changed_what text COLLATE "C";
ALTER TABLE accounts ADD COLUMN changed_at text COLLATE "C";

-- Each text is sealed for its column and row: moved elsewhere it opens no more.
CREATE TABLE people (
  shard smallint NOT NULL,
  account text COLLATE "C" NOT NULL,
  name bytea,
  document bytea,
  phone bytea,
  PRIMARY KEY (shard, account)
);

-- `mac` is a keyed hash over the digits and all that the code is bound to.
CREATE TABLE codes (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('bind_phone', 'payment', 'reset_password')),
  payment text COLLATE "C" CHECK ((payment IS NOT NULL) = (purpose = 'payment')),
  merchant text COLLATE "C" CHECK ((merchant IS NOT NULL) = (purpose = 'payment')),
  amount bigint CHECK ((amount IS NOT NULL) = (purpose = 'payment')),
  currency text COLLATE "C",
  phone bytea NOT NULL,
  mac bytea NOT NULL,
  sent_at text COLLATE "C" NOT NULL,
  tries bigint NOT NULL CHECK (tries BETWEEN 0 AND 5),
  used_at text COLLATE "C",
  delivery text COLLATE "C" NOT NULL CHECK (delivery IN ('sent', 'delivered', 'intercepted', 'refused')),
  delivery_at text COLLATE "C",
  PRIMARY KEY (shard, id)
);

-- The subject is a keyed hash: whose phone or address it is, the table tells nobody.
CREATE TABLE tallies (
  shard smallint NOT NULL,
  subject text COLLATE "C" NOT NULL,
  instants text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, subject)
);
