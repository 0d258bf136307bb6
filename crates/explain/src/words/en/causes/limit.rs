//! Limits, whoever has set them, in English.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

/// What a limit is over; of another's limit we know only that they said so, or what they have published.
struct Over {
    already: &'static str,
    ours: &'static str,
}

fn over(f: &Facts<'_>, words: &Over) -> String {
    let Over { already, ours } = words;
    let this = f.amount().map_or_else(|| "this payment".to_owned(), |amount| format!("this {amount}"));
    let by = f.label().map_or_else(String::new, |label| format!(" with {label}"));
    let limit = f.money("limit");
    match (f.whose(), limit, f.money("used")) {
        (Some(Whose::Channel(_) | Whose::Bank(_)), None, _) => {
            format!("{} says {this} is over its {ours}; it doesn't tell us how much that is.", issuer(f))
        }
        (Some(Whose::Channel(_) | Whose::Bank(_)), Some(limit), Some(used)) => format!(
            "{} publishes a {ours} of {limit}; by our count you have paid {used}{by} {already}, and {this} would pass it.",
            issuer(f)
        ),
        (Some(Whose::Channel(_) | Whose::Bank(_)), Some(limit), None) => {
            format!("{} publishes a {ours} of {limit}; {this} is more.", issuer(f))
        }
        (Some(Whose::Payer), Some(limit), Some(used)) => {
            format!(
                "You have paid {used}{by} {already}; {this} would pass the {ours} of {limit} that you set yourself."
            )
        }
        (Some(Whose::Payer), Some(limit), None) => {
            format!("The {ours} that you set yourself is {limit}; {this} is more.")
        }
        (_, Some(limit), Some(used)) => {
            format!("You have paid {used}{by} {already}; {this} would pass your {ours} of {limit}.")
        }
        (_, Some(limit), None) => format!("The {ours} is {limit}; {this} is more."),
        (_, None, _) => format!("With {this} you would pass your {ours}."),
    }
}

/// The holder raises what he has set himself; of ours staff decide, of another's that other.
fn raise(f: &Facts<'_>) -> String {
    match f.whose() {
        Some(Whose::Payer) => {
            "Or raise your own limit with your payment password; it counts at once (about a minute).".to_owned()
        }
        Some(Whose::Channel(Channel::UnionPay) | Whose::Bank(_)) => {
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

pub(super) fn limit_per_transaction(f: &Facts<'_>) -> Said {
    let raise = match f.whose() {
        Some(Whose::Payer) => "Raise your own limit with your payment password (about a minute).".to_owned(),
        Some(Whose::Channel(Channel::UnionPay) | Whose::Bank(_)) => {
            "Raise the limit for single payments in the bank's app, then come back and tap Retry.".to_owned()
        }
        Some(Whose::Channel(at)) => {
            format!("Raise the limit for single payments in the {}, then come back and tap Retry.", app(at))
        }
        Some(Whose::Platform) | None => {
            "Raise the limit for today; you only confirm it's you (about 2 minutes).".to_owned()
        }
    };
    said("Over the limit per payment", over(f, &Over { already: "", ours: "limit for one payment" }))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::SplitPayment, "If the merchant agrees, pay it in several parts.")
        .act(Operation::RaiseLimit, raise)
}

pub(super) fn limit_daily(f: &Facts<'_>) -> Said {
    said("Today's limit is used up", over(f, &Over { already: "today", ours: "daily limit" }))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "Daily limits usually start afresh at midnight; then you can go on with this payment."))
}

pub(super) fn limit_monthly(f: &Facts<'_>) -> Said {
    said("This month's limit is used up", over(f, &Over { already: "this month", ours: "monthly limit" }))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "Monthly limits usually start afresh on the 1st; then you can go on with this payment."))
}

pub(super) fn limit_platform(f: &Facts<'_>) -> Said {
    let this = f.amount().map_or_else(|| "this payment".to_owned(), |amount| format!("this {amount}"));
    let (used, limit) = (f.money("used"), f.money("limit"));
    let happened = match (f.text("authentication"), used, limit) {
        (Some("one_factor"), Some(used), Some(limit)) => format!(
            "By regulation {limit} a day may be paid from a balance without the payment password; you have paid {used}, and {this} would be more."
        ),
        (Some(_), Some(used), Some(limit)) => format!(
            "By regulation {limit} a day may be paid from a balance with a payment password; you have paid {used}, and {this} would be more."
        ),
        (None, Some(used), Some(limit)) => format!(
            "By regulation your kind of account may pay {limit} from its balance; you have paid {used}, and {this} would be more."
        ),
        (_, None, Some(limit)) => {
            format!("By regulation your kind of account may pay {limit} from its balance; {this} would be more.")
        }
        _ => format!("By regulation there is a ceiling for paying from a balance, and {this} would be more."),
    };
    let said = said("Balance payments reached their ceiling", happened).act_if(Operation::ChooseInstrument, choose(f));
    let said = match f.text("authentication") {
        Some("one_factor") => {
            said.act(Operation::AuthenticateStronger, "Or set a payment password and enter it for this payment.")
        }
        Some(_) => said,
        None => said
            .act(
                Operation::RaiseTier,
                "Add identity details to move the account up; its ceiling rises (about 5 minutes).",
            )
            .act(Operation::AuthenticateStronger, "Or confirm this payment more strongly, with the payment password."),
    };
    match f.retry_at() {
        Some(_) => said.by_itself(restored(f, "")),
        None => said,
    }
}
