//! What a payer was told of his bills, later due dates, and disputes of the credit history.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use tantu_domain::ids::{AccountId, BillId};
use tantu_domain::staff::StaffMark;
use tantu_paylater::dispute::Dispute;
use tantu_paylater::hardship::Extension;
use tantu_paylater::reminder::Notice;

use super::cell::{Cells, optional_time, time};
use super::pay_later::{all, run};
use crate::error::StoreError;
use crate::pay_later::{
    NoticeRow, Road, dispute_cells, dispute_of, extension_cells, extension_of, subject_cells, subject_of,
};

pub(super) fn put_notice(connection: &Connection, row: &NoticeRow) -> Result<(), StoreError> {
    let (subject, figure) = subject_cells(row.notice.subject);
    let sql = "INSERT INTO notices (shard, key, account, bill, subject, figure, due_on, at, told_at, road)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (shard, key) DO UPDATE SET told_at = ?9, road = ?10";
    let values = params![
        row.account.shard().number(),
        row.notice.to_string(),
        row.account.to_string(),
        row.notice.bill.to_string(),
        subject,
        figure,
        row.notice.due_on.to_string(),
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
    all(connection, sql, params![bill.shard().number(), bill.to_string()], "notices", read_notice)
}

/// The notices of an account, the last first.
pub(super) fn notices(connection: &Connection, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
    let sql = "SELECT * FROM notices WHERE shard = ?1 AND account = ?2 ORDER BY at DESC, key LIMIT ?3";
    all(connection, sql, params![account.shard().number(), account.to_string(), most], "notices", read_notice)
}

/// What was asked for a bill, the first first.
pub(super) fn extensions_of(connection: &Connection, bill: BillId) -> Result<Vec<Extension>, StoreError> {
    let sql = "SELECT * FROM extensions WHERE shard = ?1 AND bill = ?2 ORDER BY id";
    all(connection, sql, params![bill.shard().number(), bill.to_string()], "extensions", read_extension)
}

/// An account's disputes, by their entries.
pub(super) fn disputes(connection: &Connection, account: AccountId) -> Result<Vec<Dispute>, StoreError> {
    let sql = "SELECT * FROM disputes WHERE shard = ?1 AND account = ?2 ORDER BY entry";
    all(connection, sql, params![account.shard().number(), account.to_string()], "disputes", read_dispute)
}

fn read_notice(cells: &Cells<'_>) -> Result<NoticeRow, StoreError> {
    let subject = subject_of(&cells.text("subject")?, cells.get("figure")?);
    let notice = Notice {
        bill: cells.parse("bill")?,
        subject: cells.demanded("subject", subject)?,
        due_on: cells.day("due_on")?,
    };
    let told = cells.optional_time("told_at")?.zip(cells.optional_word("road", Road::parse)?);
    Ok(NoticeRow { notice, account: cells.parse("account")?, at: cells.time("at")?, told })
}

fn decided(cells: &Cells<'_>) -> Result<Option<(StaffMark, Timestamp)>, StoreError> {
    Ok(cells.optional("decided_by")?.zip(cells.optional_time("decided_at")?))
}

fn read_extension(cells: &Cells<'_>) -> Result<Extension, StoreError> {
    let state = extension_of(&cells.text("state")?, decided(cells)?);
    Ok(Extension {
        id: cells.parse("id")?,
        bill: cells.parse("bill")?,
        account: cells.parse("account")?,
        due_on: cells.day("due_on")?,
        asked_by: cells.parse("asked_by")?,
        asked_at: cells.time("asked_at")?,
        state: cells.demanded("state", state)?,
    })
}

fn read_dispute(cells: &Cells<'_>) -> Result<Dispute, StoreError> {
    let state = dispute_of(&cells.text("state")?, decided(cells)?);
    Ok(Dispute {
        entry: cells.parse("entry")?,
        said: cells.text("said")?,
        opened_at: cells.time("opened_at")?,
        state: cells.demanded("state", state)?,
    })
}
