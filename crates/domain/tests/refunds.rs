//! Refunds of one payment, whatever is asked for in whatever order and whatever becomes of it: what goes back never exceeds what was
//! captured, in all and of each part; money goes back before points; and points go back whole.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use proptest::prelude::*;
use tantu_domain::instrument::Product;
use tantu_domain::ledger::{LedgerAccount, Side};
use tantu_domain::limit::Counter;
use tantu_domain::money::{Currency, Money};
use tantu_domain::payment::{Counted, LegState, Payment};
use tantu_domain::refund::{MOST_REFUNDS, OffBill, Part, Refund, RefundError, RefundState, Road, WhyRefused, split};

const POINT: i64 = 10;
const AT: Timestamp = Timestamp::UNIX_EPOCH;

/// An order of which the wallet pays so many fen and points pay the rest.
fn paid(money: i64, points: i64) -> Payment {
    let counted = |product| Counted { counter: Counter::of(product, false), at: AT };
    let (amount, wallet) = (Money::cny(money + points * POINT), "ins_00000000000000000000000007".parse().unwrap());
    let order = |instrument| {
        let account = "acc_00000000000000000000000007".parse().unwrap();
        let merchant = "mer_00000000000000000000000005".parse().unwrap();
        let id = "pay_00000000000000000000000007".parse().unwrap();
        Payment::new(id, merchant, "1".into(), "s".into(), account, amount, instrument, AT)
    };
    if money == 0 {
        return order(wallet).capture(counted(Product::Points), AT).unwrap();
    }
    let order = match points {
        0 => order(wallet),
        _ => order(wallet)
            .with_points("ins_00000000000000000000000017".parse().unwrap(), Money::cny(points * POINT))
            .unwrap(),
    };
    order.capture(counted(Product::Wallet), AT).unwrap().points_are(LegState::Captured { at: AT })
}

fn made(parts: Vec<Part>) -> Refund {
    Refund {
        id: "ref_00000000000000000000000007".parse().unwrap(),
        payment: "pay_00000000000000000000000007".parse().unwrap(),
        merchant: "mer_00000000000000000000000005".parse().unwrap(),
        key: "k".into(),
        reason: "r".into(),
        parts,
        hold: "txn_00000000000000000000000005".parse().unwrap(),
        end: "txn_10000000000000000000000005".parse().unwrap(),
        asked_at: AT,
        state: RefundState::Begun,
        last_asked: None,
        done_at: None,
    }
}

fn refused() -> RefundState {
    RefundState::Refused { at: AT, why: WhyRefused::Channel { causes: Vec::new() } }
}

fn sum(refunds: &[Refund], points: bool) -> i64 {
    let parts = refunds.iter().filter(|refund| refund.counts()).flat_map(|refund| &refund.parts);
    parts.filter(|part| part.road.is_points() == points).map(|part| part.amount.minor()).sum()
}

