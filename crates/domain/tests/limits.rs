//! Limits under random payments: what is used is the gross sum of what was counted, window by window in Beijing; what failed
//! comes back once, in the window in which it was counted; and a payment passes exactly if every limit says so.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tantu_domain::account::{Account, AccountState};
use tantu_domain::ceiling::{Ceilings, Strength, Tier};
use tantu_domain::evaluate::{Situation, evaluate};
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind, Product};
use tantu_domain::limit::Span;
use tantu_domain::limit::{Counter, Figures, LimitUse, ProductLimit, Window};
use tantu_domain::money::Money;
use tantu_domain::own_limit::{AccountLimits, Approval, Raise};
use tantu_domain::policy::Policy;

const PER_TRANSACTION: i64 = 60_000;
const PER_DAY: i64 = 90_000;
const PER_MONTH: i64 = 400_000;
const OWN_PER_DAY: i64 = 70_000;

/// One payment: hours after the one before, how much, with the pay password or not, and whether it fails later.
type Step = (i64, i64, bool, bool);

fn account() -> AccountId {
    "acc_00000000000000000000000007".parse().unwrap()
}

fn limits(own: bool) -> AccountLimits {
    let figures = Figures { per_day: own.then(|| Money::cny(OWN_PER_DAY)), ..Figures::default() };
    AccountLimits::default().with_own(Product::Wallet, figures, Timestamp::UNIX_EPOCH)
}

fn policy(ceilings: Ceilings) -> Policy {
    let limit = ProductLimit {
        product: Product::Wallet,
        per_transaction: Some(Money::cny(PER_TRANSACTION)),
        per_day: Some(Money::cny(PER_DAY)),
        per_month: Some(Money::cny(PER_MONTH)),
        password_free: None,
    };
    Policy { limits: vec![limit], ceilings, ..Policy::default() }
}

/// Whether the wallet may pay an amount now, with what is used.
fn passes(
    policy: &Policy,
    (tier, limits): (Tier, &AccountLimits),
    uses: &[LimitUse],
    step: &Step,
    now: Timestamp,
) -> bool {
    let wallet = Instrument {
        id: "ins_00000000000000000000000007".parse::<InstrumentId>().unwrap(),
        account: account(),
        kind: InstrumentKind::Wallet,
    };
    let account = Account {
        id: account(),
        state: AccountState::Active,
        balance: Money::cny(i64::MAX / 2),
        held: Money::cny(0),
        opened_at: now,
        password: None,
        person: tantu_domain::person::Person::default(),
        codes: tantu_domain::one_time_code::Sendings::default(),
        activity: Default::default(),
        tier,
        limits: limits.clone(),
    };
    let situation = Situation {
        with_points: 0,
        points: None,
        line: None,
        pays_for: tantu_domain::line::PaysFor::Order,
        policy,
        account: &account,
        amount: Money::cny(step.1),
        instruments: std::slice::from_ref(&wallet),
        observations: &[],
        incidents: &[],
        uses,
        channels: &[],
        speaker: &tantu_domain::client::Speaker::default(),
        proven: false,
        coded: None,
    };
    evaluate(&situation, now).allows(wallet.id)
}

/// A day in Beijing, reckoned by the zone's own name and not by our function.
fn beijing(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(jiff::tz::offset(8))).date()
}

