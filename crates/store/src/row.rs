//! A row of a table, whichever database it comes from, by the names of its columns. What cannot be read names its table and row.
//!
//! Times are text in both stores: a `timestamptz` keeps microseconds, and ours have nanoseconds.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::money::{Currency, Money};
use tantu_domain::person::HolderMark;

use crate::error::StoreError;
use crate::person::read_mark;

/// What the columns of a row hold. A database says what is in one; what that means is the same for all.
pub(crate) trait Columns {
    /// What is wrong with a column of this row.
    fn wrong(&self, column: &str, why: impl ToString) -> StoreError;

    /// A text as it is stored.
    fn optional_stored(&self, column: &str) -> Result<Option<&str>, StoreError>;

    /// A text as somebody gave it: with every character, also those that the database does not store.
    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError>;

    fn optional_number(&self, column: &str) -> Result<Option<i64>, StoreError>;

    fn optional_flag(&self, column: &str) -> Result<Option<bool>, StoreError>;

    fn optional_bytes(&self, column: &str) -> Result<Option<&[u8]>, StoreError>;

    /// A column that the row's state demands.
    fn demanded<T>(&self, column: &str, found: Option<T>) -> Result<T, StoreError> {
        found.ok_or_else(|| self.wrong(column, "missing for this state"))
    }

    /// A text of our own, in characters that every database stores.
    fn stored(&self, column: &str) -> Result<&str, StoreError> {
        self.demanded(column, self.optional_stored(column)?)
    }

    fn text(&self, column: &str) -> Result<String, StoreError> {
        self.demanded(column, self.optional_text(column)?)
    }

    fn number(&self, column: &str) -> Result<i64, StoreError> {
        self.demanded(column, self.optional_number(column)?)
    }

    fn flag(&self, column: &str) -> Result<bool, StoreError> {
        self.demanded(column, self.optional_flag(column)?)
    }

    fn bytes(&self, column: &str) -> Result<&[u8], StoreError> {
        self.demanded(column, self.optional_bytes(column)?)
    }

    fn hash(&self, column: &str) -> Result<[u8; 32], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| self.wrong(column, "not 32 bytes"))
    }

    /// Who a person is known again by, if that is kept.
    fn mark(&self, column: &str) -> Result<Option<HolderMark>, StoreError> {
        self.optional_bytes(column)?.map(|bytes| read_mark(bytes).map_err(|why| self.wrong(column, why))).transpose()
    }

    /// A number that its type may not hold.
    fn count<T: TryFrom<i64, Error: ToString>>(&self, column: &str) -> Result<T, StoreError> {
        T::try_from(self.number(column)?).map_err(|error| self.wrong(column, error))
    }

    /// The same, if there is one.
    fn optional_count<T: TryFrom<i64, Error: ToString>>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let number = self.optional_number(column)?;
        number.map(|number| T::try_from(number).map_err(|error| self.wrong(column, error))).transpose()
    }

    /// A text that is an id or another thing with a text form.
    fn parse<T: FromStr<Err: ToString>>(&self, column: &str) -> Result<T, StoreError> {
        self.stored(column)?.parse().map_err(|error: T::Err| self.wrong(column, error))
    }

    /// The same, if there is one.
    fn optional<T: FromStr<Err: ToString>>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let text = self.optional_stored(column)?;
        text.map(|text| text.parse().map_err(|error: T::Err| self.wrong(column, error))).transpose()
    }

    /// A word of a closed list.
    fn word<T>(&self, column: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.stored(column)?;
        read(text).ok_or_else(|| self.wrong(column, format!("{text:?} is no word of ours")))
    }

    /// The same, if there is one.
    fn optional_word<T>(&self, column: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        self.optional_stored(column)?.map(|_| self.word(column, read)).transpose()
    }

    /// What is kept as one text of several parts.
    fn written<T, E: ToString>(&self, column: &str, read: impl FnOnce(&str) -> Result<T, E>) -> Result<T, StoreError> {
        read(&self.text(column)?).map_err(|why| self.wrong(column, why))
    }

    /// The same, if there is one.
    fn optional_written<T, E: ToString>(
        &self,
        column: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, StoreError> {
        let text = self.optional_text(column)?;
        text.map(|text| read(&text).map_err(|why| self.wrong(column, why))).transpose()
    }

    fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.parse(column)
    }

    fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        self.optional(column)
    }

    fn day(&self, column: &str) -> Result<Date, StoreError> {
        self.parse(column)
    }

    fn money(&self, column: &str) -> Result<Money, StoreError> {
        Ok(Money::new(self.number(column)?, self.word("currency", Currency::parse)?))
    }
}
