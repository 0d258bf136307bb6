//! Real time, for the figures of a gate and nothing else.

use std::time::{Duration, Instant};

/// Runs from its making.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a gate measures real time; no decision of the product hangs on it")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// The duration that `percent` of all do not exceed; nothing of nothing.
pub(crate) fn percentile(durations: &[Duration], percent: usize) -> Duration {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(rank).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_measured() {
        let measured: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        let table = [(50, 100), (99, 198), (100, 200)];
        for (percent, expected) in table {
            assert_eq!(percentile(&measured, percent), Duration::from_millis(expected));
        }
        assert_eq!(percentile(&measured[..1], 99), Duration::from_millis(200));
        assert_eq!(percentile(&[], 99), Duration::ZERO);
    }
}
