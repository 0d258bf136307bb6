//! Between a cell of a table and a value of the domain. What cannot be read names its table and row.
//!
//! Times are text, as in the other store: a `timestamptz` keeps microseconds, and ours have nanoseconds.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::money::{Currency, Money};
use tantu_domain::person::HolderMark;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error::StoreError;
use crate::person::{read_mark, write_mark};
use crate::wire::value::{Value, told};

/// A time.
pub(crate) fn time(at: Timestamp) -> Value {
    Value::Time(at)
}

/// A time, if there is one.
pub(crate) fn optional_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::NULL, time)
}

/// Who a person is known again by, if that is kept.
pub(crate) fn mark(mark: Option<&HolderMark>) -> Value {
    mark.map_or(Value::NULL, |mark| Value::Bytes(write_mark(mark)))
}

/// A row of a table, which knows its own name for errors.
pub(crate) struct Cells<'a> {
    table: &'static str,
    row: &'a Row,
}

impl<'a> Cells<'a> {
    pub(crate) fn of(table: &'static str, row: &'a Row) -> Self {
        Self { table, row }
    }

    /// What is wrong with a column of this row.
    pub(crate) fn wrong(&self, column: &str, why: impl ToString) -> StoreError {
        let name = |column: &str| self.row.try_get::<_, String>(column);
        let row = name("id").or_else(|_| name("payment")).unwrap_or_default();
        StoreError::Corrupt { table: self.table, row, why: format!("{column}: {}", why.to_string()) }
    }

    pub(crate) fn get<T: FromSql<'a>>(&self, column: &str) -> Result<T, StoreError> {
        self.row.try_get(column).map_err(|error| self.wrong(column, crate::wire::in_full(&error)))
    }

    pub(crate) fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(told(self.get(column)?))
    }

    pub(crate) fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.get::<Option<String>>(column)?.map(told))
    }

    /// A text that is an id or another thing with a text form.
    pub(crate) fn parse<T: FromStr<Err: ToString>>(&self, column: &str) -> Result<T, StoreError> {
        self.get::<&str>(column)?.parse().map_err(|error: T::Err| self.wrong(column, error))
    }

    pub(crate) fn optional<T: FromStr<Err: ToString>>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let text: Option<&str> = self.get(column)?;
        text.map(|text| text.parse().map_err(|error: T::Err| self.wrong(column, error))).transpose()
    }

    /// A word of a closed list.
    pub(crate) fn word<T>(&self, column: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        let text: &str = self.get(column)?;
        read(text).ok_or_else(|| self.wrong(column, format!("{text:?} is no word of ours")))
    }

    /// The same, if there is one.
    pub(crate) fn optional_word<T>(
        &self,
        column: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let is_there = self.get::<Option<&str>>(column)?.is_some();
        if is_there { self.word(column, read).map(Some) } else { Ok(None) }
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.parse(column)
    }

    pub(crate) fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        self.optional(column)
    }

    pub(crate) fn day(&self, column: &str) -> Result<Date, StoreError> {
        self.parse(column)
    }

    pub(crate) fn money(&self, column: &str) -> Result<Money, StoreError> {
        Ok(Money::new(self.get(column)?, self.word("currency", Currency::parse)?))
    }

    /// A count that is never below nothing.
    pub(crate) fn count<T: TryFrom<i64, Error: ToString>>(&self, column: &str) -> Result<T, StoreError> {
        let number: i64 = self.get(column)?;
        T::try_from(number).map_err(|error| self.wrong(column, error))
    }

    pub(crate) fn hash(&self, column: &str) -> Result<[u8; 32], StoreError> {
        let bytes: &[u8] = self.get(column)?;
        bytes.try_into().map_err(|_| self.wrong(column, "not 32 bytes"))
    }

    /// Who a person is known again by, if that is kept.
    pub(crate) fn mark(&self, column: &str) -> Result<Option<HolderMark>, StoreError> {
        let bytes: Option<&[u8]> = self.get(column)?;
        bytes.map(|bytes| read_mark(bytes).map_err(|why| self.wrong(column, why))).transpose()
    }

    /// A column that the row's state demands.
    pub(crate) fn demanded<T>(&self, column: &str, found: Option<T>) -> Result<T, StoreError> {
        found.ok_or_else(|| self.wrong(column, "missing for this state"))
    }
}
