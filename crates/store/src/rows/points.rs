//! Points: a lot that was bought, and what a payment took from it.

use tantu_domain::points::{Lot, Taken, TakenState};

use crate::error::StoreError;
use crate::points::{LotCells, origin_of, state_of};
use crate::row::Columns;

pub(crate) fn read_lot(cells: &impl Columns) -> Result<Lot, StoreError> {
    let read = LotCells {
        seller: cells.optional_text("seller")?,
        state: cells.text("state")?,
        case: cells.optional_text("case_id")?,
        since: cells.optional_time("case_since")?,
        appealed_at: cells.optional_time("appealed_at")?,
        release_proposed_by: cells.optional_text("release_proposed_by")?,
    };
    Ok(Lot {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        origin: origin_of(&read).map_err(|why| cells.wrong("seller", why))?,
        bought: cells.number("bought")?,
        left: cells.number("points_left")?,
        held: cells.number("points_held")?,
        ordered_at: cells.time("ordered_at")?,
        state: state_of(&read).map_err(|why| cells.wrong("state", why))?,
    })
}

pub(crate) fn read_taken(cells: &impl Columns) -> Result<Taken, StoreError> {
    Ok(Taken {
        payment: cells.parse("payment")?,
        lot: cells.parse("lot")?,
        points: cells.number("points")?,
        refunded: cells.number("refunded")?,
        state: cells.word("state", TakenState::parse)?,
    })
}
