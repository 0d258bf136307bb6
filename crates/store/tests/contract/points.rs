//! Points: lots, what payments took from them, and what the audit finds of both.

use tantu_domain::ids::{CaseId, InstrumentId, LotId, MerchantId, PaymentId, TransactionId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_domain::ledger::{PointsMove, Transaction};
use tantu_domain::points::{Lot, LotState, Origin, Points, Quarantine, Taken, TakenState};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, later, now, one, world};

/// A payer with an instrument for points.
fn payer(store: &dyn Store) -> Payer {
    let payer = Payer::stored(store);
    let instrument = Instrument { id: id(InstrumentId::new), account: payer.account, kind: InstrumentKind::Points };
    commit(store, &[Change::PutInstrument(instrument)]);
    payer
}

fn lot(payer: &Payer, points: i64, state: LotState) -> Lot {
    let left = if state == LotState::Expected { 0 } else { points };
    Lot {
        id: id(LotId::new),
        account: payer.account,
        origin: Origin::Official,
        bought: points,
        left,
        held: 0,
        ordered_at: now(),
        state,
    }
}

fn points(store: &dyn Store, payer: &Payer) -> Points {
    let read = store.account(payer.account, now()).unwrap().unwrap().points.unwrap();
    let loaded = world(store, &Keys { accounts: one(payer.account), ..Keys::default() });
    assert_eq!(loaded.accounts[&payer.account].points.as_ref(), Some(&read), "a batch loads what a reader reads");
    read
}

pub(crate) fn lots_survive(store: &dyn Store) {
    let without = Payer::stored(store);
    assert_eq!(store.account(without.account, now()).unwrap().unwrap().points, None);
    let payer = payer(store);
    assert_eq!(points(store, &payer), Points::default());
    let case = id(CaseId::new);
    let standing = Quarantine { case, since: later(1), appealed_at: None, release_proposed_by: None };
    let by = "stf_00000000000000a1".parse().ok();
    let answered = Quarantine { appealed_at: Some(later(2)), release_proposed_by: by, ..standing };
    let mut lot = lot(&payer, 50, LotState::Expected);
    for state in [LotState::Expected, LotState::Quarantined(standing), LotState::Quarantined(answered), LotState::Good]
    {
        lot = Lot { state, left: if state == LotState::Expected { 0 } else { 50 }, ..lot };
        commit(store, &[Change::PutLot(lot.clone())]);
        assert_eq!(points(store, &payer).lots, [lot.clone()]);
    }
    let other = Lot { id: id(LotId::new), origin: Origin::Seller(id(MerchantId::new)), ..lot.clone() };
    commit(store, &[Change::PutLot(other.clone())]);
    assert_eq!(points(store, &payer).lots, [lot, other], "the oldest first");
}

pub(crate) fn what_was_taken_survives(store: &dyn Store) {
    let payer = payer(store);
    let lot = lot(&payer, 50, LotState::Good);
    commit(store, &[Change::PutLot(lot.clone())]);
    let mut taken =
        Taken { payment: id(PaymentId::new), lot: lot.id, points: 20, refunded: 0, state: TakenState::Held };
    for (state, refunded) in
        [(TakenState::Held, 0), (TakenState::Spent, 0), (TakenState::Spent, 7), (TakenState::Returned, 0)]
    {
        taken = Taken { state, refunded, ..taken };
        let mut seen = world(store, &Keys { accounts: one(payer.account), ..Keys::default() });
        seen.apply(&Change::PutTaken(payer.account, taken.clone()));
        commit(store, &[Change::PutTaken(payer.account, taken.clone())]);
        assert_eq!(points(store, &payer).taken, [taken.clone()]);
        assert_eq!(
            seen.accounts[&payer.account].points,
            Some(points(store, &payer)),
            "the batch saw what is loaded next"
        );
    }
}

/// The checks that find something.
fn found(store: &dyn Store) -> Vec<&'static str> {
    let checks = store.audit().unwrap().checks;
    checks.into_iter().filter(|check| !check.broken.is_empty()).map(|check| check.id).collect()
}

pub(crate) fn points_are_audited(store: &dyn Store) {
    let payer = payer(store);
    let moved = |how, points| {
        let id = id(TransactionId::new);
        Change::Post(Transaction::points(id, now(), payer.account, how, points).unwrap())
    };
    let lot = lot(&payer, 50, LotState::Good);
    commit(store, &[Change::PutLot(lot.clone()), moved(PointsMove::Granted, 50)]);
    let spent = Taken { payment: id(PaymentId::new), lot: lot.id, points: 20, refunded: 0, state: TakenState::Spent };
    let after = Lot { left: 30, ..lot };
    commit(
        store,
        &[Change::PutLot(after.clone()), Change::PutTaken(payer.account, spent.clone()), moved(PointsMove::Spent, 20)],
    );
    assert_eq!(found(store), Vec::<&str>::new());
    let put = |lot: Lot| commit(store, &[Change::PutLot(lot)]);
    let taken = |taken: Taken| commit(store, &[Change::PutTaken(payer.account, taken)]);
    // More is said to be spent than is gone.
    taken(Taken { points: 21, ..spent.clone() });
    assert_eq!(found(store), ["lots_taken_once"]);
    // What was given back is in no lot, and no refund gave it.
    taken(Taken { refunded: 5, ..spent.clone() });
    assert_eq!(found(store), ["refunds_posted_once", "lots_taken_once"]);
    taken(spent);
    // The books have a point more than the lots.
    commit(store, &[moved(PointsMove::Granted, 1)]);
    assert_eq!(found(store), ["points_equal_lots"]);
    commit(store, &[moved(PointsMove::Spent, 1)]);
    // A lot has a point less than there is.
    put(Lot { left: 29, ..after.clone() });
    assert_eq!(found(store), ["points_equal_lots", "lots_taken_once"]);
    put(after);
    assert_eq!(found(store), Vec::<&str>::new());
}
