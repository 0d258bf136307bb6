//! Product limits: how much an account may pay by one product, per transaction, day and month.
//!
//! Counting is gross: a refund gives nothing back. A failed or closed attempt does, once, in the window
//! in which it was counted (`Leg::counted_at` remembers which).

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::clock::{day_of, start_of};
use crate::ids::AccountId;
use crate::instrument::Product;
use crate::money::Money;

/// A span of time over which payments are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// A day in Beijing.
    Day,
    /// A month in Beijing.
    Month,
}

impl Window {
    /// Every window.
    pub const ALL: &'static [Window] = &[Self::Day, Self::Month];

    /// The name that the store uses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The window of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|window| window.id() == id)
    }

    /// The first day of the window that holds `at`.
    pub fn start(self, at: Timestamp) -> Date {
        match self {
            Self::Day => day_of(at),
            Self::Month => day_of(at).first_of_month(),
        }
    }

    /// The instant at which the next window begins.
    pub fn resets_at(self, at: Timestamp) -> Timestamp {
        let start = self.start(at);
        let next = match self {
            Self::Day => start.saturating_add(1.day()),
            Self::Month => start.saturating_add(1.month()),
        };
        start_of(next)
    }
}

/// What a product may be used for at most. `None` means that we set no such limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductLimit {
    /// Which product.
    pub product: Product,
    /// The most in one payment.
    pub per_transaction: Option<Money>,
    /// The most in a day.
    pub per_day: Option<Money>,
    /// The most in a month.
    pub per_month: Option<Money>,
    /// The most in one payment without the pay password (小额免密); `None` never asks for it.
    pub password_free: Option<Money>,
}

impl ProductLimit {
    /// The limit of a window.
    pub fn of(&self, window: Window) -> Option<Money> {
        match window {
            Window::Day => self.per_day,
            Window::Month => self.per_month,
        }
    }
}

/// How much of a window an account has used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitUse {
    /// Whose.
    pub account: AccountId,
    /// By which product.
    pub product: Product,
    /// In which kind of window.
    pub window: Window,
    /// The window's first day.
    pub starts_on: Date,
    /// The gross sum.
    pub used: Money,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_reset_at_midnight_in_beijing() {
        let cases = [
            (Window::Day, "2026-11-22T12:00:00+08:00", "2026-11-23T00:00:00+08:00"),
            (Window::Day, "2026-11-22T23:59:59+08:00", "2026-11-23T00:00:00+08:00"),
            (Window::Day, "2028-02-28T08:00:00+08:00", "2028-02-29T00:00:00+08:00"),
            (Window::Month, "2026-12-31T23:00:00+08:00", "2027-01-01T00:00:00+08:00"),
            (Window::Month, "2026-11-01T00:00:00+08:00", "2026-12-01T00:00:00+08:00"),
        ];
        for (window, at, resets) in cases {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(window.resets_at(at), resets.parse().unwrap(), "{at}");
        }
    }
}
