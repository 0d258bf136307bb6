-- How well a holder is known, what stands about limits in his account, and payments that are resumed by themselves.

-- Accounts from before tiers were asked for keep what they could do. `limits` is JSON: his own, and what was raised for him.
ALTER TABLE accounts ADD COLUMN tier text COLLATE "C" NOT NULL DEFAULT 'III' CHECK (tier IN ('I', 'II', 'III'));
ALTER TABLE accounts ADD COLUMN limits text COLLATE "C";

ALTER TABLE payments ADD COLUMN scheduled_at text COLLATE "C";

-- `subject` of a job that resumes is the payment.
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold',
  'send_bank_code', 'resolve_opening', 'delete_token', 'resume_scheduled'));
ALTER TABLE jobs DROP CONSTRAINT jobs_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_check
CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled')));
