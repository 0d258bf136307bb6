//! Payments that an incident hit.

use crate::error::StoreError;
use crate::hit::Hit;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Hit, StoreError> {
    Ok(Hit {
        incident: cells.parse("incident")?,
        payment: cells.parse("payment")?,
        account: cells.parse("account")?,
        at: cells.time("at")?,
    })
}
