//! Bank cards, in traditional Chinese.

use crate::words::card_words::CardWords;

pub(crate) const CARDS: CardWords =
    CardWords {
        debit: "簽帳金融卡", credit: "信用卡", prepaid: "預付卡", card: "{bank}{kind}（{last_four}）"
    };
