//! What a payer was told, later due dates, and disputes of the credit history.

use std::collections::BTreeSet;

use tantu_domain::ids::AccountId;
use tantu_paylater::dispute::Dispute;
use tantu_paylater::hardship::Extension;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::notice::{About, NoticeRow, subject_cells};
use crate::pay_later::{dispute_cells, extension_cells};
use crate::row::Columns;
use crate::rows;
use crate::wire::burst::{Ask, LookUp, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static NOTICES: Table = Table {
    name: "notices",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("key", Put::Key),
        ("account", Put::Once),
        ("bill", Put::Once),
        ("incident", Put::Once),
        ("subject", Put::Once),
        ("figure", Put::Once),
        ("due_on", Put::Once),
        ("at", Put::Once),
        ("told_at", Put::Last),
        ("road", Put::Last),
    ],
    order: &[0, 1],
};

static EXTENSIONS: Table = Table {
    name: "extensions",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("bill", Put::Once),
        ("account", Put::Once),
        ("due_on", Put::Once),
        ("asked_by", Put::Once),
        ("asked_at", Put::Once),
        ("state", Put::Last),
        ("decided_by", Put::Last),
        ("decided_at", Put::Last),
    ],
    order: &[0, 1],
};

static DISPUTES: Table = Table {
    name: "disputes",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("entry", Put::Key),
        ("account", Put::Once),
        ("said", Put::Once),
        ("opened_at", Put::Once),
        ("state", Put::Last),
        ("decided_by", Put::Last),
        ("decided_at", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put_notice(rows: &mut Rows, row: &NoticeRow) -> Result<(), StoreError> {
    let (subject, figure) = subject_cells(row.about);
    let notice = row.about.bill();
    let incident = match row.about {
        About::Bill(_) => None,
        About::Over { incident, .. } => Some(incident),
    };
    rows.put(
        &NOTICES,
        vec![
            Value::shard(row.account.shard().number()),
            row.key().into(),
            row.account.into(),
            Value::maybe(notice.map(|notice| notice.bill)),
            Value::maybe(incident),
            subject.into(),
            Value::Big(figure),
            Value::maybe(notice.map(|notice| notice.due_on.to_string())),
            time(row.at),
            optional_time(row.told.map(|(at, _)| at)),
            Value::maybe(row.told.map(|(_, road)| road.id())),
        ],
    )
}

pub(super) fn put_extension(rows: &mut Rows, extension: &Extension) -> Result<(), StoreError> {
    let (state, decided) = extension_cells(&extension.state);
    rows.put(
        &EXTENSIONS,
        vec![
            Value::shard(extension.account.shard().number()),
            extension.id.into(),
            extension.bill.into(),
            extension.account.into(),
            extension.due_on.to_string().into(),
            extension.asked_by.to_string().into(),
            time(extension.asked_at),
            state.into(),
            Value::maybe(decided.map(|(by, _)| by.to_string())),
            optional_time(decided.map(|(_, at)| at)),
        ],
    )
}

pub(super) fn put_dispute(rows: &mut Rows, account: AccountId, dispute: &Dispute) -> Result<(), StoreError> {
    let (state, decided) = dispute_cells(&dispute.state);
    rows.put(
        &DISPUTES,
        vec![
            Value::shard(account.shard().number()),
            dispute.entry.into(),
            account.into(),
            dispute.said.clone().into(),
            time(dispute.opened_at),
            state.into(),
            Value::maybe(decided.map(|(by, _)| by.to_string())),
            optional_time(decided.map(|(_, at)| at)),
        ],
    )
}

/// The notices about each account's bills on which something is owed, by their keys.
pub(super) const NOTICES_OF_OPEN_BILLS: LookUp = LookUp {
    of_one: "SELECT found.* FROM unnest($2::text[]) AS wanted (key),
             LATERAL (SELECT id FROM bills WHERE shard = $1 AND account = wanted.key AND settled_on IS NULL OFFSET 0) AS bill,
             LATERAL (SELECT * FROM notices WHERE shard = $1 AND bill = bill.id OFFSET 0) AS found ORDER BY found.key",
    of_several: "SELECT found.* FROM unnest($1::smallint[], $2::text[]) AS wanted (shard, key),
                 LATERAL (SELECT id FROM bills WHERE shard = wanted.shard AND account = wanted.key AND settled_on IS NULL
                 OFFSET 0) AS bill, LATERAL (SELECT * FROM notices WHERE shard = wanted.shard AND bill = bill.id OFFSET 0)
                 AS found ORDER BY found.key",
};

/// What was asked for those bills, the first first.
pub(super) const EXTENSIONS_OF_OPEN_BILLS: LookUp = LookUp {
    of_one: "SELECT found.* FROM unnest($2::text[]) AS wanted (key),
             LATERAL (SELECT id FROM bills WHERE shard = $1 AND account = wanted.key AND settled_on IS NULL OFFSET 0) AS bill,
             LATERAL (SELECT * FROM extensions WHERE shard = $1 AND bill = bill.id OFFSET 0) AS found ORDER BY found.id",
    of_several: "SELECT found.* FROM unnest($1::smallint[], $2::text[]) AS wanted (shard, key),
                 LATERAL (SELECT id FROM bills WHERE shard = wanted.shard AND account = wanted.key AND settled_on IS NULL
                 OFFSET 0) AS bill, LATERAL (SELECT * FROM extensions WHERE shard = wanted.shard AND bill = bill.id OFFSET 0)
                 AS found ORDER BY found.id",
};

/// Those with these keys, each of an account.
pub(super) fn ask_notices_by_key(keys: &BTreeSet<(AccountId, String)>) -> Option<Ask> {
    let mut wanted: Vec<_> = keys.iter().collect();
    wanted.sort_by_key(|(account, _)| account.shard());
    let wanted = wanted.into_iter().map(|(account, key)| (account.shard(), [key.clone().into()]));
    Ask::look_up(look_up!("notices", "key = wanted.key"), wanted)
}

/// The notices of an account, the last first.
pub(super) fn ask_notices(account: AccountId, most: u32) -> Ask {
    let values = vec![Value::shard(account.shard().number()), account.into(), Value::Big(i64::from(most))];
    Ask::new("SELECT * FROM notices WHERE shard = $1 AND account = $2 ORDER BY at DESC, key LIMIT $3", values)
}

pub(super) fn read_notice(row: &Row) -> Result<NoticeRow, StoreError> {
    rows::care::read_notice(&Cells::of("notices", row))
}

pub(super) fn read_extension(row: &Row) -> Result<Extension, StoreError> {
    rows::care::read_extension(&Cells::of("extensions", row))
}

pub(super) fn read_dispute(row: &Row) -> Result<(AccountId, Dispute), StoreError> {
    let cells = Cells::of("disputes", row);
    Ok((cells.parse("account")?, rows::care::read_dispute(&cells)?))
}
