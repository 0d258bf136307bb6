-- The devices that speak for payers: their keys, and what they said of themselves.

-- The public key is a SubjectPublicKeyInfo; its private half never leaves the device.
CREATE TABLE device_keys (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  public_key bytea NOT NULL,
  registered_at text COLLATE "C" NOT NULL,
  revoked_at text COLLATE "C",
  PRIMARY KEY (shard, id)
);

CREATE TABLE device_reports (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  payment text COLLATE "C",
  received_at text COLLATE "C" NOT NULL,
  device_time text COLLATE "C",
  tls_error text COLLATE "C" CHECK (tls_error IN ('certificate_not_yet_valid', 'certificate_expired')),
  power_percent smallint CHECK (power_percent BETWEEN 0 AND 100),
  charging boolean,
  CHECK (tls_error IS NULL OR device_time IS NOT NULL),
  CHECK ((charging IS NULL) = (power_percent IS NULL)),
  PRIMARY KEY (shard, id)
);
CREATE INDEX device_reports_of_account ON device_reports (shard, account, received_at);
