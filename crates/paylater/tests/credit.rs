//! The score is the fold of its entries: the same entries give the same score, and each point has its reason.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tantu_domain::ceiling::Tier;
use tantu_domain::ids::{AccountId, BillId, CreditEntryId, ExtensionId, InstrumentId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::operation::Operation;
use tantu_paylater::bill::{Bill, BillError, Level};
use tantu_paylater::calendar::Calendar;
use tantu_paylater::credit::{CreditEntry, CreditEvent, HIGHEST, LOWEST, replay, score};
use tantu_paylater::dispute::{Dispute, DisputeError};
use tantu_paylater::hardship::{Extension, ExtensionError, StaffId};
use tantu_paylater::line::{FrozenReason, Line, LineError};
use tantu_paylater::report::report;
use tantu_paylater::terms::Terms;

fn bytes(number: u8) -> [u8; 16] {
    [number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]
}

fn bill_id(number: u8) -> BillId {
    BillId::from_bytes(bytes(number)).unwrap()
}

fn at(day: i64) -> Timestamp {
    let start: Timestamp = "2025-01-02T12:00:00+08:00".parse().unwrap();
    start.checked_add(SignedDuration::from_hours(24 * day)).unwrap()
}

fn entries(events: &[(i64, CreditEvent)]) -> Vec<CreditEntry> {
    let entry = |(index, (day, event)): (usize, &(i64, CreditEvent))| {
        let id = CreditEntryId::from_bytes(bytes(u8::try_from(index).unwrap())).unwrap();
        CreditEntry { id, at: at(*day), event: *event, struck: false }
    };
    events.iter().enumerate().map(entry).collect()
}

fn event() -> impl Strategy<Value = CreditEvent> {
    let bill = (0..4_u8).prop_map(bill_id);
    prop_oneof![
        bill.clone().prop_map(|bill| CreditEvent::RepaidOnTime { bill }),
        (bill.clone(), 1..5_u8)
            .prop_map(|(bill, level)| CreditEvent::Overdue { bill, level: Level::parse(level).unwrap() }),
        bill.prop_map(|bill| CreditEvent::RepaidLate { bill }),
        Just(CreditEvent::CleanMonth),
        (0..120_u8).prop_map(|percent| CreditEvent::LineUse { percent }),
    ]
}

fn history() -> impl Strategy<Value = Vec<CreditEntry>> {
    proptest::collection::vec((0..12_i64, event()), 0..60).prop_map(|steps| {
        let mut day = 0;
        let mut events = vec![(0, CreditEvent::Opened { tier: 1 })];
        for (step, event) in steps {
            day += step;
            events.push((day, event));
        }
        entries(&events)
    })
}

proptest! {
    #[test]
    fn a_replay_gives_the_same_in_bounds_and_every_point_has_its_entry(history in history()) {
        let changes = replay(&history);
        prop_assert_eq!(&changes, &replay(&history));
        let mut sum = 0;
        for change in &changes {
            sum += change.points;
            prop_assert_eq!(sum, i32::from(change.score));
            prop_assert!((LOWEST..=HIGHEST).contains(&change.score));
        }
        // What was said when an entry was made is what is said of it for ever.
        for many in 1..=history.len() {
            prop_assert_eq!(score(&history[..many]), Some(changes[many - 1].score));
        }
    }

    #[test]
    fn good_never_lowers_and_bad_never_raises(history in history()) {
        for change in replay(&history).iter().skip(1) {
            match change.entry.event {
                CreditEvent::RepaidOnTime { .. } | CreditEvent::RepaidLate { .. } | CreditEvent::CleanMonth => prop_assert!(change.points >= 0),
                CreditEvent::Overdue { .. } => prop_assert!(change.points <= 0),
                CreditEvent::Opened { .. } | CreditEvent::LineUse { .. } => {}
            }
        }
    }

    #[test]
    fn a_struck_entry_is_as_if_it_had_never_been(history in history(), index in 1..60_usize) {
        let mut struck = history.clone();
        let Some(entry) = struck.get_mut(index) else { return Ok(()) };
        entry.struck = true;
        let without: Vec<CreditEntry> = history.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, entry)| *entry).collect();
        prop_assert_eq!(score(&struck), score(&without));
    }
}

