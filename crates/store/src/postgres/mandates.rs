//! Mandates, signed or not.

use tantu_domain::ids::MandateId;
use tantu_domain::instrument::{Mandate, MandateState, RevokedBy};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

// The channel's number of a mandate stays when the mandate ends: it names it in whatever is asked later.
static MANDATES: Table = Table {
    name: "mandates",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("instrument", Put::Once),
        ("channel", Put::Once),
        ("state", Put::Last),
        ("agreement_no", Put::Kept),
        ("since", Put::Last),
        ("expires_at", Put::Last),
        ("revoked_by", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, mandate: &Mandate) -> Result<(), StoreError> {
    let (state, agreement_no, since, expires_at, revoked_by) = match &mandate.state {
        MandateState::Signing { since } => ("signing", None, Some(*since), None, None),
        MandateState::Active { agreement_no, signed_at, expires_at } => {
            ("active", Some(agreement_no.clone()), Some(*signed_at), Some(*expires_at), None)
        }
        MandateState::Revoked { revoked_at, by } => ("revoked", None, *revoked_at, None, by.map(RevokedBy::id)),
        MandateState::Expired { expired_at } => ("expired", None, None, Some(*expired_at), None),
    };
    rows.put(
        &MANDATES,
        vec![
            Value::shard(mandate.id.shard().number()),
            mandate.id.into(),
            mandate.account.into(),
            mandate.instrument.into(),
            mandate.channel.id().into(),
            state.into(),
            Value::maybe(agreement_no),
            optional_time(since),
            optional_time(expires_at),
            Value::maybe(revoked_by),
        ],
    )
}

/// These mandates.
pub(super) fn ask(ids: &[MandateId]) -> Option<Ask> {
    Ask::look_up(look_up!("mandates", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read(row: &Row) -> Result<Mandate, StoreError> {
    rows::mandates::read(&Cells::of("mandates", row))
}
