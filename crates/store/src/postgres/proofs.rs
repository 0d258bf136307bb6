//! Proofs that a pay password was entered for one payment. A payment has one at most.

use tantu_domain::ids::PaymentId;
use tantu_domain::password::Proof;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static PROOFS: Table = Table {
    name: "password_proofs",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("payment", Put::Key),
        ("hash", Put::Last),
        ("merchant", Put::Last),
        ("amount", Put::Last),
        ("currency", Put::Last),
        ("expires_at", Put::Last),
        ("used_at", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, proof: &Proof) -> Result<(), StoreError> {
    rows.put(
        &PROOFS,
        vec![
            Value::shard(proof.payment.shard().number()),
            proof.payment.into(),
            Value::Bytes(proof.hash.to_vec()),
            proof.merchant.into(),
            Value::Big(proof.amount.minor()),
            proof.amount.currency().code().into(),
            time(proof.expires_at),
            optional_time(proof.used_at),
        ],
    )
}

/// The proofs for these payments.
pub(super) fn ask(payments: &[PaymentId]) -> Option<Ask> {
    Ask::look_up(
        look_up!("password_proofs", "payment = wanted.key"),
        payments.iter().map(|id| (id.shard(), [(*id).into()])),
    )
}

pub(super) fn read(row: &Row) -> Result<Proof, StoreError> {
    rows::proofs::read(&Cells::of("password_proofs", row))
}
