//! Pay-later, credit and support.

use tantu_domain::operation::Operation;

use super::said;
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn bnpl_line_frozen(f: &Facts<'_>) -> Said {
    let since = f.moment("since").map_or_else(String::new, |at| format!(" {at}"));
    let said = match f.text("by") {
        Some("staff") => said(
            "We paused your pay-later line",
            format!("To protect you we paused it{since}; bills are not affected."),
        ),
        Some(_) => said("You paused your pay-later line", format!("You paused it{since}; bills are not affected.")),
        None => said("Your pay-later line is paused", "It takes no new orders for now; bills are not affected."),
    };
    let said = said.money("This new order was not charged and not billed.");
    match (f.text("by"), f.time("asked_at")) {
        (Some("staff"), Some(at)) => said
            .act(Operation::ChooseInstrument, "Pay this one another way meanwhile.")
            .by_itself(format!("You asked at {at}; two people look at it and tell you within 2 hours.")),
        (Some("staff"), None) => {
            said.act(Operation::UnfreezeLine, "Tap Reopen: two people look at it, within 2 hours.")
        }
        _ => said.act(Operation::UnfreezeLine, "Reopen it yourself (a few seconds), then this payment goes on."),
    }
}

pub(super) fn bnpl_overdue(f: &Facts<'_>) -> Said {
    let amount = f.money("amount").map_or_else(String::new, |amount| format!(" of {amount}"));
    let due = f.time("due_on").map_or_else(String::new, |on| format!(", due {on}"));
    let days = f.count("days").map_or_else(String::new, |days| format!(" (days past: {days})"));
    let happened =
        format!("The bill{amount}{due}, is not fully repaid yet{days}; until it is, pay-later stays closed.");
    let happened = if due.is_empty() { happened.replacen(", is not", " is not", 1) } else { happened };
    said("A bill is past due", happened)
        .money("This new order was not charged and not billed.")
        .act(
            Operation::RepayBill,
            "Repay from your balance or a debit card, in whole or in part (about a minute); once repaid, this payment goes on.",
        )
}

pub(super) fn bnpl_autopay_off(f: &Facts<'_>) -> Said {
    let happened = match f.time("since") {
        Some(at) => format!("Auto-repay has been off since {at}, so nothing was collected on the due date."),
        None => "Auto-repay is not on for this account, so nothing was collected on the due date.".to_owned(),
    };
    said("Auto-repay is off", happened)
        .act(Operation::EnableAutoRepay, "Turn on auto-repay and choose what is charged first (about a minute).")
        .by_itself("From then on each bill is repaid on its due date.")
}

pub(super) fn credit_score_impact(f: &Facts<'_>) -> Said {
    let happened = match (f.count("score"), f.count("needed")) {
        (Some(score), Some(needed)) => format!("Your credit score is {score}; pay-later needs {needed}."),
        _ => "Your credit score is below what pay-later needs.".to_owned(),
    };
    said("Credit score too low for now", happened)
        .act(Operation::RepayBill, "If a bill is past due, repay it first: nothing raises the score sooner.")
        .act(Operation::ViewCreditReport, "See each change and its reason in your credit report.")
        .by_itself("Each bill repaid on time raises it a little; your credit report shows every change.")
}

pub(super) fn support_escalate(_: &Facts<'_>) -> Said {
    said(
        "We need a person to look",
        "We checked all that we can and found no reason, and it still does not go through.",
    )
    .act(
        Operation::OpenTicket,
        "Tap Contact support: order number, time, amount and our findings are filled in. No password is ever needed.",
    )
}
