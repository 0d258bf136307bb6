//! Faults of ours and of third parties.

use tantu_domain::operation::Operation;

use super::{choose, party, party_title, said, since};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn platform_overloaded(f: &Facts<'_>) -> Said {
    let again = match f.count("retry_after") {
        Some(seconds) => format!("In about {seconds} seconds this page pays by itself; you are charged once only."),
        None => "When it is your turn this page pays by itself; you are charged once only.".to_owned(),
    };
    said(
        "Too many people are paying",
        "More payments arrived than we can handle at once. Yours has not started; it isn't you.",
    )
    .act(Operation::RetrySameKey, "Stay on this page; there is nothing to do.")
    .by_itself(again)
}

pub(super) fn platform_outage(f: &Facts<'_>) -> Said {
    let back = match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("We expect to be back by {at}; then we pay this one and tell you."),
        (Some(at), false) => {
            format!("We expect to be back by {at}; then tap Continue paying. Your order is kept.")
        }
        (None, true) => "Once we are back, we pay this one and tell you.".to_owned(),
        (None, false) => "We don't know yet when it ends; news appears on this page. Your order is kept.".to_owned(),
    };
    said("Our payment system is down", format!("Our payment system has had a fault{}. It isn't you.", since(f)))
        .money("Nothing was charged; your balance and your order are untouched.")
        .act(Operation::Wait, "There is nothing to do, and no need to change how you pay.")
        .by_itself(back)
}

pub(super) fn channel_interface_fault(f: &Facts<'_>) -> Said {
    let (party, title) = (party(f), party_title(f));
    if f.undecided() {
        let happened = format!("{title} has a fault: the payment was sent; the answer has not come yet.");
        return said(format!("Checking with {party}"), happened);
    }
    let back = match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("It should be back by {at}; then we pay this one and tell you."),
        (Some(at), false) => format!("It should be back by {at}; then you can go on with this payment."),
        (None, true) => format!("Once {party} is back, we pay this one and tell you."),
        (None, false) => {
            format!("{title} has not said when. We keep testing; once it is back, you can go on with this payment.")
        }
    };
    said(format!("{title} is down"), format!("{title} has had a fault{}. It isn't you.", since(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::Wait, format!("To pay with {party}: there is nothing to do but wait for it."))
        .by_itself(back)
}

pub(super) fn channel_unavailable(f: &Facts<'_>) -> Said {
    let happened = match (f.text("rule"), f.channel(), f.label()) {
        (Some("not_configured"), Some(channel), _) => {
            let name = super::channel(channel);
            format!("{name} is not offered here at the moment, so nothing was sent to it.")
        }
        (_, _, Some(label)) => format!("This one cannot be paid with {label}."),
        (_, _, None) => "This order or bill does not take the way of paying you chose.".to_owned(),
    };
    let choose = choose(f)
        .unwrap_or_else(|| "Under Ways to pay, add one that this order takes, such as a debit card.".to_owned());
    said("Not payable this way", happened).act(Operation::ChooseInstrument, choose)
}

pub(super) fn channel_not_confirmed(f: &Facts<'_>) -> Said {
    let (party, title) = (party(f), party_title(f));
    if f.text("code").is_some() {
        let happened = format!("{title} did not take the code you showed: a code works once, and for about a minute.");
        return said("This payment code is used up", happened)
            .act(Operation::Resume, "Refresh the code in your app and have it scanned again.")
            .act_if(Operation::ChooseInstrument, choose(f));
    }
    let until = f.time("expired_at").map_or_else(String::new, |at| format!(" until {at}"));
    let happened = format!("{title} waited{until} for you to confirm, then closed this request.");
    said(format!("Not confirmed at {party}"), happened)
        .act(Operation::Resume, format!("Tap Continue paying, then confirm at {party}."))
        .act_if(Operation::ChooseInstrument, choose(f))
}
