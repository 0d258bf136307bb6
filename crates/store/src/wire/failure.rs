//! What a failure means: whether anything changed, and whether the same can be tried again.

use tokio_postgres::error::{DbError, Severity, SqlState};

use super::burst::Failed;
use super::link::Broken;
use super::{in_full, said};
use crate::error::{StoreError, Trouble};

/// What became of a burst that ends with a commit.
pub(crate) enum Ended<'a> {
    /// The server refused a statement, so the transaction is gone.
    Refused(&'a DbError),
    /// Nothing changed.
    Nothing(StoreError),
    /// Only the database knows.
    Unknown(String),
}

/// A statement failed, and nothing changed.
pub(crate) fn failed(broken: &Broken) -> StoreError {
    match broken {
        Broken::Guarded(why) => StoreError::NotOneShard(why.clone()),
        Broken::Gone => StoreError::Unavailable(Trouble::Unreachable, "the connection to the database was lost".into()),
        Broken::Failed(failure) => match failure.error().as_db_error() {
            Some(told) => refused(told),
            None => StoreError::Unavailable(Trouble::Unreachable, in_full(failure.error())),
        },
    }
}

/// What became of a burst whose last statement is the commit.
pub(crate) fn ended(broken: &Broken, commit: usize) -> Ended<'_> {
    let Broken::Failed(Failed::At(number, error)) = broken else {
        return Ended::Nothing(failed(broken));
    };
    match error.as_db_error() {
        // A statement that fails makes the commit behind it a rollback. One that the server does not survive leaves
        // nobody to carry the commit out; but when it was the commit itself, it may have been done already.
        Some(told) if *number < commit || told.parsed_severity() == Some(Severity::Error) => Ended::Refused(told),
        Some(told) => Ended::Unknown(said(told)),
        None => Ended::Unknown(in_full(error)),
    }
}

/// What the server means by refusing.
pub(crate) fn refused(told: &DbError) -> StoreError {
    let words = said(told);
    let code = told.code();
    // What is wrong is what is to be stored: it breaks a rule, does not fit its type, or is too long for an index.
    if ["22", "23"].iter().any(|class| code.code().starts_with(class)) || *code == SqlState::PROGRAM_LIMIT_EXCEEDED {
        return StoreError::Refused(words);
    }
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED | SqlState::LOCK_NOT_AVAILABLE => {
            StoreError::Busy(words)
        }
        _ if is_stale(told) => StoreError::Busy(words),
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::Unavailable(
            Trouble::ReadOnly,
            format!("{words}: the database can only be read now; is this a standby? give the address of the primary"),
        ),
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN => {
            StoreError::Unavailable(Trouble::SchemaForeign, format!("{words}: the schema is not ours any more"))
        }
        SqlState::DISK_FULL => {
            StoreError::Unavailable(Trouble::Full, format!("{words}: make room where the database is stored"))
        }
        _ => StoreError::Unavailable(trouble(code), words),
    }
}

/// A failure past the store's own statements; `shown` is the address without its password.
pub(crate) fn unavailable(shown: &str, error: &tokio_postgres::Error) -> StoreError {
    let trouble = error.code().map_or(Trouble::Unreachable, trouble);
    StoreError::Unavailable(trouble, format!("{shown}: {}", in_full(error)))
}

/// What keeps the server from taking a call, or from going on with one, by what it says.
pub(crate) fn trouble(code: &SqlState) -> Trouble {
    match *code {
        SqlState::INVALID_PASSWORD
        | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        | SqlState::INSUFFICIENT_PRIVILEGE => Trouble::AccessDenied,
        SqlState::INVALID_CATALOG_NAME => Trouble::NoSuchDatabase,
        SqlState::TOO_MANY_CONNECTIONS => Trouble::TooManyConnections,
        SqlState::CANNOT_CONNECT_NOW | SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => Trouble::Restarting,
        SqlState::QUERY_CANCELED => Trouble::NoAnswer,
        SqlState::DISK_FULL => Trouble::Full,
        SqlState::READ_ONLY_SQL_TRANSACTION => Trouble::ReadOnly,
        _ => Trouble::Other,
    }
}

/// Whether the connection is of no use any more, although it is open: to this statement, or to anything that writes.
pub(crate) fn is_spent(told: &DbError) -> bool {
    is_stale(told) || *told.code() == SqlState::READ_ONLY_SQL_TRANSACTION
}

/// Whether the connection remembers statements that the server has forgotten, or whose table has changed meanwhile.
/// Another connection prepares them anew.
fn is_stale(told: &DbError) -> bool {
    *told.code() == SqlState::INVALID_SQL_STATEMENT_NAME
        || (*told.code() == SqlState::FEATURE_NOT_SUPPORTED && told.routine() == Some("RevalidateCachedQuery"))
}
