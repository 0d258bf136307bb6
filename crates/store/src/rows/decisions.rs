//! What decisions rested on.

use tantu_domain::check::{Decision, Outcome};

use crate::error::StoreError;
use crate::record::read_checks;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Decision, StoreError> {
    Ok(Decision {
        id: cells.parse("id")?,
        payment: cells.parse("payment")?,
        at: cells.time("at")?,
        policy: cells.text("policy")?,
        chosen: cells.parse("chosen")?,
        outcome: cells.word("outcome", Outcome::parse)?,
        checks: cells.written("checks", read_checks)?,
    })
}
