-- What staff tell everybody, and who of them began and ended an incident.

ALTER TABLE incidents ADD COLUMN begun_by text COLLATE "C";
ALTER TABLE incidents ADD COLUMN ended_by text COLLATE "C";
CREATE INDEX incidents_by_end ON incidents (ended_at);

-- The words never change: what is wrong is withdrawn, and written anew.
CREATE TABLE announcements (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('notice', 'planned_maintenance')),
  incident text COLLATE "C" CHECK ((incident IS NULL) = (kind = 'notice')),
  scope text COLLATE "C" CHECK ((scope IS NULL) = (kind = 'notice')),
  begins_at text COLLATE "C" CHECK ((begins_at IS NULL) = (kind = 'notice')),
  ends_at text COLLATE "C" CHECK ((ends_at IS NULL) = (kind = 'notice')),
  title_zh_hans text COLLATE "C" NOT NULL,
  title_zh_hant text COLLATE "C" NOT NULL,
  title_en text COLLATE "C" NOT NULL,
  text_zh_hans text COLLATE "C" NOT NULL,
  text_zh_hant text COLLATE "C" NOT NULL,
  text_en text COLLATE "C" NOT NULL,
  published_at text COLLATE "C" NOT NULL,
  published_by text COLLATE "C" NOT NULL,
  withdrawn_at text COLLATE "C",
  withdrawn_by text COLLATE "C" CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL)),
  CHECK (begins_at < ends_at)
);
CREATE INDEX announcements_by_time ON announcements (published_at);
