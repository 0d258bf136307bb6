//! The facts about an account's holder that prove a cause: who he is, his phone, and the codes that were sent to it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cause::Cause;
use crate::evidence::{Evidence, Field, Value};
use crate::evidence_fields::{fields, text, time};
use crate::money::Money;

/// The typed proof of a cause that lies with the holder. It is always about the platform's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named as the API shows them; causes.rs says what they prove")]
pub enum HolderEvidence {
    /// What was changed of the holder, and is not confirmed.
    InfoChanged {
        what: &'static str,
        changed_at: Timestamp,
    },
    PhoneUnbound,
    /// The tier that the holder has, the one that this needs, and the most that goes without it.
    IdentityUnverified {
        tier: &'static str,
        needed: &'static str,
        allowed: Option<Money>,
    },
    IdentityExpired {
        expired_on: Date,
    },
    /// What is charged is in another name than the account: which of the two, and both names with all but the first
    /// letter hidden.
    NameMismatch {
        side: &'static str,
        holder: String,
        account_holder: String,
    },
    /// The carrier has not delivered a code of ours.
    CodeNotReceived {
        phone: String,
        delivery: &'static str,
        sent_at: Timestamp,
        sends_left: u32,
        next_code_at: Timestamp,
    },
    /// The carrier has delivered a code of ours, and its phone did not show it.
    CodeIntercepted {
        phone: String,
        delivery: &'static str,
        delivered_at: Option<Timestamp>,
        sends_left: u32,
        next_code_at: Timestamp,
    },
}

impl HolderEvidence {
    /// The cause that it proves.
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::InfoChanged { .. } => Cause::AccountInfoChanged,
            Self::PhoneUnbound => Cause::AccountPhoneUnbound,
            Self::IdentityUnverified { .. } => Cause::IdentityUnverified,
            Self::IdentityExpired { .. } => Cause::IdentityExpired,
            Self::NameMismatch { .. } => Cause::IdentityNameMismatch,
            Self::CodeNotReceived { .. } => Cause::OtpNotReceived,
            Self::CodeIntercepted { .. } => Cause::OtpIntercepted,
        }
    }

    pub(crate) fn facts(&self) -> Vec<Field> {
        match self {
            Self::InfoChanged { what, changed_at } => {
                fields([("what", text(what)), ("changed_at", Value::Time(*changed_at))])
            }
            Self::PhoneUnbound => Vec::new(),
            Self::IdentityUnverified { tier, needed, allowed } => fields([
                ("tier", text(tier)),
                ("needed", text(needed)),
                ("allowed", allowed.map_or(Value::Unknown, Value::Money)),
            ]),
            Self::CodeNotReceived { phone, delivery, sent_at, sends_left, next_code_at } => {
                sent_code(phone, delivery, ("sent_at", Value::Time(*sent_at)), (*sends_left, *next_code_at))
            }
            Self::CodeIntercepted { phone, delivery, delivered_at, sends_left, next_code_at } => {
                sent_code(phone, delivery, ("delivered_at", time(*delivered_at)), (*sends_left, *next_code_at))
            }
            Self::NameMismatch { side, holder, account_holder } => {
                fields([("side", text(side)), ("holder", text(holder)), ("account_holder", text(account_holder))])
            }
            Self::IdentityExpired { expired_on } => fields([("expired_on", Value::Day(*expired_on))]),
        }
    }
}

impl From<HolderEvidence> for Evidence {
    fn from(evidence: HolderEvidence) -> Self {
        Self::Holder(evidence)
    }
}

/// What the carrier says of a code, and how often another one can be sent.
fn sent_code(phone: &str, delivery: &str, at: (&'static str, Value), (left, next): (u32, Timestamp)) -> Vec<Field> {
    let (left, next) = (Value::Count(i64::from(left)), ("next_code_at", Value::Time(next)));
    fields([("phone", text(phone)), ("delivery", text(delivery)), at, ("sends_left", left), next])
}
