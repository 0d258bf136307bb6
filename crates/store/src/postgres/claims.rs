//! Claims: written once, and never changed or deleted.

use tantu_domain::ids::Shard;
use tokio_postgres::Row;

use super::cell::{Cells, time};
use crate::claim::{Claim, ClaimKey, IdempotencyKey, Place, place};
use crate::error::StoreError;
use crate::wire::burst::{Ask, LookUp};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

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
        ("kind", Put::Key),
        ("owner", Put::Key),
        ("key", Put::Key),
        ("request_hash", Put::Same),
        ("account", Put::Once),
        ("payment", Put::Same),
        ("claimed_at", Put::Once),
    ],
    order: &[0, 1, 2, 3],
};

/// Writes a claim; `is_free` if the batch has asked for it and found nothing.
pub(crate) fn put(rows: &mut Rows, claim: &Claim, is_free: bool) -> Result<(), StoreError> {
    let place = place(&claim.key);
    let row = vec![
        Value::shard(place.shard),
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

macro_rules! claimed {
    ($wanted:literal, $shard:literal) => {
        concat!(
            "SELECT found.* FROM ",
            $wanted,
            ", LATERAL (SELECT * FROM claims WHERE shard = ",
            $shard,
            " AND kind = wanted.kind AND owner = wanted.owner AND key = wanted.key OFFSET 0) AS found"
        )
    };
}

/// The claims of these keys, in the order of their places.
pub(crate) fn ask<'a>(keys: impl IntoIterator<Item = &'a ClaimKey>) -> Option<Ask> {
    let mut places: Vec<_> = keys.into_iter().map(place).collect();
    places.sort();
    let found = LookUp {
        of_one: claimed!("unnest($2::text[], $3::text[], $4::text[]) AS wanted (kind, owner, key)", "$1"),
        of_several: claimed!(
            "unnest($1::smallint[], $2::text[], $3::text[], $4::text[]) AS wanted (shard, kind, owner, key)",
            "wanted.shard"
        ),
    };
    let wanted = |place: Place| (Shard::of(place.shard), [place.kind.into(), place.owner.into(), place.key.into()]);
    Ask::look_up(found, places.into_iter().map(wanted))
}

pub(crate) fn read(row: &Row) -> Result<Claim, StoreError> {
    let cells = Cells::of(NAME, row);
    let key = match cells.get("kind")? {
        "order" => ClaimKey::Order { merchant: cells.parse("owner")?, order_no: cells.text("key")? },
        "idempotency" => {
            ClaimKey::Idempotency(IdempotencyKey { client: cells.text("owner")?, key: cells.text("key")? })
        }
        other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
    };
    Ok(Claim {
        key,
        request_hash: cells.hash("request_hash")?,
        account: cells.parse("account")?,
        payment: cells.parse("payment")?,
        claimed_at: cells.time("claimed_at")?,
    })
}