/// The points of the last entry.
fn last_points(events: &[(i64, CreditEvent)]) -> i32 {
    replay(&entries(events)).last().unwrap().points
}

#[test]
fn the_table_of_factors_is_what_is_counted() {
    let bill = bill_id(1);
    let opened = (0, CreditEvent::Opened { tier: 1 });
    assert_eq!(score(&entries(&[opened])), Some(610));
    assert_eq!(score(&entries(&[(0, CreditEvent::Opened { tier: 3 })])), Some(630));
    let on_time = |day| (day, CreditEvent::RepaidOnTime { bill });
    assert_eq!(last_points(&[opened, on_time(1)]), 15);
    assert_eq!(last_points(&[opened, on_time(1), on_time(2), on_time(3)]), 0, "two a month");
    assert_eq!(last_points(&[opened, on_time(1), on_time(2), on_time(33)]), 15, "the next month");
    let overdue = |level| (40, CreditEvent::Overdue { bill, level });
    assert_eq!(last_points(&[opened, overdue(Level::First)]), -60);
    assert_eq!(last_points(&[opened, overdue(Level::First), overdue(Level::Second)]), -40);
    let late = (60, CreditEvent::RepaidLate { bill });
    let fallen = [opened, overdue(Level::First), overdue(Level::Second), late];
    assert_eq!(last_points(&fallen), 50, "half at once");
    let clean = (90, CreditEvent::CleanMonth);
    let months = [9, 9, 9, 9, 9, 5, 0];
    for (index, points) in months.into_iter().enumerate() {
        let events: Vec<_> = fallen.into_iter().chain(std::iter::repeat_n(clean, index + 1)).collect();
        assert_eq!(last_points(&events), points, "month {}", index + 1);
    }
    let used = |percent| (31, CreditEvent::LineUse { percent });
    assert_eq!(last_points(&[opened, used(30)]), 10);
    assert_eq!(last_points(&[opened, used(30), used(95)]), -20);
    assert_eq!(last_points(&[opened, used(95), used(60)]), 10);
}

fn bill(number: u8) -> Bill {
    let payment = PaymentId::from_bytes(bytes(number)).unwrap();
    let account = AccountId::from_bytes(bytes(0)).unwrap();
    let calendar = Calendar::announced().unwrap();
    let on = "2025-03-15".parse().unwrap();
    Bill::of_purchase(bill_id(number), account, payment, Money::cny(36_000), on, (&Terms::standard(), &calendar))
        .unwrap()
}

#[test]
fn the_report_says_what_would_raise_it_and_that_is_what_then_happens() {
    let terms = Terms::standard();
    let overdue = bill(1);
    let mut later = bill(2);
    later.due_on = "2025-06-10".parse().unwrap();
    let now = "2025-04-20T12:00:00+08:00".parse().unwrap();
    let first = CreditEvent::Overdue { bill: overdue.id, level: Level::First };
    let history = entries(&[(0, CreditEvent::Opened { tier: 1 }), (102, first)]);
    let report = report(&history, &[overdue.clone(), later.clone()], &terms, now);
    assert_eq!(report.score, Some(550));
    assert_eq!(report.needed.iter().map(|needed| needed.met).collect::<Vec<_>>(), [false; 5]);
    let raises: Vec<_> = report.raises.iter().map(|raise| (raise.operation, raise.bill, raise.points)).collect();
    let expected =
        [(Some(Operation::RepayBill), Some(overdue.id), 30), (Some(Operation::RepayBill), Some(later.id), 15)];
    assert_eq!(raises, expected);
    let mut repaid = history;
    repaid.push(CreditEntry {
        id: CreditEntryId::from_bytes(bytes(9)).unwrap(),
        at: now,
        event: CreditEvent::RepaidLate { bill: overdue.id },
        struck: false,
    });
    assert_eq!(score(&repaid), Some(580));
}

