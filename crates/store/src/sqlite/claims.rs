//! Claims: written once, and never changed or deleted.

use rusqlite::{Connection, OptionalExtension, params};

use super::cell::{Cells, time};
use super::{refused, unavailable};
use crate::claim::{Claim, ClaimKey, place};
use crate::error::StoreError;
use crate::rows::claims::read;

pub(super) fn put(connection: &Connection, claim: &Claim) -> Result<(), StoreError> {
    let place = place(&claim.key);
    // The RETURNING tells a claim that was ours already from one that another request has made meanwhile.
    let sql = "INSERT INTO claims (shard, kind, owner, key, request_hash, account, payment, claimed_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (shard, kind, owner, key) DO UPDATE SET payment = payment WHERE payment = ?7 AND request_hash = ?5
               RETURNING payment";
    let values = params![
        place.shard,
        place.kind,
        place.owner,
        place.key,
        claim.request_hash.as_slice(),
        claim.account.to_string(),
        claim.payment.to_string(),
        time(claim.claimed_at),
    ];
    let mut put = connection.prepare_cached(sql).map_err(refused)?;
    let written: Option<String> = put.query_row(values, |row| row.get(0)).optional().map_err(refused)?;
    written.map(drop).ok_or(StoreError::Claimed)
}

pub(super) fn find(connection: &Connection, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
    let place = place(key);
    let sql = "SELECT * FROM claims WHERE shard = ?1 AND kind = ?2 AND owner = ?3 AND key = ?4";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![place.shard, place.kind, place.owner, place.key], |row| Ok(read(&Cells::of("claims", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}
