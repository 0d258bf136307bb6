//! What a bank decides about a card: the checks in a fixed order, the first that fails answers with its code.

use jiff::Timestamp;

use crate::banks::Code;
use crate::banks::bank::{Bank, Binds};
use crate::banks::card::{Card, CardState, Kind};
use crate::banks::spending::Spending;
use crate::beijing;
use crate::money::Fen;

/// What the payer says of himself and of his card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Factors {
    pub(crate) certificate_type: Option<String>,
    pub(crate) certificate_number: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) cvn2: Option<String>,
    pub(crate) expired: Option<String>,
}

/// The bank answers at this time of the day.
pub(crate) fn is_open(bank: &Bank, now: Timestamp) -> Result<(), Code> {
    let wall = beijing::zoned(now);
    let minute = i32::from(wall.hour()).saturating_mul(60).saturating_add(i32::from(wall.minute()));
    let open = minute >= i32::from(bank.opens) && minute < i32::from(bank.closes);
    if open { Ok(()) } else { Err("39") }
}

/// The bank lets cards of this kind be bound.
pub(crate) fn offers(bank: &Bank, card: &Card) -> Result<(), Code> {
    let kind = match bank.binds {
        Binds::Nothing => false,
        Binds::Debit => card.kind == Kind::Debit,
        Binds::Credit => card.kind == Kind::Credit,
        Binds::Both => true,
    };
    if bank.online && kind { Ok(()) } else { Err("68") }
}

pub(crate) fn may_open(bank: &Bank, card: &Card, factors: &Factors, now: Timestamp) -> Result<(), Code> {
    offers(bank, card)?;
    is_open(bank, now)?;
    let holder = &card.holder;
    let is_holder = factors.certificate_type.as_deref() == Some("01")
        && factors.certificate_number.as_deref() == Some(&holder.certificate_number)
        && factors.name.as_deref() == Some(&holder.name)
        && factors.phone.as_deref() == Some(&holder.phone);
    if !is_holder {
        return Err("66");
    }
    // A bank that printed them on the card asks for them.
    if card.kind == Kind::Credit && (factors.cvn2 != card.cvn2 || factors.expired != card.expired) {
        return Err("65");
    }
    is_usable(bank, card, now)?;
    if card.state == CardState::Restricted { Err(bank.restricted) } else { Ok(()) }
}

pub(crate) fn may_pay(
    bank: &Bank,
    card: &Card,
    spending: &Spending,
    amount: Fen,
    opened_phone: &str,
    now: Timestamp,
) -> Result<(), Code> {
    if !bank.online {
        return Err("62");
    }
    is_open(bank, now)?;
    if bank.stale_on_new_phone && card.holder.phone != opened_phone {
        return Err("40");
    }
    is_usable(bank, card, now)?;
    within_limits(bank, card, spending, amount, now)?;
    if card.balance.minus(amount).is_none() { Err(bank.funds) } else { Ok(()) }
}

fn is_usable(bank: &Bank, card: &Card, now: Timestamp) -> Result<(), Code> {
    match card.state {
        CardState::Normal | CardState::Restricted => {}
        CardState::NotActivated => return Err(bank.not_activated),
        CardState::OnlinePaymentDisabled => return Err(bank.disabled),
        CardState::Expired => return Err("73"),
        CardState::Lost | CardState::Frozen | CardState::Closed | CardState::Dormant => return Err(bank.abnormal),
        CardState::RiskBlocked => return Err(bank.risk),
        CardState::Replaced => return Err("61"),
    }
    // A card is good until the end of the month printed on it.
    let month = beijing::zoned(now).strftime("%y%m").to_string();
    if card.expired.as_deref().is_some_and(|expired| expired < month.as_str()) { Err("73") } else { Ok(()) }
}

fn within_limits(bank: &Bank, card: &Card, spending: &Spending, amount: Fen, now: Timestamp) -> Result<(), Code> {
    let today = beijing::zoned(now).date();
    // The published table has one code for the transaction and the day.
    if amount > card.limits.per_transaction || spending.of_day_with(today, amount) > card.limits.per_day {
        return Err("33");
    }
    if spending.of_month_with(today, amount) > card.limits.per_month { Err(bank.month) } else { Ok(()) }
}
