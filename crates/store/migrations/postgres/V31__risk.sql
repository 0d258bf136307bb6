-- What the rules against misuse look at of an account: its last orders, its devices and where the last one was; and the payments
-- that are resumed when the case against it is lifted.

ALTER TABLE accounts ADD COLUMN activity text COLLATE "C";
ALTER TABLE accounts ADD COLUMN case_waiting text COLLATE "C";
