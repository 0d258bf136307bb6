//! What is in a cell of a table.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, ValueRef};

use crate::error::StoreError;
use crate::row::Columns;

/// A time as text that sorts: UTC with nine decimals.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
}

/// The same, if there is one.
pub(super) fn optional_time(at: Option<Timestamp>) -> Option<String> {
    at.map(time)
}

/// A row of a table, which knows its own name for errors.
pub(super) struct Cells<'a> {
    table: &'static str,
    row: &'a Row<'a>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(table: &'static str, row: &'a Row<'a>) -> Self {
        Self { table, row }
    }

    fn value(&self, column: &str) -> Result<ValueRef<'_>, StoreError> {
        self.row.get_ref(column).map_err(|error| self.wrong(column, error))
    }
}

impl Columns for Cells<'_> {
    fn wrong(&self, column: &str, why: impl ToString) -> StoreError {
        let row = self.row.get::<_, String>("id").or_else(|_| self.row.get::<_, String>("payment")).unwrap_or_default();
        StoreError::Corrupt { table: self.table, row, why: format!("{column}: {}", why.to_string()) }
    }

    fn optional_stored(&self, column: &str) -> Result<Option<&str>, StoreError> {
        self.value(column)?.as_str_or_null().map_err(|error| self.wrong(column, error))
    }

    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.optional_stored(column)?.map(str::to_owned))
    }

    fn optional_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        self.value(column)?.as_i64_or_null().map_err(|error| self.wrong(column, error))
    }

    fn optional_flag(&self, column: &str) -> Result<Option<bool>, StoreError> {
        let number = self.optional_number(column)?;
        number
            .map(|number| match number {
                0 => Ok(false),
                1 => Ok(true),
                other => Err(self.wrong(column, FromSqlError::OutOfRange(other))),
            })
            .transpose()
    }

    fn optional_bytes(&self, column: &str) -> Result<Option<&[u8]>, StoreError> {
        self.value(column)?.as_bytes_or_null().map_err(|error| self.wrong(column, error))
    }
}
