//! Points: bought in lots, held and spent with payments, quarantined and released. One file for each use case.
//!
//! Every move of points is posted in their own currency, in the commit of the payment that it belongs to: what a channel
//! decides is held until it has spoken, and goes the way of the attempt. So no crash can come between the parts.

pub mod appeal;
pub mod buy;
pub mod open;
pub mod pay;
pub mod release;

use std::borrow::Cow;

use tantu_domain::attempt::Recorded;
use tantu_domain::ids::{CaseId, TransactionId};
use tantu_domain::ledger::{PointsMove, Transaction};
use tantu_domain::money::Money;
use tantu_domain::payment::{LegState, Payment};
use tantu_domain::points::{Lot, Moved, Points, PointsError, PointsPolicy, TakenState};
use tantu_store::change::Change;
use tantu_store::world::World;

use crate::command::Tools;
use crate::error::Rejection;

impl From<PointsError> for Rejection {
    fn from(error: PointsError) -> Self {
        Self::State(error.to_string())
    }
}

/// The figures for points; without them none are offered.
pub(crate) fn offered<'a>(tools: &Tools<'a>) -> Result<&'a PointsPolicy, Rejection> {
    let none =
        || Rejection::State("this server offers no points: the configuration has no section [policy.points]".into());
    tools.policy.points.as_ref().ok_or_else(none)
}

/// How many points an amount is.
pub(crate) fn points_of(worth: Money, tools: &Tools<'_>) -> Option<i64> {
    tools.policy.points.as_ref()?.points_of(worth)
}

fn whole(worth: Money, tools: &Tools<'_>) -> Result<i64, Rejection> {
    points_of(worth, tools).ok_or_else(|| Rejection::State(format!("{worth} is no whole number of points")))
}

/// The rows and the posting of points that have moved. Nothing if none have.
fn moved(payment: &Payment, moved: Moved, how: PointsMove, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    if moved.points == 0 {
        return Ok(Vec::new());
    }
    let id = TransactionId::new(tools.ids, payment.account.shard());
    let posting = Transaction::points(id, tools.now, payment.account, how, moved.points)?.for_payment(payment.id);
    let lots = moved.lots.into_iter().map(Change::PutLot);
    let taken = moved.taken.into_iter().map(|taken| Change::PutTaken(payment.account, taken));
    Ok(lots.chain(taken).chain([Change::Post(posting)]).collect())
}

/// The money behind spent points is the merchant's.
fn charged(payment: &Payment, worth: Money, tools: &Tools<'_>) -> Result<Change, Rejection> {
    let id = TransactionId::new(tools.ids, payment.account.shard());
    let charge = Transaction::points_charge(id, tools.now, payment.account, payment.merchant, worth)?;
    Ok(Change::Post(charge.for_payment(payment.id)))
}

/// Spends points at once.
pub(crate) fn spend(
    points: Option<&Points>,
    payment: &Payment,
    worth: Money,
    tools: &Tools<'_>,
) -> Result<Vec<Change>, Rejection> {
    let mut own = points.cloned().unwrap_or_default();
    let taken = own.take(payment.id, whole(worth, tools)?, TakenState::Spent)?;
    let mut changes = moved(payment, taken, PointsMove::Spent, tools)?;
    changes.push(charged(payment, worth, tools)?);
    Ok(changes)
}

/// Points that a payment has spent come back to the lots that they were taken from.
pub(crate) fn refunded(
    points: Option<&Points>,
    payment: &Payment,
    back: i64,
    tools: &Tools<'_>,
) -> Result<Vec<Change>, Rejection> {
    let mut own = points.cloned().unwrap_or_default();
    let back = own.refund(payment.id, back)?;
    moved(payment, back, PointsMove::Refunded, tools)
}

