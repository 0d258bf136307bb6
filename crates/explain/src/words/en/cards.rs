//! Bank cards, in English.

use crate::words::card_words::CardWords;

pub(crate) const CARDS: CardWords = CardWords {
    debit: "debit card",
    credit: "credit card",
    prepaid: "prepaid card",
    card: "{bank} {kind} ·{last_four}",
};
