-- The devices that speak for payers: their keys, and what they said of themselves.

-- The public key is a SubjectPublicKeyInfo; its private half never leaves the device.
CREATE TABLE device_keys (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  public_key BLOB NOT NULL,
  registered_at TEXT NOT NULL,
  revoked_at TEXT,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_reports (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  payment TEXT,
  received_at TEXT NOT NULL,
  device_time TEXT,
  tls_error TEXT CHECK (tls_error IN ('certificate_not_yet_valid', 'certificate_expired')),
  power_percent INTEGER CHECK (power_percent BETWEEN 0 AND 100),
  charging INTEGER CHECK (charging IN (0, 1)),
  CHECK (tls_error IS NULL OR device_time IS NOT NULL),
  CHECK ((charging IS NULL) = (power_percent IS NULL)),
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_reports_of_account ON device_reports (shard, account, received_at);
