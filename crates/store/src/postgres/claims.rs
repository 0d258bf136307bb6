//! Claims: written once, and never changed or deleted.

use aws_lc_rs::digest::{Context, SHA256};
use tantu_domain::ids::Shard;
use tokio_postgres::Row;

use super::cell::{Cells, time};
use crate::claim::{Claim, ClaimKey, Place, place};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::{Ask, LookUp};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::{Value, kept};

/// The table's name, by which the server says that a claim is somebody else's.
pub(crate) const NAME: &str = "claims";

// What is claimed stays. Another payment, or another request, for what is claimed makes its column NULL, which the server
// refuses with the table's name.
static CLAIMS: Table = Table {
    name: NAME,
    turn: Turn::Early,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("digest", Put::Key),
        ("kind", Put::Same),
        ("owner", Put::Same),
        ("key", Put::Same),
        ("request_hash", Put::Same),
        ("account", Put::Once),
        ("payment", Put::Same),
        ("claimed_at", Put::Once),
    ],
    order: &[0, 1],
};

/// Writes a claim; `is_free` if the batch has asked for it and found nothing.
pub(crate) fn put(rows: &mut Rows, claim: &Claim, is_free: bool) -> Result<(), StoreError> {
    let place = place(&claim.key);
    let row = vec![
        Value::shard(place.shard),
        digest(&place),
        place.kind.into(),
        place.owner.into(),
        place.key.into(),
        Value::Bytes(claim.request_hash.to_vec()),
        claim.account.into(),
        claim.payment.into(),
        time(claim.claimed_at),
    ];
    if is_free { rows.insert(&CLAIMS, row).map(drop) } else { rows.put(&CLAIMS, row) }
}

/// What a claim is found by: the first half of the SHA-256 of what is claimed, as it is kept.
fn digest(place: &Place) -> Value {
    let mut hash = Context::new(&SHA256);
    hash.update(place.kind.as_bytes());
    for part in [&place.owner, &place.key] {
        hash.update(&[0]);
        hash.update(kept(part).as_bytes());
    }
    let mut half = [0; 16];
    half.iter_mut().zip(hash.finish().as_ref()).for_each(|(to, from)| *to = *from);
    Value::Uuid(half)
}

/// The claims of these keys, in the order of their places.
pub(crate) fn ask<'a>(keys: impl IntoIterator<Item = &'a ClaimKey>) -> Option<Ask> {
    let place = |key| {
        let place = place(key);
        (Shard::of(place.shard), [digest(&place)])
    };
    let mut places: Vec<_> = keys.into_iter().map(place).collect();
    places.sort();
    let found = LookUp {
        of_one: "SELECT found.* FROM unnest($2::uuid[]) AS wanted (digest), LATERAL (SELECT * FROM claims WHERE shard = $1
                 AND digest = wanted.digest OFFSET 0) AS found",
        of_several: "SELECT found.* FROM unnest($1::smallint[], $2::uuid[]) AS wanted (shard, digest), LATERAL (SELECT * FROM claims
                     WHERE shard = wanted.shard AND digest = wanted.digest OFFSET 0) AS found",
    };
    Ask::look_up(found, places)
}

pub(crate) fn read(row: &Row) -> Result<Claim, StoreError> {
    rows::claims::read(&Cells::of(NAME, row))
}
