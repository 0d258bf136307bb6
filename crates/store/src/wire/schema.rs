//! Which schema the database has, and how it is brought up to date: under load, by one process at a time.
//!
//! Whoever migrates holds the others off without an advisory lock (a pooler in between may lose one): it begins to make a table
//! that it never commits, and a second one that begins the same waits. Each version is one transaction with its line in the
//! history, so a migration that was killed goes on where it stood. A version that changes a table must hold it alone for a
//! moment. It waits for that so briefly that whoever queues behind it hardly notices, and then lets all of them pass before it
//! tries again: a long reader holds up the migration, and nobody else.

use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use tokio::time::Instant;
use tokio_postgres::error::SqlState;

use crate::error::{StoreError, Trouble};
use crate::wire::failure::{trouble, unavailable};
use crate::wire::in_full;

mod embedded {
    refinery::embed_migrations!("migrations/postgres");
}

/// Below the second after which the server looks for a deadlock: so whoever the migration is entangled with is never the one
/// that is refused.
const BRIEF: &str = "SET lock_timeout = '200ms'; SET statement_timeout = 0";

/// The others' turn, between two tries.
const PAUSE: Duration = Duration::from_millis(300);

/// The lock is held until its transaction ends, however long that takes.
const LOCK: &str = "BEGIN; SET LOCAL lock_timeout = '200ms'; SET LOCAL idle_in_transaction_session_timeout = 0;
    CREATE TABLE tantu_migration_under_way ()";

/// Brings the schema up to date, and waits so long at most for other processes: for one that migrates, and for those whose
/// transactions hold the tables.
pub(crate) async fn migrate(
    shown: &str,
    lock: ClientWrapper,
    mut client: ClientWrapper,
    patience: Duration,
) -> Result<(), StoreError> {
    let until = Instant::now() + patience;
    while let Err(error) = lock.batch_execute(LOCK).await {
        if !is_held(&error) || Instant::now() >= until {
            return Err(not_locked(shown, &error));
        }
        lock.batch_execute("ROLLBACK").await.map_err(|error| unavailable(shown, &error))?;
        tokio::time::sleep(PAUSE).await;
        // Whoever held the lock may have done it.
        if version(&client, shown).await? == known_version() {
            return Ok(());
        }
    }
    bring_up(shown, &mut client, until).await?;
    lock.batch_execute("ROLLBACK").await.map_err(|error| unavailable(shown, &error))
}

async fn bring_up(shown: &str, client: &mut ClientWrapper, until: Instant) -> Result<(), StoreError> {
    client.batch_execute(BRIEF).await.map_err(|error| unavailable(shown, &error))?;
    let mut told = 0;
    while version(client, shown).await? < known_version() {
        let Err(error) = embedded::migrations::runner().run_async(&mut **client).await else { continue };
        let held = told_by_server(&error).filter(|told| is_held(told));
        if held.is_none() || Instant::now() >= until {
            return Err(not_brought_up(shown, &error));
        }
        told += 1;
        if told % 10 == 1 {
            tracing::warn!(database = shown, "the migration waits for a table that others use: {}", in_full(&error));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Whether others were in the way, so that it can be tried again.
fn is_held(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(&(SqlState::LOCK_NOT_AVAILABLE | SqlState::T_R_DEADLOCK_DETECTED)))
}

fn told_by_server<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a tokio_postgres::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(told) = error.downcast_ref() {
            return Some(told);
        }
        next = error.source();
    }
    None
}

fn not_brought_up(shown: &str, error: &refinery::Error) -> StoreError {
    let told = told_by_server(error);
    let held = told.is_some_and(is_held);
    let trouble = if held {
        Trouble::Migrating
    } else {
        told.and_then(tokio_postgres::Error::code).map_or(Trouble::Other, trouble)
    };
    let way_out = match trouble {
        Trouble::Migrating => {
            "others use a table that must change; pg_stat_activity shows the oldest transaction: end it, or wait, and run `tantu migrate` again"
        }
        Trouble::Full => "make room where the database is stored, and run `tantu migrate` again",
        _ => "what was done is whole; `tantu migrate` goes on from there",
    };
    let why = format!("{shown}: the schema could not be brought up to date: {}; {way_out}", in_full(error));
    StoreError::Unavailable(trouble, why)
}

fn not_locked(shown: &str, error: &tokio_postgres::Error) -> StoreError {
    match error.code() {
        Some(&SqlState::LOCK_NOT_AVAILABLE) => StoreError::Unavailable(
            Trouble::Migrating,
            format!("{shown}: another process is bringing the schema up to date; start again when it is done"),
        ),
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => StoreError::Unavailable(
            Trouble::AccessDenied,
            format!("{shown}: {}; the user must own the database, or be granted CREATE on its schema", in_full(error)),
        ),
        _ => unavailable(shown, error),
    }
}

/// The version that this build knows.
pub(crate) fn known_version() -> u32 {
    let versions = embedded::migrations::runner()
        .get_migrations()
        .iter()
        .map(|migration| u32::try_from(migration.version()).unwrap_or(0))
        .max();
    versions.unwrap_or(0)
}

/// The schema of the database: 0 if there is none yet. It must be ours, and not newer: we would not know what we break.
pub(crate) async fn version(client: &ClientWrapper, shown: &str) -> Result<u32, StoreError> {
    let failed = |error| unavailable(shown, &error);
    let kept = "SELECT to_regclass('refinery_schema_history') IS NOT NULL,
                (SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
                AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e'))";
    let told = client.query_one(kept, &[]).await.map_err(failed)?;
    let (has_history, tables): (bool, i64) = (told.get(0), told.get(1));
    let not_ours = |why: &str| {
        let why = format!("{shown}: {why}; give Tantu a database of its own: createdb tantu");
        StoreError::Unavailable(Trouble::SchemaForeign, why)
    };
    if !has_history {
        return if tables == 0 { Ok(0) } else { Err(not_ours("the database holds tables, and none of Tantu's")) };
    }
    let history = "SELECT version, name FROM refinery_schema_history ORDER BY version";
    let rows = client.query(history, &[]).await.map_err(failed)?;
    let ours = embedded::migrations::runner();
    let mut found = 0;
    for row in rows {
        let (version, name): (i32, String) = (row.get(0), row.get(1));
        let known = ours.get_migrations().iter().find(|known| i64::from(known.version()) == i64::from(version));
        if known.is_some_and(|known| known.name() != name) {
            return Err(not_ours("the database's schema was made by another program"));
        }
        found = u32::try_from(version).unwrap_or(0);
    }
    let known = known_version();
    if found > known { Err(StoreError::Newer { found, known }) } else { Ok(found) }
}
