-- What staff tell everybody, and who of them began and ended an incident.

ALTER TABLE incidents ADD COLUMN begun_by TEXT;
ALTER TABLE incidents ADD COLUMN ended_by TEXT;
CREATE INDEX incidents_by_end ON incidents (ended_at);

-- The words never change: what is wrong is withdrawn, and written anew.
CREATE TABLE announcements (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('notice', 'planned_maintenance')),
  incident TEXT CHECK ((incident IS NULL) = (kind = 'notice')),
  scope TEXT CHECK ((scope IS NULL) = (kind = 'notice')),
  begins_at TEXT CHECK ((begins_at IS NULL) = (kind = 'notice')),
  ends_at TEXT CHECK ((ends_at IS NULL) = (kind = 'notice')),
  title_zh_hans TEXT NOT NULL,
  title_zh_hant TEXT NOT NULL,
  title_en TEXT NOT NULL,
  text_zh_hans TEXT NOT NULL,
  text_zh_hant TEXT NOT NULL,
  text_en TEXT NOT NULL,
  published_at TEXT NOT NULL,
  published_by TEXT NOT NULL,
  withdrawn_at TEXT,
  withdrawn_by TEXT CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL)),
  CHECK (begins_at < ends_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX announcements_by_time ON announcements (published_at);
