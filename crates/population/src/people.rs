//! Who owes, with what he has to pay from, and what is wrong with that on the day it is due.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Span, ToSpan};

use crate::chance::Chance;
use crate::mix::Mix;

/// Who carries a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rail {
    /// The platform's own wallet.
    Wallet,
    /// A debit card over the card network.
    Card,
    /// An account at a third party under a mandate.
    Mandate,
}

/// One thing that a debtor has designated to pay from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Who carries the charge.
    pub rail: Rail,
    /// The last day on which it works, if the platform knows it.
    pub known_end: Option<Date>,
    pub(crate) trouble: Trouble,
}

/// What is wrong with a source, apart from its funds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    None,
    Expired,
    MandateEnded,
    LimitPerTransaction { fen: i64, told: bool },
    LimitDaily,
    Abnormal,
    Stale,
    Frozen,
    Risk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Funds {
    Always,
    AfterPayday { payday: i8, days: u64 },
    AnyDay { per_mille: u64 },
}

/// One bill and whoever owes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debtor {
    /// Counted from nothing.
    pub number: u64,
    /// In fen.
    pub amount: i64,
    /// When it was bought.
    pub bought_on: Date,
    /// What he has designated, in his order.
    pub sources: Vec<Source>,
    /// Whether he lets the platform collect.
    pub auto_repay: bool,
    /// The day of the month on which wages come, if he has told it.
    pub told_payday: Option<i8>,
    /// How many hours after a notice he does what it asks, if he does.
    pub acts_after: Option<u64>,
    pub(crate) person: u64,
    pub(crate) funds: Funds,
}

/// Everybody.
#[derive(Debug, Clone)]
pub struct Population {
    mix: Mix,
    chance: Chance,
    first_day: Date,
    months: u64,
}

impl Population {
    /// The people of a seed under a mix, who buy over so many months from `first_day` on.
    pub fn new(mix: Mix, seed: u64, first_day: Date, months: u64) -> Self {
        Self { mix, chance: Chance(seed), first_day, months }
    }

    /// How common something is.
    pub(crate) fn is(&self, fact: &str, about: &[u64]) -> bool {
        self.chance.is(self.mix.figure(fact), fact, about)
    }

    pub(crate) fn chance(&self) -> Chance {
        self.chance
    }

    /// The bill of a number. A person has about twenty.
    pub fn debtor(&self, number: u64, due_on: impl Fn(Date) -> Date) -> Debtor {
        let person = number / 20;
        let days = self.months * 30;
        let day = self.chance.between(0, days - 1, "bought_on", &[number]);
        let bought_on = self.first_day.saturating_add(Span::new().days(i64::try_from(day).unwrap_or(0)));
        let due_on = due_on(bought_on);
        let amount = self.chance.between(500, 80_000, "amount", &[number]);
        let amount = i64::try_from(amount).unwrap_or(500);
        let funds = self.funds(person);
        let told = self.is("payday_told", &[person]);
        let told_payday = match funds {
            Funds::AfterPayday { payday, .. } if told => Some(payday),
            Funds::AfterPayday { .. } | Funds::Always | Funds::AnyDay { .. } => None,
        };
        let first = if self.chance.is(600, "first_rail", &[person]) { Rail::Card } else { Rail::Mandate };
        let second = self.is("second_instrument", &[person]).then_some(match first {
            Rail::Card => Rail::Wallet,
            Rail::Mandate | Rail::Wallet => Rail::Card,
        });
        let rails = std::iter::once(first).chain(second);
        let sources =
            (0..).zip(rails).map(|(place, rail)| self.source(rail, amount, due_on, &[number, place])).collect();
        let acts_after =
            self.is("acts_on_notice", &[number]).then(|| self.chance.between(1, 96, "acts_after", &[number]));
        let auto_repay = !self.is("auto_repay_off", &[number]);
        Debtor { number, amount, bought_on, sources, auto_repay, told_payday, acts_after, person, funds }
    }

