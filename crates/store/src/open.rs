//! Which database an address names. Everybody who opens one comes through here.

use std::sync::Arc;
use std::time::Duration;

use crate::Store;
use crate::error::StoreError;
use crate::postgres::PostgresStore;
use crate::sqlite::SqliteStore;
use crate::wire::address::{is_postgres, shown};

/// Opens a database for writing, makes it if it is a file that is missing, and brings its schema up to date.
///
/// # Errors
/// [`StoreError`] if the address names none, or it cannot be used.
pub fn open_url(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    if is_postgres(url) {
        Ok(Arc::new(PostgresStore::open_url(url)?))
    } else {
        Ok(Arc::new(SqliteStore::open_url(url)?))
    }
}

/// Brings a database's schema up to date, and waits so long at most for others that hold that up.
///
/// # Errors
/// [`StoreError`] if the address names none, it cannot be used, or the others took longer.
pub fn migrate_url(url: &str, patience: Duration) -> Result<(), StoreError> {
    if is_postgres(url) {
        PostgresStore::open_patiently(url, patience)?.ping().map(drop)
    } else {
        SqliteStore::open_url(url)?.ping().map(drop)
    }
}

/// Opens a database beside its writers, to read.
///
/// # Errors
/// [`StoreError`] if the address names none, it is missing, or its schema is not ours.
pub fn read_url(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    if is_postgres(url) {
        Ok(Arc::new(PostgresStore::read_url(url)?))
    } else {
        Ok(Arc::new(SqliteStore::read_url(url)?))
    }
}

/// An address as it may be shown: without its password.
pub fn shown_url(url: &str) -> String {
    shown(url)
}
