//! A mandate, and where its signing stands.

use tantu_domain::channel::Channel;
use tantu_domain::instrument::{Mandate, MandateState, RevokedBy};

use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Mandate, StoreError> {
    let state = match cells.stored("state")? {
        "signing" => MandateState::Signing { since: cells.time("since")? },
        "active" => MandateState::Active {
            agreement_no: cells.text("agreement_no")?,
            signed_at: cells.time("since")?,
            expires_at: cells.time("expires_at")?,
        },
        "revoked" => {
            let by = cells.optional_word("revoked_by", RevokedBy::parse)?;
            MandateState::Revoked { revoked_at: cells.optional_time("since")?, by }
        }
        "expired" => MandateState::Expired { expired_at: cells.time("expires_at")? },
        other => return Err(cells.wrong("state", format!("{other:?} is no state"))),
    };
    Ok(Mandate {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        instrument: cells.parse("instrument")?,
        channel: cells.word("channel", Channel::parse)?,
        state,
    })
}
