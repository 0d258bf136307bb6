//! What was asked about payments.

use crate::claim::IdempotencyKey;
use crate::error::StoreError;
use crate::record::read_answer;
use crate::request::Request;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Request, StoreError> {
    Ok(Request {
        key: IdempotencyKey { client: cells.text("client")?, key: cells.text("key")? },
        payment: cells.parse("payment")?,
        asked_at: cells.time("asked_at")?,
        answer: cells.optional_written("answer", read_answer)?,
        asked_again_at: cells.optional_time("asked_again_at")?,
    })
}
