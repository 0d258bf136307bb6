//! Statements as files that other programs read: a table, a workbook, plain-text accounts and a bank's download.
//!
//! One [`Statement`] goes in and bytes come out. What a statement says is decided elsewhere; here it only changes its clothes, so
//! every format must end with the same sum.

mod beancount;
mod ofx;
mod statement;
mod table;
mod workbook;

pub use statement::{Kind, Line, Statement};

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180) in UTF-8.
    Csv,
    /// A workbook (Office Open XML).
    Xlsx,
    /// Plain-text double entry for Beancount.
    Beancount,
    /// Open Financial Exchange 2.0.3: what a bank offers to finance programs.
    Ofx,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The statement's sums do not fit.
    #[error("the statement does not add up: {0}")]
    Money(#[from] tantu_domain::money::MoneyError),
    /// The table's writer failed.
    #[error("the table cannot be written: {0}")]
    Table(String),
    /// The workbook's writer failed.
    #[error("the workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 4] = [Self::Csv, Self::Xlsx, Self::Beancount, Self::Ofx];

    /// The file's ending, which is also the format's name in the API.
    pub fn id(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Beancount => "beancount",
            Self::Ofx => "ofx",
        }
    }

    /// The format of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// What the file is called on the wire.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Beancount => "text/plain; charset=utf-8",
            Self::Ofx => "application/x-ofx",
        }
    }

    /// The file.
    ///
    /// # Errors
    /// [`ExportError`] if the statement does not add up or a writer fails.
    pub fn write(self, statement: &Statement) -> Result<Vec<u8>, ExportError> {
        match self {
            Self::Csv => table::write(statement),
            Self::Xlsx => workbook::write(statement),
            Self::Beancount => Ok(beancount::write(statement)?.into_bytes()),
            Self::Ofx => Ok(ofx::write(statement)?.into_bytes()),
        }
    }
}
