//! The regulator's ceilings for paying from a balance: per tier of the identity, and per strength of authentication and
//! day (People's Bank announcement 43/2015, articles 11 and 24). Nobody raises them: a higher tier or a stronger
//! authentication does, and what is not paid from the balance does not count.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::clock::{day_of, start_of};
use crate::limit::{Counter, LimitUse, Window};
use crate::money::Money;

/// How well we know the holder (I 类, II 类, III 类): by how many independent sources his identity was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// By one source.
    One,
    /// By three sources, or in person.
    Two,
    /// By five sources, or in person.
    Three,
}

impl Tier {
    /// Every tier.
    pub const ALL: &'static [Tier] = &[Self::One, Self::Two, Self::Three];

    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::One => "I",
            Self::Two => "II",
            Self::Three => "III",
        }
    }

    /// The tier of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tier| tier.id() == id)
    }

    /// How many independent sources must confirm the identity.
    pub fn sources(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 3,
            Self::Three => 5,
        }
    }

    /// Over which span its ceiling is reckoned.
    pub fn span(self) -> CeilingSpan {
        match self {
            Self::One => CeilingSpan::SinceOpened,
            Self::Two | Self::Three => CeilingSpan::Year,
        }
    }
}

/// By what a payment from the balance was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// By fewer than two factors: the payer's session, or his order at a merchant's.
    OneFactor,
    /// By that and the pay password.
    TwoFactors,
}

impl Strength {
    /// Every strength.
    pub const ALL: &'static [Strength] = &[Self::OneFactor, Self::TwoFactors];

    /// The value of the field `authentication`.
    pub fn id(self) -> &'static str {
        match self {
            Self::OneFactor => "one_factor",
            Self::TwoFactors => "two_factors",
        }
    }
}

/// A span over which a tier's ceiling is reckoned. Both are sums of months, so that nothing more is counted for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CeilingSpan {
    /// A calendar year in Beijing.
    Year,
    /// All the time since the account was opened.
    SinceOpened,
}

impl CeilingSpan {
    /// The value of the field `span`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::SinceOpened => "since_opened",
        }
    }

    /// When it begins anew, if it ever does.
    pub fn resets_at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Year => Some(start_of(day_of(now).first_of_year().saturating_add(1.year()))),
            Self::SinceOpened => None,
        }
    }

    fn holds(self, month: Date, now: Timestamp) -> bool {
        match self {
            Self::Year => month.year() == day_of(now).year(),
            Self::SinceOpened => true,
        }
    }

    /// What was paid from the balance in it, however authenticated.
    pub fn used(self, uses: &[LimitUse], now: Timestamp, most: Money) -> Money {
        let counted = uses.iter().filter(|used| {
            used.window == Window::Month && used.counter.is_balance() && self.holds(used.starts_on, now)
        });
        sum(counted.map(|used| used.used), most)
    }
}

/// A sum; one that does not fit is above every limit.
pub(crate) fn sum(parts: impl Iterator<Item = Money>, like: Money) -> Money {
    let zero = Money::zero(like.currency());
    let most = Money::new(i64::MAX, like.currency());
    parts.fold(zero, |sum, part| sum.plus(part).unwrap_or(most))
}

/// The ceilings in force. `None` sets no such ceiling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ceilings {
    /// What an account of tier I may pay from its balance since it was opened.
    pub tier_one: Option<Money>,
    /// What an account of tier II may pay from its balance in a calendar year.
    pub tier_two: Option<Money>,
    /// What an account of tier III may pay from its balance in a calendar year.
    pub tier_three: Option<Money>,
    /// What may be paid from a balance in a day by fewer than two factors.
    pub one_factor_per_day: Option<Money>,
    /// What may be paid from a balance in a day by two factors without a certificate.
    pub two_factors_per_day: Option<Money>,
}

impl Ceilings {
    /// The figures of announcement 43/2015, in force since 2016-07-01.
    pub const ANNOUNCEMENT_43: Self = Self {
        tier_one: Some(Money::cny(100_000)),
        tier_two: Some(Money::cny(10_000_000)),
        tier_three: Some(Money::cny(20_000_000)),
        one_factor_per_day: Some(Money::cny(100_000)),
        two_factors_per_day: Some(Money::cny(500_000)),
    };

    /// A tier's ceiling.
    pub fn of_tier(&self, tier: Tier) -> Option<Money> {
        match tier {
            Tier::One => self.tier_one,
            Tier::Two => self.tier_two,
            Tier::Three => self.tier_three,
        }
    }

    /// A day's ceiling for a strength.
    pub fn of_strength(&self, strength: Strength) -> Option<Money> {
        match strength {
            Strength::OneFactor => self.one_factor_per_day,
            Strength::TwoFactors => self.two_factors_per_day,
        }
    }
}

/// What was paid today from the balance by this strength.
pub fn used_today(uses: &[LimitUse], strength: Strength, now: Timestamp, most: Money) -> Money {
    let today = Window::Day.start(now);
    let own = |used: &&LimitUse| {
        used.counter == Counter::balance(strength) && used.window == Window::Day && used.starts_on == today
    };
    sum(uses.iter().filter(own).map(|used| used.used), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_read_back_and_years_begin_in_beijing() {
        for tier in Tier::ALL {
            assert_eq!(Tier::parse(tier.id()), Some(*tier));
        }
        let last_hour: Timestamp = "2026-12-31T23:30:00+08:00".parse().unwrap();
        let new_year: Timestamp = "2027-01-01T00:00:00+08:00".parse().unwrap();
        assert_eq!(CeilingSpan::Year.resets_at(last_hour), Some(new_year));
        assert_eq!(CeilingSpan::SinceOpened.resets_at(last_hour), None);
    }
}
