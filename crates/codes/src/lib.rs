//! The channels' published codes: data and look-up.
//!
//! The data are the tables under `data/`, one for each channel, written by hand from public sources. Whoever
//! asks about a code gets what is published and nothing else. A code that is not in the tables is
//! *unrecognised* ([`look_up`] gives `None`), and everyone treats it as undecided: never as declined.
//!
//! No code that a channel leaves open is declined here, and no word of the payer's own app is (`app.` families):
//! an order that the app gave up can still be paid.

mod fix;
mod overrides;
mod ranges;
mod spelling;
mod table;

use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

pub use fix::Fix;
pub use overrides::{Override, OverrideError};
pub use ranges::who_by_range;
pub use table::{Tables, all, look_up, meanings};

/// What a code says of **the call that it answers**.
///
/// It speaks of a payment's money only in the families that move it (`alipay.trade.pay`, and
/// `alipay.trade.refund` for the way back): a query that was declined tells nothing about the trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeResult {
    /// The call has done what was asked.
    Succeeded,
    /// The call was taken; its business fields, or a query, say what came of it.
    Accepted,
    /// The call was refused for good, and has moved nothing.
    Declined,
    /// The code does not tell whether anything moved: ask before saying anything final.
    Undecided,
}

impl CodeResult {
    /// Every result.
    pub const ALL: &'static [CodeResult] = &[Self::Succeeded, Self::Accepted, Self::Declined, Self::Undecided];

    /// The name that the tables and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Undecided => "undecided",
        }
    }

    /// The result of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|result| result.id() == id)
    }

    /// How little it lets us conclude: of several, the one with the most caution is believed.
    fn caution(self) -> u8 {
        match self {
            Self::Succeeded => 0,
            Self::Declined => 1,
            Self::Accepted => 2,
            Self::Undecided => 3,
        }
    }
}

/// What one published code means in one family of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// Whose code: `alipay`, `wechatpay`, `douyin`, `unionpay`, `iso8583`, `stripe` or `adyen`.
    pub channel: &'static str,
    /// The call, and after a slash the product, the variant or the outer code: `alipay.trade.pay/withhold`,
    /// `gateway/40002`, `acp/remittance`.
    pub family: &'static str,
    /// The code, in the channel's own spelling.
    pub code: &'static str,
    /// The message that this row needs where one code has several: part of the channel's text, or `*` for every
    /// other text; empty where the code alone decides. A message may inform an explanation, never a decision
    /// about money: channels change it without notice.
    pub when: &'static str,
    /// The channel's own short text, to recognise the code by; empty where none is published.
    pub message: &'static str,
    /// What it says of the call.
    pub result: CodeResult,
    /// Whether sending the same order again under the same number is what the channel asks for, or cannot
    /// charge twice. For an undecided code: after a query has said that the order does not exist there.
    pub resend_same_order: bool,
    /// What it speaks for, the surest first; empty if the payer can do nothing about it (configuration).
    pub causes: Vec<(Cause, Confidence)>,
    /// What a developer or the merchant does about it, if there is something.
    pub fix: Option<Fix>,
    /// Whether the operator's configuration has changed or added this row.
    pub overridden: bool,
    /// Why the operator did; empty otherwise.
    pub note: &'static str,
}
