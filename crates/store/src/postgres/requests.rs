//! Requests: written with what they lead to, answered once, and never deleted.
//!
//! The request that makes a payment, and is answered in the same commit, stands in the payment's row. What becomes of it later is a row
//! of `further_requests`, which says all of it; the view `requests` shows each once.

use std::collections::BTreeSet;

use tantu_domain::ids::PaymentId;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use super::payments::{self, Made};
use crate::claim::IdempotencyKey;
use crate::error::StoreError;
use crate::record::write_answer;
use crate::request::Request;
use crate::rows;
use crate::wire::burst::{Ask, LookUp};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

// Only a missing answer, and the first repetition, are ever added.
static REQUESTS: Table = Table {
    name: "further_requests",
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

/// Writes a request; into its payment's row if the batch makes that.
pub(super) fn put(rows: &mut Rows, request: &Request, made: Option<Made>) -> Result<(), StoreError> {
    let answer = || Value::maybe(request.answer.as_ref().map(write_answer));
    let (client, key) = (|| request.key.client.clone().into(), || request.key.key.clone().into());
    let first =
        made.filter(|made| request.answer.is_some() && request.asked_again_at.is_none() && request.asked_at == made.at);
    if first.is_some_and(|made| payments::put_request(rows, made, vec![client(), key(), answer()])) {
        return Ok(());
    }
    let row = vec![
        Value::shard(request.payment.shard().number()),
        request.payment.into(),
        client(),
        key(),
        time(request.asked_at),
        answer(),
        optional_time(request.asked_again_at),
    ];
    if made.is_some() { rows.insert(&REQUESTS, row).map(drop) } else { rows.put(&REQUESTS, row) }
}

macro_rules! asked {
    ($wanted:literal, $shard:literal) => {
        concat!(
            "SELECT found.* FROM ",
            $wanted,
            ", LATERAL (SELECT * FROM requests WHERE shard = ",
            $shard,
            " AND payment = wanted.payment AND client = wanted.client AND key = wanted.key OFFSET 0) AS found"
        )
    };
}

/// Requests whose payments are known. Nothing is locked: whoever changes a request holds its payer.
pub(super) fn ask(wanted: &BTreeSet<(PaymentId, IdempotencyKey)>) -> Option<Ask> {
    let found = LookUp {
        of_one: asked!("unnest($2::text[], $3::text[], $4::text[]) AS wanted (payment, client, key)", "$1"),
        of_several: asked!(
            "unnest($1::smallint[], $2::text[], $3::text[], $4::text[]) AS wanted (shard, payment, client, key)",
            "wanted.shard"
        ),
    };
    let place = |(payment, own): &(PaymentId, IdempotencyKey)| {
        (payment.shard(), [(*payment).into(), own.client.clone().into(), own.key.clone().into()])
    };
    Ask::look_up(found, wanted.iter().map(place))
}

/// What was asked about a payment, the oldest first.
pub(super) fn ask_of_payment(payment: PaymentId) -> Ask {
    Ask::new(
        "SELECT * FROM requests WHERE shard = $1 AND payment = $2 ORDER BY asked_at, key",
        vec![Value::shard(payment.shard().number()), payment.into()],
    )
}

pub(super) fn read(row: &Row) -> Result<Request, StoreError> {
    rows::requests::read(&Cells::of("requests", row))
}
