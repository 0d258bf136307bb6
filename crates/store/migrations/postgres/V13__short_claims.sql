-- A claim is found by sixteen bytes instead of three texts: its index is the one that is hit at random, and twice by each payment.

LOCK TABLE claims IN ACCESS EXCLUSIVE MODE;

-- The first half of the SHA-256 of kind, owner and key, with a NUL between them.
ALTER TABLE claims ADD COLUMN digest uuid;
UPDATE claims SET digest = encode(substr(sha256(convert_to(kind, 'UTF8') || '\x00'::bytea || convert_to(owner, 'UTF8') || '\x00'::bytea
  || convert_to(key, 'UTF8')), 1, 16), 'hex')::uuid;
ALTER TABLE claims ALTER COLUMN digest SET NOT NULL, DROP CONSTRAINT claims_pkey, ADD PRIMARY KEY (shard, digest);
