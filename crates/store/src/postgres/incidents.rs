//! Incidents. There are few; every decision reads those that stand.

use jiff::Timestamp;
use tantu_domain::ids::IncidentId;
use tantu_domain::incident::Incident;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static INCIDENTS: Table = Table {
    name: "incidents",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("scope", Put::Once),
        ("source", Put::Once),
        ("code", Put::Last),
        ("since", Put::Once),
        ("expected_end", Put::Last),
        ("ended_at", Put::Last),
        ("begun_by", Put::Once),
        ("ended_by", Put::Last),
    ],
    order: &[0, 1],
};

pub(crate) fn put(rows: &mut Rows, incident: &Incident) -> Result<(), StoreError> {
    rows.put(
        &INCIDENTS,
        vec![
            Value::shard(incident.id.shard().number()),
            incident.id.into(),
            incident.scope.id().into(),
            incident.source.id().into(),
            incident.code.clone().into(),
            time(incident.since),
            optional_time(incident.expected_end),
            optional_time(incident.until),
            Value::maybe(incident.begun_by.map(|by| by.to_string())),
            Value::maybe(incident.ended_by.map(|by| by.to_string())),
        ],
    )
}

/// Those that have not ended, and those that are planned, the oldest first. An end is never written ahead of its time.
///
/// An incident is nobody's, so this asks every shard; on a cluster the table is small enough to be everywhere.
pub(crate) fn ask() -> Ask {
    Ask::plain("SELECT * FROM incidents WHERE ended_at IS NULL ORDER BY since, id")
}

/// So many of those that had not ended at a time, the last first.
pub(crate) fn ask_not_over(at: Timestamp, most: u32) -> Ask {
    let sql = "SELECT * FROM incidents WHERE ended_at IS NULL OR ended_at > $1 ORDER BY ended_at IS NULL DESC, since DESC, id LIMIT $2";
    Ask::new(sql, vec![time(at), Value::Big(i64::from(most))])
}

pub(crate) fn ask_one(id: IncidentId) -> Ask {
    let values = vec![Value::shard(id.shard().number()), id.into()];
    Ask::new("SELECT * FROM incidents WHERE shard = $1 AND id = $2", values)
}

pub(crate) fn read(row: &Row) -> Result<Incident, StoreError> {
    rows::incidents::read(&Cells::of("incidents", row))
}
