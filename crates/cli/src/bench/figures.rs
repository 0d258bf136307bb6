//! The arithmetic of a measurement, in whole numbers until it is shown.

use std::time::Duration;

/// The smallest value that at least `per_hundred` of a hundred do not pass; `sorted` ascends.
pub(crate) fn percentile(sorted: &[u64], per_hundred: usize) -> u64 {
    let rank = (sorted.len() * per_hundred).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(values: impl IntoIterator<Item = u64>) -> u64 {
    let mut sorted: Vec<u64> = values.into_iter().collect();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    match sorted.get(middle) {
        None => 0,
        Some(upper) if sorted.len() % 2 == 1 => *upper,
        Some(upper) => sorted[middle - 1].midpoint(*upper),
    }
}

/// So many in so much time, a second.
pub(crate) fn per_second(count: u64, elapsed: Duration) -> u64 {
    let micros = elapsed.as_micros().max(1);
    u64::try_from(u128::from(count) * 1_000_000 / micros).unwrap_or(u64::MAX)
}

/// A share of a whole in parts of ten thousand.
pub(crate) fn parts(of: u64, whole: u64) -> u64 {
    let parts = u128::from(of) * 10_000 / u128::from(whole.max(1));
    u64::try_from(parts).unwrap_or(u64::MAX)
}

/// Parts of ten thousand as the fraction that they are.
pub(crate) fn fraction(parts: u64) -> f64 {
    Duration::from_micros(parts).div_duration_f64(Duration::from_micros(10_000))
}

/// Microseconds as milliseconds.
pub(crate) fn millis(micros: u64) -> f64 {
    Duration::from_micros(micros).div_duration_f64(Duration::from_millis(1))
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_value_at_its_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        // (values, per hundred, expected)
        let table: [(&[u64], usize, u64); 9] = [
            (&[], 50, 0),
            (&[7], 50, 7),
            (&[7], 99, 7),
            (&[1, 2], 50, 1),
            (&[1, 2, 3], 50, 2),
            (&[1, 2, 3], 99, 3),
            (&hundred, 50, 50),
            (&hundred, 99, 99),
            (&hundred, 100, 100),
        ];
        for (values, per_hundred, expected) in table {
            assert_eq!(percentile(values, per_hundred), expected, "{per_hundred} of {values:?}");
        }
    }

    #[test]
    fn a_median_needs_no_order_and_is_not_moved_by_one_bad_round() {
        let table: [(&[u64], u64); 6] = [
            (&[], 0),
            (&[5], 5),
            (&[9, 1], 5),
            (&[3, 1, 2], 2),
            (&[1_000_000, 10, 12, 11, 13], 12),
            (&[u64::MAX, u64::MAX], u64::MAX),
        ];
        for (values, expected) in table {
            assert_eq!(median(values.iter().copied()), expected, "{values:?}");
        }
    }

    #[test]
    fn rates_and_shares_are_cut_to_whole_parts() {
        assert_eq!(per_second(1_500, Duration::from_millis(500)), 3_000);
        assert_eq!(per_second(1, Duration::ZERO), 1_000_000);
        assert_eq!(parts(1, 3), 3_333);
        assert_eq!(parts(1, 0), 10_000);
        assert_eq!(fraction(parts(1, 4)).to_string(), "0.25");
        assert_eq!(millis(1_250).to_string(), "1.25");
    }

    #[test]
    fn thousands_stand_apart() {
        let table = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (number, expected) in table {
            assert_eq!(grouped(number), expected);
        }
    }
}
