//! Whether the database can do its work now: one question, and, after it was full, a try at whether there is room again.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use tokio_postgres::Row;

use super::cell::Cells;
use super::open::{Use, known_version};
use super::{ANSWER, BEGIN, said};
use crate::error::{StoreError, Trouble};
use crate::wire::burst::Ask;
use crate::wire::link::Link;

const STATE: &str = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS only_read,
    (SELECT max(version)::bigint FROM refinery_schema_history) AS schema,
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock";

/// A megabyte that is written and taken back. What a full disk still takes is less: a row fits into a page that is there already.
const ROOM: &str = "CREATE TABLE tantu_room AS SELECT md5(n::text) FROM generate_series(1, 20000) AS n";

/// Whether the disk was full at the last write. A question does not show it, so it is remembered.
#[derive(Debug, Default)]
pub(super) struct Room(AtomicBool);

impl Room {
    /// What came of a write.
    pub(super) fn see<T>(&self, written: Result<T, StoreError>) -> Result<T, StoreError> {
        match &written {
            Ok(_) if self.0.load(Ordering::Relaxed) => self.0.store(false, Ordering::Relaxed),
            Err(error) if error.trouble() == Some(Trouble::Full) => self.0.store(true, Ordering::Relaxed),
            Ok(_) | Err(_) => {}
        }
        written
    }
}

/// What the server's clock shows, if all is well.
pub(super) async fn ask(mut link: Link, usage: Use, room: &Room) -> Result<Timestamp, StoreError> {
    let mut answers = said(ANSWER, &mut link, &[Ask::plain(STATE)]).await?;
    link.settle();
    let clock = answers.all(1, |row| read(row, usage))?.pop();
    let clock = clock.ok_or_else(|| StoreError::Unavailable(Trouble::Other, "the database told nothing".into()))?;
    if usage == Use::Write && room.0.load(Ordering::Relaxed) {
        let written = said(ANSWER, &mut link, &[BEGIN, ROOM, "ROLLBACK"].map(Ask::plain)).await.map(|_| link.settle());
        room.see(written)?;
    }
    Ok(clock)
}

fn read(row: &Row, usage: Use) -> Result<Timestamp, StoreError> {
    let cells = Cells::of("refinery_schema_history", row);
    if usage == Use::Write && cells.get::<bool>("only_read")? {
        let why = "the database can only be read now; is this a standby? give the address of the primary";
        return Err(StoreError::Unavailable(Trouble::ReadOnly, why.into()));
    }
    let schema = cells.get::<Option<i64>>("schema")?.unwrap_or(0);
    // A later one is right while the servers are updated one after the other.
    if schema < i64::from(known_version()) {
        let why = format!("the database has gone back to schema {schema}; run `tantu migrate`, or restart this server");
        return Err(StoreError::Unavailable(Trouble::SchemaOlder, why));
    }
    let clock = Timestamp::from_microsecond(cells.get("clock")?);
    clock.map_err(|error| cells.wrong("clock", error))
}
