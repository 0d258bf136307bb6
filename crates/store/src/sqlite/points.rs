//! Points: the lots that were bought, and what payments took from them.

use rusqlite::{Connection, params};
use tantu_domain::ids::AccountId;
use tantu_domain::points::{Lot, Points, Taken};

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::points::{LotCells, cells_of};
use crate::rows::points::{read_lot, read_taken};

pub(super) fn put_lot(connection: &Connection, lot: &Lot) -> Result<(), StoreError> {
    let sql = "INSERT INTO points_lots (shard, id, account, seller, bought, points_left, points_held, ordered_at, state, case_id,
               case_since, appealed_at, release_proposed_by)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
               ON CONFLICT (shard, id) DO UPDATE SET points_left = ?6, points_held = ?7, state = ?9, case_id = ?10,
               case_since = ?11, appealed_at = ?12, release_proposed_by = ?13";
    let LotCells { seller, state, case, since, appealed_at, release_proposed_by } = cells_of(lot);
    let values = params![
        lot.id.shard().number(),
        lot.id.to_string(),
        lot.account.to_string(),
        seller,
        lot.bought,
        lot.left,
        lot.held,
        time(lot.ordered_at),
        state,
        case,
        optional_time(since),
        optional_time(appealed_at),
        release_proposed_by,
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn put_taken(connection: &Connection, account: AccountId, taken: &Taken) -> Result<(), StoreError> {
    let sql = "INSERT INTO points_taken (shard, account, payment, lot, points, refunded, state)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (shard, account, payment, lot) DO UPDATE SET points = ?5, refunded = ?6, state = ?7";
    let values = params![
        account.shard().number(),
        account.to_string(),
        taken.payment.to_string(),
        taken.lot.to_string(),
        taken.points,
        taken.refunded,
        taken.state.id(),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

/// The points of an account: its lots in the order in which they were bought, which is that of their ids.
pub(super) fn of_account(connection: &Connection, account: AccountId) -> Result<Points, StoreError> {
    let key = params![account.shard().number(), account.to_string()];
    let sql =
        "SELECT * FROM points_lots INDEXED BY points_lots_of_account WHERE shard = ?1 AND account = ?2 ORDER BY id";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found.query_map(key, |row| Ok(read_lot(&Cells::of("points_lots", row)))).map_err(unavailable)?;
    let lots = rows.map(|row| row.map_err(unavailable)?).collect::<Result<_, _>>()?;
    let key = params![account.shard().number(), account.to_string()];
    let sql = "SELECT * FROM points_taken WHERE shard = ?1 AND account = ?2 ORDER BY payment, lot";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found.query_map(key, |row| Ok(read_taken(&Cells::of("points_taken", row)))).map_err(unavailable)?;
    let taken = rows.map(|row| row.map_err(unavailable)?).collect::<Result<_, _>>()?;
    Ok(Points { lots, taken })
}
