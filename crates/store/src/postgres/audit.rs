//! The audit: each thing that must hold, as the query that finds what breaks it.
//!
//! Every query gives one text per broken thing. All are read at one moment, so a running writer is no
//! false alarm.

use super::cell::Cells;
use crate::audit::{Audit, AuditCheck};
use crate::error::StoreError;
use crate::row::Columns;
use crate::wire::answers::Answers;
use crate::wire::burst::Ask;

/// A check: its name, how many rows it looks at, and what it finds broken.
struct Check {
    id: &'static str,
    looked_at: &'static str,
    broken: &'static str,
}

const CHECKS: &[Check] = &[
    Check {
        id: "entries_balance",
        looked_at: "SELECT count(*) AS looked_at FROM ledger_transactions",
        broken: "WITH sums AS (SELECT shard, ledger_transaction, currency, sum(CASE side WHEN 'debit' THEN amount ELSE -amount END) AS off
                 FROM ledger_entries GROUP BY shard, ledger_transaction, currency)
                 SELECT ledger_transaction || ' is off by ' || off || ' ' || currency AS broken FROM sums WHERE off <> 0
                 UNION ALL SELECT id || ' has no entries' FROM ledger_transactions AS posted WHERE NOT EXISTS
                 (SELECT 1 FROM ledger_entries WHERE shard = posted.shard AND ledger_transaction = posted.id)
                 UNION ALL SELECT DISTINCT ledger_transaction || ' has entries and is not there' FROM ledger_entries AS entered
                 WHERE NOT EXISTS (SELECT 1 FROM ledger_transactions WHERE shard = entered.shard AND id = entered.ledger_transaction)",
    },
    Check {
        id: "balances_equal_fold",
        looked_at: "SELECT count(*) AS looked_at FROM balances",
        broken: "WITH fold AS (SELECT shard, ledger_account, currency, sum(CASE side WHEN 'debit' THEN amount ELSE -amount END) AS debits
                 FROM ledger_entries GROUP BY 1, 2, 3),
                 held AS (SELECT balances.ledger_account, balance,
                 CASE normal_side WHEN 'debit' THEN coalesce(debits, 0) ELSE -coalesce(debits, 0) END AS folded
                 FROM balances LEFT JOIN fold USING (shard, ledger_account, currency))
                 SELECT ledger_account || ' has ' || balance || ', its entries fold to ' || folded AS broken FROM held WHERE balance <> folded
                 UNION ALL SELECT fold.ledger_account || ' has entries and no balance' FROM fold LEFT JOIN balances
                 USING (shard, ledger_account, currency) WHERE balances.balance IS NULL",
    },
    Check {
        id: "floors_hold",
        looked_at: "SELECT count(*) AS looked_at FROM balances WHERE has_floor",
        broken: "SELECT ledger_account || ' is at ' || balance AS broken FROM balances WHERE has_floor AND balance < 0",
    },
    Check {
        id: "captured_within_amount",
        looked_at: "SELECT count(*) AS looked_at FROM payments",
        broken: "SELECT payments.id || ' captured ' || sum(legs.amount) || ' of ' || payments.amount AS broken FROM payments JOIN legs
                 ON legs.shard = payments.shard AND legs.payment = payments.id AND legs.state = 'captured'
                 GROUP BY payments.shard, payments.id, payments.amount HAVING sum(legs.amount) > payments.amount",
    },
    Check {
        id: "one_success_per_leg",
        looked_at: "SELECT count(*) AS looked_at FROM attempts",
        broken: "SELECT payment || ' leg ' || leg || ' succeeded ' || count(*) || ' times' AS broken FROM attempts WHERE state = 'succeeded'
                 GROUP BY shard, payment, leg HAVING count(*) > 1",
    },
    Check {
        id: "states_consistent",
        looked_at: "SELECT count(*) AS looked_at FROM payments",
        broken: "WITH captured AS (SELECT shard, payment, sum(amount) AS amount FROM legs WHERE state = 'captured' GROUP BY 1, 2),
                 submitted AS (SELECT shard, payment, count(*) AS attempts FROM attempts WHERE state = 'submitted' GROUP BY 1, 2),
                 told AS (SELECT payments.id, payments.state, payments.action, payments.amount, coalesce(captured.amount, 0) AS captured,
                 coalesce(submitted.attempts, 0) AS submitted FROM payments
                 LEFT JOIN captured ON captured.shard = payments.shard AND captured.payment = payments.id
                 LEFT JOIN submitted ON submitted.shard = payments.shard AND submitted.payment = payments.id)
                 SELECT id || ' is ' || state || ' with ' || captured || ' captured and ' || submitted || ' attempts undecided' AS broken FROM told
                 WHERE (state = 'succeeded' AND (captured <> amount OR submitted <> 0)) OR (state = 'processing' AND submitted <> 1)
                 OR (state = 'requires_action' AND captured <> 0) OR (action IN ('enter_payment_password', 'enter_bank_code') AND submitted <> 0)
                 OR (action IN ('confirm_at_channel', 'confirm_in_app') AND submitted <> 1)
                 OR (state IN ('refused', 'closed') AND (captured <> 0 OR submitted <> 0))
                 UNION ALL SELECT payment || ' leg ' || number || ' is captured through a channel that did not succeed' FROM legs
                 WHERE state = 'captured' AND counted_product NOT IN ('wallet', 'wallet_two_factors', 'pay_later', 'points') AND NOT EXISTS (SELECT 1 FROM attempts
                 WHERE shard = legs.shard AND payment = legs.payment AND leg = legs.number AND state = 'succeeded')",
    },
    Check {
        id: "undecided_has_job",
        looked_at: "SELECT count(*) AS looked_at FROM attempts WHERE state = 'submitted'",
        broken: "SELECT id || ' is undecided, and no job asks about it' AS broken FROM attempts WHERE state = 'submitted' AND NOT EXISTS
                 (SELECT 1 FROM jobs WHERE shard = attempts.shard AND jobs.attempt = attempts.id AND kind = 'resolve_attempt')",
    },
    Check {
        id: "late_success_goes_back",
        looked_at: "SELECT count(*) AS looked_at FROM attempts WHERE state IN ('returning', 'returned')",
        broken: "WITH sides AS (SELECT shard, payment, 1 AS took, (state = 'returned')::int AS gave, 0 AS took_booked, 0 AS gave_booked
                 FROM attempts WHERE state IN ('returning', 'returned')
                 UNION ALL SELECT shard, payment, 0, 0, (purpose = 'late_success')::int, (purpose = 'late_refund')::int
                 FROM ledger_transactions WHERE purpose IN ('late_success', 'late_refund'))
                 SELECT id || ' took money late, and no job gives it back' AS broken FROM attempts WHERE state = 'returning' AND NOT EXISTS
                 (SELECT 1 FROM jobs WHERE shard = attempts.shard AND jobs.attempt = attempts.id AND kind = 'return_late_success')
                 UNION ALL SELECT coalesce(payment, 'no payment') || ' took ' || sum(took) || ' times late and gave back ' || sum(gave) ||
                 ', the books say ' || sum(took_booked) || ' and ' || sum(gave_booked) FROM sides
                 GROUP BY shard, payment HAVING sum(took) <> sum(took_booked) OR sum(gave) <> sum(gave_booked)",
    },
    Check {
        id: "charges_match_captures",
        looked_at: "SELECT count(*) AS looked_at FROM legs WHERE state = 'captured'",
        broken: "WITH sides AS (SELECT posted.shard, posted.payment, amount AS charged, 1 AS charges, 0::bigint AS captured, 0 AS captures
                 FROM ledger_transactions AS posted JOIN ledger_entries ON ledger_entries.shard = posted.shard
                 AND ledger_transaction = posted.id AND ledger_account NOT LIKE 'pay_later_lent:%' AND side = 'credit'
                 WHERE purpose IN ('wallet_charge', 'channel_charge', 'top_up', 'pay_later_charge', 'points_bought', 'points_charge')
                 UNION ALL SELECT shard, payment, 0, 0, amount, 1 FROM legs WHERE state = 'captured')
                 SELECT coalesce(payment, 'no payment') || ' captured ' || sum(captured) || ' and was charged ' || sum(charged) AS broken FROM sides
                 GROUP BY shard, payment HAVING sum(captured) <> sum(charged) OR sum(captures) <> sum(charges)",
    },
    Check {
        id: "tickets_tended",
        looked_at: "SELECT count(*) AS looked_at FROM tickets",
        broken: "SELECT tickets.id || ' is solved, and its payment is not paid' AS broken FROM tickets LEFT JOIN payments
                 ON payments.shard = tickets.shard AND payments.id = tickets.payment
                 WHERE tickets.state = 'solved' AND tickets.payment IS NOT NULL AND payments.state IS DISTINCT FROM 'succeeded'
                 UNION ALL SELECT id || ' is open, and no job looks after it' FROM tickets WHERE state IN ('waiting', 'answered')
                 AND (payment IS NOT NULL OR binding IS NOT NULL) AND NOT EXISTS
                 (SELECT 1 FROM jobs WHERE shard = tickets.shard AND kind = 'tend_ticket' AND subject = tickets.id)",
    },
    Check {
        id: "reserve",
        looked_at: "SELECT count(*) AS looked_at FROM balances",
        broken: "WITH sums AS (SELECT currency, sum(CASE normal_side WHEN 'credit' THEN balance ELSE -balance END) AS off
                 FROM balances GROUP BY currency)
                 SELECT 'what we owe and what we own differ by ' || off || ' ' || currency AS broken FROM sums WHERE off <> 0",
    },
    // A time is cut to its second before it is read as one: it has more decimals than a `timestamp`, which would round
    // the last instant of a day up to the next.
    Check {
        id: "limits_equal_fold",
        looked_at: "SELECT count(*) AS looked_at FROM limit_uses",
        broken: "WITH counted AS (SELECT legs.shard, payments.account, counted_product AS product,
                 (left(counted_at, 19)::timestamp + interval '8 hours')::date AS day, legs.amount FROM legs JOIN payments
                 ON payments.shard = legs.shard AND payments.id = legs.payment WHERE counted_at IS NOT NULL),
                 sides AS (SELECT shard, account, product, 'day' AS span, to_char(day, 'YYYY-MM-DD') AS starts_on, amount AS fold,
                 0::bigint AS used FROM counted
                 UNION ALL SELECT shard, account, product, 'month', to_char(day, 'YYYY-MM-01'), amount, 0 FROM counted
                 UNION ALL SELECT shard, account, product, span, starts_on, 0, used FROM limit_uses)
                 SELECT account || ' used ' || sum(used) || ' by ' || product || ' in the ' || span || ' of ' || starts_on ||
                 ', its payments add up to ' || sum(fold) AS broken FROM sides GROUP BY shard, account, product, span, starts_on
                 HAVING sum(used) <> sum(fold)",
    },
    // What was taken from a clearing account is what its folds say, one after another from the beginning.
    Check {
        id: "folds_in_line",
        looked_at: "SELECT count(*) AS looked_at FROM folds",
        broken: "WITH placed AS (SELECT id, number, from_total, to_total, coalesce(lag(number) OVER line, 0) AS before,
                 coalesce(lag(to_total) OVER line, 0) AS ended FROM folds WINDOW line AS (PARTITION BY shard, merchant, currency ORDER BY number)),
                 sides AS (SELECT shard, ledger_account, currency, amount AS taken, 0::bigint AS folded FROM ledger_entries
                 WHERE side = 'debit' AND ledger_account LIKE 'merchant_clearing:%'
                 UNION ALL SELECT shard, 'merchant_clearing:' || merchant || ':' || lpad(shard::text, 2, '0'), currency, 0, to_total - from_total FROM folds)
                 SELECT id || ' is number ' || number || ' and begins at ' || from_total || ', after number ' || before ||
                 ', which ended at ' || ended AS broken FROM placed WHERE number <> before + 1 OR from_total <> ended OR to_total <= from_total
                 UNION ALL SELECT ledger_account || ' lost ' || sum(taken) || ', its folds took ' || sum(folded) FROM sides
                 GROUP BY shard, ledger_account, currency HAVING sum(taken) <> sum(folded)",
    },
    // Each fold takes once, and what is under way has a job that ends it.
    Check {
        id: "folds_taken_once",
        looked_at: "SELECT count(*) AS looked_at FROM ledger_transactions WHERE purpose = 'fold_out'",
        broken: "WITH sides AS (SELECT shard, 'txn_' || substr(id, 5) AS id, 'merchant_in_transit:' || merchant AS ledger_account,
                 to_total - from_total AS off, 1 AS folds, 0 AS postings FROM folds
                 UNION ALL SELECT posted.shard, id, ledger_account, -amount, 0, 1 FROM ledger_transactions AS posted JOIN ledger_entries
                 ON ledger_entries.shard = posted.shard AND ledger_transaction = posted.id AND side = 'credit' WHERE purpose = 'fold_out')
                 SELECT id || ' takes for ' || sum(folds) || ' folds, is posted ' || sum(postings) || ' times, and is off by ' || sum(off) AS broken
                 FROM sides GROUP BY shard, id, ledger_account HAVING sum(folds) <> sum(postings) OR sum(off) <> 0
                 UNION ALL SELECT id || ' is under way, and no job ends it' FROM folds WHERE done_at IS NULL AND NOT EXISTS
                 (SELECT 1 FROM jobs WHERE shard = folds.shard AND jobs.subject = folds.id AND kind = 'end_fold')",
    },
    // On each shard what is in transit is what folds took there, less what they gave there; of refunds, what left merchants there, less
    // what payers got there.
    Check {
        id: "in_transit_by_folds",
        looked_at: "SELECT count(*) AS looked_at FROM balances WHERE ledger_account LIKE '%@_in@_transit:%' ESCAPE '@'",
        broken: "WITH sides AS (SELECT posted.shard, ledger_account, posted.currency, CASE side WHEN 'credit' THEN amount ELSE -amount END AS has,
                 CASE WHEN purpose = 'fold_out' AND side = 'credit' THEN amount WHEN purpose = 'fold_in' AND side = 'debit' THEN -amount
                 WHEN purpose = 'merchant_refund' AND side = 'credit' THEN amount WHEN purpose = 'refund' AND side = 'debit' THEN -amount
                 ELSE 0 END AS moved FROM ledger_transactions AS posted JOIN ledger_entries ON ledger_entries.shard = posted.shard
                 AND ledger_transaction = posted.id WHERE ledger_account LIKE 'merchant_in_transit:%' OR ledger_account LIKE 'refund_in_transit:%')
                 SELECT ledger_account || ' has ' || sum(has) || ' on shard ' || shard || ', its folds and refunds took less gave ' || sum(moved) AS broken
                 FROM sides GROUP BY shard, ledger_account, currency HAVING sum(has) <> sum(moved)",
    },
    // What merchants have settled is what folds gave them, less what was debited and is not theirs again.
    Check {
        id: "merchants_settled_by_folds",
        looked_at: "SELECT count(*) AS looked_at FROM balances WHERE ledger_account LIKE 'merchant:%'",
        broken: "WITH sides AS (SELECT ledger_account, posted.currency, CASE side WHEN 'credit' THEN amount ELSE -amount END AS has,
                 CASE WHEN purpose = 'fold_in' AND side = 'credit' THEN amount WHEN purpose = 'merchant_hold' AND side = 'debit' THEN -amount
                 WHEN purpose = 'merchant_release' AND side = 'credit' THEN amount ELSE 0 END AS settled FROM ledger_transactions AS posted JOIN ledger_entries ON ledger_entries.shard = posted.shard
                 AND ledger_transaction = posted.id WHERE ledger_account LIKE 'merchant:%')
                 SELECT ledger_account || ' has ' || sum(has) || ', its folds less its debits are ' || sum(settled) AS broken FROM sides
                 GROUP BY ledger_account, currency HAVING sum(has) <> sum(settled)",
    },
    // Each fold gives once what it took; one that is under way, perhaps not yet. Several databases hold this against each other
    // themselves.
    Check {
        id: "folds_given_once",
        looked_at: "SELECT count(*) AS looked_at FROM ledger_transactions WHERE purpose = 'fold_in'",
        broken: "WITH sides AS (SELECT credit AS id, 'merchant:' || merchant AS ledger_account, to_total - from_total AS off, 1 AS folds,
                 (done_at IS NOT NULL)::int AS done, 0 AS postings FROM folds
                 UNION ALL SELECT id, ledger_account, -amount, 0, 0, 1 FROM ledger_transactions AS posted JOIN ledger_entries
                 ON ledger_entries.shard = posted.shard AND ledger_transaction = posted.id AND side = 'credit' WHERE purpose = 'fold_in')
                 SELECT id || ' gives for ' || sum(folds) || ' folds, ' || sum(done) || ' of them done, is posted ' || sum(postings) ||
                 ' times, and is off by ' || sum(off) AS broken FROM sides GROUP BY id, ledger_account
                 HAVING sum(postings) > sum(folds) OR sum(postings) < sum(done) OR (sum(postings) = sum(folds) AND sum(off) <> 0)",
    },
    // Of no payment more goes back than it captured, and what came back stands with it.
    Check {
        id: "refunds_within_captured",
        looked_at: "SELECT count(*) AS looked_at FROM refunds",
        broken: "SELECT payment || ' captured ' || captured || ', and its refunds come to ' || asked AS broken FROM
                 (SELECT shard, payment, sum(amount) AS asked, (SELECT coalesce(sum(legs.amount), 0) FROM legs
                 WHERE legs.shard = refunds.shard AND legs.payment = refunds.payment AND legs.state = 'captured') AS captured
                 FROM refunds WHERE state <> 'refused' GROUP BY shard, payment) AS sums WHERE asked > captured
                 UNION ALL SELECT id || ' says that ' || refunded || ' came back, its refunds gave ' || gave FROM
                 (SELECT id, refunded, (SELECT coalesce(sum(refunds.amount), 0) FROM refunds WHERE refunds.shard = payments.shard
                 AND refunds.payment = payments.id AND refunds.state = 'succeeded') AS gave FROM payments) AS told WHERE refunded <> gave",
    },
    // Each refund that its payer has is posted for him once, its points are in their lots, and one that is under way has a job.
    Check {
        id: "refunds_posted_once",
        looked_at: "SELECT count(*) AS looked_at FROM ledger_transactions WHERE purpose = 'refund'",
        broken: "WITH sides AS (SELECT shard, 'txn_' || substr(id, 5) AS id, 'refund_in_transit:' || merchant AS ledger_account,
                 amount AS off, 1 AS refunds, 0 AS postings FROM refunds WHERE state = 'succeeded'
                 UNION ALL SELECT posted.shard, id, ledger_account, -amount, 0, 1 FROM ledger_transactions AS posted JOIN ledger_entries
                 ON ledger_entries.shard = posted.shard AND ledger_transaction = posted.id AND side = 'debit'
                 AND ledger_account LIKE 'refund_in_transit:%' WHERE purpose = 'refund'),
                 points AS (SELECT shard, payment, refunded AS came, 0::bigint AS said FROM points_taken
                 UNION ALL SELECT shard, payment, 0, points FROM refunds WHERE state = 'succeeded')
                 SELECT id || ' gives back for ' || sum(refunds) || ' refunds, is posted ' || sum(postings) || ' times, and is off by ' ||
                 sum(off) AS broken FROM sides GROUP BY shard, id, ledger_account HAVING sum(refunds) <> sum(postings) OR sum(off) <> 0
                 UNION ALL SELECT payment || ' got ' || sum(came) || ' points back, its refunds say ' || sum(said) FROM points
                 GROUP BY shard, payment HAVING sum(came) <> sum(said)
                 UNION ALL SELECT id || ' is under way, and no job ends it' FROM refunds WHERE done_at IS NULL AND NOT EXISTS
                 (SELECT 1 FROM jobs WHERE shard = refunds.shard AND jobs.subject = refunds.id AND kind = 'make_refund')",
    },
    // What was held for a refund leaves once, and only for one; of one that is under way, perhaps not yet. Several databases hold
    // this against each other themselves.
    Check {
        id: "refunds_settled_once",
        looked_at: "SELECT count(*) AS looked_at FROM ledger_transactions WHERE purpose IN ('merchant_refund', 'merchant_release')",
        broken: "WITH sides AS (SELECT ending AS id, 'merchant_held:' || merchant AS ledger_account, amount AS off, 1 AS refunds,
                 (done_at IS NOT NULL)::int AS done, 0 AS postings FROM refunds WHERE state = 'succeeded' OR causes IS NOT NULL
                 UNION ALL SELECT id, ledger_account, -amount, 0, 0, 1 FROM ledger_transactions AS posted JOIN ledger_entries
                 ON ledger_entries.shard = posted.shard AND ledger_transaction = posted.id AND side = 'debit'
                 WHERE purpose IN ('merchant_refund', 'merchant_release')),
                 holds AS (SELECT hold AS id, amount AS off, 1 AS refunds, 0 AS postings FROM refunds
                 WHERE state IN ('held', 'succeeded') OR causes IS NOT NULL
                 UNION ALL SELECT id, -amount, 0, 1 FROM ledger_transactions AS posted JOIN ledger_entries
                 ON ledger_entries.shard = posted.shard AND ledger_transaction = posted.id AND side = 'credit' WHERE purpose = 'merchant_hold')
                 SELECT id || ' ends what is held for ' || sum(refunds) || ' refunds, ' || sum(done) || ' of them done, is posted ' ||
                 sum(postings) || ' times, and is off by ' || sum(off) AS broken FROM sides GROUP BY id, ledger_account
                 HAVING sum(postings) > sum(refunds) OR sum(postings) < sum(done) OR (sum(postings) = sum(refunds) AND sum(off) <> 0)
                 UNION ALL SELECT id || ' holds for ' || sum(refunds) || ' refunds, is posted ' || sum(postings) || ' times, and is off by ' ||
                 sum(off) FROM holds GROUP BY id HAVING sum(refunds) > 0 AND (sum(refunds) <> sum(postings) OR sum(off) <> 0)",
    },
    // What the lender's book says that a payer owes is what his bills add up to, and every order that the line paid has one.
    Check {
        id: "debts_equal_bills",
        looked_at: "SELECT count(*) AS looked_at FROM bills",
        broken: "WITH sides AS (SELECT shard, 'pay_later_debt:' || account AS ledger_account, currency,
                 owed_costs + owed_interest + owed_principal AS owed, 0::bigint AS booked FROM bills
                 UNION ALL SELECT shard, ledger_account, currency, 0, balance FROM balances WHERE ledger_account LIKE 'pay_later_debt:%')
                 SELECT ledger_account || ' is ' || sum(booked) || ', its bills owe ' || sum(owed) AS broken FROM sides
                 GROUP BY shard, ledger_account, currency HAVING sum(owed) <> sum(booked)
                 UNION ALL SELECT payment || ' was paid by the line, and there is no bill' FROM legs WHERE state = 'captured'
                 AND counted_product = 'pay_later' AND NOT EXISTS
                 (SELECT 1 FROM bills WHERE shard = legs.shard AND bills.payment = legs.payment)",
    },
    // No more is taken for a bill than it comes to, and a bill that is not settled is looked after.
    Check {
        id: "bills_repaid_once",
        looked_at: "SELECT count(*) AS looked_at FROM repayments",
        broken: "SELECT bills.id || ' took ' || coalesce(sum(repayments.amount), 0) || ', and says that it was paid ' ||
                 max(paid_costs + paid_interest + paid_principal) AS broken FROM bills LEFT JOIN repayments
                 ON repayments.shard = bills.shard AND repayments.bill = bills.id AND ended = 'taken' GROUP BY bills.shard, bills.id
                 HAVING coalesce(sum(repayments.amount), 0) <> max(paid_costs + paid_interest + paid_principal)
                 UNION ALL SELECT id || ' is owed, and no job looks after it' FROM bills WHERE settled_on IS NULL AND NOT EXISTS
                 (SELECT 1 FROM jobs WHERE shard = bills.shard AND jobs.subject = bills.id AND kind = 'tend_bill')",
    },
    // What the books say of an account's points is what is in its lots, and what is held.
    Check {
        id: "points_equal_lots",
        looked_at: "SELECT count(*) AS looked_at FROM points_lots",
        broken: "WITH sides AS (SELECT shard, 'points:' || account AS ledger_account, points_left AS in_lots, 0::bigint AS booked FROM points_lots
                 UNION ALL SELECT shard, 'points_held:' || account, points_held, 0 FROM points_lots
                 UNION ALL SELECT shard, ledger_account, 0, balance FROM balances
                 WHERE ledger_account LIKE 'points:%' OR ledger_account LIKE 'points@_held:%' ESCAPE '@')
                 SELECT ledger_account || ' has ' || sum(booked) || ', its lots have ' || sum(in_lots) AS broken FROM sides
                 GROUP BY shard, ledger_account HAVING sum(in_lots) <> sum(booked)",
    },
    // Of each lot what is not left is held or spent by payments, and what came back came back to it.
    Check {
        id: "lots_taken_once",
        looked_at: "SELECT count(*) AS looked_at FROM points_taken",
        broken: "WITH taken AS (SELECT shard, lot, sum(CASE WHEN state = 'held' THEN points ELSE 0 END) AS held,
                 sum(CASE WHEN state = 'spent' THEN points - refunded ELSE 0 END) AS spent FROM points_taken GROUP BY shard, lot)
                 SELECT id || ' has ' || points_left || ' left and ' || points_held || ' held of ' || bought || ', payments hold ' ||
                 coalesce(held, 0) || ' and spent ' || coalesce(spent, 0) AS broken FROM points_lots LEFT JOIN taken
                 ON taken.shard = points_lots.shard AND taken.lot = points_lots.id
                 WHERE points_held <> coalesce(held, 0)
                 OR (state <> 'expected' AND points_left + points_held + coalesce(spent, 0) <> bought)
                 OR (state = 'expected' AND points_left + points_held + coalesce(spent, 0) <> 0)
                 UNION ALL SELECT payment || ' holds points, and nothing is undecided' FROM points_taken WHERE state = 'held' AND NOT EXISTS
                 (SELECT 1 FROM attempts WHERE shard = points_taken.shard AND attempts.payment = points_taken.payment
                 AND attempts.state = 'submitted')",
    },
    Check {
        id: "orders_claimed_once",
        looked_at: "SELECT count(*) AS looked_at FROM payments",
        broken: "WITH sides AS (SELECT id AS payment, merchant, order_no, 1 AS made FROM payments
                 UNION ALL SELECT payment, owner, key, -1 FROM claims WHERE kind = 'order')
                 SELECT payment || CASE WHEN sum(made) > 0 THEN ' has no claim of its order'
                 ELSE ' is claimed by an order and is not there' END AS broken FROM sides
                 GROUP BY payment, merchant, order_no HAVING sum(made) <> 0
                 UNION ALL SELECT payment || ' has a claim that is not found by what it claims' FROM claims WHERE digest <>
                 encode(substr(sha256(convert_to(kind, 'UTF8') || '\\x00'::bytea || convert_to(owner, 'UTF8') || '\\x00'::bytea
                 || convert_to(key, 'UTF8')), 1, 16), 'hex')::uuid",
    },
];

/// Every check: two statements each, whose answers [`read`] takes.
pub(super) fn asks() -> Vec<Ask> {
    CHECKS.iter().flat_map(|check| [Ask::plain(check.looked_at), Ask::plain(check.broken)]).collect()
}

pub(super) fn read(answers: &mut Answers) -> Result<Audit, StoreError> {
    let checks = CHECKS.iter().map(|check| read_check(check, answers)).collect::<Result<_, _>>()?;
    Ok(Audit { checks })
}

fn read_check(check: &Check, answers: &mut Answers) -> Result<AuditCheck, StoreError> {
    let mut looked_at = 0;
    for row in answers.rows() {
        looked_at = Cells::of("audit", &row).count("looked_at")?;
    }
    let broken = answers.rows().iter().map(|row| Cells::of("audit", row).text("broken")).collect::<Result<_, _>>()?;
    Ok(AuditCheck { id: check.id, looked_at, broken })
}