fn count(uses: &mut Vec<LimitUse>, counter: Counter, at: Timestamp, fen: i64) {
    for window in Window::ALL {
        let starts_on = window.start(at);
        let found = uses
            .iter_mut()
            .find(|used| used.counter == counter && used.window == *window && used.starts_on == starts_on);
        match found {
            Some(used) => used.used = used.used.plus(Money::cny(fen)).unwrap(),
            None => {
                uses.push(LimitUse { account: account(), counter, window: *window, starts_on, used: Money::cny(fen) })
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_payment_passes_exactly_if_every_limit_says_so(
        own: bool,
        tier in 0..3_usize,
        start in 1_750_000_000_i64..1_850_000_000,
        steps in proptest::collection::vec((0..40_i64, 1..70_000_i64, any::<bool>(), proptest::bool::weighted(0.3)), 1..40),
    ) {
        let tier = Tier::ALL[tier];
        let ceilings = Ceilings { one_factor_per_day: Some(Money::cny(80_000)), two_factors_per_day: None, ..Ceilings::ANNOUNCEMENT_43 };
        let (policy, limits) = (policy(ceilings), limits(own));
        let (mut now, mut uses) = (Timestamp::from_second(start).unwrap(), Vec::new());
        // What was paid and not given back, by day: the oracle.
        let mut paid: HashMap<Date, i64> = HashMap::new();
        let mut waiting: Vec<(Timestamp, i64)> = Vec::new();
        for step in &steps {
            now = now.checked_add(SignedDuration::from_hours(step.0)).unwrap();
            let (today, amount) = (beijing(now), step.1);
            let day = paid.get(&today).copied().unwrap_or(0);
            let sum = |same: &dyn Fn(&Date) -> bool| paid.iter().filter(|(day, _)| same(day)).map(|(_, fen)| fen).sum::<i64>();
            let month = sum(&|day| (day.year(), day.month()) == (today.year(), today.month()));
            let ceiling = match tier {
                Tier::One => sum(&|_| true) + amount <= 100_000,
                Tier::Two => sum(&|day| day.year() == today.year()) + amount <= 10_000_000,
                Tier::Three => sum(&|day| day.year() == today.year()) + amount <= 20_000_000,
            };
            let expected = amount <= PER_TRANSACTION
                && day + amount <= PER_DAY
                && month + amount <= PER_MONTH
                && (!own || day + amount <= OWN_PER_DAY)
                && day + amount <= 80_000
                && ceiling;
            prop_assert_eq!(passes(&policy, (tier, &limits), &uses, step, now), expected, "{:?} at {}", step, now);
            if expected {
                count(&mut uses, Counter::of(Product::Wallet, false), now, amount);
                *paid.entry(today).or_default() += amount;
                if step.3 { waiting.push((now, amount)); }
            } else if let Some((at, fen)) = waiting.pop() {
                // An earlier one fails after all: it comes back, once, where it was counted, be it last month.
                count(&mut uses, Counter::of(Product::Wallet, false), at, -fen);
                *paid.entry(beijing(at)).or_default() -= fen;
            }
        }
        prop_assert!(uses.iter().all(|used| used.used.minor() >= 0));
    }
}

/// The control: somebody who gives back today what was counted yesterday is caught by the same comparison.
#[test]
fn what_comes_back_in_another_window_is_seen() {
    let (policy, limits) = (policy(Ceilings::default()), limits(false));
    let yesterday: Timestamp = "2026-11-21T23:30:00+08:00".parse().unwrap();
    let today: Timestamp = "2026-11-22T00:30:00+08:00".parse().unwrap();
    let counter = Counter::of(Product::Wallet, false);
    let ask = |uses: &[LimitUse]| passes(&policy, (Tier::Three, &limits), uses, &(0, 60_000, false, false), today);
    let mut uses = Vec::new();
    count(&mut uses, counter, yesterday, 50_000);
    count(&mut uses, counter, today, 50_000);
    assert!(!ask(&uses));
    let mut right = uses.clone();
    count(&mut right, counter, yesterday, -50_000);
    assert!(!ask(&right), "what comes back to yesterday frees nothing of today");
    let mut wrong = uses;
    count(&mut wrong, counter, today, -50_000);
    assert!(ask(&wrong));
}

#[test]
fn a_raise_counts_for_its_limit_and_its_time_only() {
    let now: Timestamp = "2026-11-22T12:00:00+08:00".parse().unwrap();
    let until: Timestamp = "2026-11-23T12:00:00+08:00".parse().unwrap();
    let raise = Raise {
        product: Product::Wallet,
        span: Span::Transaction,
        most: Money::cny(80_000),
        until,
        approval: Approval::of("stf_one", "stf_other", now).unwrap(),
    };
    let raised = AccountLimits::default().with_raise(raise, now);
    let free = policy(Ceilings::default());
    let ask = |limits: &AccountLimits, fen, at| passes(&free, (Tier::Three, limits), &[], &(0, fen, false, false), at);
    assert!(!ask(&AccountLimits::default(), 70_000, now));
    assert!(ask(&raised, 70_000, now));
    assert!(!ask(&raised, 70_000, until), "it is over at its end");
    assert!(!ask(&raised, 95_000, now), "the day's limit is not raised");
    // The regulator's ceilings are no limit of ours, and stay.
    let bounded = policy(Ceilings { one_factor_per_day: Some(Money::cny(65_000)), ..Ceilings::default() });
    assert!(!passes(&bounded, (Tier::Three, &raised), &[], &(0, 70_000, false, false), now));
}

#[test]
fn two_factors_are_counted_apart_from_one() {
    let now: Timestamp = "2026-11-22T12:00:00+08:00".parse().unwrap();
    let policy = Policy { ceilings: Ceilings::ANNOUNCEMENT_43, ..Policy::default() };
    let mut uses = Vec::new();
    count(&mut uses, Counter::balance(Strength::TwoFactors), now, 450_000);
    let ask = |uses: &[LimitUse]| {
        passes(&policy, (Tier::Three, &AccountLimits::default()), uses, &(0, 90_000, false, false), now)
    };
    assert!(ask(&uses), "what two factors paid does not count for one");
    count(&mut uses, Counter::balance(Strength::OneFactor), now, 20_000);
    assert!(!ask(&uses));
}
