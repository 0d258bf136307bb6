//! Opening the file: who may write it, which schema it has, and how durable a commit is.
//!
//! One process writes a file. WAL with `synchronous=FULL` makes a commit durable before it returns; the
//! write log is folded back in small steps, because a large one would stall the writer.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{StoreError, Trouble};

mod embedded {
    refinery::embed_migrations!("migrations/sqlite");
}

/// How durable a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// It is on the disk when it returns.
    Full,
    /// It may be anywhere: the power-cut gate's control, and nothing else.
    None,
}

/// Another server's hold on the file ends with its process, however that ends.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let beside = beside(path, ".lock");
    let unavailable = |error: std::io::Error| {
        StoreError::Unavailable(
            Trouble::Other,
            format!("{}: {error}; check that its folder exists and can be written", beside.display()),
        )
    };
    let file = File::options().create(true).truncate(false).write(true).open(&beside).map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(unavailable(error)),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// After how many pages of log they are copied into the file: 64 MiB. A batch alone writes a few thousand pages, and one that
/// several batches write is copied once. Read again after a crash, so much takes a fraction of a second.
pub(crate) const CHECKPOINT_PAGES: u32 = 16_000;

/// As a negative number of KiB, which is how SQLite wants it: the writer touches other accounts in every batch, and each page that is
/// not there any more is read again.
pub(crate) const WRITERS_CACHE_KIB: i32 = -131_072;

/// The connection that writes.
pub(super) fn writer(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path).map_err(super::unavailable)?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::None => "OFF",
    };
    configure(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(super::unavailable)?;
    connection.pragma_update(None, "synchronous", synchronous).map_err(super::unavailable)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES).map_err(super::unavailable)?;
    connection.pragma_update(None, "cache_size", WRITERS_CACHE_KIB).map_err(super::unavailable)?;
    check_version(&connection)?;
    embedded::migrations::runner().run(&mut connection).map_err(|error| {
        StoreError::Unavailable(Trouble::Other, format!("the schema could not be brought up to date: {error}"))
    })?;
    Ok(connection)
}

/// A connection that only reads, beside a running writer.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    if !path.is_file() {
        return Err(StoreError::Missing { path: path.display().to_string() });
    }
    // Not SQLITE_OPEN_READ_ONLY: after a crash the first reader must be able to put the write log in order.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(super::unavailable)?;
    configure(&connection)?;
    connection.pragma_update(None, "query_only", true).map_err(super::unavailable)?;
    let found = check_version(&connection)?;
    if found < known_version() {
        return Err(StoreError::Unavailable(
            Trouble::SchemaOlder,
            format!("the database has schema {found}; run `tantu migrate` to bring it to {}", known_version()),
        ));
    }
    Ok(connection)
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(5)).map_err(super::unavailable)?;
    connection.pragma_update(None, "cache_size", -20_000).map_err(super::unavailable)?;
    connection.set_prepared_statement_cache_capacity(128);
    // A plan is made once and kept: without this the cached reads are planned again whenever a key is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(super::unavailable)?;
    Ok(())
}

fn known_version() -> u32 {
    let versions = embedded::migrations::runner()
        .get_migrations()
        .iter()
        .map(|migration| u32::try_from(migration.version()).unwrap_or(0))
        .max();
    versions.unwrap_or(0)
}

/// The schema of the file, which must not be newer than ours: we would not know what we break.
fn check_version(connection: &Connection) -> Result<u32, StoreError> {
    let kept = "SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'";
    let has_history: i64 = connection.query_row(kept, [], |row| row.get(0)).map_err(super::unavailable)?;
    if has_history == 0 {
        return Ok(0);
    }
    let latest = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    let found: u32 = connection.query_row(latest, [], |row| row.get(0)).map_err(super::unavailable)?;
    if found > known_version() {
        return Err(StoreError::Newer { found, known: known_version() });
    }
    Ok(found)
}
