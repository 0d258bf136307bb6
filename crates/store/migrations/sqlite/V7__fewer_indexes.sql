-- An index that no statement looks anything up by, and that each payment has paid for. The audit needs the one by order.

DROP INDEX ledger_transactions_of_payment;
