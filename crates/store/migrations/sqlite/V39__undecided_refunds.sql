-- What a channel said last of a refund that it has not decided, and when it is asked again.

ALTER TABLE refunds ADD COLUMN last_asked_at TEXT CHECK (last_asked_at IS NULL OR state = 'held');
ALTER TABLE refunds ADD COLUMN again_at TEXT CHECK ((again_at IS NULL) = (last_asked_at IS NULL));
ALTER TABLE refunds ADD COLUMN told_code TEXT CHECK (told_code IS NULL OR last_asked_at IS NOT NULL);
ALTER TABLE refunds ADD COLUMN told_message TEXT CHECK ((told_message IS NULL) = (told_code IS NULL));
ALTER TABLE refunds ADD COLUMN told_at TEXT CHECK ((told_at IS NULL) = (told_code IS NULL));
