//! One card at its bank.

use crate::money::Fen;

/// What a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Debit,
    Credit,
}

/// The names of the kinds.
pub(crate) const KINDS: [(&str, Kind); 2] = [("debit", Kind::Debit), ("credit", Kind::Credit)];

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }
}

/// What its bank has done with it, and what its holder has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CardState {
    #[default]
    Normal,
    NotActivated,
    OnlinePaymentDisabled,
    Expired,
    Lost,
    Frozen,
    Closed,
    Dormant,
    RiskBlocked,
    /// The bank has issued another card in its place: its number is nobody's any more.
    Replaced,
    /// The bank lets this customer bind nothing.
    Restricted,
}

/// The names of the states in the data and on the control port.
pub(crate) const STATES: [(&str, CardState); 11] = [
    ("normal", CardState::Normal),
    ("not_activated", CardState::NotActivated),
    ("online_payment_disabled", CardState::OnlinePaymentDisabled),
    ("expired", CardState::Expired),
    ("lost", CardState::Lost),
    ("frozen", CardState::Frozen),
    ("closed", CardState::Closed),
    ("dormant", CardState::Dormant),
    ("risk_blocked", CardState::RiskBlocked),
    ("replaced", CardState::Replaced),
    ("restricted", CardState::Restricted),
];

impl CardState {
    pub(crate) fn name(self) -> &'static str {
        STATES.into_iter().find(|(_, state)| *state == self).map_or("normal", |(name, _)| name)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        STATES.into_iter().find(|(known, _)| *known == name).map(|(_, state)| state)
    }
}

/// The bank's limits, in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) per_transaction: Fen,
    pub(crate) per_day: Fen,
    pub(crate) per_month: Fen,
}

/// Whose card it is, as its bank has it on record. `phone` is the reserved one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) name: String,
    pub(crate) certificate_number: String,
    pub(crate) phone: String,
}

/// One card.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) number: String,
    pub(crate) bank: &'static str,
    pub(crate) kind: Kind,
    pub(crate) holder: Holder,
    /// `YYMM`, as UnionPay writes it; on the card it is MMYY.
    pub(crate) expired: Option<String>,
    pub(crate) cvn2: Option<String>,
    /// Of a credit card: what is left of its line.
    pub(crate) balance: Fen,
    pub(crate) state: CardState,
    pub(crate) limits: Limits,
}

impl Card {
    /// `628801******1234`
    pub(crate) fn masked(&self) -> String {
        let (first, last) = (self.number.get(..6), self.number.get(self.number.len().saturating_sub(4)..));
        format!("{}******{}", first.unwrap_or_default(), last.unwrap_or_default())
    }
}

/// What a new card is to be like.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) bin: Option<String>,
    pub(crate) bank: Option<String>,
    pub(crate) kind: Option<Kind>,
    pub(crate) holder: Holder,
    pub(crate) expired: Option<String>,
    pub(crate) cvn2: Option<String>,
    pub(crate) balance: Fen,
    pub(crate) state: CardState,
}

/// The sum of Luhn (ISO/IEC 7812-1) over digits, of which the last is not doubled; `None` for anything but digits.
fn luhn_sum(number: &str) -> Option<u32> {
    let mut sum: u32 = 0;
    for (index, char) in number.chars().rev().enumerate() {
        let digit = char.to_digit(10)?;
        let doubled = if index % 2 == 1 { digit.saturating_mul(2) } else { digit };
        sum = sum.saturating_add(if doubled > 9 { doubled.saturating_sub(9) } else { doubled });
    }
    Some(sum)
}

pub(crate) fn passes_luhn(number: &str) -> bool {
    (16..=19).contains(&number.len()) && luhn_sum(number).is_some_and(|sum| sum % 10 == 0)
}

/// Appends the check digit.
pub(crate) fn with_check_digit(digits: &str) -> String {
    let sum = luhn_sum(&format!("{digits}0")).unwrap_or(0);
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_check_digit_passes_and_a_wrong_one_does_not(digits in "[0-9]{15,18}", wrong in 1_u32..10) {
            let number = with_check_digit(&digits);
            prop_assert!(passes_luhn(&number));
            let last = number.chars().last().and_then(|char| char.to_digit(10)).expect("a digit");
            let other = format!("{digits}{}", (last + wrong) % 10);
            prop_assert!(!passes_luhn(&other));
        }
    }

    #[test]
    fn the_published_test_card_passes() {
        // The cards of the official demos (token product and gateway).
        for (number, passes) in [("6226388000000095", true), ("6226090000000048", true), ("6226388000000096", false)] {
            assert_eq!(passes_luhn(number), passes, "{number}");
        }
        assert!(!passes_luhn("622638800000009五"));
    }
}
