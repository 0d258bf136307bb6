//! What a key has sealed, wherever it stands.

use crate::error::StoreError;
use crate::person::SealedRow;
use crate::row::Columns;

/// One row, and how many there are in all.
pub(crate) fn read(cells: &impl Columns) -> Result<(SealedRow, u64), StoreError> {
    let row = match cells.stored("kind")? {
        "person" => SealedRow::Person(cells.parse("id")?),
        "code" => SealedRow::Code(cells.parse("id")?),
        "ticket" => SealedRow::Ticket(cells.parse("id")?),
        other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
    };
    Ok((row, cells.count("total")?))
}
