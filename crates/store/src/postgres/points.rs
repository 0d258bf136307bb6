//! Points: the lots that were bought, and what payments took from them.

use std::collections::HashMap;

use tantu_domain::ids::AccountId;
use tantu_domain::instrument::InstrumentKind;
use tantu_domain::points::{Lot, Points, Taken};

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::points::{LotCells, cells_of};
use crate::row::Columns;
use crate::rows;
use crate::wire::answers::Answers;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;
use crate::world::AccountFile;

static LOTS: Table = Table {
    name: "points_lots",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("seller", Put::Once),
        ("bought", Put::Once),
        ("points_left", Put::Last),
        ("points_held", Put::Last),
        ("ordered_at", Put::Once),
        ("state", Put::Last),
        ("case_id", Put::Last),
        ("case_since", Put::Last),
        ("appealed_at", Put::Last),
        ("release_proposed_by", Put::Last),
    ],
    order: &[0, 1],
};

static TAKEN: Table = Table {
    name: "points_taken",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("account", Put::Key),
        ("payment", Put::Key),
        ("lot", Put::Key),
        ("points", Put::Last),
        ("refunded", Put::Last),
        ("state", Put::Last),
    ],
    order: &[0, 1, 2, 3],
};

pub(super) fn put_lot(rows: &mut Rows, lot: &Lot) -> Result<(), StoreError> {
    let LotCells { seller, state, case, since, appealed_at, release_proposed_by } = cells_of(lot);
    rows.put(
        &LOTS,
        vec![
            Value::shard(lot.id.shard().number()),
            lot.id.into(),
            lot.account.into(),
            Value::maybe(seller),
            Value::Big(lot.bought),
            Value::Big(lot.left),
            Value::Big(lot.held),
            time(lot.ordered_at),
            state.into(),
            Value::maybe(case),
            optional_time(since),
            optional_time(appealed_at),
            Value::maybe(release_proposed_by),
        ],
    )
}

pub(super) fn put_taken(rows: &mut Rows, account: AccountId, taken: &Taken) -> Result<(), StoreError> {
    rows.put(
        &TAKEN,
        vec![
            Value::shard(account.shard().number()),
            account.into(),
            taken.payment.into(),
            taken.lot.into(),
            Value::Big(taken.points),
            Value::Big(taken.refunded),
            taken.state.id().into(),
        ],
    )
}

/// Whether an account has an instrument for points.
pub(super) fn are_kept(file: &AccountFile) -> bool {
    file.instruments.iter().any(|instrument| instrument.kind == InstrumentKind::Points)
}

/// The points of accounts: two statements, whose answers [`read`] takes.
pub(super) fn asks(ids: &[AccountId]) -> Vec<Ask> {
    let of = |what| Ask::look_up(what, ids.iter().map(|id| (id.shard(), [(*id).into()])));
    let lots = of(look_up!("points_lots", "account = wanted.key", "found.account, found.id"));
    let taken = of(look_up!("points_taken", "account = wanted.key", "found.account, found.payment, found.lot"));
    [lots, taken].into_iter().flatten().collect()
}

pub(super) fn read(answers: &mut Answers) -> Result<HashMap<AccountId, Points>, StoreError> {
    let (lots, taken) = (answers.rows(), answers.rows());
    let mut found: HashMap<AccountId, Points> = HashMap::new();
    for row in &lots {
        let lot = rows::points::read_lot(&Cells::of("points_lots", row))?;
        found.entry(lot.account).or_default().lots.push(lot);
    }
    for row in &taken {
        let cells = Cells::of("points_taken", row);
        let taken = rows::points::read_taken(&cells)?;
        found.entry(cells.parse("account")?).or_default().taken.push(taken);
    }
    Ok(found)
}