    fn funds(&self, person: u64) -> Funds {
        let drawn = self.chance.draw("funds", &[person]) % 1_000;
        let always = self.mix.figure("funds_always");
        if drawn < always {
            return Funds::Always;
        }
        if drawn < always + self.mix.figure("funds_after_payday") {
            let payday = self.chance.between(1, 28, "payday", &[person]);
            let payday = i8::try_from(payday).unwrap_or(10);
            return Funds::AfterPayday { payday, days: self.mix.figure("days_with_funds") };
        }
        Funds::AnyDay { per_mille: self.mix.figure("any_day_chance") }
    }

    fn source(&self, rail: Rail, amount: i64, due_on: Date, about: &[u64]) -> Source {
        let trouble = self.trouble(rail, amount, about);
        let ended = matches!(trouble, Trouble::Expired | Trouble::MandateEnded);
        // A mandate's end is always known; a card's expiry with consent only.
        let known = rail == Rail::Mandate || self.is("expiry_known", about);
        let end = due_on.saturating_add(Span::new().days(-20));
        Source { rail, known_end: (ended && known).then_some(end), trouble }
    }

    fn trouble(&self, rail: Rail, amount: i64, about: &[u64]) -> Trouble {
        let card = rail == Rail::Card;
        if self.is("account_frozen", about) {
            Trouble::Frozen
        } else if rail == Rail::Wallet {
            Trouble::None
        } else if card && self.is("card_expired", about) {
            Trouble::Expired
        } else if !card && self.is("mandate_ended", about) {
            Trouble::MandateEnded
        } else if self.is("limit_per_transaction", about) {
            // Half to nine tenths of the bill pass at once.
            let part = i64::try_from(self.chance.between(5, 9, "limit", about)).unwrap_or(5);
            Trouble::LimitPerTransaction { fen: amount * part / 10, told: self.is("limit_told", about) }
        } else if self.is("limit_daily", about) {
            Trouble::LimitDaily
        } else if card && self.is("card_abnormal", about) {
            Trouble::Abnormal
        } else if card && self.is("binding_stale", about) {
            Trouble::Stale
        } else if self.is("risk_block", about) {
            Trouble::Risk
        } else {
            Trouble::None
        }
    }

    /// Whether there is money for this debtor at that time.
    pub(crate) fn has_funds(&self, debtor: &Debtor, place: u64, at: DateTime) -> bool {
        let day = day_number(at.date());
        match debtor.funds {
            Funds::Always => true,
            Funds::AfterPayday { payday, days } => {
                let wages = [at.date(), at.date().first_of_month().saturating_add((-1).days())];
                wages.into_iter().any(|month| {
                    let on = wages_on(month, payday);
                    // Wages come in the course of the day.
                    let since = (at.date() - on).get_days();
                    let come = since > 0 || (since == 0 && at.hour() >= 12);
                    come && u64::try_from(since).is_ok_and(|since| since <= days)
                })
            }
            Funds::AnyDay { per_mille } => self.chance.is(per_mille, "money", &[debtor.person, place, day]),
        }
    }

    /// From and to which hour a rail is down on a day, if it is.
    pub fn outage(&self, rail: Rail, day: Date) -> Option<(i8, i8)> {
        let number = match rail {
            Rail::Wallet => return None,
            Rail::Card => 1,
            Rail::Mandate => 2,
        };
        let about = [number, day_number(day)];
        if !self.is("outage_day", &about) {
            return None;
        }
        let from = i8::try_from(self.chance.between(6, 18, "outage_from", &about)).unwrap_or(6);
        let hours = i8::try_from(self.chance.between(1, 5, "outage_hours", &about)).unwrap_or(1);
        Some((from, from + hours))
    }
}

/// The payday of a month; on a weekend the Friday before. Employers look no further, and neither does this.
fn wages_on(month: Date, payday: i8) -> Date {
    let on = month.first_of_month().saturating_add(Span::new().days(payday - 1));
    match on.weekday() {
        Weekday::Saturday => on.saturating_add((-1).days()),
        Weekday::Sunday => on.saturating_add((-2).days()),
        Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday | Weekday::Friday => on,
    }
}

pub(crate) fn day_number(date: Date) -> u64 {
    let days = (date - jiff::civil::date(2000, 1, 1)).get_days();
    u64::try_from(days).unwrap_or(0)
}
