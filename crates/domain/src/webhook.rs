//! What a merchant is told without asking: which of his payments has come into which state, which of his refunds has ended, or which bill of
//! his there is something to tell about. It names them and says no more; how they stand now is read by whoever was told.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::ids::{BillId, PaymentId, RefundId};
use crate::payment::PaymentState;
use crate::refund::RefundState;

/// A state of a payment that its merchant is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reached {
    /// It waits for its payer.
    RequiresAction,
    /// An attempt is undecided.
    Processing,
    /// It is paid.
    Succeeded,
    /// It is not paid, and can be resumed.
    Refused,
    /// It will not be paid any more.
    Closed,
}

impl Reached {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::RequiresAction, Self::Processing, Self::Succeeded, Self::Refused, Self::Closed];

    /// The state as one to tell; none of one that nobody has decided about.
    pub fn of(state: &PaymentState) -> Option<Self> {
        match state {
            PaymentState::Created => None,
            PaymentState::RequiresAction { .. } => Some(Self::RequiresAction),
            PaymentState::Processing { .. } => Some(Self::Processing),
            PaymentState::Succeeded { .. } => Some(Self::Succeeded),
            PaymentState::Refused { .. } => Some(Self::Refused),
            PaymentState::Closed { .. } => Some(Self::Closed),
        }
    }

    /// The event's type.
    pub fn kind(self) -> &'static str {
        match self {
            Self::RequiresAction => "payment.requires_action",
            Self::Processing => "payment.processing",
            Self::Succeeded => "payment.succeeded",
            Self::Refused => "payment.refused",
            Self::Closed => "payment.closed",
        }
    }
}

/// How a refund has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundEnd {
    /// The payer has it.
    Succeeded,
    /// It is not made.
    Refused,
}

impl RefundEnd {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Succeeded, Self::Refused];

    /// The end as one to tell; none of one that is under way.
    pub fn of(state: &RefundState) -> Option<Self> {
        match state {
            RefundState::Begun | RefundState::Held => None,
            RefundState::Succeeded { .. } => Some(Self::Succeeded),
            RefundState::Refused { .. } => Some(Self::Refused),
        }
    }

    /// The event's type.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Succeeded => "refund.succeeded",
            Self::Refused => "refund.refused",
        }
    }
}

/// The type of the event about a bill.
const BILL_NOTICE: &str = "bill.notice";

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A payment came into a state.
    Payment(PaymentId, Reached),
    /// There is something to tell about a bill.
    Bill(BillId),
    /// A refund has ended.
    Refund(RefundId, RefundEnd),
}

/// One thing to tell a merchant. Its text, `TYPE ID TIME`, is how it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WebhookEvent {
    /// What about.
    pub subject: Subject,
    /// When it happened.
    pub at: Timestamp,
}

impl WebhookEvent {
    /// The event's type, as merchants read it.
    pub fn kind(&self) -> &'static str {
        match self.subject {
            Subject::Payment(_, reached) => reached.kind(),
            Subject::Bill(_) => BILL_NOTICE,
            Subject::Refund(_, end) => end.kind(),
        }
    }
}

impl fmt::Display for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.subject {
            Subject::Payment(payment, _) => write!(f, "{} {payment} {}", self.kind(), self.at),
            Subject::Bill(bill) => write!(f, "{} {bill} {}", self.kind(), self.at),
            Subject::Refund(refund, _) => write!(f, "{} {refund} {}", self.kind(), self.at),
        }
    }
}

/// A text that is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event is written TYPE ID TIME")]
pub struct NoEvent;

impl FromStr for WebhookEvent {
    type Err = NoEvent;

    fn from_str(text: &str) -> Result<Self, NoEvent> {
        let mut parts = text.splitn(3, ' ');
        let (Some(kind), Some(id), Some(at)) = (parts.next(), parts.next(), parts.next()) else { return Err(NoEvent) };
        let subject = if kind == BILL_NOTICE {
            Subject::Bill(id.parse().map_err(|_| NoEvent)?)
        } else if let Some(end) = RefundEnd::ALL.into_iter().find(|end| end.kind() == kind) {
            Subject::Refund(id.parse().map_err(|_| NoEvent)?, end)
        } else {
            let reached = Reached::ALL.into_iter().find(|reached| reached.kind() == kind).ok_or(NoEvent)?;
            Subject::Payment(id.parse().map_err(|_| NoEvent)?, reached)
        };
        Ok(Self { subject, at: at.parse().map_err(|_| NoEvent)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_kept_as_its_text() {
        let payment = PaymentId::from_bytes([7; 16]).unwrap();
        let bill = BillId::from_bytes([7; 16]).unwrap();
        let at = "2026-11-23T01:02:03.000004Z".parse().unwrap();
        let refund = RefundId::from_bytes([7; 16]).unwrap();
        let payments = Reached::ALL.map(|reached| Subject::Payment(payment, reached));
        let refunds = RefundEnd::ALL.map(|end| Subject::Refund(refund, end));
        for subject in payments.into_iter().chain(refunds).chain([Subject::Bill(bill)]) {
            let event = WebhookEvent { subject, at };
            assert_eq!(event.to_string().parse(), Ok(event));
        }
    }

    #[test]
    fn what_is_no_event_is_none() {
        for text in ["", "payment.succeeded", "payment.lost pay_ x", "bill.notice pay_00 2026-11-23T00:00:00Z"] {
            assert_eq!(text.parse::<WebhookEvent>(), Err(NoEvent), "{text}");
        }
    }
}
