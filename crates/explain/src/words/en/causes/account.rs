//! The account and the identity.

use tantu_domain::channel::Channel;
use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, app, channel, choose, said, since};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn account_frozen(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        return frozen_there(f, at);
    }
    let since = since(f);
    let happened = match f.text("reason") {
        Some("security_check") => format!("To protect your money, the account has been frozen{since}."),
        Some("holder_request") => {
            format!("At your request (as after losing a phone), the account has been frozen{since}.")
        }
        Some("terms_of_use") => {
            format!("The account has been frozen{since}: there is something about its use to clear up with you.")
        }
        Some(_) | None => format!("The account has been frozen{since}."),
    };
    let said = said("Your account is frozen", happened)
        .money("Nothing was charged; all the money in the account is still yours and still there.");
    match f.moment("unfreeze_requested_at") {
        Some(at) => said
            .act(Operation::RequestUnfreeze, format!("You asked us to lift it {at}; no need to ask again."))
            .by_itself("A person is looking at it, and we tell you the result. Then you can go on with this payment."),
        None => said
            .act(Operation::RequestUnfreeze, "Tap Ask to unfreeze and confirm it's you (about 3 minutes).")
            .by_itself(
                "A person answers within 2 hours. Once lifted, you can go on with this payment; your order is kept.",
            ),
    }
}

fn frozen_there(f: &Facts<'_>, at: Channel) -> Said {
    let (name, app) = (channel(at), app(at));
    let happened = format!("{name} declined: your account there is frozen. Only {name} knows why.");
    said(format!("Your {name} account is frozen"), happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(
            Operation::AskChannelSupport,
            format!("To use {name} again: ask support in the {app} for the reason and have it lifted."),
        )
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn account_restricted(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name} declined: your account there is restricted. Only {name} knows why.");
        return said(format!("Your {name} account is restricted"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(
                Operation::AskChannelSupport,
                format!("To use {name} again: ask support in the {app} for the reason and what lifts it."),
            )
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    let since = since(f);
    let happened = match f.text("reason") {
        Some("security_check") => format!("To protect your money, payments have been paused{since}."),
        Some("holder_request") => format!("At your request, payments have been paused{since}."),
        Some("terms_of_use") => {
            format!(
                "Payments have been paused{since}: there is something about the account's use to clear up with you."
            )
        }
        Some(_) | None => format!("Payments from this account have been paused{since}."),
    };
    let said = said("Payments are restricted", happened)
        .money("Nothing was charged; all the money in the account is still yours and still there.")
        .act(
            Operation::Appeal,
            "Think this is wrong? Tap Appeal, tell us what happened and attach proof; a person answers within 2 hours.",
        );
    match f.moment("until") {
        Some(until) => said.by_itself(format!("It ends by itself {until}; then you can go on with this payment.")),
        None => said.by_itself("We tell you the result of an appeal; once lifted, you can go on with this payment."),
    }
}

pub(super) fn account_compromised(_: &Facts<'_>) -> Said {
    said(
        "Someone else may be signed in",
        "There are signs that somebody else is using your account. To protect your money we paused payments.",
    )
    .money("This payment was not charged; until you confirm, nobody can pay from this account.")
    .act(Operation::SecureAccount, "First change your sign-in password and sign out other devices (about 2 minutes).")
    .act(Operation::VerifyIdentity, "Then confirm your face; once that passes, this payment goes on.")
}

pub(super) fn account_info_changed(f: &Facts<'_>) -> Said {
    let (title, what) = match f.text("what") {
        Some("name") => ("Please confirm your new name", "name"),
        Some("document") => ("Please confirm your new document", "ID document"),
        Some("phone") => ("Please confirm your new number", "phone number"),
        Some(_) | None => ("Please confirm your changed details", "personal details"),
    };
    let verb = if what.ends_with('s') { "were" } else { "was" };
    let when = f.moment("changed_at").unwrap_or_else(|| "recently".to_owned());
    said(title, format!("The account's {what} {verb} changed {when}; before paying, confirm that it was you."))
        .act(Operation::ConfirmInfo, "Look at the change: confirm it if it is right, or change it back.")
        .act(Operation::VerifyIdentity, "Then confirm your face (about a minute), and this payment goes on.")
}

pub(super) fn account_phone_unbound(_: &Facts<'_>) -> Said {
    said(
        "No phone number yet",
        "Codes for paying and adding cards go to your own phone; this account has no number yet.",
    )
    .act(
        Operation::BindPhone,
        "Add your number and enter the code we send (about a minute); then this payment goes on.",
    )
}

pub(super) fn identity_unverified(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name} declined: your account there has no real-name verification.");
        return said(format!("Your {name} account is unverified"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::VerifyIdentity, format!("To pay with {name}: first verify your name in the {app}."))
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    said(
        "Your identity isn't verified yet",
        "By regulation, an account without real-name verification can't make this payment.",
    )
    .act(
        Operation::VerifyIdentity,
        "Verify your name with your ID document and face (about 3 minutes); then this payment goes on.",
    )
    .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn identity_name_mismatch(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel().filter(|at| *at != Channel::UnionPay) {
        let (name, app) = (channel(at), app(at));
        let happened =
            format!("{name} declined: the account there is in another name than yours here. It must be yours.");
        return said(format!("That {name} account isn't yours"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(
                Operation::CorrectName,
                format!("To pay with {name}: change to your own account in the {app}, and sign again."),
            )
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    let happened = match (f.text("holder"), f.text("account_holder")) {
        (Some(holder), Some(account)) if holder != account => {
            format!(
                "This way of paying is in the name of {holder}, the account in that of {account}. It must be yours."
            )
        }
        _ => "This way of paying is in another name than the account. It must be yours.".to_owned(),
    };
    said("The two names don't match", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::CorrectName, "Correct the name that is wrong; if both are right, use a card of your own.")
}

pub(super) fn identity_expired(f: &Facts<'_>) -> Said {
    let happened = match f.time("expired_on") {
        Some(on) => format!("The ID document we have was valid until {on}; past that date it can't be used to pay."),
        None => "The ID document we have is past its date, and can't be used to pay.".to_owned(),
    };
    said("Your ID document has expired", happened).act(
        Operation::RenewDocument,
        "Take a photo of the new one (about 2 minutes); once accepted, this payment goes on.",
    )
}
