//! Payments with their legs and attempts: one aggregate, written and read whole.

use std::collections::HashMap;

use jiff::Timestamp;
use tantu_domain::attempt::{Attempt, AttemptState, ClosedBy, Permission};
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::ids::{AttemptId, PaymentId, RefundId};
use tantu_domain::limit::Counter;
use tantu_domain::payment::{Action, BankCode, Counted, Leg, LegState, Payment, PaymentState};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::audit::AuditedAttempt;
use crate::error::StoreError;
use crate::listing::{Page, PaymentsOf};
use crate::record::{read_refusal, read_sendings, write_refusal, write_sendings};
use crate::row::Columns;
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
const REQUEST: usize = 25;
const DECISION: usize = 28;
const COLUMNS: usize = 33;

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

/// An attempt's state as columns.
#[derive(Default)]
struct StateColumns<'a> {
    at: Option<Timestamp>,
    last_contact: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    word: Option<&'a ChannelWord>,
    closed_by: Option<&'static str>,
    trade_no: Option<&'a str>,
    refund: Option<RefundId>,
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
            StateColumns { at: Some(*at), trade_no: Some(trade_no), refund: Some(*refund), ..none }
        }
    }
}

/// An attempt of a payment, at the place of its leg and its own.
fn put_attempt(
    rows: &mut Rows,
    is_loaded: bool,
    payment: PaymentId,
    (leg, number): (usize, usize),
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let state = columns(&attempt.state);
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
        of_leg.entry((cells.parse("payment")?, cells.get("leg")?)).or_default().push(read_attempt(row)?);
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
        add(cells.parse("payment")?, cells.get("number")?, Some(read_leg(&cells, FURTHER)?));
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
    let has_leg = cells.get::<Option<&str>>(FIRST.instrument)?.is_some();
    let leg = if has_leg { Some(read_leg(&cells, FIRST)?) } else { None };
    let at = cells.time("state_at")?;
    let state = match cells.get("state")? {
        "requires_action" => PaymentState::RequiresAction { since: at, action: cells.word("action", Action::parse)? },
        "processing" => PaymentState::Processing { since: at },
        "succeeded" => PaymentState::Succeeded { at },
        "closed" => PaymentState::Closed { at },
        "refused" => {
            let refusal = read_refusal(cells.get("refusal")?).map_err(|why| cells.wrong("refusal", why))?;
            PaymentState::Refused { at, refusal }
        }
        other => return Err(cells.wrong("state", format!("{other:?} is no state"))),
    };
    let payment = Payment {
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
    };
    Ok((payment, leg))
}

/// The columns of a leg.
#[derive(Clone, Copy)]
struct LegColumns {
    instrument: &'static str,
    amount: &'static str,
    state: &'static str,
    captured_at: &'static str,
    counted_product: &'static str,
    counted_at: &'static str,
    code_attempt: &'static str,
    code_instrument: &'static str,
    code_asked_at: &'static str,
    code_answered: &'static str,
    codes_sent: &'static str,
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

/// In a row of its own.
const FURTHER: LegColumns = LegColumns {
    instrument: "instrument",
    amount: "amount",
    state: "state",
    captured_at: "captured_at",
    counted_product: "counted_product",
    counted_at: "counted_at",
    code_attempt: "code_attempt",
    code_instrument: "code_instrument",
    code_asked_at: "code_asked_at",
    code_answered: "code_answered",
    codes_sent: "codes_sent",
};

fn read_leg(cells: &Cells<'_>, of: LegColumns) -> Result<Leg, StoreError> {
    let state = match cells.get(of.state)? {
        "unpaid" => LegState::Unpaid,
        "submitted" => LegState::Submitted,
        "captured" => LegState::Captured { at: cells.time(of.captured_at)? },
        other => return Err(cells.wrong(of.state, format!("{other:?} is no state"))),
    };
    let counted = match cells.optional_time(of.counted_at)? {
        Some(at) => Some(Counted { counter: cells.word(of.counted_product, Counter::parse)?, at }),
        None => None,
    };
    Ok(Leg {
        instrument: cells.parse(of.instrument)?,
        amount: cells.money(of.amount)?,
        state,
        counted,
        code: read_code(cells, of)?,
        attempts: Vec::new(),
    })
}

fn read_code(cells: &Cells<'_>, of: LegColumns) -> Result<Option<BankCode>, StoreError> {
    let Some(attempt) = cells.optional(of.code_attempt)? else { return Ok(None) };
    Ok(Some(BankCode {
        attempt,
        instrument: cells.parse(of.code_instrument)?,
        asked_at: cells.time(of.code_asked_at)?,
        answered: cells.get(of.code_answered)?,
        sendings: read_sendings(cells.get(of.codes_sent)?).map_err(|why| cells.wrong(of.codes_sent, why))?,
    }))
}

fn read_attempt(row: &Row) -> Result<Attempt, StoreError> {
    let cells = Cells::of("attempts", row);
    let channel = cells.word("channel", Channel::parse)?;
    let agreement_no = cells.optional_text("agreement_no")?;
    Ok(Attempt {
        id: cells.parse("id")?,
        channel,
        instrument: cells.parse("instrument")?,
        amount: cells.money("amount")?,
        permission: cells.word("permission", |id| Permission::parse(id, agreement_no.clone()))?,
        submitted_at: cells.time("submitted_at")?,
        expires_at: cells.time("expires_at")?,
        state: read_attempt_state(&cells, channel)?,
    })
}

fn read_attempt_state(cells: &Cells<'_>, channel: Channel) -> Result<AttemptState, StoreError> {
    let word = || -> Result<Option<ChannelWord>, StoreError> {
        let code = cells.optional_text("code")?;
        code.map(|code| Ok(ChannelWord { channel, code, message: cells.text("message")?, at: cells.time("told_at")? }))
            .transpose()
    };
    Ok(match cells.get("state")? {
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
    let attempt = read_attempt(row)?;
    Ok(AuditedAttempt {
        attempt: attempt.id,
        state: attempt.state.id(),
        amount: attempt.amount,
        submitted_at: attempt.submitted_at,
    })
}
