-- The lists of payments: of an account and of a merchant, each in the order of its ids.
-- They take the place of the index on order numbers: that an order is one payment is its claim's promise.
CREATE INDEX payments_of_account ON payments (account, id);
CREATE INDEX payments_of_merchant ON payments (merchant, id);
DROP INDEX IF EXISTS one_payment_per_order;
