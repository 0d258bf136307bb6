//! Speaking to a PostgreSQL server: where it is, what a parameter is, and many statements in one round trip.
//!
//! What is said to it, table by table, stands in `postgres/`.

pub(crate) mod address;
pub(crate) mod answers;
pub(crate) mod burst;
pub(crate) mod failure;
pub(crate) mod guard;
pub(crate) mod link;
pub(crate) mod readiness;
pub(crate) mod schema;
pub(crate) mod sums;
pub(crate) mod threads;
pub(crate) mod upsert;
pub(crate) mod value;
pub(crate) mod wait;

use std::error::Error;

use tokio_postgres::error::DbError;

/// An error with its causes, as the log shows it; the library's own face says only "db error".
pub(crate) fn in_full(error: &(dyn Error + 'static)) -> String {
    let mut words = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<DbError>() {
            Some(told) => words.push(said(told)),
            None if error.to_string() == "db error" => {}
            None => words.push(error.to_string()),
        }
        next = error.source();
    }
    words.join(": ")
}

/// What the server said. Its details are left out: they show rows, and rows show people.
pub(crate) fn said(told: &DbError) -> String {
    format!("{} ({})", told.message(), told.code().code())
}
