//! What is remembered of an account's pay-later line: the line itself, what is owed, what was paid on it, and the credit history.

use jiff::Timestamp;
use tantu_domain::cause::Cause;
use tantu_domain::ids::{AccountId, BillId, IdError, InstrumentId, PaymentId, RepaymentId};
use tantu_domain::instrument::Product;
use tantu_domain::money::Money;
use tantu_domain::staff::StaffMark;
use tantu_paylater::bill::{Bill, Level};
use tantu_paylater::credit::{CreditEntry, CreditEvent};
use tantu_paylater::dispute::{Dispute, DisputeState};
use tantu_paylater::hardship::{Extension, ExtensionState};
use tantu_paylater::line::{FrozenCase, FrozenReason, Line, LineState};
use tantu_paylater::schedule::{AutoRepayState, Ended, Occasion};

use crate::notice::NoticeRow;

/// What the payer has set for auto-repay, by the ids of his instruments; what is known of those stands with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoRepaySetting {
    /// Whether bills are collected.
    pub state: AutoRepayState,
    /// From what, in the payer's order.
    pub designated: Vec<InstrumentId>,
    /// The day of the month on which his wages come, if he has said it.
    pub payday: Option<i8>,
}

/// A line with what its holder has set for its bills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// The line. What of it is used is not kept: it is the sum of its bills' principal.
    pub line: Line,
    /// Auto-repay.
    pub auto_repay: AutoRepaySetting,
}

/// What is paid on a bill, by one instrument. The money itself moves as a payment to the lender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repayment {
    /// Its id.
    pub id: RepaymentId,
    /// On which bill.
    pub bill: BillId,
    /// Whose.
    pub account: AccountId,
    /// The payment to the lender.
    pub payment: PaymentId,
    /// By what.
    pub instrument: InstrumentId,
    /// What kind of thing that is.
    pub product: Product,
    /// How much.
    pub amount: Money,
    /// Why we asked for it then; `None` if the payer repays by himself.
    pub occasion: Option<Occasion>,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub ended: Ended,
}

/// Who decided on something, and when, beside the name of its state.
pub(crate) type Decided = (&'static str, Option<(StaffMark, Timestamp)>);

/// The cells of an extension's state.
pub(crate) fn extension_cells(state: &ExtensionState) -> Decided {
    match state {
        ExtensionState::Asked => ("asked", None),
        ExtensionState::Granted { by, at } => ("granted", Some((*by, *at))),
        ExtensionState::Declined { by, at } => ("declined", Some((*by, *at))),
    }
}

/// The state of these cells.
pub(crate) fn extension_of(name: &str, decided: Option<(StaffMark, Timestamp)>) -> Option<ExtensionState> {
    match (name, decided) {
        ("asked", None) => Some(ExtensionState::Asked),
        ("granted", Some((by, at))) => Some(ExtensionState::Granted { by, at }),
        ("declined", Some((by, at))) => Some(ExtensionState::Declined { by, at }),
        _ => None,
    }
}

/// The cells of a dispute's state.
pub(crate) fn dispute_cells(state: &DisputeState) -> Decided {
    match state {
        DisputeState::Open => ("open", None),
        DisputeState::Upheld { by, at } => ("upheld", Some((*by, *at))),
        DisputeState::Rejected { by, at } => ("rejected", Some((*by, *at))),
    }
}

/// The state of these cells.
pub(crate) fn dispute_of(name: &str, decided: Option<(StaffMark, Timestamp)>) -> Option<DisputeState> {
    match (name, decided) {
        ("open", None) => Some(DisputeState::Open),
        ("upheld", Some((by, at))) => Some(DisputeState::Upheld { by, at }),
        ("rejected", Some((by, at))) => Some(DisputeState::Rejected { by, at }),
        _ => None,
    }
}

/// Everything about one account's line that a decision depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayLaterFile {
    /// The line and its auto-repay.
    pub row: LineRow,
    /// The bills on which something is owed, the earliest due first.
    pub bills: Vec<Bill>,
    /// The repayments of those bills, the first first.
    pub repayments: Vec<Repayment>,
    /// The credit history, the first first.
    pub credit: Vec<CreditEntry>,
    /// What its holder was or will be told of those bills, by their keys.
    pub notices: Vec<NoticeRow>,
    /// The later due dates that were asked for those bills, the first first.
    pub extensions: Vec<Extension>,
    /// The holder's disputes of entries, by the entries.
    pub disputes: Vec<Dispute>,
}

