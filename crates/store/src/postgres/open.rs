//! Opening the database: who may be called, which schema it has, and who brings it up to date.
//!
//! Several processes write one database. Whoever migrates holds all others off meanwhile, without an advisory lock (a pooler
//! in between may lose one): it begins to make a table that it never commits, and a second one that begins the same waits.

use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, QueueMode, RecyclingMethod,
    Runtime, TimeoutType, Timeouts,
};
use tokio_postgres::NoTls;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;

use crate::error::StoreError;
use crate::wire::address::{Address, CONNECT};
use crate::wire::in_full;
use crate::wire::upsert::Form;

mod embedded {
    refinery::embed_migrations!("migrations/postgres");
}

/// How many connections one process has: one commits, one more may roll back, and the others read.
pub(super) const CONNECTIONS: usize = 16;

/// What every connection is told when it is made.
///
/// A time-out ends whatever waits for another's row or runs away, and a transaction that its process has forgotten. A commit
/// is on the disk before it returns, whatever the role's settings say. A plan is made once and kept, perhaps when its table is
/// still empty; so it goes by an index, which is right when the table is full.
const SETTINGS: &str = "SET lock_timeout = '5s'; SET statement_timeout = '10s';
    SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = 'error';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SET plan_cache_mode = 'force_generic_plan'; SET enable_seqscan = off";

/// What a connection is told that looks at everything: it takes its time, and plans as the server likes.
pub(super) const LONG: [&str; 2] = ["SET LOCAL statement_timeout = '10min'", "SET LOCAL enable_seqscan = on"];

/// How long one process waits for another that migrates.
const MIGRATION_WAIT: &str = "SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = 0";

/// Never there for anybody: the transaction that makes it is always rolled back.
const MIGRATION_LOCK: &str = "CREATE TABLE tantu_migration_under_way ()";

/// Whether the process may change the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Write,
    Read,
}

/// The connections to a database. None is made yet.
pub(super) fn pool(mut address: Address, usage: Use) -> Result<Pool, StoreError> {
    let hosts = address.hosts();
    if usage == Use::Write && hosts > 1 {
        // Of several servers the one is meant that can be written, whichever that is by then.
        address.config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match address.tls {
        Some(tls) => Manager::from_config(address.config, tls, config),
        None => Manager::from_config(address.config, NoTls, config),
    };
    let told = Hook::async_fn(move |client: &mut ClientWrapper, _| {
        Box::pin(async move {
            client.batch_execute(SETTINGS).await.map_err(HookError::Backend)?;
            if usage == Use::Read {
                let read_only = "SET default_transaction_read_only = on";
                client.batch_execute(read_only).await.map_err(HookError::Backend)?;
            }
            Ok(())
        })
    });
    let timeouts = Timeouts {
        wait: Some(CONNECT),
        // Taking the call is bounded for each host; this also bounds what follows it: TLS, and the password.
        create: Some(CONNECT * hosts + Duration::from_secs(2)),
        recycle: Some(CONNECT),
    };
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        // The same connection again, as long as one will do: it knows the statements already.
        .queue_mode(QueueMode::Lifo)
        .timeouts(timeouts)
        .runtime(Runtime::Tokio1)
        .post_create(told)
        .build()
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// A connection of the pool.
pub(super) async fn connect(pool: &Pool, shown: &str) -> Result<Object, StoreError> {
    pool.get().await.map_err(|error| StoreError::Unavailable(format!("{shown}: {}", not_connected(&error))))
}

fn not_connected(error: &PoolError) -> String {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => {
            format!("all {CONNECTIONS} connections are in use; this process asks for more than the database answers")
        }
        PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
            "nobody answers; check the host, the port and the firewall between".to_owned()
        }
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            format!("{}; {}", in_full(error), way_out(error))
        }
        PoolError::PostCreateHook(_) | PoolError::Closed | PoolError::NoRuntimeSpecified => error.to_string(),
    }
}

/// What to do about a connection that was refused.
fn way_out(error: &tokio_postgres::Error) -> &'static str {
    let refused_by_tls = std::error::Error::source(error).is_some_and(|cause| {
        let cause = cause.to_string();
        cause.contains("TLS") || cause.contains("certificate")
    });
    match error.code() {
        Some(&SqlState::INVALID_PASSWORD) => "check the user and the password in the address",
        Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => "check the user, and the server's pg_hba.conf",
        Some(&SqlState::INVALID_CATALOG_NAME) => "create it with createdb, or check the address",
        Some(&SqlState::TOO_MANY_CONNECTIONS) => "raise max_connections, or run fewer servers",
        Some(&SqlState::CANNOT_CONNECT_NOW) => "it is starting or stopping; try again",
        Some(_) => "the server's log says more",
        None if refused_by_tls => {
            "sslrootcert=FILE in the address names the authority to trust; sslmode=disable goes without TLS"
        }
        None => "check that PostgreSQL runs there, and the host and port in the address",
    }
}

