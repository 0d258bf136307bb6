//! Claims: written once, answered once, and never deleted.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::PaymentId;

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::claim::{Claim, ClaimKey, place};
use crate::error::StoreError;
use crate::record::{read_answer, write_answer};

pub(super) fn put(connection: &Connection, claim: &Claim) -> Result<(), StoreError> {
    let place = place(&claim.key);
    // What is claimed stays: only a missing answer, and the first repetition, are ever added. The RETURNING
    // tells a claim that was ours already from one that another request has made meanwhile.
    let sql = "INSERT INTO claims (shard, kind, owner, key, request_hash, account, payment, claimed_at, answer, asked_again_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (shard, kind, owner, key) DO UPDATE SET answer = coalesce(answer, ?9),
               asked_again_at = coalesce(asked_again_at, ?10) WHERE payment = ?7 AND request_hash = ?5
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
        claim.answer.as_ref().map(write_answer),
        optional_time(claim.asked_again_at),
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

/// The idempotency claims that led to a payment, the oldest first.
pub(super) fn of_payment(connection: &Connection, payment: PaymentId) -> Result<Vec<Claim>, StoreError> {
    let sql = "SELECT * FROM claims WHERE payment = ?1 AND kind = 'idempotency' ORDER BY claimed_at, key";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![payment.to_string()], |row| Ok(read(&Cells::of("claims", row))))
        .map_err(unavailable)?;
    let rows: Vec<Result<Claim, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}

fn read(cells: &Cells<'_>) -> Result<Claim, StoreError> {
    let key = match cells.text("kind")?.as_str() {
        "order" => ClaimKey::Order { merchant: cells.parse("owner")?, order_no: cells.text("key")? },
        "idempotency" => ClaimKey::Idempotency { client: cells.text("owner")?, key: cells.text("key")? },
        other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
    };
    let answer: Option<String> = cells.get("answer")?;
    Ok(Claim {
        key,
        request_hash: cells.hash("request_hash")?,
        account: cells.parse("account")?,
        payment: cells.parse("payment")?,
        claimed_at: cells.time("claimed_at")?,
        answer: answer.map(|answer| read_answer(&answer).map_err(|why| cells.wrong("answer", why))).transpose()?,
        asked_again_at: cells.optional_time("asked_again_at")?,
    })
}
