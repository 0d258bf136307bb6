//! Opening the database: who may be called, whether it can be written, and which schema it has.

use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, QueueMode, RecyclingMethod,
    Runtime, TimeoutType, Timeouts,
};
use tokio_postgres::NoTls;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;

use crate::error::{StoreError, Trouble};
use crate::wire::address::{Address, CONNECT};
use crate::wire::failure::{trouble, unavailable};
use crate::wire::in_full;
use crate::wire::schema::{known_version, migrate, version};
use crate::wire::upsert::Form;

/// How many connections one process has: one commits, one more may roll back, and the others read.
pub(crate) const CONNECTIONS: usize = 16;

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
pub(crate) const LONG: [&str; 2] = ["SET LOCAL statement_timeout = '10min'", "SET LOCAL enable_seqscan = on"];

/// Whether the process may change the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Write,
    Read,
}

/// The connections to a database. None is made yet; one that is in use is waited for so long.
pub(crate) fn pool(mut address: Address, usage: Use, connections: usize, wait: Duration) -> Result<Pool, StoreError> {
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
        wait: Some(wait),
        // Taking the call is bounded for each host; this also bounds what follows it: TLS, and the password.
        create: Some(CONNECT * hosts + Duration::from_secs(2)),
        recycle: Some(CONNECT),
    };
    Pool::builder(manager)
        .max_size(connections)
        // The same connection again, as long as one will do: it knows the statements already.
        .queue_mode(QueueMode::Lifo)
        .timeouts(timeouts)
        .runtime(Runtime::Tokio1)
        .post_create(told)
        .build()
        .map_err(|error| StoreError::Unavailable(Trouble::Other, error.to_string()))
}

/// A connection of the pool.
pub(crate) async fn connect(pool: &Pool, shown: &str) -> Result<Object, StoreError> {
    pool.get().await.map_err(|error| {
        let (trouble, why) = not_connected(&error);
        StoreError::Unavailable(trouble, format!("{shown}: {why}"))
    })
}

fn not_connected(error: &PoolError) -> (Trouble, String) {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => {
            let why = "all of its connections are in use; this process asks for more than the database answers";
            (Trouble::Overloaded, why.to_owned())
        }
        PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
            (Trouble::NoAnswer, "nobody answers; check the host, the port and the firewall between".to_owned())
        }
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            let (trouble, way_out) = way_out(error);
            (trouble, format!("{}; {way_out}", in_full(error)))
        }
        PoolError::PostCreateHook(_) | PoolError::Closed | PoolError::NoRuntimeSpecified => {
            (Trouble::Other, error.to_string())
        }
    }
}

/// What keeps the server from taking a call, and what to do about it.
fn way_out(error: &tokio_postgres::Error) -> (Trouble, &'static str) {
    let Some(code) = error.code() else { return no_word(error) };
    let trouble = trouble(code);
    let way_out = match trouble {
        // The server's words for a caller without TLS, where it wants TLS, are those for a stranger.
        Trouble::AccessDenied if *code == SqlState::INVALID_PASSWORD => {
            "check the user and the password in the address"
        }
        Trouble::AccessDenied => {
            "check the user, and the server's pg_hba.conf; where that wants TLS, add sslmode=require"
        }
        Trouble::NoSuchDatabase => "create it with createdb, or check the address",
        Trouble::TooManyConnections => "raise max_connections, or run fewer servers",
        Trouble::Restarting => "it is starting or stopping; try again",
        _ => "the server's log says more",
    };
    (trouble, way_out)
}

/// The same for a call that ended before the server said anything in its own words.
fn no_word(error: &tokio_postgres::Error) -> (Trouble, &'static str) {
    let mut words = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let by_tls = |cause: &(dyn std::error::Error + 'static)| {
        let cause = cause.to_string();
        cause.contains("TLS") || cause.contains("certificate")
    };
    if words.any(by_tls) {
        let way_out = "sslrootcert=FILE in the address names the authority to trust; sslmode=disable goes without TLS";
        return (Trouble::Tls, way_out);
    }
    if error.to_string().contains("read-write") || in_full(error).contains("does not allow writes") {
        return (Trouble::ReadOnly, "none of the address's hosts can be written; add the primary's");
    }
    (Trouble::Unreachable, "check that PostgreSQL runs there, and the host and port in the address")
}

/// Looks whether the database can be written, and brings its schema up to date.
/// Gives the form in which rows travel to it.
pub(crate) async fn for_writing(pool: &Pool, shown: &str, patience: Duration) -> Result<Form, StoreError> {
    let client = connect(pool, shown).await?;
    let asked = "SELECT current_setting('transaction_read_only') = 'on', current_setting('fsync') = 'off',
                 EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')";
    let told = client.query_one(asked, &[]).await.map_err(|error| unavailable(shown, &error))?;
    if told.get(0) {
        return Err(StoreError::Unavailable(
            Trouble::ReadOnly,
            format!("{shown}: the database can only be read; is this a standby? give the address of the primary"),
        ));
    }
    if told.get(1) {
        tracing::warn!(database = shown, "fsync is off: a power cut can lose what was promised");
    }
    let form = if told.get(2) { Form::Values } else { Form::Columns };
    if version(&client, shown).await? < known_version() {
        // Neither connection goes back to the pool: what was begun or set on it ends with it, however this ends.
        let lock = Object::take(connect(pool, shown).await?);
        migrate(shown, lock, Object::take(client), patience).await?;
    }
    Ok(form)
}

/// Looks whether the schema is ours to read.
pub(crate) async fn for_reading(pool: &Pool, shown: &str) -> Result<(), StoreError> {
    let client = connect(pool, shown).await?;
    let (found, known) = (version(&client, shown).await?, known_version());
    if found == known {
        return Ok(());
    }
    Err(StoreError::Unavailable(
        Trouble::SchemaOlder,
        format!("{shown}: the database has schema {found}; run `tantu migrate` to bring it to {known}"),
    ))
}
