//! Payments with their legs and attempts: one aggregate, written and read whole.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::attempt::{Attempt, AttemptState, ClosedBy, Permission};
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::ids::{AttemptId, PaymentId};
use tantu_domain::limit::Counter;
use tantu_domain::money::Money;
use tantu_domain::payment::{Action, BankCode, Counted, Leg, LegState, Payment, PaymentState};

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::audit::AuditedAttempt;
use crate::error::StoreError;
use crate::listing::{Page, PaymentsOf};
use crate::record::{read_refusal, read_sendings, write_refusal, write_sendings};
use crate::row::Columns;

pub(super) fn put(connection: &Connection, payment: &Payment) -> Result<(), StoreError> {
    let (at, action, refusal) = match &payment.state {
        PaymentState::Created => {
            return Err(StoreError::Refused(format!(
                "{} was not decided; nothing undecided by us is stored",
                payment.id
            )));
        }
        PaymentState::RequiresAction { since, action } => (*since, Some(action.id()), None),
        PaymentState::Processing { since } => (*since, None, None),
        PaymentState::Succeeded { at } | PaymentState::Closed { at } => (*at, None, None),
        PaymentState::Refused { at, refusal } => (*at, None, Some(write_refusal(refusal))),
    };
    let sql = "INSERT INTO payments (shard, id, merchant, order_no, subject, account, amount, currency, state, state_at, action, refusal, created_at, scheduled_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?9, state_at = ?10, action = ?11, refusal = ?12, scheduled_at = ?14";
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

/// An attempt's state as columns.
#[derive(Default)]
struct StateColumns<'a> {
    at: Option<Timestamp>,
    last_contact: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    word: Option<&'a ChannelWord>,
    closed_by: Option<&'static str>,
    trade_no: Option<&'a str>,
    refund: Option<String>,
}

fn columns(state: &AttemptState) -> StateColumns<'_> {
    let none = StateColumns::default();
    match state {
        AttemptState::Submitted { last_contact, fault, cancelled_at } => {
            StateColumns { last_contact: *last_contact, cancelled_at: *cancelled_at, word: fault.as_ref(), ..none }
        }
        AttemptState::Succeeded { at, trade_no } => StateColumns { at: Some(*at), trade_no: Some(trade_no), ..none },
        AttemptState::Declined { at, word } => StateColumns { at: Some(*at), word: Some(word), ..none },
        AttemptState::Closed { at, by } => StateColumns { at: Some(*at), closed_by: Some(by.id()), ..none },
        AttemptState::Returning { since: at, trade_no, refund } | AttemptState::Returned { at, trade_no, refund } => {
            StateColumns { at: Some(*at), trade_no: Some(trade_no), refund: Some(refund.to_string()), ..none }
        }
    }
}

