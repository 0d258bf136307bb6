//! Every check of the audit has a break that it finds, planted past all that the database itself refuses.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use tantu_domain::channel::Channel;
use tantu_domain::ledger::LedgerAccount;
use tantu_store::Store as _;
use tantu_store::sqlite::SqliteStore;

use super::books::Books;
use super::samples::{SHARD, commit};
use super::sqlite::{fresh, url};

/// What must find it, in the audit's order, and the break. `{refused}` and the like are ids of `Books`.
pub(crate) struct Break {
    pub(crate) found_by: &'static [&'static str],
    sql: &'static str,
}

impl Break {
    /// The break in the database of these books. It is the same in every database.
    pub(crate) fn sql(&self, names: &[(&'static str, String)]) -> String {
        names.iter().fold(self.sql.to_owned(), |sql, (name, id)| sql.replace(&format!("{{{name}}}"), id))
    }
}

/// What the database would refuse is refused no more.
const UNLOCK: &str = "PRAGMA ignore_check_constraints = ON;
    DROP TRIGGER ledger_transactions_stay; DROP TRIGGER ledger_transactions_remain;
    DROP TRIGGER ledger_transactions_are_new; DROP TRIGGER ledger_entries_are_new;
    DROP TRIGGER ledger_entries_stay; DROP TRIGGER ledger_entries_remain;
    DROP INDEX one_success_per_leg; DROP INDEX one_undecided_per_leg;";

pub(crate) const BREAKS: &[Break] = &[
    // Entries of a transaction that is not there.
    Break { found_by: &["entries_balance"], sql: "DELETE FROM ledger_transactions WHERE purpose = 'opening'" },
    // A transaction that lacks its entries.
    Break {
        found_by: &["entries_balance"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}')",
    },
    // Two that are off by as much, so that the sums are right.
    Break {
        found_by: &["entries_balance"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}'), (7, 'txn_2', 'opening', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{reserve}', 'debit', 5, 'CNY'), (7, 'txn_2', 0, '{reserve}', 'credit', 5, 'CNY')",
    },
    // A ticket that is solved although nothing was paid, and one that nobody looks after.
    Break {
        found_by: &["tickets_tended"],
        sql: "INSERT INTO tickets VALUES (7, 'tkt_1', 'acc_1', '{refused}', NULL, '{at}', 'solved', '{at}', '[]', '[]', NULL)",
    },
    Break {
        found_by: &["tickets_tended"],
        sql: "INSERT INTO tickets VALUES (7, 'tkt_1', 'acc_1', '{refused}', NULL, '{at}', 'waiting', '{at}', '[]', '[]', NULL)",
    },
    Break {
        found_by: &["balances_equal_fold"],
        sql: "UPDATE balances SET balance = balance + 1 WHERE ledger_account IN ('{customer}', '{reserve}')",
    },
    // A row whose balance is nothing, although it has entries, and one that has no entries.
    Break {
        found_by: &["balances_equal_fold"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, 'merchant:none', 'debit', 5, 'CNY'), (7, 'txn_1', 1, 'merchant:none', 'credit', 5, 'CNY')",
    },
    Break {
        found_by: &["balances_equal_fold"],
        sql: "INSERT INTO balances VALUES (7, 'merchant:a', 'CNY', 'credit', false, 5), (7, 'merchant:b', 'CNY', 'credit', false, -5)",
    },
    Break {
        found_by: &["floors_hold"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{customer}', 'debit', 2000000, 'CNY'), (7, 'txn_1', 1, '{clearing}', 'credit', 2000000, 'CNY');
              UPDATE balances SET balance = balance - 2000000 WHERE ledger_account = '{customer}';
              UPDATE balances SET balance = balance + 2000000 WHERE ledger_account = '{clearing}'",
    },
    // A second leg, charged and captured, of a payment that is still under way.
    Break {
        found_by: &["captured_within_amount"],
        sql: "INSERT INTO legs (shard, payment, number, instrument, amount, currency, state, captured_at)
              VALUES (7, '{processing}', 1, '{bound}', 8889, 'CNY', 'captured', '{at}');
              INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'channel_charge', '{processing}', '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{receivable}', 'debit', 8889, 'CNY'), (7, 'txn_1', 1, '{clearing}', 'credit', 8889, 'CNY');
              UPDATE balances SET balance = balance + 8889 WHERE ledger_account IN ('{receivable}', '{clearing}')",
    },
    Break {
        found_by: &["one_success_per_leg"],
        sql: "CREATE TEMP TABLE copied AS SELECT * FROM attempts WHERE payment = '{channel}';
              UPDATE copied SET id = 'att_1', number = 1; INSERT INTO attempts SELECT * FROM copied",
    },
    Break {
        found_by: &["states_consistent"],
        sql: "UPDATE payments SET state = 'succeeded', refusal = NULL WHERE id = '{refused}'",
    },
    Break {
        found_by: &["states_consistent"],
        sql: "UPDATE payments SET state = 'processing', refusal = NULL WHERE id = '{refused}'",
    },
    // It waits for its payer at a channel that nobody has asked.
    Break {
        found_by: &["states_consistent"],
        sql: "UPDATE payments SET state = 'requires_action', action = 'confirm_at_channel', refusal = NULL WHERE id = '{refused}'",
    },
    Break { found_by: &["states_consistent"], sql: "UPDATE payments SET state = 'closed' WHERE id = '{processing}'" },
    Break { found_by: &["states_consistent"], sql: "UPDATE payments SET state = 'closed' WHERE id = '{wallet}'" },
    Break {
        found_by: &["states_consistent"],
        sql: "UPDATE payments SET state = 'refused', refusal = '{\"causes\":[],\"can_pay_with\":[]}' WHERE id = '{channel}'",
    },
    // A second attempt under way, with its job: of a payment under way, and of one that is paid.
    Break { found_by: &["states_consistent"], sql: "{second_attempt of processing}" },
    Break { found_by: &["states_consistent"], sql: "{second_attempt of wallet}" },
    // The channel has not paid, and the leg says so.
    Break {
        found_by: &["states_consistent"],
        sql: "UPDATE attempts SET state = 'declined', code = 'A', message = '', told_at = '{at}' WHERE payment = '{channel}'",
    },
    Break { found_by: &["undecided_has_job"], sql: "DELETE FROM jobs WHERE payment = '{processing}'" },
    Break {
        found_by: &["undecided_has_job"],
        sql: "UPDATE jobs SET kind = 'return_late_success', refund = 'ref_1' WHERE payment = '{processing}'",
    },
    Break { found_by: &["late_success_goes_back"], sql: "DELETE FROM jobs WHERE payment = '{returning}'" },
    // The money of a late success is held, and nothing is on its way back.
    Break {
        found_by: &["late_success_goes_back"],
        sql: "UPDATE attempts SET state = 'closed', closed_by = 'cancel' WHERE payment = '{returning}'; DELETE FROM jobs WHERE payment = '{returning}'",
    },
    Break {
        found_by: &["late_success_goes_back"],
        sql: "UPDATE ledger_transactions SET purpose = 'opening' WHERE purpose = 'late_refund'",
    },
    Break {
        found_by: &["late_success_goes_back"],
        sql: "UPDATE ledger_transactions SET purpose = 'opening' WHERE purpose = 'late_success' AND payment = '{returning}'",
    },
    Break {
        found_by: &["late_success_goes_back"],
        sql: "UPDATE ledger_transactions SET payment = '{returning}' WHERE purpose = 'late_success'",
    },
    Break {
        found_by: &["charges_match_captures"],
        sql: "UPDATE ledger_transactions SET purpose = 'opening' WHERE payment = '{wallet}'",
    },
    Break {
        found_by: &["charges_match_captures"],
        sql: "UPDATE ledger_transactions SET payment = NULL WHERE payment = '{channel}'",
    },
    Break {
        found_by: &["charges_match_captures"],
        sql: "UPDATE ledger_transactions SET purpose = 'wallet_charge', payment = '{refused}' WHERE purpose = 'opening'",
    },
    Break {
        found_by: &["charges_match_captures"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'wallet_charge', '{wallet}', '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{customer}', 'debit', 8888, 'CNY'), (7, 'txn_1', 1, '{clearing}', 'credit', 8888, 'CNY');
              UPDATE balances SET balance = balance - 8888 WHERE ledger_account = '{customer}';
              UPDATE balances SET balance = balance + 8888 WHERE ledger_account = '{clearing}'",
    },
    // `reserve` follows from the first two checks, so it cannot be broken alone: here with each of them in turn.
    Break {
        found_by: &["balances_equal_fold", "reserve"],
        sql: "UPDATE balances SET balance = balance + 1 WHERE ledger_account = '{clearing}'",
    },
    Break {
        found_by: &["entries_balance", "reserve"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{clearing}', 'credit', 5, 'CNY');
              UPDATE balances SET balance = balance + 5 WHERE ledger_account = '{clearing}'",
    },
    Break { found_by: &["limits_equal_fold"], sql: "UPDATE limit_uses SET used = used + 1 WHERE product = 'wallet' AND span = 'day'" },
    Break { found_by: &["limits_equal_fold"], sql: "DELETE FROM limit_uses WHERE product = 'wallet' AND span = 'month'" },
    Break {
        found_by: &["limits_equal_fold"],
        sql: "INSERT INTO limit_uses VALUES (7, '{account}', 'wallet', 'day', '2026-11-20', 5, 'CNY')",
    },
    Break {
        found_by: &["limits_equal_fold"],
        sql: "UPDATE legs SET counted_at = NULL, counted_product = NULL WHERE payment = '{wallet}'",
    },
    Break { found_by: &["limits_equal_fold"], sql: "UPDATE legs SET counted_product = 'wallet' WHERE payment = '{channel}'" },
    Break { found_by: &["orders_claimed_once"], sql: "DELETE FROM claims WHERE payment = '{closed}'" },
    Break { found_by: &["orders_claimed_once"], sql: "UPDATE claims SET payment = 'pay_1' WHERE payment = '{closed}'" },
    Break { found_by: &["orders_claimed_once"], sql: "UPDATE claims SET owner = 'mer_1' WHERE payment = '{closed}'" },
    Break {
        found_by: &["orders_claimed_once"],
        sql: "CREATE TEMP TABLE copied AS SELECT * FROM payments WHERE id = '{refused}';
              UPDATE copied SET id = 'pay_1'; INSERT INTO payments SELECT * FROM copied",
    },
    // A number is missing; a range begins after the end of the last one; and something else than a fold takes.
    Break { found_by: &["folds_in_line"], sql: "UPDATE folds SET number = 3 WHERE number = 2" },
    Break {
        found_by: &["folds_in_line"],
        sql: "UPDATE folds SET from_total = from_total + 1, to_total = to_total + 1 WHERE number = 2",
    },
    Break {
        found_by: &["folds_in_line"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{clearing}', 'debit', 5, 'CNY'), (7, 'txn_1', 1, '{customer}', 'credit', 5, 'CNY');
              UPDATE balances SET balance = balance - 5 WHERE ledger_account = '{clearing}';
              UPDATE balances SET balance = balance + 5 WHERE ledger_account = '{customer}'",
    },
    // One that took twice, and one that nobody ends.
    Break {
        found_by: &["folds_in_line", "folds_taken_once"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'fold_out', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{clearing}', 'debit', 5, 'CNY'), (7, 'txn_1', 1, '{in_transit}', 'credit', 5, 'CNY');
              UPDATE balances SET balance = balance - 5 WHERE ledger_account = '{clearing}';
              UPDATE balances SET balance = balance + 5 WHERE ledger_account = '{in_transit}'",
    },
    Break { found_by: &["folds_taken_once"], sql: "DELETE FROM jobs WHERE kind = 'end_fold'" },
    // One that has given twice, one that gave more than it took, and one that is called done and never gave.
    Break {
        found_by: &["folds_given_once"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'fold_in', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{in_transit}', 'debit', 8888, 'CNY'), (7, 'txn_1', 1, '{merchant}', 'credit', 8888, 'CNY');
              UPDATE balances SET balance = balance - 8888 WHERE ledger_account = '{in_transit}';
              UPDATE balances SET balance = balance + 8888 WHERE ledger_account = '{merchant}'",
    },
    Break {
        found_by: &["folds_given_once"],
        sql: "UPDATE ledger_entries SET amount = amount + 1 WHERE ledger_transaction = '{fold_in}';
              UPDATE balances SET balance = balance - 1 WHERE ledger_account = '{in_transit}';
              UPDATE balances SET balance = balance + 1 WHERE ledger_account = '{merchant}'",
    },
    Break {
        found_by: &["folds_given_once"],
        sql: "UPDATE folds SET done_at = '{at}' WHERE number = 2; DELETE FROM jobs WHERE kind = 'end_fold'",
    },
    // The same range taken and given by two folds.
    Break {
        found_by: &["folds_in_line"],
        sql: "CREATE TEMP TABLE copied AS SELECT * FROM folds WHERE number = 1;
              UPDATE copied SET id = 'fol_1', number = 3, credit = 'txn_2'; INSERT INTO folds SELECT * FROM copied;
              INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'fold_out', NULL, '{at}'), (7, 'txn_2', 'fold_in', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{clearing}', 'debit', 8888, 'CNY'), (7, 'txn_1', 1, '{in_transit}', 'credit', 8888, 'CNY'),
              (7, 'txn_2', 0, '{in_transit}', 'debit', 8888, 'CNY'), (7, 'txn_2', 1, '{merchant}', 'credit', 8888, 'CNY');
              UPDATE balances SET balance = balance - 8888 WHERE ledger_account = '{clearing}';
              UPDATE balances SET balance = balance + 8888 WHERE ledger_account = '{merchant}'",
    },
    // What is in transit goes somewhere else.
    Break {
        found_by: &["in_transit_by_folds"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{in_transit}', 'debit', 5, 'CNY'), (7, 'txn_1', 1, '{customer}', 'credit', 5, 'CNY');
              UPDATE balances SET balance = balance - 5 WHERE ledger_account = '{in_transit}';
              UPDATE balances SET balance = balance + 5 WHERE ledger_account = '{customer}'",
    },
    // A merchant has what no fold brought, and loses what no debit took.
    Break {
        found_by: &["merchants_settled_by_folds"],
        sql: "INSERT INTO ledger_transactions VALUES (7, 'txn_1', 'opening', NULL, '{at}');
              INSERT INTO ledger_entries VALUES (7, 'txn_1', 0, '{reserve}', 'debit', 5, 'CNY'), (7, 'txn_1', 1, '{merchant}', 'credit', 5, 'CNY');
              UPDATE balances SET balance = balance + 5 WHERE ledger_account IN ('{reserve}', '{merchant}')",
    },
    Break {
        found_by: &["merchants_settled_by_folds"],
        sql: "UPDATE ledger_transactions SET purpose = 'opening' WHERE purpose = 'merchant_hold'",
    },
];

pub(crate) fn names(books: &Books) -> Vec<(&'static str, String)> {
    let payer = &books.payer;
    let ledger = [
        ("customer", LedgerAccount::Customer(payer.account)),
        ("clearing", LedgerAccount::MerchantClearing(payer.merchant, SHARD)),
        ("receivable", LedgerAccount::ChannelReceivable(Channel::Alipay, SHARD)),
        ("reserve", LedgerAccount::Reserve(SHARD)),
        ("merchant", LedgerAccount::Merchant(payer.merchant)),
        ("in_transit", LedgerAccount::MerchantInTransit(payer.merchant)),
    ];
    let mut names = vec![
        ("second_attempt of processing", second_attempt("processing")),
        ("second_attempt of wallet", second_attempt("wallet")),
        ("at", "2026-11-22T04:00:00.000000000Z".to_owned()),
        ("account", payer.account.to_string()),
        ("bound", payer.bound.to_string()),
        ("fold_in", books.folds[0].credit.to_string()),
    ];
    names.extend(ledger.map(|(name, account)| (name, account.to_string())));
    names.extend(books.payments().map(|(name, payment)| (name, payment.id.to_string())));
    names
}

fn second_attempt(payment: &str) -> String {
    format!(
        "CREATE TEMP TABLE copied AS SELECT * FROM attempts WHERE payment = '{{processing}}';
         UPDATE copied SET id = 'att_1', number = 1, payment = '{{{payment}}}'; INSERT INTO attempts SELECT * FROM copied;
         CREATE TEMP TABLE held AS SELECT * FROM jobs WHERE payment = '{{processing}}';
         UPDATE held SET id = 'job_1', attempt = 'att_1', payment = '{{{payment}}}'; INSERT INTO jobs SELECT * FROM held"
    )
}

/// A closed file with clean books, of which each break gets a copy.
struct Template {
    home: tempfile::TempDir,
    names: Vec<(&'static str, String)>,
}

impl Template {
    fn new() -> Self {
        let (fresh, books) = (fresh(), Books::new());
        commit(&fresh.store, &books.changes);
        let template = Self { names: names(&books), home: fresh.close() };
        assert!(!template.home.path().join("tantu.db-wal").exists(), "all is in the one file");
        template
    }

    /// The checks that find a break in a copy.
    fn found(&self, name: &str, sql: &str) -> Vec<&'static str> {
        let path = self.home.path().join(name);
        fs::copy(self.home.path().join("tantu.db"), &path).unwrap();
        plant(&path, sql);
        let audit = SqliteStore::read_url(&url(&path)).unwrap().audit().unwrap();
        audit.checks.iter().filter(|check| !check.broken.is_empty()).map(|check| check.id).collect()
    }
}

fn plant(path: &Path, sql: &str) {
    let raw = Connection::open(path).unwrap();
    raw.execute_batch(UNLOCK).unwrap();
    raw.execute_batch(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// The twin: without a break nothing is found, so whatever is found is found because of it.
#[test]
fn without_a_break_nothing_is_found() {
    assert_eq!(Template::new().found("clean.db", ""), Vec::<&str>::new());
}

#[test]
fn each_break_is_found_by_its_check_and_no_other() {
    let template = Template::new();
    for (number, planted) in BREAKS.iter().enumerate() {
        let sql = planted.sql(&template.names);
        assert_eq!(template.found(&format!("break-{number}.db"), &sql), planted.found_by, "{sql}");
    }
}

/// A new check needs a break here; and but for `reserve`, one that it alone finds.
#[test]
fn every_check_has_a_break() {
    let checks: BTreeSet<&str> = fresh().store.audit().unwrap().checks.iter().map(|check| check.id).collect();
    // What is lent and repaid is broken beside the bills, in `pay_later`; what is in lots beside them, in `points`; what is given back
    // in `refunds`.
    let elsewhere = [
        "refunds_within_captured",
        "refunds_posted_once",
        "refunds_settled_once",
        "debts_equal_bills",
        "bills_repaid_once",
        "points_equal_lots",
        "lots_taken_once",
    ];
    let planted = BREAKS.iter().flat_map(|planted| planted.found_by).copied();
    assert_eq!(planted.chain(elsewhere).collect::<BTreeSet<&str>>(), checks);
    let alone: BTreeSet<&str> = BREAKS
        .iter()
        .filter(|planted| planted.found_by.len() == 1)
        .map(|planted| planted.found_by[0])
        .chain(elsewhere)
        .collect();
    assert_eq!(checks.difference(&alone).copied().collect::<Vec<_>>(), ["reserve"]);
}
