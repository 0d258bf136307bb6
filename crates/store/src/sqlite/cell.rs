//! Between a cell of a table and a value of the domain. What cannot be read names its table and row.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Row, types::FromSql};
use tantu_domain::money::{Currency, Money};
use tantu_domain::person::HolderMark;

use crate::error::StoreError;
use crate::person::read_mark;

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

    /// What is wrong with a column of this row.
    pub(super) fn wrong(&self, column: &str, why: impl ToString) -> StoreError {
        let row = self.row.get::<_, String>("id").or_else(|_| self.row.get::<_, String>("payment")).unwrap_or_default();
        StoreError::Corrupt { table: self.table, row, why: format!("{column}: {}", why.to_string()) }
    }

    pub(super) fn get<T: FromSql>(&self, column: &str) -> Result<T, StoreError> {
        self.row.get(column).map_err(|error| self.wrong(column, error))
    }

    pub(super) fn text(&self, column: &str) -> Result<String, StoreError> {
        self.get(column)
    }

    /// A text that is an id or another thing with a text form.
    pub(super) fn parse<T: FromStr<Err: ToString>>(&self, column: &str) -> Result<T, StoreError> {
        self.text(column)?.parse().map_err(|error: T::Err| self.wrong(column, error))
    }

    pub(super) fn optional<T: FromStr<Err: ToString>>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| text.parse().map_err(|error: T::Err| self.wrong(column, error))).transpose()
    }

    /// A word of a closed list.
    pub(super) fn word<T>(&self, column: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.text(column)?;
        read(&text).ok_or_else(|| self.wrong(column, format!("{text:?} is no word of ours")))
    }

    /// The same, if there is one.
    pub(super) fn optional_word<T>(
        &self,
        column: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let is_there = self.get::<Option<String>>(column)?.is_some();
        if is_there { self.word(column, read).map(Some) } else { Ok(None) }
    }

    pub(super) fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.parse(column)
    }

    pub(super) fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        self.optional(column)
    }

    pub(super) fn day(&self, column: &str) -> Result<Date, StoreError> {
        self.parse(column)
    }

    pub(super) fn money(&self, column: &str) -> Result<Money, StoreError> {
        Ok(Money::new(self.get(column)?, self.word("currency", Currency::parse)?))
    }

    pub(super) fn hash(&self, column: &str) -> Result<[u8; 32], StoreError> {
        let bytes: Vec<u8> = self.get(column)?;
        bytes.try_into().map_err(|_| self.wrong(column, "not 32 bytes"))
    }

    /// Who a person is known again by, if that is kept.
    pub(super) fn mark(&self, column: &str) -> Result<Option<HolderMark>, StoreError> {
        let bytes: Option<Vec<u8>> = self.get(column)?;
        bytes.map(|bytes| read_mark(&bytes).map_err(|why| self.wrong(column, why))).transpose()
    }

    /// A column that the row's state demands.
    pub(super) fn demanded<T>(&self, column: &str, found: Option<T>) -> Result<T, StoreError> {
        found.ok_or_else(|| self.wrong(column, "missing for this state"))
    }
}
