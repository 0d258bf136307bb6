//! Payments with their legs and attempts: one aggregate, written and read whole.

use std::collections::HashMap;

use jiff::Timestamp;
use tantu_domain::attempt::Attempt;
use tantu_domain::ids::{AttemptId, PaymentId};
use tantu_domain::payment::{Leg, LegState, Payment};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::audit::AuditedAttempt;
use crate::error::StoreError;
use crate::listing::{Page, PaymentsOf};
use crate::record::write_sendings;
use crate::row::Columns;
use crate::rows;
use crate::rows::payments::{FURTHER, LegColumns, StateOfPayment, attempt, leg, state_of, state_of_attempt};
use crate::wire::answers::Answers;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static PAYMENTS: Table = Table {
    name: "payments",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("merchant", Put::Once),
        ("order_no", Put::Once),
        ("subject", Put::Once),
        ("account", Put::Once),
        ("amount", Put::Once),
        ("currency", Put::Once),
        ("state", Put::Last),
        ("state_at", Put::Last),
        ("action", Put::Last),
        ("refusal", Put::Last),
        ("created_at", Put::Once),
        ("scheduled_at", Put::Last),
        ("refunded", Put::Last),
        ("leg_instrument", Put::Last),
        ("leg_amount", Put::Last),
        ("leg_state", Put::Last),
        ("leg_captured_at", Put::Last),
        ("leg_counted_product", Put::Last),
        ("leg_counted_at", Put::Last),
        ("leg_code_attempt", Put::Last),
        ("leg_code_instrument", Put::Last),
        ("leg_code_asked_at", Put::Last),
        ("leg_code_answered", Put::Last),
        ("leg_codes_sent", Put::Last),
        ("request_client", Put::Once),
        ("request_key", Put::Once),
        ("request_answer", Put::Once),
        ("decision_id", Put::Once),
        ("decision_policy", Put::Once),
        ("decision_chosen", Put::Once),
        ("decision_outcome", Put::Once),
        ("decision_checks", Put::Once),
    ],
    order: &[0, 1],
};

/// Where the columns of the first request, and of the first decision, begin and end.
const REQUEST: usize = 26;
const DECISION: usize = 29;
const COLUMNS: usize = 34;

// All but a payment's first, which stands in the payment's row.
static LEGS: Table = Table {
    name: "further_legs",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("payment", Put::Key),
        ("number", Put::Key),
        ("instrument", Put::Last),
        ("amount", Put::Once),
        ("currency", Put::Once),
        ("state", Put::Last),
        ("captured_at", Put::Last),
        ("counted_product", Put::Last),
        ("counted_at", Put::Last),
        ("code_attempt", Put::Last),
        ("code_instrument", Put::Last),
        ("code_asked_at", Put::Last),
        ("code_answered", Put::Last),
        ("codes_sent", Put::Last),
    ],
    order: &[0, 1, 2],
};

// In the order in which a leg has made them, not in that of their ids: one that has ended must be written before
// the next one is, because only one of a leg may be undecided.
static ATTEMPTS: Table = Table {
    name: "attempts",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("payment", Put::Once),
        ("leg", Put::Once),
        ("number", Put::Once),
        ("channel", Put::Once),
        ("instrument", Put::Once),
        ("amount", Put::Once),
        ("currency", Put::Once),
        ("agreement_no", Put::Once),
        ("submitted_at", Put::Once),
        ("expires_at", Put::Once),
        ("state", Put::Last),
        ("state_at", Put::Last),
        ("last_contact", Put::Last),
        ("cancelled_at", Put::Last),
        ("code", Put::Kept),
        ("message", Put::Kept),
        ("told_at", Put::Kept),
        ("closed_by", Put::Last),
        ("trade_no", Put::Last),
        ("refund", Put::Last),
        ("permission", Put::Once),
    ],
    order: &[0, 2, 3, 4],
};

/// A payment that the batch makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    /// The place of its row among those of its table.
    row: usize,
    /// When it is made.
    pub(super) at: Timestamp,
}

/// Writes a payment with its legs and attempts. One that the batch did not load is new: whoever changes a payment holds it.
pub(super) fn put(rows: &mut Rows, payment: &Payment, is_loaded: bool) -> Result<Option<Made>, StoreError> {
    let mut row = columns_of(payment)?;
    let currency = payment.amount.currency();
    // The first leg stands in the payment's row; its currency does, too.
    let first = payment.legs.first().filter(|leg| leg.amount.currency() == currency);
    match first {
        Some(leg) => {
            row.extend([leg.instrument.into(), Value::Big(leg.amount.minor())]);
            row.extend(leg_state(leg));
        }
        None => row.resize(REQUEST, Value::NULL),
    }
    row.resize(COLUMNS, Value::NULL);
    let made = if is_loaded {
        rows.put(&PAYMENTS, row)?;
        None
    } else {
        Some(Made { row: rows.insert(&PAYMENTS, row)?, at: payment.created_at })
    };
    for (number, leg) in payment.legs.iter().enumerate() {
        if number > 0 || first.is_none() {
            put_leg(rows, is_loaded, payment.id, number, leg)?;
        }
        for (order, attempt) in leg.attempts.iter().enumerate() {
            put_attempt(rows, is_loaded, payment.id, (number, order), attempt)?;
        }
    }
    Ok(made)
}

