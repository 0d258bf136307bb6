//! The audit trail of every account, and the appeals against cases.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::audit::{Appeal, AuditEntry};
use tantu_domain::ids::{AccountId, CaseId};

use super::cell::{Cells, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::record::write_lines;
use crate::rows::audit_trail::{read, read_appeal};
use crate::world::World;

/// Brings the trails and appeals that the keys name.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for account in &keys.audit {
        world.audit.insert(*account, of_account(connection, *account)?);
    }
    for case in &keys.appeals {
        if let Some(appeal) = appeal(connection, *case)? {
            world.appeals.insert(*case, appeal);
        }
    }
    Ok(())
}

pub(super) fn put(connection: &Connection, entry: &AuditEntry) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit (shard, account, number, at, actor, action, detail, hash)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let values = params![
        entry.account.shard().number(),
        entry.account.to_string(),
        i64::try_from(entry.number).unwrap_or(i64::MAX),
        time(entry.at),
        entry.actor,
        entry.action,
        entry.detail,
        entry.hash.as_slice(),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

/// The trail of an account, the first entry first.
fn of_account(connection: &Connection, account: AccountId) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = "SELECT * FROM audit WHERE shard = ?1 AND account = ?2 ORDER BY number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![account.shard().number(), account.to_string()], |row| Ok(read(&Cells::of("audit", row))))
        .map_err(unavailable)?;
    rows.map(|row| row.map_err(unavailable)?).collect()
}

/// Every trail, each in its order.
pub(super) fn all(connection: &Connection) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = "SELECT * FROM audit ORDER BY shard, account, number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found.query_map([], |row| Ok(read(&Cells::of("audit", row)))).map_err(unavailable)?;
    rows.map(|row| row.map_err(unavailable)?).collect()
}

pub(super) fn put_appeal(connection: &Connection, appeal: &Appeal) -> Result<(), StoreError> {
    let sql = "INSERT INTO appeals (shard, id, account, said, evidence, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![
        appeal.case.shard().number(),
        appeal.case.to_string(),
        appeal.account.to_string(),
        appeal.said,
        write_lines(&appeal.evidence),
        time(appeal.made_at),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

fn appeal(connection: &Connection, case: CaseId) -> Result<Option<Appeal>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM appeals WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![case.shard().number(), case.to_string()], |row| Ok(read_appeal(&Cells::of("appeals", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}
