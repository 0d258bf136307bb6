//! Points, balances and limits.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, channel, choose, issuer, said};
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

/// What a limit is over; of another's limit we know only that they said so.
struct Over {
    already: &'static str,
    ours: &'static str,
    theirs: &'static str,
}

fn over(f: &Facts<'_>, words: &Over) -> String {
    let Over { already, ours, theirs } = words;
    let this = f.amount().map_or_else(|| "this payment".to_owned(), |amount| format!("this {amount}"));
    let by = f.label().map_or_else(String::new, |label| format!(" with {label}"));
    match (f.whose(), f.money("limit"), f.money("used")) {
        (Some(Whose::Channel(_)), _, _) => {
            format!("{} says {this} is over its {theirs}; it doesn't tell us how much that is.", issuer(f))
        }
        (_, Some(limit), Some(used)) => {
            format!("You have paid {used}{by} {already}; {this} would pass your {ours} of {limit}.")
        }
        (_, Some(limit), None) => format!("The {ours} is {limit}; {this} is more."),
        (_, None, _) => format!("With {this} you would pass your {ours}."),
    }
}

pub(super) fn limit_per_transaction(f: &Facts<'_>) -> Said {
    let raise = match f.whose() {
        Some(Whose::Channel(Channel::UnionPay)) => {
            "Raise the limit for single payments in the bank's app, then come back and tap Retry.".to_owned()
        }
        Some(Whose::Channel(at)) => {
            format!("Raise the limit for single payments in the {}, then come back and tap Retry.", app(at))
        }
        Some(Whose::Platform) | None => {
            "Raise the limit for today; you only confirm it's you (about 2 minutes).".to_owned()
        }
    };
    let words = Over { already: "", ours: "limit for one payment", theirs: "limit for one payment" };
    said("Over the limit per payment", over(f, &words))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::SplitPayment, "If the merchant agrees, pay it in several parts.")
        .act(Operation::RaiseLimit, raise)
}

fn raise(f: &Facts<'_>) -> String {
    match f.whose() {
        Some(Whose::Channel(Channel::UnionPay)) => {
            "Or raise the limit in the bank's app, then come back and tap Retry.".to_owned()
        }
        Some(Whose::Channel(at)) => {
            format!("Or raise the limit in the {}, then come back and tap Retry.", app(at))
        }
        Some(Whose::Platform) | None => {
            "Or raise the limit for a time: confirm it's you, and pay at once (about 2 minutes).".to_owned()
        }
    }
}

fn restored(f: &Facts<'_>, unknown: &str) -> String {
    match (f.retry_moment(), f.resumes_by_itself()) {
        (Some(at), true) => format!("We pay it {at} and tell you."),
        (Some(at), false) => format!("The limit starts afresh {at}; then you can go on with this payment."),
        (None, _) => unknown.to_owned(),
    }
}

pub(super) fn limit_daily(f: &Facts<'_>) -> Said {
    let words = Over { already: "today", ours: "daily limit", theirs: "daily limit" };
    said("Today's limit is used up", over(f, &words))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "Daily limits usually start afresh at midnight; then you can go on with this payment."))
}

pub(super) fn limit_monthly(f: &Facts<'_>) -> Said {
    let words = Over { already: "this month", ours: "monthly limit", theirs: "monthly limit" };
    said("This month's limit is used up", over(f, &words))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "Monthly limits usually start afresh on the 1st; then you can go on with this payment."))
}

pub(super) fn limit_platform(f: &Facts<'_>) -> Said {
    let this = f.amount().map_or_else(|| "this payment".to_owned(), |amount| format!("this {amount}"));
    let happened = match (f.money("used"), f.money("limit")) {
        (Some(used), Some(limit)) => format!(
            "By regulation your kind of account may pay {limit} from its balance; you have paid {used}, and {this} would be more."
        ),
        (None, Some(limit)) => {
            format!("By regulation your kind of account may pay {limit} from its balance; {this} would be more.")
        }
        _ => format!("By regulation there is a ceiling for paying from a balance, and {this} would be more."),
    };
    let said = said("Balance payments reached their ceiling", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseTier, "Add identity details to move the account up; its ceiling rises (about 5 minutes).")
        .act(Operation::AuthenticateStronger, "Or confirm this payment more strongly, by face and payment password.");
    match f.retry_at() {
        Some(_) => said.by_itself(restored(f, "")),
        None => said,
    }
}
