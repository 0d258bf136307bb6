//! Requests: written with what they lead to, answered once, and never deleted.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::PaymentId;

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::claim::IdempotencyKey;
use crate::error::StoreError;
use crate::record::write_answer;
use crate::request::Request;
use crate::rows::requests::read;

pub(super) fn put(connection: &Connection, request: &Request) -> Result<(), StoreError> {
    // Only a missing answer, and the first repetition, are ever added.
    let sql = "INSERT INTO requests (shard, payment, client, key, asked_at, answer, asked_again_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (shard, payment, client, key) DO UPDATE SET answer = coalesce(answer, ?6),
               asked_again_at = coalesce(asked_again_at, ?7)";
    let values = params![
        request.payment.shard().number(),
        request.payment.to_string(),
        request.key.client,
        request.key.key,
        time(request.asked_at),
        request.answer.as_ref().map(write_answer),
        optional_time(request.asked_again_at),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map(drop).map_err(refused)
}

pub(super) fn find(
    connection: &Connection,
    payment: PaymentId,
    key: &IdempotencyKey,
) -> Result<Option<Request>, StoreError> {
    let sql = "SELECT * FROM requests WHERE shard = ?1 AND payment = ?2 AND client = ?3 AND key = ?4";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![payment.shard().number(), payment.to_string(), key.client, key.key], |row| {
            Ok(read(&Cells::of("requests", row)))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}

/// What was asked about a payment, the oldest first.
pub(super) fn of_payment(connection: &Connection, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
    let sql = "SELECT * FROM requests WHERE shard = ?1 AND payment = ?2 ORDER BY asked_at, key";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![payment.shard().number(), payment.to_string()], |row| Ok(read(&Cells::of("requests", row))))
        .map_err(unavailable)?;
    let rows: Vec<Result<Request, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}
