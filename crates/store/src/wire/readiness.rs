//! Whether the database can do its work now: one question, and, after it was full, a try at whether there is room again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio_postgres::Row;

use crate::error::{StoreError, Trouble};
use crate::wire::burst::Ask;
use crate::wire::failure::failed;
use crate::wire::in_full;
use crate::wire::link::Link;
use crate::wire::schema::known_version;

const STATE: &str = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS only_read,
    (SELECT max(version)::bigint FROM refinery_schema_history) AS schema,
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock";

/// How long the server may take, before the caller has long looked elsewhere.
const ANSWER: Duration = Duration::from_secs(15);

/// A megabyte that is written and taken back. What a full disk still takes is less: a row fits into a page that is there already.
const ROOM: &str = "CREATE TABLE tantu_room AS SELECT md5(n::text) FROM generate_series(1, 20000) AS n";

/// Whether the disk was full at the last write. A question does not show it, so it is remembered.
#[derive(Debug, Default)]
pub(crate) struct Room(AtomicBool);

impl Room {
    /// What came of a write.
    pub(crate) fn see<T>(&self, written: Result<T, StoreError>) -> Result<T, StoreError> {
        match &written {
            Ok(_) if self.0.load(Ordering::Relaxed) => self.0.store(false, Ordering::Relaxed),
            Err(error) if error.trouble() == Some(Trouble::Full) => self.0.store(true, Ordering::Relaxed),
            Ok(_) | Err(_) => {}
        }
        written
    }
}

/// What the server's clock shows, if all is well. Whoever only reads does not ask whether it can be written.
pub(crate) async fn ask(mut link: Link, writes: bool, room: &Room) -> Result<Timestamp, StoreError> {
    let rows = said(&mut link, &[Ask::plain(STATE)]).await?;
    let clock = rows.first().map(|row| read(row, writes)).transpose()?;
    let clock = clock.ok_or_else(|| StoreError::Unavailable(Trouble::Other, "the database told nothing".into()))?;
    if writes && room.0.load(Ordering::Relaxed) {
        room.see(said(&mut link, &["BEGIN", ROOM, "ROLLBACK"].map(Ask::plain)).await)?;
    }
    Ok(clock)
}

/// The rows of all statements, which leave nothing behind.
async fn said(link: &mut Link, asks: &[Ask]) -> Result<Vec<Row>, StoreError> {
    let late = |_| StoreError::Unavailable(Trouble::NoAnswer, "the database did not answer in time".into());
    let rows = tokio::time::timeout(ANSWER, link.burst(asks)).await.map_err(late)?;
    let rows = rows.map_err(|broken| failed(&broken))?;
    link.settle();
    Ok(rows.into_iter().flatten().collect())
}

fn read(row: &Row, writes: bool) -> Result<Timestamp, StoreError> {
    let wrong = |why: String| StoreError::Unavailable(Trouble::Other, why);
    let unread = |error: tokio_postgres::Error| wrong(in_full(&error));
    if writes && row.try_get("only_read").map_err(unread)? {
        let why = "the database can only be read now; is this a standby? give the address of the primary";
        return Err(StoreError::Unavailable(Trouble::ReadOnly, why.into()));
    }
    let schema = row.try_get::<_, Option<i64>>("schema").map_err(unread)?.unwrap_or(0);
    // A later one is right while the servers are updated one after the other.
    if schema < i64::from(known_version()) {
        let why = format!("the database has gone back to schema {schema}; run `tantu migrate`, or restart this server");
        return Err(StoreError::Unavailable(Trouble::SchemaOlder, why));
    }
    Timestamp::from_microsecond(row.try_get("clock").map_err(unread)?).map_err(|error| wrong(error.to_string()))
}
