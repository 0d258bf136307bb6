//! What channels have told us of instruments.

use tantu_domain::ids::AccountId;
use tantu_domain::observation::{Clearing, Observation, ObservationState};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static OBSERVATIONS: Table = Table {
    name: "observations",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("instrument", Put::Once),
        ("cause", Put::Once),
        ("confidence", Put::Last),
        ("channel", Put::Once),
        ("code", Put::Once),
        ("message", Put::Once),
        ("told_at", Put::Once),
        ("clears_by", Put::Once),
        ("clears_at", Put::Once),
        ("cleared_at", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, observation: &Observation) -> Result<(), StoreError> {
    let (clearing, cleared_at) = match observation.state {
        ObservationState::Standing(clearing) => (clearing, None),
        ObservationState::Cleared { at, by } => (by, Some(at)),
    };
    let (clears_by, clears_at) = match clearing {
        Clearing::PayerSaysDone => ("payer_says_done", None),
        Clearing::NewBinding => ("new_binding", None),
        Clearing::At(at) => ("time", Some(at)),
    };
    rows.put(
        &OBSERVATIONS,
        vec![
            Value::shard(observation.id.shard().number()),
            observation.id.into(),
            observation.account.into(),
            observation.instrument.into(),
            observation.cause.id().into(),
            observation.confidence.id().into(),
            observation.word.channel.id().into(),
            observation.word.code.clone().into(),
            observation.word.message.clone().into(),
            time(observation.word.at),
            clears_by.into(),
            optional_time(clears_at),
            optional_time(cleared_at),
        ],
    )
}

/// Those of accounts that are not cleared, the oldest first.
pub(super) fn ask(accounts: &[AccountId]) -> Option<Ask> {
    Ask::look_up(
        look_up!("observations", "account = wanted.key AND cleared_at IS NULL", "found.id"),
        accounts.iter().map(|id| (id.shard(), [(*id).into()])),
    )
}

pub(super) fn read(row: &Row) -> Result<Observation, StoreError> {
    rows::observations::read(&Cells::of("observations", row))
}
