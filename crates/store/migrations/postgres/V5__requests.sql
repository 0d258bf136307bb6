-- What came of a claim moves to the payer: a claim lives on the shard of its own hash, and a payment's commit is of one shard.

-- Nobody writes an answer where it would be left behind.
LOCK TABLE claims IN ACCESS EXCLUSIVE MODE;

-- The key begins with the payment, whose id grows with time: requests are appended, and those of one payment lie together.
CREATE TABLE requests (
  shard smallint NOT NULL,
  payment text COLLATE "C" NOT NULL,
  client text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  asked_at text COLLATE "C" NOT NULL,
  answer text COLLATE "C",
  asked_again_at text COLLATE "C",
  PRIMARY KEY (shard, payment, client, key)
);
INSERT INTO requests (shard, payment, client, key, asked_at, answer, asked_again_at)
SELECT payments.shard, claims.payment, claims.owner, claims.key, claims.claimed_at, claims.answer, claims.asked_again_at
FROM claims JOIN payments ON payments.id = claims.payment WHERE claims.kind = 'idempotency';

DROP INDEX claims_of_payment;
ALTER TABLE claims DROP COLUMN answer, DROP COLUMN asked_again_at;
