-- A payer is signed in with one app at a time: whose session it is, and whether another took its place.

ALTER TABLE sessions ADD COLUMN app INTEGER NOT NULL DEFAULT 0 CHECK (app IN (0, 1));
ALTER TABLE sessions ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0 CHECK (replaced IN (0, 1));
CREATE INDEX app_sessions ON sessions (account) WHERE app = 1 AND ended_at IS NULL;
