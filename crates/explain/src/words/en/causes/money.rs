//! Points and balances.

use tantu_domain::channel::Channel;
use tantu_domain::operation::Operation;

use super::{app, channel, choose, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn points_insufficient(f: &Facts<'_>) -> Said {
    let happened = match (f.count("points"), f.count("requested")) {
        (Some(points), Some(requested)) => {
            format!("You have {points} points; this takes {requested}, so {} are missing.", requested - points)
        }
        _ => "You have fewer points than this takes.".to_owned(),
    };
    said("Not enough points", happened)
        .money("Nothing was charged, and no points were used.")
        .act(Operation::TopUpPoints, "Get more points in the official shop (about a minute).")
        .act(Operation::CombineInstruments, "Or pay a part with points and the rest another way.")
}

pub(super) fn points_unofficial_channel(f: &Facts<'_>) -> Said {
    let happened = match f.count("points") {
        Some(points) => format!("{points} points came from an unofficial seller and are set aside; they can't pay."),
        None => "Some points came from an unofficial seller and are set aside; they can't pay.".to_owned(),
    };
    said("Some points are set aside", happened)
        .money("Nothing was charged; your other points work as usual.")
        .act(Operation::TopUpPoints, "Points from the official shop can be used at once.")
        .act(
            Operation::Appeal,
            "Think this is wrong? Tap Appeal and attach the receipt; a person answers within 2 hours.",
        )
}

pub(super) fn points_remainder_method(f: &Facts<'_>) -> Said {
    let happened = match f.money("remainder") {
        Some(rest) => format!("Points pay a part; the way chosen for the other {rest} did not go through."),
        None => "Points pay a part; the way chosen for the rest did not go through.".to_owned(),
    };
    let choose = choose(f).unwrap_or_else(|| "Choose another way for the rest.".to_owned());
    said("The rest couldn't be paid", happened)
        .money("Nothing was charged, and all your points are back.")
        .act(Operation::ChooseInstrument, choose)
        .act(Operation::Resume, "Then tap Continue paying; your points are used again.")
}

pub(super) fn funds_insufficient_balance(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        return insufficient_there(f, at);
    }
    let happened = match (f.money("balance"), f.amount(), f.money("short")) {
        (Some(balance), Some(amount), Some(short)) => {
            format!("Your balance is {balance}; this takes {amount}, which is {short} more.")
        }
        (Some(balance), Some(amount), None) => format!("Your balance is {balance}; this takes {amount}."),
        _ => "Your balance is less than this payment.".to_owned(),
    };
    let top_up = match f.money("short") {
        Some(short) => format!("Top up at least {short}; once it is in, this payment goes on (about a minute)."),
        None => "Top up your balance; once it is in, this payment goes on (about a minute).".to_owned(),
    };
    said("Your balance is too low", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::TopUp, top_up)
}

fn insufficient_there(f: &Facts<'_>, at: Channel) -> Said {
    let (name, app) = (channel(at), app(at));
    let payment = f.amount().map_or_else(|| "this payment".to_owned(), |amount| format!("this {amount}"));
    let happened =
        format!("{name} says your balance there is too low for {payment}; it doesn't tell us how much is there.");
    said(format!("Your {name} balance is too low"), happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::TopUp, format!("To pay with {name}: top up in the {app}, or choose another card there."))
        .act(
            Operation::Recheck,
            format!("Then tap Retry: we can't see your {name} balance; only another attempt can tell."),
        )
}

pub(super) fn funds_card_insufficient(f: &Facts<'_>) -> Said {
    let payment = f.amount().map_or_else(|| "this payment".to_owned(), |amount| format!("this {amount}"));
    let who = match (f.channel(), f.bank()) {
        (Some(at @ (Channel::Alipay | Channel::WechatPay | Channel::DouyinPay)), _) => {
            format!("{} says the bank card you use there", channel(at))
        }
        (_, Some(bank)) => format!("{bank} says this card"),
        (_, None) => "The bank says this card".to_owned(),
    };
    let said = said(
        "Not enough money on the card",
        format!("{who} hasn't enough money or credit for {payment}; we aren't told how much is missing."),
    )
    .act_if(Operation::ChooseInstrument, choose(f))
    .act(
        Operation::PayIn,
        "Put money on the card or pay it off, and once it is in, tap Retry: only another attempt can tell.",
    );
    match (f.retry_moment(), f.resumes_by_itself()) {
        (Some(at), true) => said.by_itself(format!("We try once more {at} and tell you.")),
        _ => said,
    }
}