/// A payment whose instrument has paid in this commit: the points beside it are spent in the same, and bought ones are there.
pub(crate) fn captured_with(
    points: Option<&Points>,
    payment: Payment,
    tools: &Tools<'_>,
) -> Result<(Payment, Vec<Change>), Rejection> {
    if payment.buys_points() {
        let bought = bought(points, &payment, tools)?;
        return Ok((payment, bought));
    }
    let Some(leg) = payment.points_leg() else { return Ok((payment, Vec::new())) };
    let spent = spend(points, &payment, leg.amount, tools)?;
    Ok((payment.points_are(LegState::Captured { at: tools.now }), spent))
}

/// A payment whose instrument a channel is asked about: the points beside it are held until it has spoken.
pub(crate) fn hold(
    points: Option<&Points>,
    payment: Payment,
    tools: &Tools<'_>,
) -> Result<(Payment, Vec<Change>), Rejection> {
    let Some(leg) = payment.points_leg() else { return Ok((payment, Vec::new())) };
    let mut own = points.cloned().unwrap_or_default();
    let taken = own.take(payment.id, whole(leg.amount, tools)?, TakenState::Held)?;
    let changes = moved(&payment, taken, PointsMove::Held, tools)?;
    Ok((payment.points_are(LegState::Submitted), changes))
}

/// What became of the points of a payment, and the world in which they are where they belong.
pub(crate) struct Ended<'a> {
    pub(crate) world: Cow<'a, World>,
    pub(crate) changes: Vec<Change>,
}

/// Held points after the channel has spoken: spent with a success, back in their lots with an end without money.
pub(crate) fn ended<'a>(
    world: &'a World,
    payment: Payment,
    recorded: &Recorded,
    tools: &Tools<'_>,
) -> Result<(Payment, Ended<'a>), Rejection> {
    let nothing = Ended { world: Cow::Borrowed(world), changes: Vec::new() };
    let spent = match recorded {
        Recorded::Captured => true,
        Recorded::Declined | Recorded::Closed => false,
        Recorded::Nothing
        | Recorded::Undecided
        | Recorded::LateSuccess(_)
        | Recorded::Returned
        | Recorded::Contradiction => return Ok((payment, nothing)),
    };
    let points = world.accounts.get(&payment.account).and_then(|file| file.points.as_ref());
    if payment.buys_points() && spent {
        let changes = bought(points, &payment, tools)?;
        return Ok((payment, Ended { changes, ..nothing }));
    }
    let Some(leg) = payment.points_leg().filter(|leg| leg.state == LegState::Submitted) else {
        return Ok((payment, nothing));
    };
    let (worth, mut own) = (leg.amount, points.cloned().unwrap_or_default());
    let back = own.end(payment.id, spent);
    if spent {
        let mut changes = moved(&payment, back, PointsMove::HeldSpent, tools)?;
        changes.push(charged(&payment, worth, tools)?);
        return Ok((payment.points_are(LegState::Captured { at: tools.now }), Ended { changes, ..nothing }));
    }
    let changes = moved(&payment, back, PointsMove::Released, tools)?;
    // What is evaluated now has the points that have just come back.
    let mut after = world.clone();
    changes.iter().for_each(|change| after.apply(change));
    Ok((payment.points_are(LegState::Unpaid), Ended { world: Cow::Owned(after), changes }))
}

/// The lot that a payment buys is paid for: its points are there.
fn bought(points: Option<&Points>, payment: &Payment, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let id = Lot::id_of(payment.id);
    let lot = points.iter().flat_map(|points| &points.lots).find(|lot| lot.id == id);
    let lot = lot.ok_or_else(|| Rejection::NotFound { what: "lot", id: id.to_string() })?.clone();
    let official = offered(tools)?.is_official(lot.origin);
    let paid = lot.paid(official, CaseId::new(tools.ids, payment.account.shard()), tools.now);
    let txn = TransactionId::new(tools.ids, payment.account.shard());
    let granted = Transaction::points(txn, tools.now, payment.account, PointsMove::Granted, paid.bought)?;
    Ok(vec![Change::PutLot(paid), Change::Post(granted.for_payment(payment.id))])
}
