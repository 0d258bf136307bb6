//! Mandates, signed or not.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::MandateId;
use tantu_domain::instrument::{Mandate, MandateState, RevokedBy};

use super::cell::{Cells, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::rows::mandates::read;

pub(super) fn put(connection: &Connection, mandate: &Mandate) -> Result<(), StoreError> {
    let (state, agreement_no, since, expires_at, revoked_by) = match &mandate.state {
        MandateState::Signing { since } => ("signing", None, Some(*since), None, None),
        MandateState::Active { agreement_no, signed_at, expires_at } => {
            ("active", Some(agreement_no.as_str()), Some(*signed_at), Some(*expires_at), None)
        }
        MandateState::Revoked { revoked_at, by } => ("revoked", None, *revoked_at, None, by.map(RevokedBy::id)),
        MandateState::Expired { expired_at } => ("expired", None, None, Some(*expired_at), None),
    };
    // The channel's number of a mandate stays when the mandate ends: it names it in whatever is asked later.
    let sql = "INSERT INTO mandates (shard, id, account, instrument, channel, state, agreement_no, since, expires_at, revoked_by)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?6, agreement_no = coalesce(?7, agreement_no), since = ?8,
               expires_at = ?9, revoked_by = ?10";
    let values = params![
        mandate.id.shard().number(),
        mandate.id.to_string(),
        mandate.account.to_string(),
        mandate.instrument.to_string(),
        mandate.channel.id(),
        state,
        agreement_no,
        since.map(time),
        expires_at.map(time),
        revoked_by,
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: MandateId) -> Result<Option<Mandate>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM mandates WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![id.shard().number(), id.to_string()], |row| Ok(read(&Cells::of("mandates", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}
