//! Points by lots: whatever happens to them in whatever order, none is lost, none is made, and what comes back comes back to
//! the lot that it was taken from.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use proptest::prelude::*;
use tantu_domain::clock::Ids;
use tantu_domain::ids::{AccountId, CaseId, MerchantId, PaymentId, Shard};
use tantu_domain::points::{Lot, LotState, Origin, Points, PointsError, TakenState};
use tantu_domain::staff::StaffMark;

struct Number(u8);

impl Ids for Number {
    fn fresh(&self) -> [u8; 16] {
        [self.0; 16]
    }
}

fn payment(number: u8) -> PaymentId {
    PaymentId::new(&Number(number), Shard::of(7))
}

fn account() -> AccountId {
    AccountId::new(&Number(1), Shard::of(7))
}

fn case() -> CaseId {
    CaseId::new(&Number(2), Shard::of(7))
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

/// Lots of these sizes; every third one is from a seller who is not official.
fn points(sizes: &[u8]) -> Points {
    let lot = |(number, size): (usize, &u8)| {
        let number = u8::try_from(number).unwrap();
        let seller = Origin::Seller(MerchantId::new(&Number(3), Shard::of(1)));
        let origin = if number % 3 == 2 { seller } else { Origin::Official };
        let ordered = Lot::ordered(payment(100 + number), account(), origin, i64::from(*size), now());
        ordered.paid(origin == Origin::Official, case(), now())
    };
    Points { lots: sizes.iter().enumerate().map(lot).collect(), taken: Vec::new() }
}

/// Something that happens: a payment takes, and later its hold ends, or some of it is refunded. A crash between two of them
/// changes nothing: each is one commit.
#[derive(Debug, Clone, Copy)]
enum Step {
    Take(u8, u8, bool),
    End(u8, bool),
    Refund(u8, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..8_u8, 1..60_u8, any::<bool>()).prop_map(|(payment, points, held)| Step::Take(payment, points, held)),
        (0..8_u8, any::<bool>()).prop_map(|(payment, spent)| Step::End(payment, spent)),
        (0..8_u8, 1..60_u8).prop_map(|(payment, points)| Step::Refund(payment, points)),
    ];
    proptest::collection::vec(step, 0..40)
}

/// Of each lot: what was bought is what is left, what is held, and what was spent and not given back.
fn whole(points: &Points) {
    for lot in &points.lots {
        let of = |state: TakenState| {
            let own = points.taken.iter().filter(|taken| taken.lot == lot.id && taken.state == state);
            own.map(|taken| taken.points - taken.refunded).sum::<i64>()
        };
        assert_eq!(lot.bought, lot.left + lot.held + of(TakenState::Spent), "{lot:?}");
        assert_eq!(lot.held, of(TakenState::Held), "{lot:?}");
        assert!(lot.left >= 0 && lot.held >= 0);
        if !matches!(lot.state, LotState::Good) {
            assert_eq!(lot.left, lot.bought, "quarantined points pay nothing");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_point_is_lost_or_made(sizes in proptest::collection::vec(1..50_u8, 0..7), steps in steps()) {
        let mut points = points(&sizes);
        for step in steps {
            let before = points.clone();
            match step {
                Step::Take(number, asked, held) => {
                    // A payment takes once.
                    if points.taken.iter().any(|taken| taken.payment == payment(number)) {
                        continue;
                    }
                    let state = if held { TakenState::Held } else { TakenState::Spent };
                    match points.take(payment(number), i64::from(asked), state) {
                        Ok(moved) => {
                            let sum: i64 = moved.taken.iter().map(|taken| taken.points).sum();
                            prop_assert_eq!((sum, moved.points), (i64::from(asked), i64::from(asked)));
                        }
                        Err(PointsError::Short { good, asked }) => {
                            prop_assert!(good < asked && before == points, "all or nothing");
                        }
                        Err(other) => prop_assert!(false, "{other}"),
                    }
                }
                Step::End(number, spent) => {
                    let moved = points.end(payment(number), spent);
                    prop_assert_eq!(points.end(payment(number), !spent).points, 0, "a hold ends once");
                    if !spent {
                        // To the same lots, as it was before they were taken.
                        for lot in &moved.lots {
                            let was = before.lots.iter().find(|known| known.id == lot.id).unwrap();
                            prop_assert_eq!(lot.left + lot.held, was.left + was.held);
                        }
                    }
                }
                Step::Refund(number, asked) => match points.refund(payment(number), i64::from(asked)) {
                    Ok(moved) => {
                        let from: Vec<_> = before.taken.iter().filter(|taken| taken.payment == payment(number)).collect();
                        for lot in &moved.lots {
                            prop_assert!(from.iter().any(|taken| taken.lot == lot.id), "to a lot that it was not taken from");
                        }
                    }
                    Err(_) => prop_assert_eq!(&before, &points, "all or nothing"),
                },
            }
            whole(&points);
        }
    }
}

/// The control: what comes back to the youngest lot, whichever it was taken from, is caught by the same look.
#[test]
fn a_return_to_another_lot_is_caught() {
    let mut points = points(&[5, 5]);
    points.take(payment(1), 7, TakenState::Held).unwrap();
    points.end(payment(1), false);
    points.lots[0].left -= 2;
    points.lots[1].left += 2;
    let caught = std::panic::catch_unwind(|| whole(&points));
    assert!(caught.is_err());
}

#[test]
fn the_oldest_good_lots_pay_first_and_refunds_go_back_from_the_youngest() {
    let mut points = points(&[10, 10, 10, 10]);
    points.take(payment(1), 25, TakenState::Spent).unwrap();
    assert_eq!(points.lots.iter().map(|lot| lot.left).collect::<Vec<_>>(), [0, 0, 10, 5]);
    points.refund(payment(1), 7).unwrap();
    assert_eq!(points.lots.iter().map(|lot| lot.left).collect::<Vec<_>>(), [0, 2, 10, 10]);
    assert_eq!(points.refund(payment(1), 19), Err(PointsError::NotSpent { spent: 18, asked: 19 }));
}

#[test]
fn two_of_the_staff_release_a_lot_and_an_appeal_takes_a_proposal_back() {
    let mark = |text: &str| text.parse::<StaffMark>().unwrap();
    let (one, other) = (mark("stf_0000000000000001"), mark("stf_0000000000000002"));
    let lot = points(&[1, 1, 9]).lots[2].clone();
    let proposed = lot.clone().release(one).unwrap();
    assert_eq!(proposed.clone().release(one), Err(PointsError::SamePerson));
    assert_eq!(proposed.clone().release(other).unwrap().state, LotState::Good);
    let answered = proposed.appeal(now()).unwrap();
    assert_eq!(answered.clone().appeal(now()), Err(PointsError::AlreadyAnswered));
    assert!(matches!(answered.release(other).unwrap().state, LotState::Quarantined(_)));
    assert_eq!(points(&[1]).lots[0].clone().release(one), Err(PointsError::NotQuarantined));
}