impl PayLaterFile {
    /// What is kept of a line that was opened just now.
    pub fn fresh(row: LineRow) -> Self {
        Self {
            row,
            bills: Vec::new(),
            repayments: Vec::new(),
            credit: Vec::new(),
            notices: Vec::new(),
            extensions: Vec::new(),
            disputes: Vec::new(),
        }
    }
}

/// The bill and the figure of an event, beside its name.
pub(crate) fn event_cells(event: CreditEvent) -> (Option<BillId>, Option<i64>) {
    match event {
        CreditEvent::Opened { tier } => (None, Some(i64::from(tier))),
        CreditEvent::RepaidOnTime { bill } | CreditEvent::RepaidLate { bill } => (Some(bill), None),
        CreditEvent::Overdue { bill, level } => (Some(bill), Some(i64::from(level.number()))),
        CreditEvent::CleanMonth => (None, None),
        CreditEvent::LineUse { percent } => (None, Some(i64::from(percent))),
    }
}

/// The event of a name, a bill and a figure.
pub(crate) fn event_of(name: &str, bill: Option<BillId>, figure: Option<i64>) -> Option<CreditEvent> {
    let small = figure.and_then(|figure| u8::try_from(figure).ok());
    match (name, bill, small) {
        ("opened", None, Some(tier)) => Some(CreditEvent::Opened { tier }),
        ("repaid_on_time", Some(bill), None) => Some(CreditEvent::RepaidOnTime { bill }),
        ("overdue", Some(bill), Some(level)) => Some(CreditEvent::Overdue { bill, level: Level::parse(level)? }),
        ("repaid_late", Some(bill), None) => Some(CreditEvent::RepaidLate { bill }),
        ("clean_month", None, None) => Some(CreditEvent::CleanMonth),
        ("line_use", None, Some(percent)) => Some(CreditEvent::LineUse { percent }),
        _ => None,
    }
}

/// How a repayment ended: its name, its cause, when a limit begins anew, and the most that passes.
pub(crate) fn ended_cells(ended: Ended) -> (&'static str, Option<Cause>, Option<Timestamp>, Option<Money>) {
    match ended {
        Ended::Taken => ("taken", None, None, None),
        Ended::Undecided => ("undecided", None, None, None),
        Ended::Refused { cause, resets_at, most } => ("refused", Some(cause), resets_at, most),
    }
}

/// The end of these cells.
pub(crate) fn ended_of(
    name: &str,
    cause: Option<Cause>,
    resets_at: Option<Timestamp>,
    most: Option<Money>,
) -> Option<Ended> {
    match (name, cause) {
        ("taken", None) => Some(Ended::Taken),
        ("undecided", None) => Some(Ended::Undecided),
        ("refused", Some(cause)) => Some(Ended::Refused { cause, resets_at, most }),
        _ => None,
    }
}

/// Why a line is frozen: the reason's name, the case, and since when.
pub(crate) fn frozen_cells(state: LineState) -> (Option<&'static str>, Option<FrozenCase>, Option<Timestamp>) {
    match state {
        LineState::Open => (None, None, None),
        LineState::Frozen { reason, since } => {
            let case = match reason {
                FrozenReason::HolderRequest => None,
                FrozenReason::Case(case) => Some(case),
            };
            (Some(reason.id()), case, Some(since))
        }
    }
}

/// The state of these cells.
pub(crate) fn frozen_of(reason: Option<&str>, case: Option<FrozenCase>, since: Option<Timestamp>) -> Option<LineState> {
    match (reason, case, since) {
        (None, None, None) => Some(LineState::Open),
        (Some("holder_request"), None, Some(since)) => {
            Some(LineState::Frozen { reason: FrozenReason::HolderRequest, since })
        }
        (Some("case"), Some(case), Some(since)) => Some(LineState::Frozen { reason: FrozenReason::Case(case), since }),
        _ => None,
    }
}

/// Ids with a blank between.
pub(crate) fn write_ids(ids: &[InstrumentId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Ids with a blank between.
pub(crate) fn read_ids(text: &str) -> Result<Vec<InstrumentId>, IdError> {
    text.split_ascii_whitespace().map(str::parse).collect()
}
