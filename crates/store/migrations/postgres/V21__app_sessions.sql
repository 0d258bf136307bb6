-- A payer is signed in with one app at a time: whose session it is, and whether another took its place.

ALTER TABLE sessions ADD COLUMN app boolean NOT NULL DEFAULT false;
ALTER TABLE sessions ADD COLUMN replaced boolean NOT NULL DEFAULT false;
CREATE INDEX app_sessions ON sessions (account) WHERE app AND ended_at IS NULL;
