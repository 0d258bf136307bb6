//! Bound bank cards, each by the instrument that is charged. They are read with their instruments.

use tantu_domain::card::Card;
use tantu_domain::ids::InstrumentId;

use super::cell::{mark, optional_time, time};
use crate::error::StoreError;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static CARDS: Table = Table {
    name: "cards",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("instrument", Put::Key),
        ("bank", Put::Last),
        ("card_kind", Put::Last),
        ("bin", Put::Last),
        ("last_four", Put::Last),
        ("phone", Put::Last),
        ("card_hash", Put::Last),
        ("token", Put::Last),
        ("token_ends_at", Put::Last),
        ("opening", Put::Last),
        ("bound_at", Put::Last),
        ("last_good_use", Put::Last),
        ("state", Put::Last),
        ("state_at", Put::Last),
        ("holder", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, instrument: InstrumentId, card: &Card) -> Result<(), StoreError> {
    rows.put(
        &CARDS,
        vec![
            Value::shard(instrument.shard().number()),
            instrument.into(),
            card.face.bank.id().into(),
            card.face.kind.id().into(),
            card.face.bin.clone().into(),
            card.face.last_four.clone().into(),
            card.face.phone.clone().into(),
            Value::Bytes(card.face.hash.0.to_vec()),
            card.token.reveal().to_owned().into(),
            optional_time(card.ends_at),
            card.opening.into(),
            time(card.bound_at),
            time(card.last_good_use),
            card.state.id().into(),
            optional_time(card.state.since()),
            mark(card.face.holder.as_ref()),
        ],
    )
}
