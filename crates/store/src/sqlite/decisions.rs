//! What each decision about a payment rested on. It is written once and never changed.

use rusqlite::{Connection, params};
use tantu_domain::check::Decision;
use tantu_domain::ids::PaymentId;

use super::cell::{Cells, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::record::write_checks;
use crate::rows::decisions::read;

pub(super) fn put(connection: &Connection, decision: &Decision) -> Result<(), StoreError> {
    let sql = "INSERT INTO decisions (shard, payment, id, at, policy, chosen, outcome, checks)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let values = params![
        decision.payment.shard().number(),
        decision.payment.to_string(),
        decision.id.to_string(),
        time(decision.at),
        decision.policy,
        decision.chosen.to_string(),
        decision.outcome.id(),
        write_checks(&decision.checks),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

/// The decisions about a payment, the first first.
pub(super) fn of_payment(connection: &Connection, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
    let sql = "SELECT * FROM decisions WHERE shard = ?1 AND payment = ?2 ORDER BY id";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![payment.shard().number(), payment.to_string()], |row| Ok(read(&Cells::of("decisions", row))))
        .map_err(unavailable)?;
    let rows: Vec<Result<Decision, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}
