//! The audit trail of every account, and the appeals against cases.

use tantu_domain::audit::{Appeal, AuditEntry};
use tantu_domain::ids::{AccountId, CaseId};
use tokio_postgres::Row;

use super::cell::{Cells, time};
use crate::error::StoreError;
use crate::record::write_lines;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

// A number that is taken twice is a conflict of two writers, and is refused: nothing of a trail is ever written over.
static AUDIT: Table = Table {
    name: "audit",
    turn: Turn::Middle,
    known: Known::Refused,
    columns: &[
        ("shard", Put::Key),
        ("account", Put::Key),
        ("number", Put::Key),
        ("at", Put::Once),
        ("actor", Put::Once),
        ("action", Put::Once),
        ("detail", Put::Once),
        ("hash", Put::Once),
    ],
    order: &[0, 1, 2],
};

static APPEALS: Table = Table {
    name: "appeals",
    turn: Turn::Middle,
    known: Known::Refused,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("said", Put::Once),
        ("evidence", Put::Once),
        ("made_at", Put::Once),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, entry: &AuditEntry) -> Result<(), StoreError> {
    rows.put(
        &AUDIT,
        vec![
            Value::shard(entry.account.shard().number()),
            entry.account.into(),
            Value::Big(i64::try_from(entry.number).unwrap_or(i64::MAX)),
            time(entry.at),
            entry.actor.clone().into(),
            entry.action.clone().into(),
            entry.detail.clone().into(),
            Value::Bytes(entry.hash.to_vec()),
        ],
    )
}

/// The trails of these accounts, each in its order.
pub(super) fn ask(accounts: &[AccountId]) -> Option<Ask> {
    Ask::look_up(
        look_up!("audit", "account = wanted.key", "found.number"),
        accounts.iter().map(|id| (id.shard(), [(*id).into()])),
    )
}

/// Every trail that this database holds, each in its order.
pub(super) fn ask_all() -> Ask {
    Ask::new("SELECT * FROM audit ORDER BY shard, account, number", Vec::new())
}

pub(super) fn read(row: &Row) -> Result<AuditEntry, StoreError> {
    rows::audit_trail::read(&Cells::of("audit", row))
}

pub(super) fn put_appeal(rows: &mut Rows, appeal: &Appeal) -> Result<(), StoreError> {
    rows.put(
        &APPEALS,
        vec![
            Value::shard(appeal.case.shard().number()),
            appeal.case.into(),
            appeal.account.into(),
            appeal.said.clone().into(),
            write_lines(&appeal.evidence).into(),
            time(appeal.made_at),
        ],
    )
}

/// The appeals against these cases.
pub(super) fn ask_appeals(cases: &[CaseId]) -> Option<Ask> {
    Ask::look_up(look_up!("appeals", "id = wanted.key"), cases.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read_appeal(row: &Row) -> Result<Appeal, StoreError> {
    rows::audit_trail::read_appeal(&Cells::of("appeals", row))
}
