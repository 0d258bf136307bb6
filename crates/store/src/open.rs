//! Which database an address names. Everybody who opens one comes through here.

use std::sync::Arc;
use std::time::Duration;

use crate::Store;
use crate::error::{StoreError, Trouble};
use crate::postgres::PostgresStore;
use crate::sharded::ShardedStore;
use crate::sqlite::SqliteStore;
use crate::wire::address::{is_postgres, shown};

/// Opens a database for writing, makes it if it is a file that is missing, and brings its schema up to date. Several addresses are
/// PostgreSQL databases that hold the shards in their order.
///
/// # Errors
/// [`StoreError`] if an address names none, it cannot be used, or several do not belong together.
pub fn open_urls(urls: &[String]) -> Result<Arc<dyn Store>, StoreError> {
    match urls {
        [url] if !is_postgres(url) => Ok(Arc::new(SqliteStore::open_url(url)?)),
        [url] => {
            let store = PostgresStore::open_url(url)?;
            if !store.is_by_shard()? {
                return Ok(Arc::new(store));
            }
            Ok(Arc::new(ShardedStore::open_urls(urls)?))
        }
        _ => Ok(Arc::new(ShardedStore::open_urls(several(urls)?)?)),
    }
}

/// Brings the schema of a database up to date, or of several, and waits so long at most for others that hold that up.
///
/// # Errors
/// [`StoreError`] if an address names none, it cannot be used, several do not belong together, or the others took longer.
pub fn migrate_urls(urls: &[String], patience: Duration) -> Result<(), StoreError> {
    match urls {
        [url] if !is_postgres(url) => SqliteStore::open_url(url)?.ping().map(drop),
        [url] => PostgresStore::open_patiently(url, patience)?.ping().map(drop),
        _ => ShardedStore::open_patiently(several(urls)?, patience)?.ping().map(drop),
    }
}

/// Opens a database beside its writers, to read; or several that hold the shards in their order.
///
/// # Errors
/// [`StoreError`] if an address names none, it is missing, its schema is not ours, or several do not belong together.
pub fn read_urls(urls: &[String]) -> Result<Arc<dyn Store>, StoreError> {
    match urls {
        [url] if !is_postgres(url) => Ok(Arc::new(SqliteStore::read_url(url)?)),
        [url] => {
            let store = PostgresStore::read_url(url)?;
            if !store.is_by_shard()? {
                return Ok(Arc::new(store));
            }
            Ok(Arc::new(ShardedStore::read_urls(urls)?))
        }
        _ => Ok(Arc::new(ShardedStore::read_urls(several(urls)?)?)),
    }
}

/// From now on each batch of a PostgreSQL database is of one shard, so that its tables may be spread over a cluster.
///
/// # Errors
/// [`StoreError`] if it is no such database, or cannot be written.
pub fn batch_by_shard(url: &str) -> Result<(), StoreError> {
    if !is_postgres(url) {
        return Err(StoreError::Unavailable(
            Trouble::Other,
            format!("{} is one file, and cannot be spread over a cluster", shown(url)),
        ));
    }
    PostgresStore::open_url(url)?.batch_by_shard()
}

/// Addresses as they may be shown: without their passwords.
pub fn shown_urls(urls: &[String]) -> String {
    urls.iter().map(|url| shown(url)).collect::<Vec<_>>().join(", ")
}

fn several(urls: &[String]) -> Result<&[String], StoreError> {
    match urls.iter().find(|url| !is_postgres(url)) {
        None if !urls.is_empty() => Ok(urls),
        None => Err(StoreError::Url { url: String::new() }),
        Some(url) => Err(StoreError::Unavailable(
            Trouble::Other,
            format!(
                "{}: only PostgreSQL databases share the shards; give one address, or several that begin with postgres://",
                shown(url)
            ),
        )),
    }
}
