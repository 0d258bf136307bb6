//! Claims: written once, and never changed or deleted.

use std::collections::BTreeMap;

use tokio_postgres::Row;

use super::cell::{Cells, time};
use crate::claim::{Claim, ClaimKey, IdempotencyKey, place};
use crate::error::StoreError;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

/// The table's name, by which the server says that a claim is somebody else's.
pub(super) const NAME: &str = "claims";

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

pub(super) fn put(rows: &mut Rows, claim: &Claim) -> Result<(), StoreError> {
    let place = place(&claim.key);
    rows.put(
        &CLAIMS,
        vec![
            Value::shard(place.shard),
            place.kind.into(),
            place.owner.into(),
            place.key.into(),
            Value::Bytes(claim.request_hash.to_vec()),
            claim.account.to_string().into(),
            claim.payment.to_string().into(),
            time(claim.claimed_at),
        ],
    )
}

/// The claims of these keys, a statement for each shard, in the shards' order.
pub(super) fn asks<'a>(keys: impl IntoIterator<Item = &'a ClaimKey>) -> Vec<Ask> {
    let mut places: BTreeMap<u8, Vec<_>> = BTreeMap::new();
    for key in keys {
        let place = place(key);
        places.entry(place.shard).or_default().push((place.kind, place.owner, place.key));
    }
    let ask = |(shard, mut wanted): (u8, Vec<(&str, String, String)>)| {
        wanted.sort();
        let (mut kinds, mut owners, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (kind, owner, name) in wanted {
            kinds.push(kind);
            owners.push(owner);
            names.push(name);
        }
        Ask::new(
            "SELECT found.* FROM unnest($2::text[], $3::text[], $4::text[]) AS wanted (kind, owner, key),
             LATERAL (SELECT * FROM claims WHERE shard = $1 AND kind = wanted.kind AND owner = wanted.owner AND key = wanted.key
             OFFSET 0) AS found",
            vec![Value::shard(shard), Value::texts(kinds), Value::Texts(owners), Value::Texts(names)],
        )
    };
    places.into_iter().map(ask).collect()
}

pub(super) fn read(row: &Row) -> Result<Claim, StoreError> {
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
