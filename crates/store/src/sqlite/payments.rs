//! Payments with their legs and attempts: one aggregate, written and read whole.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::attempt::Attempt;
use tantu_domain::ids::{AttemptId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::payment::{Leg, LegState, Payment};

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::audit::AuditedAttempt;
use crate::error::StoreError;
use crate::listing::{Page, PaymentsOf};
use crate::record::write_sendings;
use crate::row::Columns;
use crate::rows::payments::{FURTHER, StateOfPayment, attempt, leg, read, state_of, state_of_attempt};

pub(super) fn put(connection: &Connection, payment: &Payment) -> Result<(), StoreError> {
    let StateOfPayment { at, action, refusal } = state_of(payment)?;
    let sql = "INSERT INTO payments (shard, id, merchant, order_no, subject, account, amount, currency, state, state_at, action, refusal, created_at, scheduled_at, refunded)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?9, state_at = ?10, action = ?11, refusal = ?12, scheduled_at = ?14, refunded = ?15";
    let values = params![
        payment.id.shard().number(),
        payment.id.to_string(),
        payment.merchant.to_string(),
        payment.order_no,
        payment.subject,
        payment.account.to_string(),
        payment.amount.minor(),
        payment.amount.currency().code(),
        payment.state.id(),
        time(at),
        action,
        refusal,
        time(payment.created_at),
        optional_time(payment.scheduled_at),
        payment.refunded.minor(),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    for (number, leg) in payment.legs.iter().enumerate() {
        put_leg(connection, payment.id, number, leg)?;
    }
    Ok(())
}

fn put_leg(connection: &Connection, payment: PaymentId, number: usize, leg: &Leg) -> Result<(), StoreError> {
    let captured_at = match leg.state {
        LegState::Captured { at } => Some(at),
        LegState::Unpaid | LegState::Submitted => None,
    };
    let sql = "INSERT INTO legs (shard, payment, number, instrument, amount, currency, state, captured_at, counted_product, counted_at,
               code_attempt, code_instrument, code_asked_at, code_answered, codes_sent)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
               ON CONFLICT (shard, payment, number) DO UPDATE SET instrument = ?4, state = ?7, captured_at = ?8, counted_product = ?9,
               counted_at = ?10, code_attempt = ?11, code_instrument = ?12, code_asked_at = ?13, code_answered = ?14, codes_sent = ?15";
    let code = leg.code.as_ref();
    let values = params![
        payment.shard().number(),
        payment.to_string(),
        index(number),
        leg.instrument.to_string(),
        leg.amount.minor(),
        leg.amount.currency().code(),
        leg.state.id(),
        optional_time(captured_at),
        leg.counted.map(|counted| counted.counter.id()),
        optional_time(leg.counted.map(|counted| counted.at)),
        code.map(|code| code.attempt.to_string()),
        code.map(|code| code.instrument.to_string()),
        optional_time(code.map(|code| code.asked_at)),
        code.map(|code| code.answered),
        code.and_then(|code| write_sendings(&code.sendings)),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    for (order, attempt) in leg.attempts.iter().enumerate() {
        put_attempt(connection, payment, number, order, attempt)?;
    }
    Ok(())
}

fn index(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn put_attempt(
    connection: &Connection,
    payment: PaymentId,
    leg: usize,
    number: usize,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let state = state_of_attempt(&attempt.state);
    let sql = "INSERT INTO attempts (shard, id, payment, leg, number, channel, instrument, amount, currency, agreement_no, submitted_at,
               expires_at, state, state_at, last_contact, cancelled_at, code, message, told_at, closed_by, trade_no, refund, permission)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?13, state_at = ?14, last_contact = ?15, cancelled_at = ?16,
               code = coalesce(?17, code), message = coalesce(?18, message), told_at = coalesce(?19, told_at), closed_by = ?20,
               trade_no = ?21, refund = ?22";
    let values = params![
        attempt.id.shard().number(),
        attempt.id.to_string(),
        payment.to_string(),
        index(leg),
        index(number),
        attempt.channel.id(),
        attempt.instrument.to_string(),
        attempt.amount.minor(),
        attempt.amount.currency().code(),
        attempt.permission.agreement_no(),
        time(attempt.submitted_at),
        time(attempt.expires_at),
        attempt.state.id(),
        optional_time(state.at),
        optional_time(state.last_contact),
        optional_time(state.cancelled_at),
        state.word.map(|word| word.code.as_str()),
        state.word.map(|word| word.message.as_str()),
        optional_time(state.word.map(|word| word.at)),
        state.closed_by,
        state.trade_no,
        state.refund.map(|refund| refund.to_string()),
        attempt.permission.id(),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: PaymentId) -> Result<Option<Payment>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM payments WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    let payment = found
        .query_row(params![id.shard().number(), id.to_string()], |row| Ok(read(&Cells::of("payments", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()?;
    let Some(mut payment) = payment else { return Ok(None) };
    payment.legs = legs(connection, id)?;
    Ok(Some(payment))
}

fn legs(connection: &Connection, payment: PaymentId) -> Result<Vec<Leg>, StoreError> {
    let sql = "SELECT * FROM legs WHERE shard = ?1 AND payment = ?2 ORDER BY number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![payment.shard().number(), payment.to_string()], |row| {
            Ok(leg(&Cells::of("legs", row), &FURTHER))
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<Leg, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    let mut legs = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
    for (number, leg) in legs.iter_mut().enumerate() {
        leg.attempts = attempts(connection, payment, number)?;
    }
    Ok(legs)
}

fn attempts(connection: &Connection, payment: PaymentId, leg: usize) -> Result<Vec<Attempt>, StoreError> {
    let sql = "SELECT * FROM attempts WHERE shard = ?1 AND payment = ?2 AND leg = ?3 ORDER BY number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![payment.shard().number(), payment.to_string(), index(leg)], |row| {
            Ok(attempt(&Cells::of("attempts", row)))
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<Attempt, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}

/// A page of somebody's payments, the newest first.
pub(super) fn page(connection: &Connection, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
    let (sql, whose) = match of {
        PaymentsOf::Account(account) => {
            ("SELECT id FROM payments WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3", account.to_string())
        }
        PaymentsOf::Merchant(merchant) => {
            ("SELECT id FROM payments WHERE merchant = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3", merchant.to_string())
        }
    };
    let mut listed = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = listed
        .query_map(params![whose, page.bound(), page.limit], |row| Ok(Cells::of("payments", row).parse("id")))
        .map_err(unavailable)?;
    let ids: Vec<Result<PaymentId, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    // All is read at one moment, so whatever is listed is there.
    ids.into_iter().filter_map(|id| id.and_then(|id| find(connection, id)).transpose()).collect()
}

/// Whether a payment is there.
pub(super) fn exists(connection: &Connection, id: PaymentId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM payments WHERE shard = ?1 AND id = ?2)";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found.query_row(params![id.shard().number(), id.to_string()], |row| row.get(0)).map_err(unavailable)
}

/// The payment that an attempt belongs to.
pub(super) fn payment_of(connection: &Connection, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM attempts WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![attempt.shard().number(), attempt.to_string()], |row| {
            Ok(Cells::of("attempts", row).parse("payment"))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}

/// Every attempt, for the comparison with a channel's books.
pub(super) fn audited(connection: &Connection) -> Result<Vec<AuditedAttempt>, StoreError> {
    let mut found = connection.prepare_cached("SELECT * FROM attempts ORDER BY shard, id").map_err(unavailable)?;
    let rows = found
        .query_map([], |row| {
            let cells = Cells::of("attempts", row);
            Ok((|| {
                let attempt = attempt(&cells)?;
                let amount: Money = attempt.amount;
                Ok(AuditedAttempt {
                    attempt: attempt.id,
                    state: attempt.state.id(),
                    amount,
                    submitted_at: attempt.submitted_at,
                })
            })())
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<AuditedAttempt, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}
