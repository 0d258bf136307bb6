//! What a channel has told of an instrument.

use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::evidence::Confidence;
use tantu_domain::observation::{Clearing, Observation, ObservationState};

use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Observation, StoreError> {
    let clearing = match cells.stored("clears_by")? {
        "payer_says_done" => Clearing::PayerSaysDone,
        "new_binding" => Clearing::NewBinding,
        "time" => Clearing::At(cells.time("clears_at")?),
        other => return Err(cells.wrong("clears_by", format!("{other:?} is no step"))),
    };
    let state = match cells.optional_time("cleared_at")? {
        Some(at) => ObservationState::Cleared { at, by: clearing },
        None => ObservationState::Standing(clearing),
    };
    Ok(Observation {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        instrument: cells.parse("instrument")?,
        cause: cells.word("cause", Cause::parse)?,
        confidence: cells.word("confidence", Confidence::parse)?,
        word: ChannelWord {
            channel: cells.word("channel", Channel::parse)?,
            code: cells.text("code")?,
            message: cells.text("message")?,
            at: cells.time("told_at")?,
        },
        state,
    })
}
