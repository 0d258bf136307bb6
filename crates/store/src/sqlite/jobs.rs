//! Jobs and their leases. A lease has a fence that grows, so that a late holder is known.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::JobId;

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::job::{Job, JobRow, Lease};
use crate::row::Columns;
use crate::rows::jobs::read;

pub(super) fn put(connection: &Connection, job: &Job) -> Result<(), StoreError> {
    let JobRow { kind, payment, attempt, refund, subject } = JobRow::of(job.kind);
    let sql = "INSERT INTO jobs (shard, id, kind, payment, attempt, refund, subject, run_at, tries, fence, lease_owner, lease_until)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
               ON CONFLICT (shard, id) DO UPDATE SET run_at = ?8, tries = ?9, fence = ?10, lease_owner = ?11, lease_until = ?12";
    let values = params![
        job.id.shard().number(),
        job.id.to_string(),
        kind,
        payment.map(|payment| payment.to_string()),
        attempt.map(|attempt| attempt.to_string()),
        refund.map(|refund| refund.to_string()),
        subject,
        time(job.run_at),
        job.tries,
        i64::try_from(job.fence).unwrap_or(i64::MAX),
        job.lease.as_ref().map(|lease| lease.owner.as_str()),
        optional_time(job.lease.as_ref().map(|lease| lease.until)),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn finish(connection: &Connection, id: JobId) -> Result<(), StoreError> {
    let values = params![id.shard().number(), id.to_string()];
    connection
        .prepare_cached("DELETE FROM jobs WHERE shard = ?1 AND id = ?2")
        .and_then(|mut finish| finish.execute(values))
        .map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: JobId) -> Result<Option<Job>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM jobs WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![id.shard().number(), id.to_string()], |row| Ok(read(&Cells::of("jobs", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}

/// When the first job that nobody holds at `wall` falls due.
pub(super) fn next_due(connection: &Connection, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT min(run_at) AS run_at FROM jobs WHERE lease_until IS NULL OR lease_until <= ?1";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![time(wall)], |row| Ok(Cells::of("jobs", row).optional_time("run_at")))
        .map_err(unavailable)?
}

/// Takes jobs that are due and held by nobody; each with a new fence, and one try more.
pub(super) fn lease_due(
    connection: &Connection,
    lease: &Lease,
    now: Timestamp,
    wall: Timestamp,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let sql = "UPDATE jobs SET fence = fence + 1, tries = tries + 1, lease_owner = ?1, lease_until = ?2
               WHERE (shard, id) IN (SELECT shard, id FROM jobs WHERE run_at <= ?3 AND (lease_until IS NULL OR lease_until <= ?4)
               ORDER BY run_at LIMIT ?5) RETURNING *";
    let mut taken = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = taken
        .query_map(params![lease.owner, time(lease.until), time(now), time(wall), limit], |row| {
            Ok(read(&Cells::of("jobs", row)))
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<Job, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}