fn unavailable(shown: &str, error: &tokio_postgres::Error) -> StoreError {
    StoreError::Unavailable(format!("{shown}: {}", in_full(error)))
}

/// Looks whether the database can be written, and brings its schema up to date.
/// Gives the form in which rows travel to it.
pub(super) async fn for_writing(pool: &Pool, shown: &str) -> Result<Form, StoreError> {
    let client = connect(pool, shown).await?;
    let asked = "SELECT current_setting('transaction_read_only') = 'on', current_setting('fsync') = 'off',
                 EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')";
    let told = client.query_one(asked, &[]).await.map_err(|error| unavailable(shown, &error))?;
    if told.get(0) {
        return Err(StoreError::Unavailable(format!(
            "{shown}: the database can only be read; is this a standby? give the address of the primary"
        )));
    }
    if told.get(1) {
        tracing::warn!(database = shown, "fsync is off: a power cut can lose what was promised");
    }
    let form = if told.get(2) { Form::Values } else { Form::Columns };
    if version(&client, shown).await? < known_version() {
        migrate(pool, shown, client).await?;
    }
    Ok(form)
}

/// Looks whether the schema is ours to read.
pub(super) async fn for_reading(pool: &Pool, shown: &str) -> Result<(), StoreError> {
    let client = connect(pool, shown).await?;
    let (found, known) = (version(&client, shown).await?, known_version());
    if found == known {
        return Ok(());
    }
    Err(StoreError::Unavailable(format!(
        "{shown}: the database has schema {found}; run `tantu migrate` to bring it to {known}"
    )))
}

fn known_version() -> u32 {
    let versions = embedded::migrations::runner()
        .get_migrations()
        .iter()
        .map(|migration| u32::try_from(migration.version()).unwrap_or(0))
        .max();
    versions.unwrap_or(0)
}

/// The schema of the database: 0 if there is none yet. It must be ours, and not newer: we would not know what we break.
async fn version(client: &ClientWrapper, shown: &str) -> Result<u32, StoreError> {
    let failed = |error| unavailable(shown, &error);
    let kept = "SELECT to_regclass('refinery_schema_history') IS NOT NULL,
                (SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
                AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e'))";
    let told = client.query_one(kept, &[]).await.map_err(failed)?;
    let (has_history, tables): (bool, i64) = (told.get(0), told.get(1));
    let not_ours = |why: &str| {
        StoreError::Unavailable(format!("{shown}: {why}; give Tantu a database of its own: createdb tantu"))
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

/// Brings the schema up to date, and lets no other process do so meanwhile.
async fn migrate(pool: &Pool, shown: &str, client: Object) -> Result<(), StoreError> {
    // Neither connection goes back to the pool: what was begun or set on it ends with it, however this ends.
    let (lock, mut client) = (Object::take(connect(pool, shown).await?), Object::take(client));
    let begun = lock.batch_execute(&format!("BEGIN; {MIGRATION_WAIT}; {MIGRATION_LOCK}")).await;
    begun.map_err(|error| not_locked(shown, &error))?;
    // Whoever held the lock may have done it.
    if version(&client, shown).await? < known_version() {
        let failed = |error: &(dyn std::error::Error + 'static)| {
            StoreError::Unavailable(format!("{shown}: the schema could not be brought up to date: {}", in_full(error)))
        };
        client.batch_execute("SET statement_timeout = 0").await.map_err(|error| failed(&error))?;
        embedded::migrations::runner().run_async(&mut *client).await.map_err(|error| failed(&error))?;
    }
    lock.batch_execute("ROLLBACK").await.map_err(|error| unavailable(shown, &error))
}

fn not_locked(shown: &str, error: &tokio_postgres::Error) -> StoreError {
    match error.code() {
        Some(&SqlState::LOCK_NOT_AVAILABLE) => StoreError::Busy(format!(
            "{shown}: another process is bringing the schema up to date; start again when it is done"
        )),
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => StoreError::Unavailable(format!(
            "{shown}: {}; the user must own the database, or be granted CREATE on its schema",
            in_full(error)
        )),
        _ => unavailable(shown, error),
    }
}
