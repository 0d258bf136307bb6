-- What is always written together is one row: a payment with its leg, its request and its decision, and a transaction with its entries.
-- Further ones have tables of their own, as all had until now. Each view shows all of them as they were.

LOCK TABLE payments, legs, requests, decisions, ledger_transactions, ledger_entries IN ACCESS EXCLUSIVE MODE;

-- Of the leg in the payment's row the number is 0 and the currency the payment's.
ALTER TABLE payments
  ADD COLUMN leg_instrument text COLLATE "C",
  ADD COLUMN leg_amount bigint CHECK (leg_amount > 0),
  ADD COLUMN leg_state text COLLATE "C" CHECK (leg_state IN ('unpaid', 'submitted', 'captured')),
  ADD COLUMN leg_captured_at text COLLATE "C",
  ADD COLUMN leg_counted_product text COLLATE "C",
  ADD COLUMN leg_counted_at text COLLATE "C",
  ADD COLUMN leg_code_attempt text COLLATE "C",
  ADD COLUMN leg_code_instrument text COLLATE "C",
  ADD COLUMN leg_code_asked_at text COLLATE "C",
  ADD COLUMN leg_code_answered boolean,
  ADD COLUMN leg_codes_sent text COLLATE "C",
  -- The request that made the payment, if it was answered in the same commit. What becomes of it later has a row of its own.
  ADD COLUMN request_client text COLLATE "C",
  ADD COLUMN request_key text COLLATE "C",
  ADD COLUMN request_answer text COLLATE "C",
  -- The decision that made the payment. It was made when the payment was.
  ADD COLUMN decision_id text COLLATE "C",
  ADD COLUMN decision_policy text COLLATE "C",
  ADD COLUMN decision_chosen text COLLATE "C",
  ADD COLUMN decision_outcome text COLLATE "C" CHECK (decision_outcome IN ('allowed', 'action_needed', 'refused')),
  ADD COLUMN decision_checks text COLLATE "C";

UPDATE payments SET leg_instrument = legs.instrument, leg_amount = legs.amount, leg_state = legs.state,
  leg_captured_at = legs.captured_at, leg_counted_product = legs.counted_product, leg_counted_at = legs.counted_at,
  leg_code_attempt = legs.code_attempt, leg_code_instrument = legs.code_instrument, leg_code_asked_at = legs.code_asked_at,
  leg_code_answered = legs.code_answered, leg_codes_sent = legs.codes_sent
FROM legs WHERE legs.shard = payments.shard AND legs.payment = payments.id AND legs.number = 0 AND legs.currency = payments.currency;
DELETE FROM legs USING payments
WHERE payments.shard = legs.shard AND payments.id = legs.payment AND legs.number = 0 AND legs.currency = payments.currency;

ALTER TABLE legs RENAME TO further_legs;
ALTER INDEX legs_pkey RENAME TO further_legs_pkey;
CREATE VIEW legs AS
SELECT shard, id AS payment, 0 AS number, leg_instrument AS instrument, leg_amount AS amount, currency, leg_state AS state,
  leg_captured_at AS captured_at, leg_counted_product AS counted_product, leg_counted_at AS counted_at,
  leg_code_attempt AS code_attempt, leg_code_instrument AS code_instrument, leg_code_asked_at AS code_asked_at,
  leg_code_answered AS code_answered, leg_codes_sent AS codes_sent
FROM payments WHERE leg_instrument IS NOT NULL
UNION ALL
SELECT shard, payment, number, instrument, amount, currency, state, captured_at, counted_product, counted_at,
  code_attempt, code_instrument, code_asked_at, code_answered, codes_sent
FROM further_legs;

ALTER TABLE requests RENAME TO further_requests;
ALTER INDEX requests_pkey RENAME TO further_requests_pkey;
-- A repetition of a request that stands in its payment's row has a row here; the answer that was given first stays.
CREATE VIEW requests AS
SELECT shard, id AS payment, request_client AS client, request_key AS key, created_at AS asked_at, request_answer AS answer,
  (SELECT asked_again_at FROM further_requests AS again WHERE again.shard = payments.shard AND again.payment = payments.id
  AND again.client = request_client AND again.key = request_key) AS asked_again_at
