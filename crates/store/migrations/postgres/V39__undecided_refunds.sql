-- What a channel said last of a refund that it has not decided, and when it is asked again.

ALTER TABLE refunds
  ADD COLUMN last_asked_at text COLLATE "C" CHECK (last_asked_at IS NULL OR state = 'held'),
  ADD COLUMN again_at text COLLATE "C" CHECK ((again_at IS NULL) = (last_asked_at IS NULL)),
  ADD COLUMN told_code text COLLATE "C" CHECK (told_code IS NULL OR last_asked_at IS NOT NULL),
  ADD COLUMN told_message text COLLATE "C" CHECK ((told_message IS NULL) = (told_code IS NULL)),
  ADD COLUMN told_at text COLLATE "C" CHECK ((told_at IS NULL) = (told_code IS NULL));
