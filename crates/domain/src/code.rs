//! One-time codes of ours: for what they are good, how often one may be sent, and how often a wrong one is looked at.
//!
//! A code is bound to its purpose and, for a payment, to payee and amount. What is kept is a keyed hash over all of
//! that: a bare hash of six digits would be plain text. A try is counted before it is looked at, in a commit of its
//! own, so that a thousand guesses at once are five.

use jiff::{SignedDuration, Timestamp};

use crate::ids::{AccountId, CodeId, MerchantId, PaymentId};
use crate::money::Money;

/// How many wrong codes are looked at before a new one must be sent.
pub const TRIES: u32 = 5;

/// How long a code is good.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// The shortest time between two sendings to one phone.
pub const RESEND_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// How often something may be sent: the shortest time between two, and the most in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendLimits {
    /// The shortest time between two.
    pub apart: SignedDuration,
    /// The most, and the window.
    pub most: &'static [(usize, SignedDuration)],
}

/// To one phone, for one account, from one device.
pub const PERSONAL: SendLimits = SendLimits {
    apart: RESEND_AFTER,
    most: &[(5, SignedDuration::from_hours(1)), (10, SignedDuration::from_hours(24))],
};

/// From one address, behind which an office may sit.
pub const ADDRESS: SendLimits = SendLimits {
    apart: SignedDuration::ZERO,
    most: &[(60, SignedDuration::from_hours(1)), (200, SignedDuration::from_hours(24))],
};

/// How often somebody may say who he is: the registry must not be asked who belongs to which number.
pub const IDENTITY_TRIES: SendLimits =
    SendLimits { apart: SignedDuration::ZERO, most: &[(5, SignedDuration::from_hours(24))] };

/// When the next one may be sent, at `now` or later. `sent` has the oldest first.
pub fn next_at(sent: &[Timestamp], limits: SendLimits, now: Timestamp) -> Timestamp {
    let after = |at: &Timestamp, span| at.checked_add(span).unwrap_or(Timestamp::MAX);
    let apart = sent.last().map_or(now, |last| after(last, limits.apart));
    // The one that must have left the window for another to fit.
    let windows = limits.most.iter().filter_map(|(most, span)| {
        let first = sent.len().checked_sub(*most)?;
        sent.get(first).map(|at| after(at, *span))
    });
    windows.fold(apart, Timestamp::max).max(now)
}

/// How many more may be sent in the longest window.
pub fn left(sent: &[Timestamp], limits: SendLimits, now: Timestamp) -> usize {
    let Some((most, span)) = limits.most.last() else { return usize::MAX };
    let held = sent.iter().filter(|at| at.checked_add(*span).is_ok_and(|over| now < over)).count();
    most.saturating_sub(held)
}

/// Why none is sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the next one can be sent at {at}")]
pub struct TooSoon {
    /// When the next one may be sent.
    pub at: Timestamp,
}

/// The sendings with one more, and without those that no window holds any longer.
///
/// # Errors
/// If it is too soon; nothing is to be sent then.
pub fn counted(sent: &[Timestamp], limits: SendLimits, now: Timestamp) -> Result<Vec<Timestamp>, TooSoon> {
    let at = next_at(sent, limits, now);
    if now < at {
        return Err(TooSoon { at });
    }
    let most = limits.most.iter().map(|(most, _)| *most).max().unwrap_or(1);
    let kept = sent.len().saturating_sub(most.saturating_sub(1));
    Ok(sent.iter().skip(kept).copied().chain([now]).collect())
}

/// What a code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To bind the phone that it was sent to.
    BindPhone,
    /// To let one payment through: to this payee, of this amount.
    Payment(PaymentId, MerchantId, Money),
    /// To set another pay password without the old one.
    ResetPassword,
}

impl Purpose {
    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::BindPhone => "bind_phone",
            Self::Payment(..) => "payment",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// What the carrier said of the message that brought a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It is on its way, as far as anybody knows.
    Sent,
    /// The phone has it.
    Delivered,
    /// The phone has it, and does not show it.
    Intercepted,
    /// The carrier did not take it, or gave up.
    Refused,
}

impl Delivery {
    /// Every one.
    pub const ALL: &'static [Delivery] = &[Self::Sent, Self::Delivered, Self::Intercepted, Self::Refused];

    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Intercepted => "intercepted",
            Self::Refused => "refused",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|delivery| delivery.id() == id)
    }
}

/// A text that is sealed: only the vault reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedText(pub Vec<u8>);

impl std::fmt::Debug for SealedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedText(…)")
    }
}

/// A code that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its id, and its message's at the sender of messages.
    pub id: CodeId,
    /// Whose.
    pub account: AccountId,
    /// For what.
    pub purpose: Purpose,
    /// The phone that it was sent to.
    pub phone: SealedText,
    /// The keyed hash over the digits and all that they are bound to.
    pub mac: [u8; 32],
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The tries, those included that are still being looked at.
    pub tries: u32,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// What the carrier said of its message.
    pub delivery: Delivery,
    /// Since when the carrier says so.
    pub delivery_at: Option<Timestamp>,
}

impl Code {
    /// Until when it is good.
    pub fn expires_at(&self) -> Timestamp {
        self.sent_at.checked_add(LIFE).unwrap_or(self.sent_at)
    }

    /// Whether it could be used at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at()
    }

    /// Counts a try before it is looked at; `None` if none is left, it was used, or its time is over.
    pub fn count_try(&self, now: Timestamp) -> Option<Self> {
        (self.is_open(now) && self.tries < TRIES).then(|| Self { tries: self.tries.saturating_add(1), ..self.clone() })
    }

    /// The same after it was used; `None` if it cannot be any more.
    pub fn used(&self, now: Timestamp) -> Option<Self> {
        self.is_open(now).then(|| Self { used_at: Some(now), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_minute_apart_five_an_hour_ten_a_day() {
        let mut sent = Vec::new();
        for (second, next) in [(0, 60), (60, 120), (120, 180), (180, 240), (240, 3_600)] {
            sent = counted(&sent, PERSONAL, at(second)).unwrap();
            assert_eq!(counted(&sent, PERSONAL, at(next - 1)), Err(TooSoon { at: at(next) }), "{second}");
        }
        for second in [3_600, 3_660, 3_720, 3_780, 3_840] {
            sent = counted(&sent, PERSONAL, at(second)).unwrap();
        }
        assert_eq!((left(&sent, PERSONAL, at(3_840)), next_at(&sent, PERSONAL, at(3_840))), (0, at(86_400)));
    }

    proptest! {
        /// However somebody presses the button, no window ever holds more than it may.
        #[test]
        fn no_window_holds_more_than_it_may(gaps in prop::collection::vec(0_i64..7_200, 1..200)) {
            let (mut sent, mut now, mut all) = (Vec::new(), 0, Vec::new());
            for gap in gaps {
                now += gap;
                if let Ok(more) = counted(&sent, PERSONAL, at(now)) {
                    sent = more;
                    all.push(now);
                }
                for (most, span) in [(1, 60), (5, 3_600), (10, 86_400)] {
                    let held = all.iter().filter(|sent| **sent > now - span).count();
                    prop_assert!(held <= most, "{held} in {span} s");
                }
            }
        }
    }
}
