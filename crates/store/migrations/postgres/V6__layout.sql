-- What this database is: the whole, or one of several that hold the shards in their order; and whether a batch is of one shard.
CREATE TABLE layout (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  databases smallint NOT NULL CHECK (databases BETWEEN 1 AND 100),
  number smallint NOT NULL CHECK (number BETWEEN 1 AND databases),
  batches text COLLATE "C" NOT NULL CHECK (batches IN ('mixed', 'by_shard'))
);
-- Until now there was one kind.
INSERT INTO layout (databases, number, batches)
SELECT 1, 1, 'mixed' WHERE EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM merchants);
