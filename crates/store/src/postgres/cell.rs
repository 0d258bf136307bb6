//! What is in a cell of a table.

use std::error::Error;

use jiff::Timestamp;
use tantu_domain::person::HolderMark;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::error::StoreError;
use crate::person::write_mark;
use crate::row::Columns;
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

    pub(crate) fn get<T: FromSql<'a>>(&self, column: &str) -> Result<T, StoreError> {
        self.row.try_get(column).map_err(|error| self.wrong(column, crate::wire::in_full(&error)))
    }
}

impl Columns for Cells<'_> {
    fn wrong(&self, column: &str, why: impl ToString) -> StoreError {
        let name = |column: &str| self.row.try_get::<_, String>(column);
        let row = name("id").or_else(|_| name("payment")).unwrap_or_default();
        StoreError::Corrupt { table: self.table, row, why: format!("{column}: {}", why.to_string()) }
    }

    fn optional_stored(&self, column: &str) -> Result<Option<&str>, StoreError> {
        self.get(column)
    }

    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.get::<Option<String>>(column)?.map(told))
    }

    fn optional_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.get::<Option<Number>>(column)?.map(|number| number.0))
    }

    fn optional_flag(&self, column: &str) -> Result<Option<bool>, StoreError> {
        self.get(column)
    }

    fn optional_bytes(&self, column: &str) -> Result<Option<&[u8]>, StoreError> {
        self.get(column)
    }
}

/// A number of any width.
struct Number(i64);

impl<'a> FromSql<'a> for Number {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *of {
            Type::INT2 => i16::from_sql(of, raw)?.into(),
            Type::INT4 => i32::from_sql(of, raw)?.into(),
            _ => i64::from_sql(of, raw)?,
        }))
    }

    fn accepts(of: &Type) -> bool {
        matches!(*of, Type::INT2 | Type::INT4 | Type::INT8)
    }
}
