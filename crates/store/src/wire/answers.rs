//! What a burst has brought, statement by statement, and how long it is waited for.

use std::time::Duration;

use tokio_postgres::Row;

use super::burst::Ask;
use super::failure::failed;
use super::link::Link;
use crate::error::{StoreError, Trouble};

/// How long the server may take to answer a burst. Longer than its own time-outs: whatever it still can say is better.
pub(crate) const ANSWER: Duration = Duration::from_secs(15);

/// The same for what looks at everything.
pub(crate) const LONG_ANSWER: Duration = Duration::from_secs(615);

/// The rows that a burst has brought, statement by statement.
pub(crate) struct Answers(std::vec::IntoIter<Vec<Row>>);

impl Answers {
    /// The next statement's rows.
    pub(crate) fn rows(&mut self) -> Vec<Row> {
        self.0.next().unwrap_or_default()
    }

    /// What the rows of the next statements tell.
    pub(crate) fn all<T>(
        &mut self,
        statements: usize,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.0.by_ref().take(statements).flatten().map(|row| read(&row)).collect()
    }
}

/// Sends a burst that changes nothing that stays.
pub(crate) async fn said(limit: Duration, link: &mut Link, asks: &[Ask]) -> Result<Answers, StoreError> {
    let answers = tokio::time::timeout(limit, link.burst(asks)).await.map_err(|_| no_answer(limit))?;
    Ok(Answers(answers.map_err(|broken| failed(&broken))?.into_iter()))
}

pub(crate) fn no_answer(limit: Duration) -> StoreError {
    StoreError::Unavailable(Trouble::NoAnswer, format!("the database did not answer within {} s", limit.as_secs()))
}
