//! Which database an address names. Everybody who opens one comes through here.

use std::sync::Arc;

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
