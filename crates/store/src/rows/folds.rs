//! A fold of what has gathered for a merchant.

use tantu_domain::fold::Fold;

use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Fold, StoreError> {
    Ok(Fold {
        id: cells.parse("id")?,
        merchant: cells.parse("merchant")?,
        number: cells.count("number")?,
        from_total: cells.money("from_total")?,
        to_total: cells.money("to_total")?,
        credit: cells.parse("credit")?,
        begun_at: cells.time("begun_at")?,
        done_at: cells.optional_time("done_at")?,
    })
}
