//! One-time codes: how often one may be sent, and how often a wrong one is looked at.
//!
//! A sending and a try are counted before anybody outside is asked, in a commit of their own: a thousand requests
//! at once are as many as one after the other.

use jiff::{SignedDuration, Timestamp};

/// How many wrong codes are looked at before a new one must be sent.
pub const TRIES: u32 = 5;

/// The shortest time between two sendings.
pub const RESEND_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// The most in an hour and in a day.
const MOST: [(usize, SignedDuration); 2] = [(5, SignedDuration::from_hours(1)), (10, SignedDuration::from_hours(24))];

/// How long a code may be used after it was sent: after that a new one is asked for.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// The codes that were sent in the last day, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sendings(Vec<Timestamp>);

/// Why none is sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the next code can be sent at {at}")]
pub struct TooSoon {
    /// When the next one may be sent.
    pub at: Timestamp,
}

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
        let after = |at: &Timestamp, span| at.checked_add(span).unwrap_or(Timestamp::MAX);
        let resend = self.0.last().map_or(now, |last| after(last, RESEND_AFTER));
        // The one that must have left the window for another to fit.
        let windows = MOST.iter().filter_map(|(most, span)| {
            let first = self.0.len().checked_sub(*most)?;
            self.0.get(first).map(|at| after(at, *span))
        });
        windows.fold(resend, Timestamp::max).max(now)
    }

    /// How many more may be sent today.
    pub fn left(&self, now: Timestamp) -> u32 {
        let (most, span) = MOST[1];
        let sent = self.0.iter().filter(|at| at.checked_add(span).is_ok_and(|over| now < over)).count();
        u32::try_from(most.saturating_sub(sent)).unwrap_or(0)
    }

    /// Counts a sending.
    ///
    /// # Errors
    /// If it is too soon; nothing is to be sent then.
    pub fn count(&self, now: Timestamp) -> Result<Self, TooSoon> {
        let at = self.next_at(now);
        if now < at {
            return Err(TooSoon { at });
        }
        let (most, _) = MOST[1];
        let kept = self.0.len().saturating_sub(most - 1);
        Ok(Self(self.0.iter().skip(kept).copied().chain([now]).collect()))
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
