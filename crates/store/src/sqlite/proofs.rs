//! Proofs that a pay password was entered for one payment. A payment has one at most.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::PaymentId;
use tantu_domain::password::Proof;

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::rows::proofs::read;

pub(super) fn put(connection: &Connection, proof: &Proof) -> Result<(), StoreError> {
    let sql = "INSERT INTO password_proofs (shard, payment, hash, merchant, amount, currency, expires_at, used_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (shard, payment) DO UPDATE SET hash = ?3, merchant = ?4, amount = ?5, currency = ?6,
               expires_at = ?7, used_at = ?8";
    let values = params![
        proof.payment.shard().number(),
        proof.payment.to_string(),
        proof.hash,
        proof.merchant.to_string(),
        proof.amount.minor(),
        proof.amount.currency().code(),
        time(proof.expires_at),
        optional_time(proof.used_at),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

/// The proofs that the keys name.
pub(super) fn of_keys(connection: &Connection, keys: &Keys) -> Result<HashMap<PaymentId, Proof>, StoreError> {
    let found = keys.proofs.iter().filter_map(|payment| find(connection, *payment).transpose());
    found.map(|proof| proof.map(|proof| (proof.payment, proof))).collect()
}

fn find(connection: &Connection, payment: PaymentId) -> Result<Option<Proof>, StoreError> {
    let sql = "SELECT * FROM password_proofs WHERE shard = ?1 AND payment = ?2";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![payment.shard().number(), payment.to_string()], |row| {
            Ok(read(&Cells::of("password_proofs", row)))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}
