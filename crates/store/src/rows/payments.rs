//! A payment, its legs and their attempts, each of its own row.

use jiff::Timestamp;
use tantu_domain::attempt::{Attempt, AttemptState, ClosedBy, Permission};
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::ids::RefundId;
use tantu_domain::limit::Counter;
use tantu_domain::payment::{Action, BankCode, Counted, Leg, LegState, Payment, PaymentState};

use crate::error::StoreError;
use crate::record::{read_refusal, read_sendings, write_refusal};
use crate::row::Columns;

/// A payment's state as columns, besides its name.
pub(crate) struct StateOfPayment {
    pub(crate) at: Timestamp,
    pub(crate) action: Option<&'static str>,
    pub(crate) refusal: Option<String>,
}

/// The state of a payment that was decided.
pub(crate) fn state_of(payment: &Payment) -> Result<StateOfPayment, StoreError> {
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
    Ok(StateOfPayment { at, action, refusal })
}

/// A payment without its legs.
pub(crate) fn read(cells: &impl Columns) -> Result<Payment, StoreError> {
    let at = cells.time("state_at")?;
    let state = match cells.stored("state")? {
        "requires_action" => PaymentState::RequiresAction { since: at, action: cells.word("action", Action::parse)? },
        "processing" => PaymentState::Processing { since: at },
        "succeeded" => PaymentState::Succeeded { at },
        "closed" => PaymentState::Closed { at },
        "refused" => PaymentState::Refused { at, refusal: cells.written("refusal", read_refusal)? },
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
        refunded: cells.money("refunded")?,
    })
}

/// The columns of a leg.
pub(crate) struct LegColumns {
    pub(crate) instrument: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) state: &'static str,
    pub(crate) captured_at: &'static str,
    pub(crate) counted_product: &'static str,
    pub(crate) counted_at: &'static str,
    pub(crate) code_attempt: &'static str,
    pub(crate) code_instrument: &'static str,
    pub(crate) code_asked_at: &'static str,
    pub(crate) code_answered: &'static str,
    pub(crate) codes_sent: &'static str,
}

/// In a row of its own.
pub(crate) const FURTHER: LegColumns = LegColumns {
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

/// A leg without its attempts.
pub(crate) fn leg(cells: &impl Columns, of: &LegColumns) -> Result<Leg, StoreError> {
    let state = match cells.stored(of.state)? {
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
        code: bank_code(cells, of)?,
        attempts: Vec::new(),
    })
}

fn bank_code(cells: &impl Columns, of: &LegColumns) -> Result<Option<BankCode>, StoreError> {
    let Some(attempt) = cells.optional(of.code_attempt)? else { return Ok(None) };
    let sendings = read_sendings(cells.optional_stored(of.codes_sent)?);
    Ok(Some(BankCode {
        attempt,
        instrument: cells.parse(of.code_instrument)?,
        asked_at: cells.time(of.code_asked_at)?,
        answered: cells.flag(of.code_answered)?,
        sendings: sendings.map_err(|why| cells.wrong(of.codes_sent, why))?,
    }))
}

/// An attempt's state as columns.
#[derive(Default)]
pub(crate) struct StateOfAttempt<'a> {
    pub(crate) at: Option<Timestamp>,
    pub(crate) last_contact: Option<Timestamp>,
    pub(crate) cancelled_at: Option<Timestamp>,
    pub(crate) word: Option<&'a ChannelWord>,
    pub(crate) closed_by: Option<&'static str>,
    pub(crate) trade_no: Option<&'a str>,
    pub(crate) refund: Option<RefundId>,
}

pub(crate) fn state_of_attempt(state: &AttemptState) -> StateOfAttempt<'_> {
    let none = StateOfAttempt::default();
    match state {
        AttemptState::Submitted { last_contact, fault, cancelled_at } => {
            StateOfAttempt { last_contact: *last_contact, cancelled_at: *cancelled_at, word: fault.as_ref(), ..none }
        }
        AttemptState::Succeeded { at, trade_no } => StateOfAttempt { at: Some(*at), trade_no: Some(trade_no), ..none },
        AttemptState::Declined { at, word } => StateOfAttempt { at: Some(*at), word: Some(word), ..none },
        AttemptState::Closed { at, by } => StateOfAttempt { at: Some(*at), closed_by: Some(by.id()), ..none },
        AttemptState::Returning { since: at, trade_no, refund } | AttemptState::Returned { at, trade_no, refund } => {
            StateOfAttempt { at: Some(*at), trade_no: Some(trade_no), refund: Some(*refund), ..none }
        }
    }
}

/// An attempt.
pub(crate) fn attempt(cells: &impl Columns) -> Result<Attempt, StoreError> {
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
        state: attempt_state(cells, channel)?,
    })
}

fn attempt_state(cells: &impl Columns, channel: Channel) -> Result<AttemptState, StoreError> {
    let word = || -> Result<Option<ChannelWord>, StoreError> {
        let code = cells.optional_text("code")?;
        code.map(|code| Ok(ChannelWord { channel, code, message: cells.text("message")?, at: cells.time("told_at")? }))
            .transpose()
    };
    Ok(match cells.stored("state")? {
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
