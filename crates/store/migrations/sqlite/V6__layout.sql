-- What this database is: a file is always the whole, and its batches are of any payers.
CREATE TABLE layout (
  id INTEGER PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  databases INTEGER NOT NULL CHECK (databases = 1),
  number INTEGER NOT NULL CHECK (number = 1),
  batches TEXT NOT NULL CHECK (batches = 'mixed')
) STRICT;
INSERT INTO layout (databases, number, batches) VALUES (1, 1, 'mixed');
