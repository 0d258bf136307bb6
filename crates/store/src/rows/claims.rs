//! A claim on an order number or an idempotency key.

use crate::claim::{Claim, ClaimKey, IdempotencyKey};
use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Claim, StoreError> {
    let key = match cells.stored("kind")? {
        "order" => ClaimKey::Order { merchant: cells.parse("owner")?, order_no: cells.text("key")? },
        "idempotency" => {
            ClaimKey::Idempotency(IdempotencyKey { client: cells.text("owner")?, key: cells.text("key")? })
        }
        other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
    };
    Ok(Claim {
        key,
        request_hash: cells.hash("request_hash")?,
        account: cells.parse("account")?,
        payment: cells.parse("payment")?,
        claimed_at: cells.time("claimed_at")?,
    })
}
