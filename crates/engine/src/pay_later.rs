//! Pay later: opening a line, setting auto-repay, repaying a bill, and looking after it until it is settled.
//!
//! A repayment is a payment to the lender, so it is decided, charged, resolved, refused and resumed as every other; what is
//! here binds it to its bill, once.

pub mod ask_extension;
pub mod decide_dispute;
pub mod decide_extension;
pub mod freeze_line;
pub mod lift_line;
pub mod look;
pub mod open_dispute;
pub mod open_line;
pub mod repay_bill;
pub mod set_auto_repay;
pub(crate) mod settle;
pub mod tend_bill;
pub mod tend_line;
pub mod unfreeze_line;

use std::sync::Arc;

use tantu_domain::account::Account;
use tantu_domain::cause::CauseGroup;
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::day_of;
use tantu_domain::ids::{AccountId, MerchantId};
use tantu_domain::instrument::{Instrument, InstrumentKind, MandateState};
use tantu_domain::line::{FrozenLine, LineStanding, OverdueBill, PaysFor};
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_paylater::bill::{Bill, BillError, Stage};
use tantu_paylater::calendar::Calendar;
use tantu_paylater::credit::{CreditEvent, replay, score};
use tantu_paylater::dispute::DisputeError;
use tantu_paylater::hardship::ExtensionError;
use tantu_paylater::instrument::{Designated, Source};
use tantu_paylater::line::{FrozenReason, LineError, LineState};
use tantu_paylater::repayment::RepaymentError;
use tantu_paylater::schedule::{AutoRepay, Collected, Ended, needs_payer};
use tantu_paylater::terms::Terms;
use tantu_store::pay_later::{PayLaterFile, Repayment};
use tantu_store::world::{AccountFile, World};

use crate::command::{Settings, Tools};
use crate::error::Rejection;

/// The product as this server offers it.
#[derive(Debug, Clone)]
pub struct PayLater {
    /// Whose money is lent. Repayments are payments to him.
    pub lender: MerchantId,
    /// The figures.
    pub terms: Arc<Terms>,
    /// The days off that are announced.
    pub calendar: Arc<Calendar>,
}

impl From<RepaymentError> for Rejection {
    fn from(error: RepaymentError) -> Self {
        match error {
            RepaymentError::NotYours(bill) => Self::NotFound { what: "bill", id: bill.to_string() },
            other => Self::State(other.to_string()),
        }
    }
}

impl From<BillError> for Rejection {
    fn from(error: BillError) -> Self {
        Self::State(error.to_string())
    }
}

impl From<ExtensionError> for Rejection {
    fn from(error: ExtensionError) -> Self {
        Self::State(error.to_string())
    }
}

impl From<DisputeError> for Rejection {
    fn from(error: DisputeError) -> Self {
        Self::State(error.to_string())
    }
}

impl From<LineError> for Rejection {
    fn from(error: LineError) -> Self {
        Self::State(error.to_string())
    }
}

/// The product, if this server offers it.
pub(crate) fn offered<'a>(tools: &Tools<'a>) -> Result<&'a PayLater, Rejection> {
    tools.settings.pay_later.as_ref().ok_or_else(|| Rejection::State("pay later is not offered here".into()))
}

/// The tier of a holder whose identity is verified. Accounts from before identities were verified have a tier and nobody
/// behind it.
pub fn tier_of(account: &Account) -> Option<Tier> {
    account.person.identity.map(|_| account.tier)
}

/// The account's line with all that belongs to it.
pub(crate) fn file_of(file: &AccountFile) -> Result<&PayLaterFile, Rejection> {
    let missing = |account: AccountId| Rejection::State(format!("{account} has no pay-later line; open one first"));
    file.pay_later.as_ref().ok_or_else(|| missing(file.account.id))
}

/// The account's line with all that belongs to it, as a batch has loaded it.
pub(crate) fn line_in(world: &World, account: AccountId) -> Result<&PayLaterFile, Rejection> {
    let missing = || Rejection::NotFound { what: "account", id: account.to_string() };
    file_of(world.accounts.get(&account).ok_or_else(missing)?)
}

/// What a payment is for.
pub(crate) fn pays_for(payment: &Payment, settings: &Settings) -> PaysFor {
    let lender = settings.pay_later.as_ref().map(|product| product.lender);
    match payment.merchant {
        _ if payment.is_top_up() => PaysFor::Wallet,
        merchant if lender == Some(merchant) => PaysFor::Bill,
        _ => PaysFor::Order,
    }
}