/// Puts the first request into the row of a payment that the batch makes; whether there was room for it.
pub(super) fn put_request(rows: &mut Rows, made: Made, request: Vec<Value>) -> bool {
    rows.fill(&PAYMENTS, made.row, REQUEST, request)
}

/// The same for the first decision.
pub(super) fn put_decision(rows: &mut Rows, made: Made, decision: Vec<Value>) -> bool {
    rows.fill(&PAYMENTS, made.row, DECISION, decision)
}

/// How a row is written: as new if the batch knows that it is.
fn write(rows: &mut Rows, is_loaded: bool, table: &'static Table, row: Vec<Value>) -> Result<(), StoreError> {
    if is_loaded { rows.put(table, row) } else { rows.insert(table, row).map(drop) }
}

/// What a payment's row says of the payment itself.
fn columns_of(payment: &Payment) -> Result<Vec<Value>, StoreError> {
    let StateOfPayment { at, action, refusal } = state_of(payment)?;
    let mut row = Vec::with_capacity(COLUMNS);
    row.extend([
        Value::shard(payment.id.shard().number()),
        payment.id.into(),
        payment.merchant.into(),
        payment.order_no.clone().into(),
        payment.subject.clone().into(),
        payment.account.into(),
        Value::Big(payment.amount.minor()),
        payment.amount.currency().code().into(),
        payment.state.id().into(),
        time(at),
        Value::maybe(action),
        Value::maybe(refusal),
        time(payment.created_at),
        optional_time(payment.scheduled_at),
        Value::Big(payment.refunded.minor()),
    ]);
    Ok(row)
}

/// A leg's state, when it was captured, what was counted of it, and the bank's code that it waits for.
fn leg_state(leg: &Leg) -> [Value; 9] {
    let captured_at = match leg.state {
        LegState::Captured { at } => Some(at),
        LegState::Unpaid | LegState::Submitted => None,
    };
    let code = leg.code.as_ref();
    [
        leg.state.id().into(),
        optional_time(captured_at),
        Value::maybe(leg.counted.map(|counted| counted.counter.id())),
        optional_time(leg.counted.map(|counted| counted.at)),
        Value::maybe(code.map(|code| code.attempt)),
        Value::maybe(code.map(|code| code.instrument)),
        optional_time(code.map(|code| code.asked_at)),
        code.map_or(Value::NULL, |code| Value::Flag(code.answered)),
        Value::maybe(code.and_then(|code| write_sendings(&code.sendings))),
    ]
}

fn put_leg(rows: &mut Rows, is_loaded: bool, payment: PaymentId, number: usize, leg: &Leg) -> Result<(), StoreError> {
    let mut row = vec![
        Value::shard(payment.shard().number()),
        payment.into(),
        Value::place(number),
        leg.instrument.into(),
        Value::Big(leg.amount.minor()),
        leg.amount.currency().code().into(),
    ];
    row.extend(leg_state(leg));
    write(rows, is_loaded, &LEGS, row)
}

/// An attempt of a payment, at the place of its leg and its own.
fn put_attempt(
    rows: &mut Rows,
    is_loaded: bool,
    payment: PaymentId,
    (leg, number): (usize, usize),
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let state = state_of_attempt(&attempt.state);
    write(
        rows,
        is_loaded,
        &ATTEMPTS,
        vec![
            Value::shard(attempt.id.shard().number()),
            attempt.id.into(),
            payment.into(),
            Value::place(leg),
            Value::place(number),
            attempt.channel.id().into(),
            attempt.instrument.into(),
            Value::Big(attempt.amount.minor()),
            attempt.amount.currency().code().into(),
            Value::maybe(attempt.permission.agreement_no().map(ToOwned::to_owned)),
            time(attempt.submitted_at),
            time(attempt.expires_at),
            attempt.state.id().into(),
            optional_time(state.at),
            optional_time(state.last_contact),
            optional_time(state.cancelled_at),
            Value::maybe(state.word.map(|word| word.code.clone())),
            Value::maybe(state.word.map(|word| word.message.clone())),
            optional_time(state.word.map(|word| word.at)),
            Value::maybe(state.closed_by),
            Value::maybe(state.trade_no.map(ToOwned::to_owned)),
            Value::maybe(state.refund),
            attempt.permission.id().into(),
        ],
    )
}

