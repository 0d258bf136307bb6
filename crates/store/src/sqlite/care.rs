//! What a payer was told, later due dates, and disputes of the credit history.

use rusqlite::{Connection, params};
use tantu_domain::ids::{AccountId, BillId};
use tantu_paylater::dispute::Dispute;
use tantu_paylater::hardship::Extension;

use super::cell::{Cells, optional_time, time};
use super::pay_later::{all, run};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::notice::{About, NoticeRow, subject_cells};
use crate::pay_later::{dispute_cells, extension_cells};
use crate::rows::care::{read_dispute, read_extension, read_notice};
use crate::world::World;

pub(super) fn put_notice(connection: &Connection, row: &NoticeRow) -> Result<(), StoreError> {
    let (subject, figure) = subject_cells(row.about);
    let notice = row.about.bill();
    let incident = match row.about {
        About::Bill(_) => None,
        About::Over { incident, .. } => Some(incident),
    };
    let sql = "INSERT INTO notices (shard, key, account, bill, incident, subject, figure, due_on, at, told_at, road)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
               ON CONFLICT (shard, key) DO UPDATE SET told_at = ?10, road = ?11";
    let values = params![
        row.account.shard().number(),
        row.key(),
        row.account.to_string(),
        notice.map(|notice| notice.bill.to_string()),
        incident.map(|incident| incident.to_string()),
        subject,
        figure,
        notice.map(|notice| notice.due_on.to_string()),
        time(row.at),
        optional_time(row.told.map(|(at, _)| at)),
        row.told.map(|(_, road)| road.id()),
    ];
    run(connection, sql, values)
}

pub(super) fn put_extension(connection: &Connection, extension: &Extension) -> Result<(), StoreError> {
    let (state, decided) = extension_cells(&extension.state);
    let sql =
        "INSERT INTO extensions (shard, id, bill, account, due_on, asked_by, asked_at, state, decided_by, decided_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?8, decided_by = ?9, decided_at = ?10";
    let values = params![
        extension.account.shard().number(),
        extension.id.to_string(),
        extension.bill.to_string(),
        extension.account.to_string(),
        extension.due_on.to_string(),
        extension.asked_by.to_string(),
        time(extension.asked_at),
        state,
        decided.map(|(by, _)| by.to_string()),
        optional_time(decided.map(|(_, at)| at)),
    ];
    run(connection, sql, values)
}

pub(super) fn put_dispute(connection: &Connection, account: AccountId, dispute: &Dispute) -> Result<(), StoreError> {
    let (state, decided) = dispute_cells(&dispute.state);
    let sql = "INSERT INTO disputes (shard, entry, account, said, opened_at, state, decided_by, decided_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (shard, entry) DO UPDATE SET state = ?6, decided_by = ?7, decided_at = ?8";
    let values = params![
        account.shard().number(),
        dispute.entry.to_string(),
        account.to_string(),
        dispute.said,
        time(dispute.opened_at),
        state,
        decided.map(|(by, _)| by.to_string()),
        optional_time(decided.map(|(_, at)| at)),
    ];
    run(connection, sql, values)
}

/// The notices about a bill, by their keys.
pub(super) fn notices_of(connection: &Connection, bill: BillId) -> Result<Vec<NoticeRow>, StoreError> {
    let sql = "SELECT * FROM notices WHERE shard = ?1 AND bill = ?2 ORDER BY key";
    all(connection, sql, params![bill.shard().number(), bill.to_string()], |row| {
        read_notice(&Cells::of("notices", row))
    })
}

/// Those that the keys name.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    let sql = "SELECT * FROM notices WHERE shard = ?1 AND key = ?2";
    for (account, key) in &keys.notices {
        let found = all(connection, sql, params![account.shard().number(), key], |row| {
            read_notice(&Cells::of("notices", row))
        })?;
        world.notices.extend(found.into_iter().map(|row| (key.clone(), row)));
    }
    Ok(())
}

/// The notices of an account, the last first.
pub(super) fn notices(connection: &Connection, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
    let sql = "SELECT * FROM notices WHERE shard = ?1 AND account = ?2 ORDER BY at DESC, key LIMIT ?3";
    all(connection, sql, params![account.shard().number(), account.to_string(), most], |row| {
        read_notice(&Cells::of("notices", row))
    })
}

/// What was asked for a bill, the first first.
pub(super) fn extensions_of(connection: &Connection, bill: BillId) -> Result<Vec<Extension>, StoreError> {
    let sql = "SELECT * FROM extensions WHERE shard = ?1 AND bill = ?2 ORDER BY id";
    all(connection, sql, params![bill.shard().number(), bill.to_string()], |row| {
        read_extension(&Cells::of("extensions", row))
    })
}

/// An account's disputes, by their entries.
pub(super) fn disputes(connection: &Connection, account: AccountId) -> Result<Vec<Dispute>, StoreError> {
    let sql = "SELECT * FROM disputes WHERE shard = ?1 AND account = ?2 ORDER BY entry";
    all(connection, sql, params![account.shard().number(), account.to_string()], |row| {
        read_dispute(&Cells::of("disputes", row))
    })
}
