//! The audit trail of every account, and the appeals against cases.

use tantu_domain::audit::{Appeal, AuditEntry};

use crate::error::StoreError;
use crate::record::read_lines;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        account: cells.parse("account")?,
        number: cells.count("number")?,
        at: cells.time("at")?,
        actor: cells.text("actor")?,
        action: cells.text("action")?,
        detail: cells.text("detail")?,
        hash: cells.hash("hash")?,
    })
}

pub(crate) fn read_appeal(cells: &impl Columns) -> Result<Appeal, StoreError> {
    Ok(Appeal {
        case: cells.parse("id")?,
        account: cells.parse("account")?,
        said: cells.text("said")?,
        evidence: cells.written("evidence", read_lines)?,
        made_at: cells.time("made_at")?,
    })
}
