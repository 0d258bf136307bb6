-- A merchant is told of what has happened: one more kind of job.

ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold',
  'send_bank_code', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket', 'tend_incident', 'send_webhook'));
ALTER TABLE jobs DROP CONSTRAINT jobs_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_check
CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line',
  'tend_ticket', 'tend_incident', 'send_webhook')));
