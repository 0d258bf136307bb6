//! What was spent with a card, as its bank counts it for the limits of the day and the month.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::money::Fen;

/// The sums of one card, by the days of Beijing, and which payments make them up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spending {
    by_day: BTreeMap<Date, Fen>,
    payments: HashMap<String, (Date, Fen)>,
}

impl Spending {
    /// Counts a payment, once.
    pub(crate) fn count(&mut self, order: &str, day: Date, amount: Fen) {
        if self.payments.insert(order.to_owned(), (day, amount)).is_none() {
            let sum = self.by_day.entry(day).or_default();
            *sum = sum.plus(amount).unwrap_or(*sum);
        }
    }

    /// A payment was undone: it has used nothing.
    pub(crate) fn forget(&mut self, order: &str) {
        if let Some((day, amount)) = self.payments.remove(order)
            && let Some(sum) = self.by_day.get_mut(&day)
        {
            *sum = sum.minus(amount).unwrap_or_default();
        }
    }

    /// The day's sum with one amount more; a sum that cannot be written down is above every limit.
    pub(crate) fn of_day_with(&self, day: Date, amount: Fen) -> Fen {
        self.by_day.get(&day).map_or(Some(amount), |sum| sum.plus(amount)).unwrap_or(Fen::new(i64::MAX))
    }

    /// The month's, likewise.
    pub(crate) fn of_month_with(&self, day: Date, amount: Fen) -> Fen {
        let mut days = self.by_day.range(day.first_of_month()..=day.last_of_month());
        days.try_fold(amount, |sum, (_, spent)| sum.plus(*spent)).unwrap_or(Fen::new(i64::MAX))
    }
}
