//! Permissions and risk. Of risk only the way forward is told, never the rule.

use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, app, channel, choose, party, party_title, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn agreement_expired(f: &Facts<'_>) -> Said {
    let (party, title) = (party(f), party_title(f));
    let happened = match f.moment("expired_at") {
        Some(at) => format!("Your permission for us to charge {party} ended {at}."),
        None => format!("Your permission for us to charge {party} has ended."),
    };
    said(format!("{title} permission has expired"), happened)
        .act(
            Operation::SignMandate,
            format!("Tap Sign again and confirm with {party} (about a minute); then this payment goes on."),
        )
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn agreement_revoked(f: &Facts<'_>) -> Said {
    let (party, title) = (party(f), party_title(f));
    let when = f.moment("revoked_at").map_or_else(String::new, |at| format!(" {at}"));
    let happened = match f.text("by") {
        Some("payer") => format!("Your permission for us to charge {party} was withdrawn by you{when}."),
        Some("platform") => format!("Your permission for us to charge {party} was withdrawn by us{when}."),
        Some(_) | None if when.is_empty() => {
            format!("{title} holds no valid permission for us to charge you; it doesn't say since when.")
        }
        Some(_) | None => {
            format!("Your permission for us to charge {party} was withdrawn{when}; it doesn't say by whom.")
        }
    };
    said(format!("{title} permission was withdrawn"), happened)
        .act(
            Operation::SignMandate,
            format!("Tap Sign again and confirm with {party} (about a minute); then this payment goes on."),
        )
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn risk_platform_block(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (party, app) = (channel(at), app(at));
        let happened = format!("To protect your money {party} paused this payment; {party} tells you how it goes on.");
        return said(format!("{party} needs to confirm you"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(
                Operation::ConfirmItIsYou,
                format!("To pay with {party}: open the {app} and confirm there that it's you."),
            )
            .act(Operation::Appeal, format!("Think this is wrong? Appeal to support in the {app}."));
    }
    said("Please confirm it's you", "To protect your money we paused this payment.")
        .act(Operation::ConfirmItIsYou, "Confirm by face or SMS and go on (about a minute).")
        .act(Operation::Appeal, "Think this is wrong? Appeal; a person answers within 2 hours.")
}

pub(super) fn bank_risk_block(f: &Facts<'_>) -> Said {
    let bank = f.bank().unwrap_or("your bank");
    let happened = format!("To protect your money {bank} paused this payment, and can release it.");
    said("Your bank must confirm you", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskBank, "Call the number on the card's back and say that this payment is yours.")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}