/// Payments with their legs and attempts: three statements, whose answers [`read`] takes; none for no payments.
pub(super) fn asks(ids: &[PaymentId]) -> Vec<Ask> {
    let of = |found| Ask::look_up(found, ids.iter().map(|id| (id.shard(), [(*id).into()])));
    let asks = [
        of(look_up!("payments", "id = wanted.key")),
        of(look_up!("further_legs", "payment = wanted.key", "found.payment, found.number")),
        of(look_up!("attempts", "payment = wanted.key", "found.payment, found.leg, found.number")),
    ];
    asks.into_iter().flatten().collect()
}

/// The ids of a page of somebody's payments. An account's are on its shard; a merchant's are on every shard, and
/// this is one of the few statements that ask them all.
pub(super) fn ask_page(of: PaymentsOf, page: Page) -> Ask {
    let (bound, limit) = (page.bound().into(), Value::Big(page.limit.into()));
    match of {
        PaymentsOf::Account(account) => Ask::new(
            "SELECT id FROM payments WHERE shard = $1 AND account = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
            vec![Value::shard(account.shard().number()), account.to_string().into(), bound, limit],
        ),
        PaymentsOf::Merchant(merchant) => Ask::new(
            "SELECT id FROM payments WHERE merchant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            vec![merchant.to_string().into(), bound, limit],
        ),
    }
}

pub(super) fn read(answers: &mut Answers) -> Result<Vec<Payment>, StoreError> {
    let (payments, legs, attempts) = (answers.rows(), answers.rows(), answers.rows());
    let mut of_leg: HashMap<(PaymentId, i32), Vec<Attempt>> = HashMap::new();
    for row in &attempts {
        let cells = Cells::of("attempts", row);
        of_leg.entry((cells.parse("payment")?, cells.get("leg")?)).or_default().push(attempt(&cells)?);
    }
    let mut of_payment: HashMap<PaymentId, Vec<Leg>> = HashMap::new();
    let mut add = |payment: PaymentId, number: i32, leg: Option<Leg>| {
        if let Some(mut leg) = leg {
            leg.attempts = of_leg.remove(&(payment, number)).unwrap_or_default();
            of_payment.entry(payment).or_default().push(leg);
        }
    };
    let payments = payments.iter().map(read_payment).collect::<Result<Vec<_>, _>>()?;
    for (payment, first) in &payments {
        add(payment.id, 0, first.clone());
    }
    for row in &legs {
        let cells = Cells::of("further_legs", row);
        add(cells.parse("payment")?, cells.get("number")?, Some(leg(&cells, &FURTHER)?));
    }
    let whole = |(payment, _): (Payment, Option<Leg>)| Payment {
        legs: of_payment.remove(&payment.id).unwrap_or_default(),
        ..payment
    };
    Ok(payments.into_iter().map(whole).collect())
}

/// A payment without its legs, and the leg that stands in its row.
fn read_payment(row: &Row) -> Result<(Payment, Option<Leg>), StoreError> {
    let cells = Cells::of("payments", row);
    let has_leg = cells.optional_stored(FIRST.instrument)?.is_some();
    let leg = if has_leg { Some(leg(&cells, &FIRST)?) } else { None };
    Ok((rows::payments::read(&cells)?, leg))
}

/// In the payment's row.
const FIRST: LegColumns = LegColumns {
    instrument: "leg_instrument",
    amount: "leg_amount",
    state: "leg_state",
    captured_at: "leg_captured_at",
    counted_product: "leg_counted_product",
    counted_at: "leg_counted_at",
    code_attempt: "leg_code_attempt",
    code_instrument: "leg_code_instrument",
    code_asked_at: "leg_code_asked_at",
    code_answered: "leg_code_answered",
    codes_sent: "leg_codes_sent",
};

/// Which of these payments are there.
pub(super) fn ask_made(payments: &[PaymentId]) -> Option<Ask> {
    Ask::look_up(look_up!("payments", "id = wanted.key"), payments.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read_id(row: &Row) -> Result<PaymentId, StoreError> {
    Cells::of("payments", row).parse("id")
}

/// The payments that attempts belong to.
pub(super) fn ask_payments_of(attempts: &[AttemptId]) -> Option<Ask> {
    Ask::look_up(look_up!("attempts", "id = wanted.key"), attempts.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read_payment_of(row: &Row) -> Result<(AttemptId, PaymentId), StoreError> {
    let cells = Cells::of("attempts", row);
    Ok((cells.parse("id")?, cells.parse("payment")?))
}

/// Every attempt, for the comparison with a channel's books.
pub(super) fn ask_audited() -> Ask {
    Ask::plain("SELECT * FROM attempts ORDER BY shard, id")
}

pub(super) fn read_audited(row: &Row) -> Result<AuditedAttempt, StoreError> {
    let attempt = attempt(&Cells::of("attempts", row))?;
    Ok(AuditedAttempt {
        attempt: attempt.id,
        state: attempt.state.id(),
        amount: attempt.amount,
        submitted_at: attempt.submitted_at,
    })
}
