//! Incidents. There are few; every decision reads those that stand.

use jiff::Timestamp;
use rusqlite::{Connection, Params, params};
use tantu_domain::ids::IncidentId;
use tantu_domain::incident::Incident;

use super::cell::{Cells, optional_time, time};
use super::pay_later::all;
use super::refused;
use crate::error::StoreError;
use crate::rows::incidents::read;

pub(super) fn put(connection: &Connection, incident: &Incident) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO incidents (shard, id, scope, source, code, since, expected_end, ended_at, begun_by, ended_by)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (shard, id) DO UPDATE SET code = ?5, expected_end = ?7, ended_at = ?8, ended_by = ?10";
    let values = params![
        incident.id.shard().number(),
        incident.id.to_string(),
        incident.scope.id(),
        incident.source.id(),
        incident.code,
        time(incident.since),
        optional_time(incident.expected_end),
        optional_time(incident.until),
        incident.begun_by.map(|by| by.to_string()),
        incident.ended_by.map(|by| by.to_string()),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

/// Those that have not ended, and those that are planned, the oldest first. An end is never written ahead of its time.
pub(super) fn standing(connection: &Connection) -> Result<Vec<Incident>, StoreError> {
    select(connection, "SELECT * FROM incidents WHERE ended_at IS NULL ORDER BY since, id", [])
}

/// So many of those that had not ended at a time, the last first.
pub(super) fn not_over(connection: &Connection, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
    let sql = "SELECT * FROM incidents WHERE ended_at IS NULL OR ended_at > ?1 ORDER BY ended_at IS NULL DESC, since DESC, id LIMIT ?2";
    select(connection, sql, params![time(at), most])
}

pub(super) fn find(connection: &Connection, id: IncidentId) -> Result<Option<Incident>, StoreError> {
    let values = params![id.shard().number(), id.to_string()];
    Ok(select(connection, "SELECT * FROM incidents WHERE shard = ?1 AND id = ?2", values)?.pop())
}

fn select(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<Incident>, StoreError> {
    all(connection, sql, values, |row| read(&Cells::of("incidents", row)))
}
