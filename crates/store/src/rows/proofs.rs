//! Proofs of pay passwords.

use tantu_domain::password::Proof;

use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Proof, StoreError> {
    Ok(Proof {
        payment: cells.parse("payment")?,
        hash: cells.hash("hash")?,
        merchant: cells.parse("merchant")?,
        amount: cells.money("amount")?,
        expires_at: cells.time("expires_at")?,
        used_at: cells.optional_time("used_at")?,
    })
}
