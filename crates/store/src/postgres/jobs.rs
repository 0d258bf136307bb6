//! Jobs and their leases. A lease has a fence that grows, so that a late holder is known.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tantu_domain::ids::JobId;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::job::{Job, JobRow, Lease};
use crate::row::Columns;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static JOBS: Table = Table {
    name: "jobs",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("kind", Put::Once),
        ("payment", Put::Once),
        ("attempt", Put::Once),
        ("refund", Put::Once),
        ("subject", Put::Once),
        ("run_at", Put::Last),
        ("tries", Put::Last),
        ("fence", Put::Last),
        ("lease_owner", Put::Last),
        ("lease_until", Put::Last),
    ],
    order: &[0, 1],
};

/// The jobs that a batch finishes.
#[derive(Default)]
pub(crate) struct Finished(BTreeSet<JobId>);

pub(crate) fn put(rows: &mut Rows, job: &Job) -> Result<(), StoreError> {
    let JobRow { kind, payment, attempt, refund, subject } = JobRow::of(job.kind);
    rows.put(
        &JOBS,
        vec![
            Value::shard(job.id.shard().number()),
            job.id.into(),
            kind.into(),
            Value::maybe(payment),
            Value::maybe(attempt),
            Value::maybe(refund),
            Value::maybe(subject),
            time(job.run_at),
            Value::Big(i64::from(job.tries)),
            Value::Big(i64::try_from(job.fence).unwrap_or(i64::MAX)),
            Value::maybe(job.lease.as_ref().map(|lease| lease.owner.clone())),
            optional_time(job.lease.as_ref().map(|lease| lease.until)),
        ],
    )
}

impl Finished {
    /// A job is done. What the batch has put of it before is not written; what it puts afterwards is a new one.
    pub(crate) fn finish(&mut self, rows: &mut Rows, id: JobId) {
        rows.forget(&JOBS, &[Value::shard(id.shard().number()), id.into()]);
        self.0.insert(id);
    }

    /// The shard of the first.
    pub(crate) fn shard(&self) -> Option<u8> {
        self.0.first().map(|id| id.shard().number())
    }

    /// The statements, which go before those that put jobs.
    pub(crate) fn asks(&self) -> Vec<Ask> {
        let delete = |(shard, ids): (u8, Vec<JobId>)| {
            Ask::new("DELETE FROM jobs WHERE shard = $1 AND id = ANY($2)", vec![Value::shard(shard), Value::list(ids)])
        };
        by_shard(self.0.iter().copied()).into_iter().map(delete).collect()
    }
}

fn by_shard(ids: impl IntoIterator<Item = JobId>) -> BTreeMap<u8, Vec<JobId>> {
    let mut shards: BTreeMap<u8, Vec<JobId>> = BTreeMap::new();
    for id in ids {
        shards.entry(id.shard().number()).or_default().push(id);
    }
    shards
}

/// These jobs.
pub(crate) fn ask(ids: &[JobId]) -> Option<Ask> {
    Ask::look_up(look_up!("jobs", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

/// When the first job that nobody holds at `wall` falls due.
pub(crate) fn ask_next_due(wall: Timestamp) -> Ask {
    Ask::new("SELECT min(run_at) AS run_at FROM jobs WHERE lease_until IS NULL OR lease_until <= $1", vec![time(wall)])
}

pub(crate) fn read_next_due(row: &Row) -> Result<Option<Timestamp>, StoreError> {
    Cells::of("jobs", row).optional_time("run_at")
}

/// Which jobs are due and held by nobody, the oldest first, wherever they live. Nothing is locked: whoever takes
/// them asks again, shard by shard.
pub(crate) fn ask_due(now: Timestamp, wall: Timestamp, limit: u32) -> Ask {
    Ask::new(
        "SELECT id, run_at FROM jobs WHERE run_at <= $1 AND (lease_until IS NULL OR lease_until <= $2)
         ORDER BY run_at, shard, id LIMIT $3",
        vec![time(now), time(wall), Value::Big(i64::from(limit))],
    )
}

/// When it was due, and which it is.
pub(crate) fn read_due(row: &Row) -> Result<(Timestamp, JobId), StoreError> {
    let cells = Cells::of("jobs", row);
    Ok((cells.time("run_at")?, cells.parse("id")?))
}

/// Takes those of the due jobs that nobody has taken meanwhile; each with a new fence, and one try more.
pub(crate) fn asks_lease(
    due: impl IntoIterator<Item = JobId>,
    lease: &Lease,
    now: Timestamp,
    wall: Timestamp,
) -> Vec<Ask> {
    let take = |(shard, ids): (u8, Vec<JobId>)| {
        Ask::new(
            "UPDATE jobs SET fence = fence + 1, tries = tries + 1, lease_owner = $3, lease_until = $4
             WHERE shard = $1 AND id = ANY(ARRAY(SELECT id FROM jobs WHERE shard = $1 AND id = ANY($2) AND run_at <= $5
             AND (lease_until IS NULL OR lease_until <= $6) ORDER BY id FOR UPDATE SKIP LOCKED)) RETURNING *",
            vec![
                Value::shard(shard),
                Value::list(ids),
                lease.owner.clone().into(),
                time(lease.until),
                time(now),
                time(wall),
            ],
        )
    };
    by_shard(due).into_iter().map(take).collect()
}

pub(crate) fn read(row: &Row) -> Result<Job, StoreError> {
    rows::jobs::read(&Cells::of("jobs", row))
}
