//! Bound bank cards, and what is known of a card that is being bound.

use tantu_domain::bank::Bank;
use tantu_domain::card::{Card, CardFace, CardHash, CardKind, CardState, CardToken};

use crate::error::StoreError;
use crate::row::Columns;

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
pub(crate) use columns;

/// What the columns of a card's face are called.
pub(crate) struct FaceColumns {
    pub(crate) bank: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) bin: &'static str,
    pub(crate) last_four: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) hash: &'static str,
    pub(crate) holder: &'static str,
}

/// Among the [`columns`] of a card.
const OF_CARD: FaceColumns = FaceColumns {
    bank: "card_bank",
    kind: "card_kind",
    bin: "card_bin",
    last_four: "card_last_four",
    phone: "card_phone",
    hash: "card_hash",
    holder: "card_holder",
};

/// The card of a row that has these [`columns`].
pub(crate) fn read(cells: &impl Columns) -> Result<Card, StoreError> {
    let since = cells.optional_time("card_state_at")?;
    Ok(Card {
        face: face(cells, &OF_CARD)?,
        token: CardToken::new(cells.text("card_token")?),
        ends_at: cells.optional_time("card_token_ends_at")?,
        opening: cells.parse("card_opening")?,
        bound_at: cells.time("card_bound_at")?,
        last_good_use: cells.time("card_last_good_use")?,
        state: cells.word("card_state", |id| CardState::parse(id, since))?,
    })
}

/// A card's face.
pub(crate) fn face(cells: &impl Columns, of: &FaceColumns) -> Result<CardFace, StoreError> {
    Ok(CardFace {
        bank: cells.word(of.bank, Bank::parse)?,
        kind: cells.word(of.kind, CardKind::parse)?,
        bin: cells.text(of.bin)?,
        last_four: cells.text(of.last_four)?,
        phone: cells.text(of.phone)?,
        hash: CardHash(cells.hash(of.hash)?),
        holder: cells.mark(of.holder)?,
    })
}