FROM payments WHERE request_key IS NOT NULL
UNION ALL
SELECT shard, payment, client, key, asked_at, answer, asked_again_at FROM further_requests AS asked
WHERE NOT EXISTS (SELECT 1 FROM payments WHERE payments.shard = asked.shard AND payments.id = asked.payment
  AND request_client = asked.client AND request_key = asked.key);

ALTER TABLE decisions RENAME TO further_decisions;
ALTER INDEX decisions_pkey RENAME TO further_decisions_pkey;
CREATE VIEW decisions AS
SELECT shard, id AS payment, decision_id AS id, created_at AS at, decision_policy AS policy, decision_chosen AS chosen,
  decision_outcome AS outcome, decision_checks AS checks
FROM payments WHERE decision_id IS NOT NULL
UNION ALL
SELECT shard, payment, id, at, policy, chosen, outcome, checks FROM further_decisions;

-- What a decision rested on stays, wherever it stands, and is said once.
CREATE TRIGGER decisions_within_stay
BEFORE UPDATE OF decision_id, decision_policy, decision_chosen, decision_outcome, decision_checks ON payments
FOR EACH STATEMENT EXECUTE FUNCTION a_decision_is_never_changed();
CREATE FUNCTION a_decision_is_made_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM made JOIN payments ON payments.shard = made.shard AND payments.id = made.payment AND decision_id = made.id)
  THEN RAISE EXCEPTION 'a decision is never changed' USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER decisions_are_made_once AFTER INSERT ON further_decisions REFERENCING NEW TABLE AS made
FOR EACH STATEMENT EXECUTE FUNCTION a_decision_is_made_once();

-- Of each entry its ledger account, and what it debits it with; a credit is below nothing.
ALTER TABLE ledger_transactions
  ADD COLUMN accounts text[] COLLATE "C",
  ADD COLUMN debits bigint[],
  ADD COLUMN currency text COLLATE "C",
  ADD CONSTRAINT entries_are_whole CHECK (cardinality(accounts) = cardinality(debits) AND (accounts IS NULL) = (currency IS NULL));

-- No entry is left behind in silence.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_entries LEFT JOIN ledger_transactions AS posted
    ON posted.shard = ledger_entries.shard AND posted.id = ledger_transaction WHERE posted.id IS NULL)
  OR EXISTS (SELECT 1 FROM ledger_entries GROUP BY shard, ledger_transaction HAVING count(DISTINCT currency) > 1)
  THEN RAISE EXCEPTION 'the books hold entries without their transaction, or of two currencies in one; tantu verify names them';
  END IF;
END $$;
ALTER TABLE ledger_transactions DISABLE TRIGGER ledger_transactions_stay;
UPDATE ledger_transactions SET accounts = entries.accounts, debits = entries.debits, currency = entries.currency
FROM (SELECT shard, ledger_transaction, array_agg(ledger_account ORDER BY number) AS accounts,
  array_agg(CASE side WHEN 'debit' THEN amount ELSE -amount END ORDER BY number) AS debits, min(currency) AS currency
  FROM ledger_entries GROUP BY shard, ledger_transaction) AS entries
WHERE entries.shard = ledger_transactions.shard AND entries.ledger_transaction = ledger_transactions.id;
ALTER TABLE ledger_transactions ENABLE TRIGGER ledger_transactions_stay;

DROP TABLE ledger_entries;
CREATE VIEW ledger_entries AS
SELECT shard, id AS ledger_transaction, (entry.number - 1)::integer AS number, entry.account AS ledger_account,
  (CASE WHEN entry.debit > 0 THEN 'debit' ELSE 'credit' END) COLLATE "C" AS side, abs(entry.debit) AS amount, currency
FROM ledger_transactions, unnest(accounts, debits) WITH ORDINALITY AS entry (account, debit, number);
