//! Tokens: what a merchant holds instead of a card's number.
//!
//! The number has 19 digits and begins as the recorded one (6235240000020757577), lives for five years less a day, and
//! its level is 10 (recorded too). A card opened again for the same requestor has the same token until it is deleted;
//! after that it gets another (the official demo, Form_6_4_DeleteToken.php).

use jiff::{Timestamp, ToSpan};

use super::UnionPay;
use super::call::{Call, OrderKey};
use super::fields::write_braced;
use crate::banks::card::with_check_digit;
use crate::beijing;

/// How a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenState {
    Normal,
    /// By the merchant.
    Deleted,
    /// By the bank or by UnionPay, for a time.
    Suspended,
    /// By the bank or by UnionPay, for good.
    Cancelled,
}

/// The names of the states.
pub(crate) const TOKEN_STATES: [(&str, TokenState); 4] = [
    ("normal", TokenState::Normal),
    ("deleted", TokenState::Deleted),
    ("suspended", TokenState::Suspended),
    ("cancelled", TokenState::Cancelled),
];

/// One token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) number: String,
    pub(crate) mer_id: String,
    pub(crate) tr_id: String,
    pub(crate) card: String,
    /// The reserved phone when it was opened.
    pub(crate) phone: String,
    pub(crate) begins_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) state: TokenState,
    /// The orders by which it was opened; the first opened it, the others found it open.
    pub(crate) opened_by: Vec<OrderKey>,
}

impl Token {
    /// A new token for a card.
    pub(crate) fn open(up: &UnionPay, call: &Call, card: &str, phone: &str, now: Timestamp) -> Self {
        let number = with_check_digit(&format!("623524{}", up.ids.serial_digits(12)));
        let ends_at = beijing::plus(now, 5.years()).and_then(|end| beijing::plus(end, (-1).days())).unwrap_or(now);
        Self {
            number,
            mer_id: call.key.mer_id.clone(),
            tr_id: call.token_text("trId").to_owned(),
            card: card.to_owned(),
            phone: phone.to_owned(),
            begins_at: now,
            ends_at,
            state: TokenState::Normal,
            opened_by: vec![call.key.clone()],
        }
    }

    /// `tokenPayData` as recorded.
    pub(crate) fn data(&self) -> String {
        let (begin, end) = (beijing::digits(self.begins_at), beijing::digits(self.ends_at));
        write_braced([
            ("token", self.number.as_str()),
            ("trId", &self.tr_id),
            ("tokenType", "01"),
            ("tokenBegin", &begin),
            ("tokenEnd", &end),
            ("tokenLevel", "10"),
        ])
    }
}
