//! 78/02: whether, and as what, an order opened its card (开通查询). A token's opening can be asked for by the order only
//! (boyuanitsm/pay, OpenQuery.java).
//!
//! `activateStatus` 1 is recorded in a notification of success; that it is 0 otherwise is read from the field's name
//! (lokielse/omnipay-unionpay, WtzOpenQueryResponse.php). An order that never came is 34. Which refusal there was is not
//! told here: that was said once, to the opening itself.

use super::UnionPay;
use super::call::{Call, Kind, Outcome, Verdict};
use super::open::opened_fields;
use super::token::TokenState;

pub(crate) fn open_query(up: &UnionPay, call: &Call) -> Verdict {
    let books = up.books();
    let order = books.order(&call.key).filter(|order| order.kind == Kind::Open).ok_or("34")?;
    let living = books.token_opened_by(&order.key).filter(|token| token.state == TokenState::Normal).cloned();
    drop(books);
    let fields = match living {
        Some(token) => opened_fields(up, call, &token),
        None => vec![("activateStatus", "0".to_owned())],
    };
    Ok(Outcome::done(fields))
}
