//! The checks of limits: everybody's that hold for an instrument, and the regulator's ceilings for the balance.

use jiff::Timestamp;

use crate::ceiling::{Strength, used_today};
use crate::check::Rule;
use crate::evaluate::Situation;
use crate::evidence::{Evidence, Value};
use crate::instrument::{Instrument, Product};
use crate::limit::{Limit, LimitOwner, Span, Window, in_force, remaining, used};
use crate::money::Money;
use crate::trail::Trail;

/// Every limit on an amount by an instrument, whoever has set it.
pub(crate) fn check_limits(
    trail: &mut Trail,
    situation: &Situation<'_>,
    instrument: &Instrument,
    requested: Money,
    now: Timestamp,
) {
    let account = situation.account;
    for limit in in_force(situation.policy, &account.limits, instrument, now) {
        match limit.span {
            Span::Transaction => check_transaction(trail, limit, requested),
            Span::Within(window) => {
                let used = used(situation.uses, instrument.product(), window, now, limit.most);
                check_window(trail, limit, window, (used, requested), now);
            }
        }
    }
    if instrument.product() == Product::Wallet {
        check_tier(trail, situation, requested, now);
    }
}

fn check_transaction(trail: &mut Trail, Limit { owner, most, .. }: Limit, requested: Money) {
    let rule = match owner {
        LimitOwner::Product => Rule::PerTransaction,
        LimitOwner::Published(_) => Rule::PublishedPerTransaction,
        LimitOwner::Holder => Rule::OwnPerTransaction,
    };
    trail.check(rule, Value::Money(requested), Value::Money(most), || Evidence::LimitPerTransaction {
        owner,
        limit: most,
        requested,
    });
}

fn check_window(
    trail: &mut Trail,
    Limit { owner, most, .. }: Limit,
    window: Window,
    (used, requested): (Money, Money),
    now: Timestamp,
) {
    let rule = match (owner, window) {
        (LimitOwner::Product, Window::Day) => Rule::PerDay,
        (LimitOwner::Product, Window::Month) => Rule::PerMonth,
        (LimitOwner::Published(_), Window::Day) => Rule::PublishedPerDay,
        (LimitOwner::Published(_), Window::Month) => Rule::PublishedPerMonth,
        (LimitOwner::Holder, Window::Day) => Rule::OwnPerDay,
        (LimitOwner::Holder, Window::Month) => Rule::OwnPerMonth,
    };
    trail.check(rule, total(used, requested), Value::Money(most), || Evidence::LimitWindow {
        owner,
        window,
        limit: most,
        used,
        remaining: remaining(most, used),
        requested,
        resets_at: window.resets_at(now),
    });
}

/// What is used with what is asked for. A sum that does not exist is above every limit.
fn total(used: Money, requested: Money) -> Value {
    used.plus(requested).map_or(Value::Unknown, Value::Money)
}

/// The ceiling of the holder's tier.
fn check_tier(trail: &mut Trail, situation: &Situation<'_>, requested: Money, now: Timestamp) {
    let tier = situation.account.tier;
    let Some(limit) = situation.policy.ceilings.of_tier(tier) else { return };
    let span = tier.span();
    let used = span.used(situation.uses, now, limit);
    trail.check(Rule::TierCeiling, total(used, requested), Value::Money(limit), || Evidence::LimitPlatform {
        tier,
        authentication: None,
        limit,
        used,
        remaining: remaining(limit, used),
        requested,
        resets_at: span.resets_at(now),
    });
}

/// Whether a payment from the balance is too much for today by one factor, so that the pay password must make it two.
/// What is too much even then is refused.
pub(crate) fn check_strength(
    trail: &mut Trail,
    situation: &Situation<'_>,
    instrument: &Instrument,
    requested: Money,
    now: Timestamp,
) -> bool {
    if instrument.product() != Product::Wallet {
        return false;
    }
    let ceilings = &situation.policy.ceilings;
    let weak = ceilings.of_strength(Strength::OneFactor).is_some_and(|limit| {
        let used = used_today(situation.uses, Strength::OneFactor, now, limit);
        // With the password it does not count as one factor's.
        !situation.proven && !trail.note(Rule::OneFactorPerDay, total(used, requested), Value::Money(limit))
    });
    if let Some(limit) = ceilings.of_strength(Strength::TwoFactors).filter(|_| weak || situation.proven) {
        let used = used_today(situation.uses, Strength::TwoFactors, now, limit);
        let (sum, most) = (total(used, requested), Value::Money(limit));
        trail.check(Rule::TwoFactorsPerDay, sum, most, || {
            authentication(situation, Strength::TwoFactors, (limit, used, requested), now)
        });
    }
    weak
}

/// That a day's ceiling of one factor is reached, and nothing is there to make it two.
pub(crate) fn one_factor(situation: &Situation<'_>, requested: Money, now: Timestamp) -> Evidence {
    let strength = Strength::OneFactor;
    let limit = situation.policy.ceilings.of_strength(strength).unwrap_or(requested);
    let used = used_today(situation.uses, strength, now, limit);
    authentication(situation, strength, (limit, used, requested), now)
}

fn authentication(
    situation: &Situation<'_>,
    strength: Strength,
    (limit, used, requested): (Money, Money, Money),
    now: Timestamp,
) -> Evidence {
    Evidence::LimitPlatform {
        tier: situation.account.tier,
        authentication: Some(strength),
        limit,
        used,
        remaining: remaining(limit, used),
        requested,
        resets_at: Some(Window::Day.resets_at(now)),
    }
}