#[test]
fn a_dispute_is_decided_once_and_strikes_what_was_wrong() {
    let history = entries(&[
        (0, CreditEvent::Opened { tier: 2 }),
        (9, CreditEvent::Overdue { bill: bill_id(1), level: Level::First }),
    ]);
    let staff = || StaffId("staff-1".into());
    let dispute = Dispute::open(history[1].id, at(10));
    assert_eq!(dispute.clone().decide(history[0], true, staff(), at(11)), Err(DisputeError::OtherEntry(history[1].id)));
    let (decided, entry) = dispute.decide(history[1], true, staff(), at(11)).unwrap();
    assert_eq!(score(&[history[0], entry]), Some(620));
    assert_eq!(decided.decide(entry, false, staff(), at(12)), Err(DisputeError::Decided));
}

#[test]
fn an_extension_needs_two_persons_and_a_later_working_day() {
    let (calendar, owed) = (Calendar::announced().unwrap(), bill(1));
    let id = ExtensionId::from_bytes(bytes(1)).unwrap();
    let (one, other) = (StaffId("staff-1".into()), StaffId("staff-2".into()));
    let ask = |day: &str| Extension::ask(id, &owed, day.parse().unwrap(), one.clone(), &calendar, at(1));
    assert!(matches!(ask("2025-04-09"), Err(ExtensionError::Bill(BillError::NotLater { .. }))));
    assert!(matches!(ask("2027-04-09"), Err(ExtensionError::Bill(BillError::Calendar(_)))));
    let asked = ask("2025-05-10").unwrap();
    assert_eq!(asked.due_on, "2025-05-12".parse().unwrap(), "the tenth is a Saturday");
    assert_eq!(asked.clone().grant(&owed, one.clone(), at(2)), Err(ExtensionError::SamePerson(one.clone())));
    assert_eq!(asked.clone().decline(one.clone(), at(2)), Err(ExtensionError::SamePerson(one)));
    let (granted, later) = asked.grant(&owed, other.clone(), at(2)).unwrap();
    assert_eq!(later.due_on, granted.due_on);
    assert_eq!(granted.grant(&owed, other, at(3)), Err(ExtensionError::Decided));
}

#[test]
fn a_line_is_earned_used_and_given_back() {
    let terms = Terms::standard();
    let account = AccountId::from_bytes(bytes(0)).unwrap();
    let instrument = InstrumentId::from_bytes(bytes(1)).unwrap();
    let open = |tier, score| Line::open(account, instrument, tier, score, &terms, at(0));
    assert_eq!(open(None, 700), Err(LineError::Unverified));
    assert_eq!(open(Some(Tier::One), 700), Err(LineError::TierTooLow(Tier::One)));
    assert_eq!(open(Some(Tier::Two), 599), Err(LineError::Score { score: 599, needed: 600 }));
    let line = open(Some(Tier::Two), 610).unwrap().spend(Money::cny(150_000)).unwrap();
    assert_eq!(line.available(), Money::cny(50_000));
    let refused = LineError::NotAvailable { available: Money::cny(50_000), asked: Money::cny(50_001) };
    assert_eq!(line.clone().spend(Money::cny(50_001)), Err(refused));
    assert_eq!(line.clone().rated(700, &terms).available(), Money::cny(850_000));
    assert_eq!(
        line.clone().rated(400, &terms).limit,
        Money::cny(200_000),
        "what is owed stays within the lowest limit"
    );
    assert_eq!(line.clone().restore(Money::cny(150_000)).unwrap().available(), Money::cny(200_000));
    let frozen = line.freeze(FrozenReason::HolderRequest, at(1)).unwrap();
    assert_eq!(frozen.clone().freeze(FrozenReason::HolderRequest, at(2)), Err(LineError::AlreadyFrozen));
    assert_eq!(frozen.unfreeze().unwrap().unfreeze(), Err(LineError::NotFrozen));
}
