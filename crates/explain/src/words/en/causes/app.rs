//! The app and signing in.

use tantu_domain::operation::Operation;

use super::{RETRY, app, choose, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn app_outdated(f: &Facts<'_>) -> Said {
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => format!("Your app is version {version}; paying needs {minimum} or later."),
        (None, Some(minimum)) => format!("Paying needs version {minimum} of the app or later."),
        _ => "Your app is older than the oldest version that can pay.".to_owned(),
    };
    said("The app needs an update", happened)
        .act(Operation::UpdateApp, "Update the app (about 2 minutes); your order is kept.")
        .act(Operation::Recheck, "Then come back to this order and tap Retry.")
}

pub(super) fn app_cache_corrupt(_: &Facts<'_>) -> Said {
    said(
        "The app's stored data is damaged",
        "The payment settings stored on your phone differ from ours, so we stopped.",
    )
    .act(Operation::ClearCache, "Clear the app's cache; your account and your orders stay.")
    .act(Operation::Recheck, RETRY)
}

pub(super) fn app_bug(f: &Facts<'_>) -> Said {
    if let Some(other) = f.text("other_app") {
        return said(
            "Another app conflicts with ours",
            format!("{other} on your phone stops the payment at this step."),
        )
        .act(Operation::CloseConflictingApp, format!("Close {other} fully while you pay."))
        .act_if(Operation::ChooseInstrument, choose(f));
    }
    let happened = match f.text("version") {
        Some(version) => format!("Version {version} has a known fault that stops the payment here. It isn't you."),
        None => "This version has a known fault that stops the payment here. It isn't you.".to_owned(),
    };
    let said = said("This app version has a fault", happened).act_if(Operation::ChooseInstrument, choose(f));
    match f.text("fixed_in") {
        Some(fixed) => said.act(Operation::UpdateApp, format!("Update to version {fixed}, where it is fixed.")),
        None => said
            .act(Operation::UpdateApp, "Open this order in your phone's browser; you can pay there.")
            .by_itself("As soon as a fixed version is out, the app offers it to you."),
    }
}

pub(super) fn app_session_stale(f: &Facts<'_>) -> Said {
    let happened = match f.text("reason") {
        Some("replaced") => "This account signed in on another device, which ended the session here.",
        Some("signed_out") => "This session was ended by signing out, perhaps in another window.",
        Some(_) | None => "This session is past its time; for safety you need to sign in again.",
    };
    said("You have been signed out", happened)
        .act(Operation::SignInAgain, "Sign in again; you come back to the same order.")
        .act(Operation::TogglePaymentFunction, "If it still can't be paid, turn payments off and on again.")
        .act(Operation::Resume, "Then tap Continue paying; your order is kept.")
}

pub(super) fn app_partner_outdated(f: &Facts<'_>) -> Said {
    let named =
        f.channel().map(app).map(str::to_owned).or_else(|| f.text("partner").map(|partner| format!("{partner} app")));
    let Some(partner) = named else {
        return said("Another app needs an update", "This payment is confirmed in another app, and yours is too old.")
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::UpdatePartnerApp, "Update it in your app store, then come back and tap Retry.");
    };
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => {
            format!("The {partner} on your phone is version {version}; this payment needs {minimum} or later.")
        }
        _ => format!("The {partner} on your phone is too old to take this payment."),
    };
    said(format!("Update the {partner}"), happened).act_if(Operation::ChooseInstrument, choose(f)).act(
        Operation::UpdatePartnerApp,
        format!("Update the {partner} in your app store, then come back and tap Retry."),
    )
}
