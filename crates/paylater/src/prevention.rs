//! What would stop a bill's collection on its due date, told while there is time: 30, 7, 3 and 1 days before.

use jiff::civil::Date;
use tantu_domain::cause::Cause;
use tantu_domain::ids::InstrumentId;
use tantu_domain::money::Money;
use tantu_domain::operation::Operation;

use crate::bill::{Bill, days_between};
use crate::instrument::Source;
use crate::schedule::{AutoRepay, AutoRepayState};

/// How many days before the due date it is looked.
pub const DAYS_AHEAD: [i32; 4] = [30, 7, 3, 1];

/// One thing that would stop it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which instrument; `None` if it is auto-repay itself.
    pub instrument: Option<InstrumentId>,
    /// What would stop it.
    pub cause: Cause,
    /// The last day on which the instrument can be charged, if that is why.
    pub valid_to: Option<Date>,
    /// The most that it can be charged at once, if that is why.
    pub most: Option<Money>,
    /// The one tap that puts it right.
    pub operation: Operation,
}

/// What would happen on the due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The due date.
    pub due_on: Date,
    /// Everything that would stop an instrument.
    pub warnings: Vec<Warning>,
    /// The first designated instrument that nothing known would stop. Whether it will have the funds nobody knows.
    pub collects_from: Option<InstrumentId>,
}

/// On which of the days ahead `today` lies: the nearest of them that is reached and whose turn has not passed.
pub fn day_ahead(bill: &Bill, today: Date) -> Option<i32> {
    let left = days_between(today, bill.due_on);
    DAYS_AHEAD.into_iter().rev().find(|ahead| (1..=*ahead).contains(&left))
}

/// What would happen to the bill's collection on its due date, as far as it is known now.
pub fn forecast(bill: &Bill, owed: Money, auto_repay: &AutoRepay) -> Forecast {
    let due_on = bill.due_on;
    if matches!(auto_repay.state, AutoRepayState::Off { .. }) || auto_repay.designated.is_empty() {
        let off = warning(None, Cause::BnplAutopayOff, Operation::EnableAutoRepay);
        return Forecast { due_on, warnings: vec![off], collects_from: None };
    }
    let mut warnings = Vec::new();
    let mut collects_from = None;
    for one in &auto_repay.designated {
        let id = Some(one.instrument);
        let ends = one.valid_to.filter(|last| *last < due_on);
        let found = if one.source.forbidden_by().is_some() || !one.source.collects_alone() {
            Some(warning(id, Cause::ChannelUnavailable, Operation::ChooseInstrument))
        } else if ends.is_some() {
            let (cause, operation) = match one.source {
                Source::DebitCard | Source::CreditCard => (Cause::CardExpired, Operation::ReplaceCard),
                Source::Mandate(_) | Source::Confirmed(_) | Source::Wallet | Source::PayLater | Source::Points => {
                    (Cause::AgreementExpired, Operation::SignMandate)
                }
            };
            Some(Warning { valid_to: ends, ..warning(id, cause, operation) })
        } else if let Some(most) = one.most.filter(|most| most.minor() < owed.minor()) {
            let limit = warning(id, Cause::LimitPerTransaction, Operation::ChooseInstrument);
            Some(Warning { most: Some(most), ..limit })
        } else {
            None
        };
        match found {
            Some(warning) => warnings.push(warning),
            None => collects_from = collects_from.or(id),
        }
    }
    Forecast { due_on, warnings, collects_from }
}

fn warning(instrument: Option<InstrumentId>, cause: Cause, operation: Operation) -> Warning {
    Warning { instrument, cause, valid_to: None, most: None, operation }
}
