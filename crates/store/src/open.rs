//! Which database an address names. Everybody who opens one comes through here.

use std::sync::Arc;

use crate::Store;
use crate::error::StoreError;
use crate::sqlite::SqliteStore;

/// Opens a database for writing, makes it if it is a file that is missing, and brings its schema up to date.
///
/// # Errors
/// [`StoreError`] if the address names none, or it cannot be used.
pub fn open_url(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(SqliteStore::open_url(url)?))
}

/// Opens a database beside its writers, to read.
///
/// # Errors
/// [`StoreError`] if the address names none, it is missing, or its schema is not ours.
pub fn read_url(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(SqliteStore::read_url(url)?))
}
