//! The plain table that the engine is held against on SQLite, and how many bytes a payment keeps.
//!
//! The table is opened as the store opens its own file: WAL, `synchronous=FULL`, the same cache and the
//! same checkpoints. Only then does the ratio say what our rows and indexes cost, and nothing else.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use crate::error::{StoreError, Trouble};
use crate::sqlite::{CHECKPOINT_PAGES, WRITERS_CACHE_KIB};

fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(Trouble::Other, error.to_string())
}

/// One table with an integer key and one blob, all of the same length.
pub struct BlobTable {
    connection: Connection,
    next: i64,
    blob: Vec<u8>,
}

impl BlobTable {
    /// Makes the file, which must not be there yet, with blobs of `bytes` bytes.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be made.
    pub fn create(path: &Path, bytes: usize) -> Result<Self, StoreError> {
        let connection = Connection::open(path).map_err(unavailable)?;
        connection.pragma_update(None, "cache_size", WRITERS_CACHE_KIB).map_err(unavailable)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(unavailable)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(unavailable)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES).map_err(unavailable)?;
        let table = "CREATE TABLE plain (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT";
        connection.execute_batch(table).map_err(unavailable)?;
        let blob = (0..=u8::MAX).cycle().take(bytes).collect();
        Ok(Self { connection, next: 1, blob })
    }

    /// Adds so many rows in one transaction, durable when it returns.
    ///
    /// # Errors
    /// [`StoreError`] if they were not added.
    pub fn add(&mut self, rows: u64) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(unavailable)?;
        let mut add =
            self.connection.prepare_cached("INSERT INTO plain (id, body) VALUES (?1, ?2)").map_err(unavailable)?;
        for _ in 0..rows {
            add.execute(params![self.next, self.blob]).map_err(unavailable)?;
            self.next += 1;
        }
        self.connection.execute_batch("COMMIT").map_err(unavailable)
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// [`StoreError`] if the table cannot be read.
    pub fn rows(&self) -> Result<u64, StoreError> {
        count(&self.connection, "SELECT count(*) FROM plain")
    }
}

/// What a database's rows hold at one moment, in bytes, as SQLite has written them: the columns with the
/// record's own header, without indexes, free room on pages and the pages' own books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Of the tables to which a payment adds rows: the payment, its legs, its claims and request, its ledger
    /// transaction and entries.
    pub added: u64,
    /// Of one row of balances, of which a wallet payment writes two anew.
    pub balance: u64,
    /// Of one used limit, of which a wallet payment writes two anew: the day's and the month's.
    pub limit_use: u64,
    /// Of the whole file, with its indexes.
    pub file: u64,
}

impl Kept {
    /// Measures a database beside its writer.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn measure(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
        let added = "SELECT coalesce(sum(payload), 0) FROM dbstat
                     WHERE name IN ('payments', 'legs', 'claims', 'requests', 'ledger_transactions', 'ledger_entries')";
        let row = |table: &str| {
            let held = format!("SELECT coalesce(sum(payload), 0) FROM dbstat WHERE name = '{table}'");
            let rows = count(&connection, &format!("SELECT count(*) FROM {table}"))?;
            Ok(count(&connection, &held)?.checked_div(rows).unwrap_or(0))
        };
        Ok(Self {
            added: count(&connection, added)?,
            balance: row("balances")?,
            limit_use: row("limit_uses")?,
            file: count(&connection, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
        })
    }

    /// What one of the wallet payments since `before` has written: the rows that it added, and the four that
    /// it wrote anew.
    pub fn per_payment(&self, before: &Self, payments: u64) -> u64 {
        let added = self.added.saturating_sub(before.added).checked_div(payments).unwrap_or(0);
        added + 2 * self.balance + 2 * self.limit_use
    }

    /// By how much one of the payments since `before` has made the file grow, with indexes and free room.
    pub fn growth_per_payment(&self, before: &Self, payments: u64) -> u64 {
        self.file.saturating_sub(before.file).checked_div(payments).unwrap_or(0)
    }
}

/// How many merchants of other names the database knows: real ones, whose books are no place for toy money.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn merchants_besides(path: &Path, name: &str) -> Result<u64, StoreError> {
    let connection = Connection::open(path).map_err(unavailable)?;
    let found: i64 = connection
        .query_row("SELECT count(*) FROM merchants WHERE name <> ?1", [name], |row| row.get(0))
        .map_err(unavailable)?;
    Ok(u64::try_from(found).unwrap_or(0))
}

fn count(connection: &Connection, sql: &str) -> Result<u64, StoreError> {
    let found: i64 = connection.query_row(sql, [], |row| row.get(0)).map_err(unavailable)?;
    Ok(u64::try_from(found).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_rows_of_one_length_in_batches() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = BlobTable::create(&folder.path().join("plain.db"), 300).unwrap();
        for rows in [1, 40, 2] {
            table.add(rows).unwrap();
        }
        assert_eq!(table.rows().unwrap(), 43);
        let sql = "SELECT count(*) FROM plain WHERE octet_length(body) = 300";
        assert_eq!(count(&table.connection, sql).unwrap(), 43);
    }

    #[test]
    fn a_payment_keeps_what_it_adds_and_what_it_writes_anew() {
        let before = Kept { added: 1_000, balance: 60, limit_use: 50, file: 8_192 };
        let after = Kept { added: 11_000, balance: 61, limit_use: 51, file: 49_152 };
        assert_eq!(after.per_payment(&before, 10), 1_000 + 2 * 61 + 2 * 51);
        assert_eq!(after.growth_per_payment(&before, 10), 4_096);
        assert_eq!(after.per_payment(&after, 0), 2 * 61 + 2 * 51);
    }

    #[test]
    fn measures_a_fresh_store_and_finds_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fresh.db");
        drop(crate::sqlite::SqliteStore::open_url(&format!("sqlite:{}", path.display())).unwrap());
        let kept = Kept::measure(&path).unwrap();
        assert_eq!((kept.added, kept.balance, kept.limit_use), (0, 0, 0));
        assert!(kept.file > 0);
        assert_eq!(merchants_besides(&path, "tantu bench").unwrap(), 0);
    }
}
