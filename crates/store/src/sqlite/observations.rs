//! What channels have told us of instruments.

use rusqlite::{Connection, params};
use tantu_domain::ids::AccountId;
use tantu_domain::observation::{Clearing, Observation, ObservationState};

use super::cell::{Cells, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::rows::observations::read;

pub(super) fn put(connection: &Connection, observation: &Observation) -> Result<(), StoreError> {
    let (clearing, cleared_at) = match observation.state {
        ObservationState::Standing(clearing) => (clearing, None),
        ObservationState::Cleared { at, by } => (by, Some(time(at))),
    };
    let (clears_by, clears_at) = match clearing {
        Clearing::PayerSaysDone => ("payer_says_done", None),
        Clearing::NewBinding => ("new_binding", None),
        Clearing::At(at) => ("time", Some(time(at))),
    };
    let sql = "INSERT INTO observations (shard, id, account, instrument, cause, confidence, channel, code, message, told_at, clears_by,
               clears_at, cleared_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
               ON CONFLICT (shard, id) DO UPDATE SET confidence = ?6, cleared_at = ?13";
    let values = params![
        observation.id.shard().number(),
        observation.id.to_string(),
        observation.account.to_string(),
        observation.instrument.to_string(),
        observation.cause.id(),
        observation.confidence.id(),
        observation.word.channel.id(),
        observation.word.code,
        observation.word.message,
        time(observation.word.at),
        clears_by,
        clears_at,
        cleared_at,
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

/// Those that are not cleared, the oldest first.
pub(super) fn standing(connection: &Connection, account: AccountId) -> Result<Vec<Observation>, StoreError> {
    let sql = "SELECT * FROM observations INDEXED BY standing_observations
               WHERE shard = ?1 AND account = ?2 AND cleared_at IS NULL ORDER BY id";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![account.shard().number(), account.to_string()], |row| {
            Ok(read(&Cells::of("observations", row)))
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<Observation, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}
