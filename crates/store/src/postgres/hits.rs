//! Payments that an incident hit. They live where their payers do; the list of an incident asks every shard.

use tantu_domain::ids::IncidentId;
use tokio_postgres::Row;

use super::cell::{Cells, time};
use crate::error::StoreError;
use crate::hit::{Hit, HitsOf};
use crate::listing::Page;
use crate::row::Columns;
use crate::rows;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static HITS: Table = Table {
    name: "hits",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("incident", Put::Key),
        ("account", Put::Key),
        ("payment", Put::Key),
        ("at", Put::Once),
    ],
    order: &[0, 1, 2, 3],
};

pub(super) fn put(rows: &mut Rows, hit: &Hit) -> Result<(), StoreError> {
    rows.put(
        &HITS,
        vec![
            Value::shard(hit.account.shard().number()),
            hit.incident.into(),
            hit.account.into(),
            hit.payment.into(),
            time(hit.at),
        ],
    )
}

/// A page of them, the newest first.
pub(super) fn ask_page(of: HitsOf, page: Page) -> Ask {
    let (bound, limit) = (page.bound().into(), Value::Big(page.limit.into()));
    match of {
        HitsOf::Incident(incident) => Ask::new(
            "SELECT * FROM hits WHERE incident = $1 AND payment < $2 ORDER BY payment DESC LIMIT $3",
            vec![incident.into(), bound, limit],
        ),
        HitsOf::Payer(incident, account) => Ask::new(
            "SELECT * FROM hits WHERE shard = $1 AND incident = $2 AND account = $3 AND payment < $4
             ORDER BY payment DESC LIMIT $5",
            vec![Value::shard(account.shard().number()), incident.into(), account.into(), bound, limit],
        ),
    }
}

pub(super) fn ask_count(incident: IncidentId) -> Ask {
    Ask::new("SELECT count(*) AS hits FROM hits WHERE incident = $1", vec![incident.into()])
}

pub(super) fn read(row: &Row) -> Result<Hit, StoreError> {
    rows::hits::read(&Cells::of("hits", row))
}

pub(super) fn read_count(row: &Row) -> Result<u64, StoreError> {
    Cells::of("hits", row).count("hits")
}
