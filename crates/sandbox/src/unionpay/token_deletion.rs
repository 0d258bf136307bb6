//! 74/01: deletes a token (解除标记). Another opening gets another number (the official demo, Form_6_4_DeleteToken.php).

use super::UnionPay;
use super::call::{Call, Outcome, Verdict};
use super::token::TokenState;

pub(crate) fn token_deletion(up: &UnionPay, call: &Call) -> Verdict {
    let mut books = up.books();
    let number = call.token_text("token");
    let own = |token: &&mut super::token::Token| {
        token.mer_id == call.key.mer_id && token.tr_id == call.token_text("trId") && token.state != TokenState::Deleted
    };
    let token = books.token_mut(number).filter(own).ok_or("89")?;
    token.state = TokenState::Deleted;
    Ok(Outcome::done(Vec::new()))
}
