//! Merchants' refunds.

use rusqlite::{Connection, params};
use tantu_domain::ids::{PaymentId, RefundId};
use tantu_domain::refund::Refund;

use super::cell::{Cells, optional_time, time};
use super::pay_later::{all, bill_of_payment};
use super::refused;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::rows::refunds::{cells_of, read};
use crate::world::World;

pub(super) fn put(connection: &Connection, refund: &Refund) -> Result<(), StoreError> {
    let sql = "INSERT INTO refunds (shard, id, payment, merchant, key, reason, amount, currency, as_points, points, road, channel, attempt,
               hold, ending, asked_at, state, state_at, short_settled, short_coming, causes, done_at, last_asked_at, again_at,
               told_code, told_message, told_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?17, state_at = ?18, short_settled = ?19, short_coming = ?20,
               causes = ?21, done_at = ?22, last_asked_at = ?23, again_at = ?24, told_code = ?25, told_message = ?26, told_at = ?27";
    let amount = refund.amount();
    let cells = cells_of(refund);
    let values = params![
        refund.id.shard().number(),
        refund.id.to_string(),
        refund.payment.to_string(),
        refund.merchant.to_string(),
        refund.key,
        refund.reason,
        amount.minor(),
        amount.currency().code(),
        cells.as_points,
        cells.points,
        cells.road,
        cells.channel,
        cells.attempt.map(|attempt| attempt.to_string()),
        refund.hold.to_string(),
        refund.end.to_string(),
        time(refund.asked_at),
        refund.state.id(),
        optional_time(cells.state_at),
        cells.short.map(|(settled, _)| settled),
        cells.short.map(|(_, coming)| coming),
        cells.causes,
        optional_time(refund.done_at),
        optional_time(cells.last_asked_at),
        optional_time(cells.again_at),
        cells.told_code,
        cells.told_message,
        optional_time(cells.told_at),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: RefundId) -> Result<Option<Refund>, StoreError> {
    let sql = "SELECT * FROM refunds WHERE shard = ?1 AND id = ?2";
    let found =
        all(connection, sql, params![id.shard().number(), id.to_string()], |row| read(&Cells::of("refunds", row)))?;
    Ok(found.into_iter().next())
}

/// The refunds of a payment, the first first.
pub(super) fn of_payment(connection: &Connection, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
    let sql = "SELECT * FROM refunds WHERE shard = ?1 AND payment = ?2 ORDER BY id";
    all(connection, sql, params![payment.shard().number(), payment.to_string()], |row| read(&Cells::of("refunds", row)))
}

/// Every refund, for the comparison with a channel's own books.
pub(super) fn every(connection: &Connection) -> Result<Vec<Refund>, StoreError> {
    all(connection, "SELECT * FROM refunds ORDER BY shard, id", [], |row| read(&Cells::of("refunds", row)))
}

/// Loads the refunds of the payments that the keys name, and the bills of those.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for payment in &keys.refunds {
        world.refunds.insert(*payment, of_payment(connection, *payment)?);
        if let Some(bill) = bill_of_payment(connection, *payment)? {
            world.billed.insert(*payment, bill);
        }
    }
    Ok(())
}
