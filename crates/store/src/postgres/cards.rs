//! Bound bank cards, each by the instrument that is charged. They are read with their instruments.

use tantu_domain::bank::Bank;
use tantu_domain::card::{Card, CardFace, CardHash, CardKind, CardState, CardToken};
use tantu_domain::ids::InstrumentId;

use super::cell::{Cells, mark, optional_time, time};
use crate::error::StoreError;
use crate::row::Columns;
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

/// The columns of `card` under names that are nobody else's.
macro_rules! columns {
    () => {
        "card.bank AS card_bank, card.card_kind, card.bin AS card_bin, card.last_four AS card_last_four,
         card.phone AS card_phone, card.card_hash, card.token AS card_token, card.token_ends_at AS card_token_ends_at,
         card.opening AS card_opening, card.bound_at AS card_bound_at, card.last_good_use AS card_last_good_use,
         card.state AS card_state, card.state_at AS card_state_at,
         card.holder AS card_holder"
    };
}
pub(super) use columns;

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

/// The card of a row that has these [`columns`].
pub(super) fn read(cells: &Cells<'_>) -> Result<Card, StoreError> {
    let since = cells.optional_time("card_state_at")?;
    Ok(Card {
        face: CardFace {
            bank: cells.word("card_bank", Bank::parse)?,
            kind: cells.word("card_kind", CardKind::parse)?,
            bin: cells.text("card_bin")?,
            last_four: cells.text("card_last_four")?,
            phone: cells.text("card_phone")?,
            hash: CardHash(cells.hash("card_hash")?),
            holder: cells.mark("card_holder")?,
        },
        token: CardToken::new(cells.text("card_token")?),
        ends_at: cells.optional_time("card_token_ends_at")?,
        opening: cells.parse("card_opening")?,
        bound_at: cells.time("card_bound_at")?,
        last_good_use: cells.time("card_last_good_use")?,
        state: cells.word("card_state", |id| CardState::parse(id, since))?,
    })
}
