-- Accounts at a channel whose holder confirms each payment there, and by what the payer permits an attempt.

ALTER TABLE instruments DROP CONSTRAINT instruments_kind_check;
ALTER TABLE instruments ADD CONSTRAINT instruments_kind_check CHECK (kind IN ('wallet', 'mandate', 'confirmed'));
ALTER TABLE instruments ADD COLUMN channel text COLLATE "C" CHECK ((kind = 'confirmed') = (channel IS NOT NULL));
CREATE UNIQUE INDEX one_confirmed_per_channel ON instruments (shard, account, channel) WHERE kind = 'confirmed';

-- A payment code is in no column: it lives in memory only.
ALTER TABLE attempts ADD COLUMN permission text COLLATE "C" NOT NULL DEFAULT 'mandate'
CHECK (permission IN ('mandate', 'channel_page', 'payment_code'));
ALTER TABLE attempts ALTER COLUMN permission DROP DEFAULT;
ALTER TABLE attempts ALTER COLUMN agreement_no DROP NOT NULL;
ALTER TABLE attempts ADD CONSTRAINT agreement_of_a_mandate CHECK ((permission = 'mandate') = (agreement_no IS NOT NULL));