/// Where the account's line stands, for the decision about an order.
pub(crate) fn standing(file: &AccountFile, tools: &Tools<'_>) -> Option<LineStanding> {
    let (product, known) = (tools.settings.pay_later.as_ref()?, file.pay_later.as_ref()?);
    let today = day_of(tools.now);
    let overdue = known.bills.iter().find_map(|bill| match bill.stage(&product.terms, today) {
        Stage::Overdue { days, .. } => {
            let owed = bill.payoff(&product.terms, today).and_then(|owed| Ok(owed.total()?)).unwrap_or(bill.amount);
            Some(OverdueBill { bill: bill.id, due_on: bill.due_on, days: i64::from(days), amount: owed })
        }
        Stage::Open { .. } | Stage::Due | Stage::Grace { .. } | Stage::Settled => None,
    });
    let lowered = replay(&known.credit).into_iter().rev().find(|change| change.points < 0);
    let line = &known.row.line;
    let frozen = match line.state {
        LineState::Open => None,
        LineState::Frozen { reason: FrozenReason::HolderRequest, since } => {
            Some(FrozenLine { case: None, since, asked_at: None })
        }
        LineState::Frozen { reason: FrozenReason::Case(case), since } => {
            Some(FrozenLine { case: Some(case.id), since, asked_at: case.asked_at })
        }
    };
    Some(LineStanding {
        limit: line.limit,
        available: line.available(),
        score: score(&known.credit).unwrap_or(0),
        needed: product.terms.score_to_use,
        frozen,
        moved_by: lowered.map(|change| (change.entry.event.id(), change.entry.at)),
        overdue,
    })
}

/// What the payer has set, with what is known of each instrument. `mended` says whether nothing known blocks one any more.
pub(crate) fn auto_repay(
    file: &AccountFile,
    known: &PayLaterFile,
    mended: impl Fn(&Instrument) -> bool,
    tools: &Tools<'_>,
) -> AutoRepay {
    let setting = &known.row.auto_repay;
    let one = |instrument: &Instrument| {
        let refused = known.repayments.iter().rev().find(|one| one.instrument == instrument.id);
        let stuck = refused.filter(|one| matches!(one.ended, Ended::Refused { cause, .. } if needs_payer(cause)));
        Designated {
            instrument: instrument.id,
            source: Source::of(instrument.product()),
            valid_to: match &instrument.kind {
                InstrumentKind::Mandate(mandate) => match &mandate.state {
                    MandateState::Active { expires_at, .. } => Some(day_of(*expires_at)),
                    MandateState::Signing { .. } | MandateState::Revoked { .. } | MandateState::Expired { .. } => None,
                },
                InstrumentKind::Card(card) => card.ends_at.map(day_of),
                InstrumentKind::Wallet
                | InstrumentKind::Confirmed { .. }
                | InstrumentKind::PayLater
                | InstrumentKind::Points => None,
            },
            most: most_at_once(instrument, tools),
            mended_at: stuck.filter(|_| mended(instrument)).map(|refused| refused.at),
        }
    };
    let find = |id| file.instruments.iter().find(|instrument| instrument.id == id);
    let designated = setting.designated.iter().filter_map(|id| find(*id)).map(one).collect();
    AutoRepay { state: setting.state, designated, payday: setting.payday }
}

/// The most that an instrument can be charged at once while its holder is away: our own limit, and of a card what goes without
/// the bank's code, which nobody is there to enter.
fn most_at_once(instrument: &Instrument, tools: &Tools<'_>) -> Option<Money> {
    let limit = tools.policy.limit(instrument.product()).and_then(|limit| limit.per_transaction);
    let card = matches!(instrument.kind, InstrumentKind::Card(_)).then_some(tools.policy.cards.bank_code_free);
    limit.into_iter().chain(card).min_by_key(|most| most.minor())
}

/// The repayments of a bill as the schedule reads them.
pub(crate) fn attempts(known: &PayLaterFile, bill: &Bill) -> Vec<Collected> {
    // What we refused the payer ourselves was asked of nobody: it says nothing of the instrument, and no cap counts it.
    let ours = |one: &Repayment| {
        one.occasion.is_none()
            && matches!(one.ended, Ended::Refused { cause, .. } if cause.group() == CauseGroup::Account)
    };
    let own = known.repayments.iter().filter(|one| one.bill == bill.id && !ours(one));
    own.map(|one: &Repayment| Collected {
        instrument: one.instrument,
        source: Source::of(one.product),
        amount: one.amount,
        at: one.at,
        ended: one.ended,
    })
    .collect()
}

/// Whether a bill was overdue, as its owner's credit history says.
pub(crate) fn was_overdue(known: &PayLaterFile, bill: &Bill) -> bool {
    let overdue = |event| matches!(event, CreditEvent::Overdue { bill: of, .. } if of == bill.id);
    known.credit.iter().any(|entry| overdue(entry.event))
}
