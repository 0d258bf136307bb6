//! Nothing that needs two persons runs with one: random sequences of what staff and holders do, against a model that
//! knows who has agreed to what. Its control lets the maker approve, and must be caught.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a gate says in the environment how many it wants")]

use jiff::Timestamp;
use tantu_domain::account::{Account, AccountError, AccountState, Case, Lift, SafeReason};
use tantu_domain::activity::Activity;
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::Ids;
use tantu_domain::ids::{AccountId, CaseId, Shard};
use tantu_domain::money::{Currency, Money};
use tantu_domain::one_time_code::Sendings;
use tantu_domain::own_limit::AccountLimits;
use tantu_domain::person::Person;
use tantu_domain::staff::StaffMark;

/// Numbers that only look like chance.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

struct Counting(std::sync::atomic::AtomicU64);

impl Ids for Counting {
    fn fresh(&self) -> [u8; 16] {
        (u128::from(self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst)) << 8).to_be_bytes()
    }
}

type LiftBy = fn(Account, StaffMark) -> Result<Lift, AccountError>;

fn together(account: Account, by: StaffMark) -> Result<Lift, AccountError> {
    account.lift(by, Timestamp::UNIX_EPOCH)
}

/// What the maker's approval would look like.
fn alone(account: Account, by: StaffMark) -> Result<Lift, AccountError> {
    match together(account.clone(), by) {
        Err(AccountError::SamePerson) => Ok(Lift::Lifted(Account { state: AccountState::Active, ..account })),
        other => other,
    }
}

/// How many sequences ran with one person, of so many.
fn ran_alone(sequences: u64, lift: LiftBy) -> u64 {
    let ids = Counting(std::sync::atomic::AtomicU64::new(1));
    let nothing = Money::zero(Currency::Cny);
    let id = AccountId::new(&ids, Shard::of(7));
    let mut violations = 0;
    for seed in 1..=sequences {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut account = Account {
            id,
            state: AccountState::Active,
            balance: nothing,
            held: nothing,
            opened_at: Timestamp::UNIX_EPOCH,
            password: None,
            person: Person::default(),
            tier: Tier::One,
            limits: AccountLimits::default(),
            codes: Sendings::default(),
            activity: Activity::default(),
        };
        // Who has agreed to lift the case that stands, since it was decided or answered last.
        let mut agreed: Vec<StaffMark> = Vec::new();
        let mut violated = false;
        for step in 0..24 {
            let now = Timestamp::from_second(step).unwrap();
            let by = StaffMark::of(&[u8::try_from(dice.roll(3)).unwrap(); 32]);
            let case = || Case::new(CaseId::new(&ids, id.shard()), SafeReason::TermsOfUse, None, now);
            let standing = account.case().map(|case| case.id);
            let next = match dice.roll(8) {
                0 => account.clone().restrict(case(), None),
                1 => account.clone().freeze(case()),
                2 => account.clone().request_unfreeze(now),
                3 => standing.map_or(Err(AccountError::NotFrozen), |case| account.clone().appeal(case, now)),
                _ => match lift(account.clone(), by) {
                    Ok(Lift::Proposed(after)) => {
                        agreed = vec![by];
                        account = after;
                        continue;
                    }
                    Ok(Lift::Lifted(after)) => {
                        // The second word must be another person's than the first, about the same case.
                        violated |= agreed.first().is_none_or(|first| *first == by);
                        agreed.clear();
                        Ok(after)
                    }
                    Err(error) => Err(error),
                },
            };
            if let Ok(after) = next {
                if after.case().and_then(|case| case.lift_proposed_by).is_none() {
                    agreed.clear();
                }
                account = after;
            }
        }
        violations += u64::from(violated);
    }
    violations
}

#[test]
fn nothing_is_lifted_by_one_person_and_the_control_is_caught() {
    let sequences =
        std::env::var("TANTU_TWO_PERSONS_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let (held, control) = (ran_alone(sequences, together), ran_alone(sequences, alone));
    println!("sequences {sequences} run_alone {held} control_run_alone {control}");
    assert_eq!(held, 0);
    assert!(control > sequences / 10, "the maker may approve, and nobody notices: {control} of {sequences}");
}
