//! One-time codes, a bank's and ours: how often one may be sent, and how often a wrong one is looked at.
//!
//! A sending and a try are counted before anybody outside is asked, in a commit of their own: a thousand requests
//! at once are as many as one after the other.

use jiff::{SignedDuration, Timestamp};

/// How many wrong codes are looked at before a new one must be sent.
pub const TRIES: u32 = 5;

/// The shortest time between two sendings.
pub const RESEND_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// How long a code may be used after it was sent: after that a new one is asked for.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// Why none is sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the next one is taken at {at}")]
pub struct TooSoon {
    /// When the next one may be sent.
    pub at: Timestamp,
}

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
pub fn left(sent: &[Timestamp], limits: SendLimits, now: Timestamp) -> u32 {
    let Some((most, span)) = limits.most.last() else { return u32::MAX };
    let held = sent.iter().filter(|at| at.checked_add(*span).is_ok_and(|over| now < over)).count();
    u32::try_from(most.saturating_sub(held)).unwrap_or(0)
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

/// The codes that were sent in the last day, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sendings(Vec<Timestamp>);

impl Sendings {
    /// The instants as they are kept.
    pub fn new(mut instants: Vec<Timestamp>) -> Self {
        instants.sort();
        Self(instants)
    }

    /// The instants, the oldest first.
    pub fn instants(&self) -> &[Timestamp] {
        &self.0
    }

    /// When the next code may be sent, at `now` or later.
    pub fn next_at(&self, now: Timestamp) -> Timestamp {
        next_at(&self.0, PERSONAL, now)
    }

    /// How many more may be sent today.
    pub fn left(&self, now: Timestamp) -> u32 {
        left(&self.0, PERSONAL, now)
    }

    /// Counts a sending.
    ///
    /// # Errors
    /// If it is too soon; nothing is to be sent then.
    pub fn count(&self, now: Timestamp) -> Result<Self, TooSoon> {
        counted(&self.0, PERSONAL, now).map(Self)
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
        let mut sent = Sendings::default();
        for (second, next) in [(0, 60), (60, 120), (120, 180), (180, 240), (240, 3600)] {
            sent = sent.count(at(second)).unwrap();
            assert_eq!(sent.next_at(at(second)), at(next), "{second}");
            assert_eq!(sent.count(at(next - 1)), Err(TooSoon { at: at(next) }));
        }
        for second in [3600, 3660, 3720, 3780] {
            sent = sent.count(at(second)).unwrap();
        }
        assert_eq!(sent.left(at(3780)), 1);
        sent = sent.count(at(3840)).unwrap();
        assert_eq!((sent.left(at(3840)), sent.next_at(at(3840))), (0, at(86_400)));
    }

    proptest! {
        /// However somebody presses the button, no window ever holds more than it may.
        #[test]
        fn no_window_holds_more_than_it_may(gaps in prop::collection::vec(0_i64..7_200, 1..200)) {
            let (mut sent, mut now, mut all) = (Sendings::default(), 0, Vec::new());
            for gap in gaps {
                now += gap;
                if let Ok(counted) = sent.count(at(now)) {
                    sent = counted;
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
