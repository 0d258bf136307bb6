//! Bank cards, in simplified Chinese.

use crate::words::card_words::CardWords;

pub(crate) const CARDS: CardWords =
    CardWords { debit: "储蓄卡", credit: "信用卡", prepaid: "预付卡", card: "{bank}{kind}（{last_four}）" };