fn put_attempt(
    connection: &Connection,
    payment: PaymentId,
    leg: usize,
    number: usize,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let state = columns(&attempt.state);
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
        state.refund,
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

fn read(cells: &Cells<'_>) -> Result<Payment, StoreError> {
    let at = cells.time("state_at")?;
    let state = match cells.text("state")?.as_str() {
        "requires_action" => PaymentState::RequiresAction { since: at, action: cells.word("action", Action::parse)? },
        "processing" => PaymentState::Processing { since: at },
        "succeeded" => PaymentState::Succeeded { at },
        "closed" => PaymentState::Closed { at },
        "refused" => {
            let refusal = read_refusal(&cells.text("refusal")?).map_err(|why| cells.wrong("refusal", why))?;
            PaymentState::Refused { at, refusal }
        }
        other => return Err(cells.wrong("state", format!("{other:?} is no state"))),
    };
    Ok(Payment {
        id: cells.parse("id")?,
        merchant: cells.parse("merchant")?,
        order_no: cells.text("order_no")?,
        subject: cells.text("subject")?,
        account: cells.parse("account")?,
        amount: cells.money("amount")?,
        created_at: cells.time("created_at")?,
        state,
        legs: Vec::new(),
        scheduled_at: cells.optional_time("scheduled_at")?,
    })
}

fn legs(connection: &Connection, payment: PaymentId) -> Result<Vec<Leg>, StoreError> {
    let sql = "SELECT * FROM legs WHERE shard = ?1 AND payment = ?2 ORDER BY number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![payment.shard().number(), payment.to_string()], |row| Ok(read_leg(&Cells::of("legs", row))))
        .map_err(unavailable)?;
    let rows: Vec<Result<Leg, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    let mut legs = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
    for (number, leg) in legs.iter_mut().enumerate() {
        leg.attempts = attempts(connection, payment, number)?;
    }
    Ok(legs)
}

fn read_leg(cells: &Cells<'_>) -> Result<Leg, StoreError> {
    let state = match cells.text("state")?.as_str() {
        "unpaid" => LegState::Unpaid,
        "submitted" => LegState::Submitted,
        "captured" => LegState::Captured { at: cells.time("captured_at")? },
        other => return Err(cells.wrong("state", format!("{other:?} is no state"))),
    };
    let counted = match cells.optional_time("counted_at")? {
        Some(at) => Some(Counted { counter: cells.word("counted_product", Counter::parse)?, at }),
        None => None,
    };
    Ok(Leg {
        instrument: cells.parse("instrument")?,
        amount: cells.money("amount")?,
        state,
        counted,
        code: read_code(cells)?,
        attempts: Vec::new(),
    })
}

fn read_code(cells: &Cells<'_>) -> Result<Option<BankCode>, StoreError> {
    let Some(attempt) = cells.optional("code_attempt")? else { return Ok(None) };
    let sent: Option<String> = cells.get("codes_sent")?;
    Ok(Some(BankCode {
        attempt,
        instrument: cells.parse("code_instrument")?,
        asked_at: cells.time("code_asked_at")?,
        answered: cells.get("code_answered")?,
        sendings: read_sendings(sent.as_deref()).map_err(|why| cells.wrong("codes_sent", why))?,
    }))
}

fn attempts(connection: &Connection, payment: PaymentId, leg: usize) -> Result<Vec<Attempt>, StoreError> {
    let sql = "SELECT * FROM attempts WHERE shard = ?1 AND payment = ?2 AND leg = ?3 ORDER BY number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![payment.shard().number(), payment.to_string(), index(leg)], |row| {
            Ok(read_attempt(&Cells::of("attempts", row)))
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<Attempt, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}

fn read_attempt(cells: &Cells<'_>) -> Result<Attempt, StoreError> {
    let channel = cells.word("channel", Channel::parse)?;
    let agreement_no: Option<String> = cells.get("agreement_no")?;
    Ok(Attempt {
        id: cells.parse("id")?,
        channel,
        instrument: cells.parse("instrument")?,
        amount: cells.money("amount")?,
        permission: cells.word("permission", |id| Permission::parse(id, agreement_no.clone()))?,
        submitted_at: cells.time("submitted_at")?,
        expires_at: cells.time("expires_at")?,
        state: read_attempt_state(cells, channel)?,
    })
}

fn read_attempt_state(cells: &Cells<'_>, channel: Channel) -> Result<AttemptState, StoreError> {
    let word = || -> Result<Option<ChannelWord>, StoreError> {
        let code: Option<String> = cells.get("code")?;
        code.map(|code| Ok(ChannelWord { channel, code, message: cells.text("message")?, at: cells.time("told_at")? }))
            .transpose()
    };
    Ok(match cells.text("state")?.as_str() {
        "submitted" => AttemptState::Submitted {
            last_contact: cells.optional_time("last_contact")?,
            fault: word()?,
            cancelled_at: cells.optional_time("cancelled_at")?,
        },
        "succeeded" => AttemptState::Succeeded { at: cells.time("state_at")?, trade_no: cells.text("trade_no")? },
        "declined" => AttemptState::Declined { at: cells.time("state_at")?, word: cells.demanded("code", word()?)? },
        "closed" => AttemptState::Closed { at: cells.time("state_at")?, by: cells.word("closed_by", ClosedBy::parse)? },
        "returning" => AttemptState::Returning {
            since: cells.time("state_at")?,
            trade_no: cells.text("trade_no")?,
            refund: cells.parse("refund")?,
        },
        "returned" => AttemptState::Returned {
            at: cells.time("state_at")?,
            trade_no: cells.text("trade_no")?,
            refund: cells.parse("refund")?,
        },
        other => return Err(cells.wrong("state", format!("{other:?} is no state"))),
    })
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
                let attempt = read_attempt(&cells)?;
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
