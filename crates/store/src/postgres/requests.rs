//! Requests: written with what they lead to, answered once, and never deleted.

use std::collections::{BTreeMap, BTreeSet};

use tantu_domain::ids::PaymentId;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::claim::IdempotencyKey;
use crate::error::StoreError;
use crate::record::{read_answer, write_answer};
use crate::request::Request;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

// Only a missing answer, and the first repetition, are ever added.
static REQUESTS: Table = Table {
    name: "requests",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("payment", Put::Key),
        ("client", Put::Key),
        ("key", Put::Key),
        ("asked_at", Put::Once),
        ("answer", Put::First),
        ("asked_again_at", Put::First),
    ],
    order: &[0, 1, 2, 3],
};

pub(super) fn put(rows: &mut Rows, request: &Request) -> Result<(), StoreError> {
    rows.put(
        &REQUESTS,
        vec![
            Value::shard(request.payment.shard().number()),
            request.payment.to_string().into(),
            request.key.client.as_str().into(),
            request.key.key.as_str().into(),
            time(request.asked_at),
            Value::maybe(request.answer.as_ref().map(write_answer)),
            optional_time(request.asked_again_at),
        ],
    )
}

/// Requests whose payments are known, a statement for each shard, in the shards' order. Nothing is locked: whoever changes a
/// request holds its payer.
pub(super) fn asks(wanted: &BTreeSet<(PaymentId, IdempotencyKey)>) -> Vec<Ask> {
    let mut shards: BTreeMap<u8, [Vec<String>; 3]> = BTreeMap::new();
    for (payment, own) in wanted {
        let [payments, clients, keys] = shards.entry(payment.shard().number()).or_default();
        payments.push(payment.to_string());
        clients.push(own.client.clone());
        keys.push(own.key.clone());
    }
    let ask = |(shard, [payments, clients, keys]): (u8, [Vec<String>; 3])| {
        Ask::new(
            "SELECT found.* FROM unnest($2::text[], $3::text[], $4::text[]) AS wanted (payment, client, key),
             LATERAL (SELECT * FROM requests WHERE shard = $1 AND payment = wanted.payment AND client = wanted.client
             AND key = wanted.key OFFSET 0) AS found",
            vec![Value::shard(shard), Value::Texts(payments), Value::Texts(clients), Value::Texts(keys)],
        )
    };
    shards.into_iter().map(ask).collect()
}

/// What was asked about a payment, the oldest first.
pub(super) fn ask_of_payment(payment: PaymentId) -> Ask {
    Ask::new(
        "SELECT * FROM requests WHERE shard = $1 AND payment = $2 ORDER BY asked_at, key",
        vec![Value::shard(payment.shard().number()), payment.to_string().into()],
    )
}

pub(super) fn read(row: &Row) -> Result<Request, StoreError> {
    let cells = Cells::of("requests", row);
    let answer: Option<&str> = cells.get("answer")?;
    Ok(Request {
        key: IdempotencyKey { client: cells.text("client")?, key: cells.text("key")? },
        payment: cells.parse("payment")?,
        asked_at: cells.time("asked_at")?,
        answer: answer.map(|answer| read_answer(answer).map_err(|why| cells.wrong("answer", why))).transpose()?,
        asked_again_at: cells.optional_time("asked_again_at")?,
    })
}
