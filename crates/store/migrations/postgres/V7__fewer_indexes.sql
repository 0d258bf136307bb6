-- Indexes that no statement looks anything up by, and that each payment has paid for.

-- What makes an order one payment is its claim, whose key is the order; the audit tells a payment that its order's claim does not
-- name.
DROP INDEX one_payment_per_order;
DROP INDEX ledger_transactions_of_payment;
