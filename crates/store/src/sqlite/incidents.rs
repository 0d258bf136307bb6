//! Incidents. There are few; every decision reads those that stand.

use rusqlite::{Connection, params};
use tantu_domain::incident::Incident;

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::rows::incidents::read;

pub(super) fn put(connection: &Connection, incident: &Incident) -> Result<(), StoreError> {
    let sql = "INSERT INTO incidents (shard, id, scope, source, code, since, expected_end, ended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (shard, id) DO UPDATE SET code = ?5, expected_end = ?7, ended_at = ?8";
    let values = params![
        incident.id.shard().number(),
        incident.id.to_string(),
        incident.scope.id(),
        incident.source.id(),
        incident.code,
        time(incident.since),
        optional_time(incident.expected_end),
        optional_time(incident.until),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

/// Those that have not ended, the oldest first. An end is never written ahead of its time.
pub(super) fn standing(connection: &Connection) -> Result<Vec<Incident>, StoreError> {
    let mut found = connection
        .prepare_cached("SELECT * FROM incidents WHERE ended_at IS NULL ORDER BY since, id")
        .map_err(unavailable)?;
    let rows = found.query_map([], |row| Ok(read(&Cells::of("incidents", row)))).map_err(unavailable)?;
    let rows: Vec<Result<Incident, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}
