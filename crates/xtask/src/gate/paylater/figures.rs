//! Shares with intervals, in whole numbers. A person's bills stand and fall together, so the interval counts persons, not bills.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::gate::paylater::story::Story;

const BILLS_OF_A_PERSON: u64 = 20;

/// Hundredths of a normal standard deviation on each side of 95 %.
const NINETY_FIVE: i64 = 196;

/// One person's bills.
#[derive(Debug, Default, Clone, Copy)]
struct Person {
    bills: i64,
    alone: i64,
    tapped: i64,
    asked: i64,
}

/// What is counted of a person's bills.
type Count = fn(&Person) -> i64;

/// How one way of collecting did.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<u64, Person>);

impl Tally {
    /// Counts one bill: as it ends without its payer, and as it ends if he may act once.
    pub(crate) fn add(&mut self, number: u64, alone: &Story, tapped: &Story) {
        let person = self.0.entry(number / BILLS_OF_A_PERSON).or_default();
        person.bills += 1;
        person.alone += i64::from(alone.settled);
        person.tapped += i64::from(tapped.settled);
        person.asked += i64::try_from(alone.asked).unwrap_or(i64::MAX);
    }

    /// A figure for each bill, by person, in millionths.
    fn rates(&self, of: Count) -> Vec<i64> {
        self.0.values().map(|person| of(person) * 1_000_000 / person.bills.max(1)).collect()
    }
}

/// Both ways side by side, and the difference, person by person.
pub(crate) fn compare(scheduler: &Tally, daily: &Tally) -> Value {
    let figures: [(&str, Count, i64); 3] = [
        ("collected_alone_percent", |person| person.alone, 100),
        ("collected_after_one_tap_percent", |person| person.tapped, 100),
        ("attempts_per_bill", |person| person.asked, 1),
    ];
    let rows = figures.into_iter().map(|(name, of, scale)| {
        let (ours, theirs) = (scheduler.rates(of), daily.rates(of));
        let difference: Vec<i64> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours - theirs).collect();
        let shown = |rates: &[i64]| shown(rates, scale);
        let row = json!({ "scheduler": shown(&ours), "daily_retry": shown(&theirs), "difference": shown(&difference) });
        (name.to_owned(), row)
    });
    Value::Object(rows.collect())
}

/// The mean of millionths and half its interval: `97.31 ± 0.12`.
fn shown(rates: &[i64], scale: i64) -> String {
    let many = i64::try_from(rates.len()).unwrap_or(1).max(1);
    let mean = rates.iter().sum::<i64>() / many;
    let squares: i128 = rates.iter().map(|rate| i128::from(rate - mean).pow(2)).sum();
    let variance_of_mean = squares / i128::from((many - 1).max(1)) / i128::from(many);
    let deviation = i64::try_from(variance_of_mean.isqrt()).unwrap_or(i64::MAX / NINETY_FIVE);
    format!("{} ± {}", hundredths(mean * scale), hundredths(deviation * NINETY_FIVE / 100 * scale))
}

/// Millionths with two places.
fn hundredths(millionths: i64) -> String {
    let rounded = (millionths.abs() + 5_000) / 10_000;
    let minus = if millionths < 0 && rounded > 0 { "-" } else { "" };
    format!("{minus}{}.{:02}", rounded / 100, rounded % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_an_interval_that_counts_persons() {
        assert_eq!(shown(&[1_000_000, 1_000_000], 100), "100.00 ± 0.00");
        // Of a hundred persons every second one pays: 50 ± 1.96 × 0.5025 / 10.
        let half: Vec<i64> = (0..100).map(|index| index % 2 * 1_000_000).collect();
        assert_eq!(shown(&half, 100), "50.00 ± 9.85");
        assert_eq!(hundredths(-1_234_567), "-1.23");
    }
}
