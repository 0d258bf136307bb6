//! What came back of a paid order, and what is on its way: on the page of the order.

use maud::{Markup, html};
use tantu_domain::refund::{Part, Refund, RefundState, Road};
use tantu_explain::words::{channel_label, fill, time};

use crate::pages::visitor::Visitor;

/// What a merchant gives back, part by part. What was refused is the merchant's matter: nothing of the payer's has moved.
pub(crate) fn came_back(visitor: &Visitor, merchant: &str, refunds: &[Refund]) -> Markup {
    html! {
        @for refund in refunds {
            @if refund.counts() {
                @for part in &refund.parts {
                    div.back-again {
                        (told(visitor, merchant, refund, part))
                        p.quiet { (refund.reason) }
                    }
                }
            }
        }
    }
}

fn told(visitor: &Visitor, merchant: &str, refund: &Refund, part: &Part) -> Markup {
    let words = visitor.words;
    let amount = part.amount.to_string();
    let values = [("amount", amount.as_str())];
    let is_there = matches!(refund.state, RefundState::Succeeded { .. });
    let title = fill(if is_there { words.returned_title } else { words.returning_title }, &values);
    let body = match (part.road, &refund.last_asked) {
        (Road::Channel { channel, .. }, Some(asked)) => {
            let next = time(asked.again_at, visitor.app.engine.clock().now(), visitor.lang);
            let values = [("channel", channel_label(channel, visitor.lang)), ("time", next.as_str())];
            fill(words.refund_waits, &values)
        }
        _ if !is_there => fill(words.refunding_body, &[("merchant", merchant)]),
        (Road::Wallet, _) => words.refunded_wallet.to_owned(),
        (Road::PayLater, _) => words.refunded_bill.to_owned(),
        (Road::Channel { channel, .. }, None) => {
            fill(words.returned_body, &[("channel", channel_label(channel, visitor.lang))])
        }
        (Road::Points { points }, _) => fill(words.refunded_points, &[("points", points.to_string().as_str())]),
    };
    html! { h3 { (title) } p { (body) } }
}
