-- Which payments an incident hit, and what their payers are told once it is over.

CREATE TABLE hits (
  shard smallint NOT NULL,
  incident text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  payment text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, incident, account, payment)
);
CREATE INDEX hits_of_incident ON hits (incident, payment);

-- A notice is about a bill or about an incident.
ALTER TABLE notices ADD COLUMN incident text COLLATE "C";
ALTER TABLE notices ALTER COLUMN bill DROP NOT NULL;
ALTER TABLE notices ALTER COLUMN due_on DROP NOT NULL;
ALTER TABLE notices DROP CONSTRAINT notices_subject_check;
ALTER TABLE notices ADD CONSTRAINT notices_subject_check CHECK (subject IN ('ahead', 'due', 'refused', 'overdue', 'over'));
ALTER TABLE notices ADD CONSTRAINT notices_about_check
CHECK ((incident IS NULL) = (bill IS NOT NULL) AND (due_on IS NULL) = (bill IS NULL) AND (subject = 'over') = (incident IS NOT NULL));

ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening',
    'delete_token', 'resume_scheduled', 'tend_bill', 'tend_line', 'tend_ticket', 'tend_incident'));
ALTER TABLE jobs DROP CONSTRAINT jobs_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_check
CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token', 'resume_scheduled', 'tend_bill',
    'tend_line', 'tend_ticket', 'tend_incident')));
