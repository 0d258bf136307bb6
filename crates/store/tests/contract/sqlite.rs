//! A fresh SQLite file, and a way past the store to its tables.

use std::path::PathBuf;

use rusqlite::Connection;
use tantu_store::sqlite::SqliteStore;
use tempfile::TempDir;

/// A store with its folder, which goes when it does.
pub(crate) struct Fresh {
    pub(crate) store: SqliteStore,
    home: TempDir,
}

pub(crate) fn fresh() -> Fresh {
    let home = tempfile::tempdir().unwrap();
    Fresh { store: SqliteStore::open_url(&url(&home.path().join("tantu.db"))).unwrap(), home }
}

/// The address of a file.
pub(crate) fn url(path: &std::path::Path) -> String {
    format!("sqlite:{}", path.display())
}

impl Fresh {
    pub(crate) fn path(&self) -> PathBuf {
        self.home.path().join("tantu.db")
    }

    pub(crate) fn url(&self) -> String {
        url(&self.path())
    }

    /// The tables themselves.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// Closes the store and keeps the file.
    pub(crate) fn close(self) -> TempDir {
        self.home
    }
}
