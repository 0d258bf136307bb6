//! Whatever is bought, charged, repaid, taken back and extended: to the fen, nothing appears and nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;
use tantu_domain::ids::{AccountId, BillId, InstrumentId, PaymentId};
use tantu_domain::money::Money;
use tantu_paylater::allocation::allocate;
use tantu_paylater::bill::{Bill, BillError, Level, Stage};
use tantu_paylater::calendar::Calendar;
use tantu_paylater::debt::{Debt, Part};
use tantu_paylater::instrument::Source;
use tantu_paylater::repayment::{RepaymentError, RepaymentLeg, check};
use tantu_paylater::terms::{Rate, Terms};

fn bill_id(number: u8) -> BillId {
    BillId::from_bytes([number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]).unwrap()
}

fn account() -> AccountId {
    "acc_00000000000000000000000007".parse().unwrap()
}

fn payment() -> PaymentId {
    "pay_00000000000000000000000007".parse().unwrap()
}

fn instrument(number: u8) -> InstrumentId {
    InstrumentId::from_bytes([number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn bill(fen: i64) -> Bill {
    let calendar = Calendar::announced().unwrap();
    let context = (&Terms::standard(), &calendar);
    Bill::of_purchase(bill_id(1), account(), payment(), Money::cny(fen), day("2025-03-15"), context).unwrap()
}

fn debt() -> impl Strategy<Value = Debt> {
    (0..500_i64, 0..5_000_i64, 0..500_000_i64).prop_map(|(costs, interest, principal)| Debt {
        costs: Money::cny(costs),
        interest: Money::cny(interest),
        principal: Money::cny(principal),
    })
}

fn order() -> impl Strategy<Value = [Part; 3]> {
    let [costs, interest, principal] = Part::ALL;
    prop_oneof![
        Just([costs, interest, principal]),
        Just([principal, interest, costs]),
        Just([interest, principal, costs]),
    ]
}

#[derive(Debug, Clone)]
enum Event {
    Day(i32),
    Repay(i64),
    Refund(i64),
    Extend(i32),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..40_i32).prop_map(Event::Day),
        (1..40_000_i64).prop_map(Event::Repay),
        (1..20_000_i64).prop_map(Event::Refund),
        (1..60_i32).prop_map(Event::Extend),
    ]
}

proptest! {
    #[test]
    fn allocation_is_exact_and_keeps_the_order(
        amount in 0..2_000_000_i64,
        debts in proptest::collection::vec(debt(), 0..5),
        order in order(),
    ) {
        let debts: Vec<(BillId, Debt)> =
            debts.into_iter().enumerate().map(|(index, debt)| (bill_id(u8::try_from(index).unwrap()), debt)).collect();
        let allocation = allocate(Money::cny(amount), &debts, order).unwrap();
        let given: i64 = allocation.shares.iter().map(|share| share.parts.total().unwrap().minor()).sum();
        prop_assert_eq!(given + allocation.over.minor(), amount);
        let owed: i64 = debts.iter().map(|(_, debt)| debt.total().unwrap().minor()).sum();
        prop_assert_eq!(allocation.over.minor(), (amount - owed).max(0));
        // Once something is not paid in full, nothing after it gets anything.
        let mut all_full = true;
        for (bill, debt) in &debts {
            let share = allocation.shares.iter().find(|share| share.bill == *bill);
            let parts = share.map_or(Debt::zero(Money::cny(0).currency()), |share| share.parts);
            for part in order {
                let (got, owed) = (parts.part(part).minor(), debt.part(part).minor());
                prop_assert!(got >= 0 && got <= owed);
                prop_assert!(all_full || got == 0);
                all_full &= got == owed;
            }
        }
    }

    #[test]
    fn a_bill_balances_whatever_happens_to_it(fen in 1..200_000_i64, events in proptest::collection::vec(event(), 0..30)) {
        let terms = Terms { late_fee: Money::cny(1_000), rate: Rate::per_day(120), ..Terms::standard() };
        let (mut bill, mut today, mut returned) = (bill(fen), day("2025-03-15"), Money::cny(0));
        for event in events {
            bill = bill.charged(&terms, today).unwrap();
            match event {
                Event::Day(days) => today = today.checked_add(days.days()).unwrap(),
                Event::Repay(amount) => {
                    let allocation = allocate(Money::cny(amount), &[(bill.id, bill.owed)], terms.allocation).unwrap();
                    if let Some(share) = allocation.shares.first() {
                        bill = bill.repaid(&share.parts, today).unwrap();
                    }
                }
                Event::Refund(amount) => match bill.refunded(Money::cny(amount), Money::cny(0), today) {
                    Ok((after, over)) => {
                        bill = after;
                        returned = returned.plus(over).unwrap();
                    }
                    Err(error) => {
                        let refused = matches!(error, BillError::MoreThanOwed { .. });
                        prop_assert!(refused);
                    }
                },
                Event::Extend(days) => {
                    let later = bill.due_on.checked_add(days.days()).unwrap();
                    prop_assert_eq!(bill.due_later(later).is_ok(), bill.settled_on.is_none());
                }
            }
            prop_assert!(bill.is_balanced(returned), "{:?}", bill);
            prop_assert_eq!(bill.settled_on.is_some(), bill.owed.is_zero());
        }
    }

    #[test]
    fn interest_is_the_same_however_often_it_is_charged(fen in 1..500_000_i64, steps in proptest::collection::vec(1..20_i32, 1..12)) {
        let terms = Terms::standard();
        let mut often = bill(fen);
        let mut today = day("2025-03-15");
        for step in steps {
            today = today.checked_add(step.days()).unwrap();
            often = often.charged(&terms, today).unwrap();
        }
        prop_assert_eq!(&often, &bill(fen).charged(&terms, today).unwrap());
        prop_assert_eq!(&often, &often.charged(&terms, day("2025-03-16")).unwrap(), "a clock that goes back changes nothing");
    }
}

#[test]
fn interest_begins_after_the_grace_and_is_what_was_shown() {
    let terms = Terms::standard();
    let bill = bill(36_000);
    assert_eq!(bill.due_on, day("2025-04-10"));
    let owed = |on: &str| bill.payoff(&terms, day(on)).unwrap();
    assert_eq!(owed("2025-04-13"), Debt::of_principal(Money::cny(36_000)), "the last day of grace");
    assert_eq!(owed("2025-04-14").interest, terms.cost(Money::cny(36_000)).unwrap().overdue_day);
    assert_eq!(owed("2025-04-23").interest, Money::cny(180));
    assert_eq!(owed("2025-04-23").costs, Money::cny(0), "no fee that the terms do not state");
    let stages =
        ["2025-04-03", "2025-04-10", "2025-04-12", "2025-04-14", "2025-05-11"].map(|on| bill.stage(&terms, day(on)));
    let expected = [
        Stage::Open { days_left: 7 },
        Stage::Due,
        Stage::Grace { days: 2 },
        Stage::Overdue { days: 4, level: Level::First },
        Stage::Overdue { days: 31, level: Level::Second },
    ];
    assert_eq!(stages, expected);
}

#[test]
fn a_late_fee_is_charged_once_and_only_if_the_terms_state_it() {
    let terms = Terms { late_fee: Money::cny(1_500), ..Terms::standard() };
    let late = bill(10_000).charged(&terms, day("2025-04-14")).unwrap();
    assert_eq!(late.owed.costs, Money::cny(1_500));
    let later = late.due_later(day("2025-05-12")).unwrap().charged(&terms, day("2025-06-30")).unwrap();
    assert_eq!(later.owed.costs, Money::cny(1_500));
}

#[test]
fn a_repayment_in_error_is_refused_before_anything_is_charged() {
    let owed = bill(36_000);
    let leg = |fen, source| RepaymentLeg { instrument: instrument(1), source, amount: Money::cny(fen) };
    let wallet = |fen| leg(fen, Source::Wallet);
    let under_way = Money::cny(0);
    let refused = |legs: &[RepaymentLeg]| check(&owed, account(), legs, under_way).unwrap_err();
    assert_eq!(check(&owed, account(), &[wallet(36_000)], under_way), Ok(Money::cny(36_000)));
    assert_eq!(refused(&[]), RepaymentError::Nothing);
    assert_eq!(refused(&[wallet(0)]), RepaymentError::Nothing);
    assert_eq!(refused(&[wallet(-1)]), RepaymentError::Nothing);
    assert_eq!(refused(&[wallet(1), wallet(2)]), RepaymentError::Twice(instrument(1)));
    let more = RepaymentError::MoreThanOwed { owed: Money::cny(36_000), asked: Money::cny(36_001) };
    assert_eq!(refused(&[wallet(36_001)]), more);
    for source in [Source::CreditCard, Source::PayLater] {
        assert!(matches!(refused(&[leg(100, source)]), RepaymentError::Forbidden { .. }));
    }
    let another = "acc_0000000000000000000000001z".parse().unwrap_or(AccountId::from_bytes([1; 16]).unwrap());
    assert_eq!(check(&owed, another, &[wallet(1)], under_way), Err(RepaymentError::NotYours(owed.id)));
    let on = day("2025-04-01");
    let paid = owed.repaid(&owed.owed, on).unwrap();
    assert_eq!(check(&paid, account(), &[wallet(1)], under_way), Err(RepaymentError::Settled { bill: owed.id, on }));
}

#[test]
fn of_two_repayments_in_the_same_instant_one_is_refused() {
    let owed = bill(36_000);
    let leg = RepaymentLeg { instrument: instrument(1), source: Source::DebitCard, amount: Money::cny(36_000) };
    let first = check(&owed, account(), &[leg], Money::cny(0)).unwrap();
    let second = check(&owed, account(), &[leg], first);
    assert_eq!(second, Err(RepaymentError::MoreThanOwed { owed: Money::cny(0), asked: first }));
}

#[test]
fn what_comes_back_after_it_was_repaid_is_the_payers() {
    let owed = bill(10_000);
    let paid = owed.repaid(&Debt::of_principal(Money::cny(8_000)), day("2025-04-01")).unwrap();
    let (settled, over) = paid.refunded(Money::cny(5_000), Money::cny(0), day("2025-04-02")).unwrap();
    assert_eq!((over, settled.settled_on), (Money::cny(3_000), Some(day("2025-04-02"))));
    assert!(settled.is_balanced(over) && !settled.is_balanced(Money::cny(0)));
    assert!(settled.refunded(Money::cny(5_001), Money::cny(0), day("2025-04-03")).is_err());
}

#[test]
fn a_due_date_never_moves_backwards() {
    let owed = bill(10_000);
    for asked in ["2025-04-09", "2025-04-10"] {
        let error = BillError::NotLater { due_on: day("2025-04-10"), asked: day(asked) };
        assert_eq!(owed.due_later(day(asked)), Err(error));
    }
    assert_eq!(owed.due_later(day("2025-05-12")).unwrap().due_on, day("2025-05-12"));
}
