//! A fresh PostgreSQL database, and a way past the store to its tables.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tantu_store::postgres::PostgresStore;

use super::cluster::{Raw, cluster};

/// A store with its database, which goes when it does.
pub(crate) struct Fresh {
    pub(crate) store: PostgresStore,
    pub(crate) database: Database,
}

/// A database that goes with this.
pub(crate) struct Database {
    pub(crate) name: String,
}

/// An empty database without a schema.
pub(crate) fn empty() -> Database {
    made("template0")
}

pub(crate) fn fresh() -> Fresh {
    static TEMPLATE: OnceLock<Database> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let database = empty();
        drop(PostgresStore::open_url(&database.url()).unwrap());
        database
    });
    let database = made(&template.name);
    Fresh { store: PostgresStore::open_url(&database.url()).unwrap(), database }
}

pub(crate) fn made(template: &str) -> Database {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("tantu_{}", NEXT.fetch_add(1, Ordering::SeqCst));
    cluster().admin(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
    Database { name }
}

impl Database {
    pub(crate) fn url(&self) -> String {
        cluster().url(&self.name)
    }

    /// The tables themselves.
    pub(crate) fn raw(&self) -> Raw {
        Raw::connect(cluster().port, &self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        cluster().admin(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