proptest! {
    #[test]
    fn what_goes_back_never_exceeds_what_was_captured(
        (money, points) in prop_oneof![(1..2_000_i64, 0..100_i64), (Just(0), 1..100_i64)],
        // How much is asked for, nought for all that is left, and whether it is refused in the end, and which.
        steps in proptest::collection::vec((0..900_i64, any::<bool>(), 0..8_usize), 0..20),
    ) {
        let payment = paid(money, points);
        let mut refunds: Vec<Refund> = Vec::new();
        for (asked, refuses, which) in steps {
            let left = payment.amount.minor() - sum(&refunds, false) - sum(&refunds, true);
            let money_left = money - sum(&refunds, false);
            let amount = if asked == 0 { left } else { asked };
            match split(&payment, points, &refunds, (asked > 0).then(|| Money::cny(asked))) {
                Ok(parts) => {
                    prop_assert_eq!(parts.iter().map(|part| part.amount.minor()).sum::<i64>(), amount);
                    for part in &parts {
                        prop_assert!(part.amount.is_positive());
                        if let Road::Points { points } = part.road {
                            prop_assert_eq!(part.amount.minor(), points * POINT);
                            prop_assert!(amount > money_left, "money goes first");
                        }
                    }
                    refunds.push(made(parts));
                }
                Err(RefundError::NothingLeft(gone)) => prop_assert_eq!((gone, left), (payment.amount, 0)),
                Err(RefundError::MoreThanLeft { left: told, .. }) => {
                    prop_assert!(amount > left);
                    prop_assert_eq!(told.minor(), left);
                }
                Err(RefundError::NotWholePoints { points: over, point, near }) => {
                    prop_assert_eq!(point.minor(), POINT);
                    prop_assert!((amount - money_left) % POINT != 0 && over.minor() == amount - money_left);
                    // The way out is one.
                    prop_assert!(split(&payment, points, &refunds, Some(near)).is_ok(), "{}", near);
                }
                Err(other) => prop_assert!(false, "{}", other),
            }
            if let Some(refund) = refunds.get_mut(which).filter(|_| refuses) {
                refund.state = refused();
            }
            prop_assert!(sum(&refunds, false) <= money && sum(&refunds, true) <= points * POINT);
        }
    }

    /// The last part that may be asked for is all that is left.
    #[test]
    fn the_last_part_is_the_rest(refused_among in 0..10_usize) {
        let payment = paid(1_000, 0);
        let one = |_| made(split(&payment, 0, &[], Some(Money::cny(1))).unwrap());
        let mut refunds: Vec<Refund> = (0..MOST_REFUNDS - 1 + refused_among).map(one).collect();
        refunds.iter_mut().take(refused_among).for_each(|refund| refund.state = refused());
        let left = Money::cny(1_001 - i64::try_from(MOST_REFUNDS).unwrap());
        let part = split(&payment, 0, &refunds, Some(Money::cny(1)));
        prop_assert!(matches!(part, Err(RefundError::TooMany { left: told }) if told == left), "{:?}", part);
        for whole in [None, Some(left)] {
            prop_assert_eq!(split(&payment, 0, &refunds, whole).unwrap()[0].amount, left);
        }
        refunds.pop();
        prop_assert!(split(&payment, 0, &refunds, Some(Money::cny(1))).is_ok());
    }

    /// What is posted for the payer and what leaves the merchant cancel each other out in transit, whatever the roads.
    #[test]
    fn both_ends_of_a_refund_cancel_out(money in 1..1_000_i64, points in 0..50_i64, road in 0..3_u8, owed in 0..1_000_i64) {
        let road = match road {
            0 => Road::Wallet,
            1 => Road::PayLater,
            _ => Road::Channel {
                channel: tantu_domain::channel::Channel::Alipay,
                attempt: "att_00000000000000000000000007".parse().unwrap(),
            },
        };
        let mut parts = vec![Part { road, amount: Money::cny(money) }];
        let worth = Money::cny(points * POINT);
        parts.extend((points > 0).then_some(Part { road: Road::Points { points }, amount: worth }));
        let refund = Refund { state: RefundState::Succeeded { at: AT }, ..made(parts) };
        let owed = owed.min(money);
        let bill = OffBill { owed: Money::cny(owed), over: Money::cny(money - owed) };
        let account = "acc_00000000000000000000000007".parse().unwrap();
        let (given, left) = (refund.posting(account, Some(bill), AT).unwrap(), refund.ending(AT).unwrap().unwrap());
        let in_transit = LedgerAccount::RefundInTransit(refund.merchant);
        let moved: i64 = given.entries().iter().chain(left.entries()).filter(|entry| entry.account == in_transit)
            .map(|entry| entry.effect().minor()).sum();
        prop_assert_eq!(moved, 0);
        prop_assert_eq!(given.id().shard(), refund.id.shard());
        prop_assert_eq!(left.id().shard(), refund.merchant.shard());
        let held = left.entries().iter().find(|entry| entry.side == Side::Debit).unwrap();
        prop_assert_eq!((held.account, held.amount), (LedgerAccount::MerchantHeld(refund.merchant), refund.amount()));
        // What is refused goes back to the merchant alone.
        let back = Refund { state: refused(), ..refund }.ending(AT).unwrap().unwrap();
        prop_assert!(back.entries().iter().all(|entry| entry.account != in_transit));
    }
}

#[test]
fn what_is_no_order_or_is_not_paid_is_not_refunded() {
    let payment = paid(100, 0);
    let open = Payment { state: tantu_domain::payment::PaymentState::Processing { since: AT }, ..payment.clone() };
    let top_up = Payment { merchant: Payment::own_wallet(payment.account), ..payment.clone() };
    let points = Payment { merchant: Payment::own_points(payment.account), ..payment.clone() };
    let dou = Some(Money::new(1, Currency::Dou));
    let left = Money::cny(100);
    for (payment, asked, why) in [
        (&open, None, RefundError::NotPaid("processing")),
        (&top_up, None, RefundError::NoMerchant),
        (&points, None, RefundError::NoMerchant),
        (&payment, dou, RefundError::Currency("CNY")),
        (&payment, Some(Money::cny(0)), RefundError::NotPositive { left }),
        (&payment, Some(Money::cny(-1)), RefundError::NotPositive { left }),
    ] {
        assert_eq!(split(payment, 0, &[], asked), Err(why));
    }
}
