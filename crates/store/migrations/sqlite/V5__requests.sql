-- What came of a claim moves to the payer: a claim lives on the shard of its own hash, and a payment's commit is of one shard.

-- The key begins with the payment, whose id grows with time: requests are appended, and those of one payment lie together.
CREATE TABLE requests (
  shard INTEGER NOT NULL,
  payment TEXT NOT NULL,
  client TEXT NOT NULL,
  key TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  answer TEXT,
  asked_again_at TEXT,
  PRIMARY KEY (shard, payment, client, key)
) STRICT, WITHOUT ROWID;
INSERT INTO requests (shard, payment, client, key, asked_at, answer, asked_again_at)
SELECT payments.shard, claims.payment, claims.owner, claims.key, claims.claimed_at, claims.answer, claims.asked_again_at
FROM payments JOIN claims ON claims.payment = payments.id WHERE claims.kind = 'idempotency';

DROP INDEX claims_of_payment;
ALTER TABLE claims DROP COLUMN answer;
ALTER TABLE claims DROP COLUMN asked_again_at;
