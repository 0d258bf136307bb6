//! The network and the phone.

use tantu_domain::operation::Operation;

use super::{RETRY, channel, party, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn network_unstable(f: &Facts<'_>) -> Said {
    if f.undecided() {
        return said(format!("Checking with {}", party(f)), "The payment was sent; the answer has not come yet.");
    }
    let happened = match (f.count("loss_percent"), f.time("last_contact")) {
        (Some(loss), _) => format!("About {loss} of every 100 packets got lost, and the payment could not finish."),
        (None, Some(at)) => {
            format!("The connection comes and goes (last contact {at}), and the payment could not finish.")
        }
        (None, None) => "The connection comes and goes, and the payment could not finish.".to_owned(),
    };
    said("Your connection is unstable", happened)
        .act(Operation::SwitchNetwork, "Switch networks: from Wi-Fi to mobile data, or the other way round.")
        .act(Operation::Recheck, "Then tap Retry: once connected, this payment goes on and is charged once only.")
}

pub(super) fn network_dns(f: &Facts<'_>) -> Said {
    let happened = match f.text("resolver") {
        Some(resolver) => {
            format!("The DNS server your phone uses ({resolver}) gave a wrong address or none for our servers.")
        }
        None => "The DNS server your phone uses gave a wrong address or none for our servers.".to_owned(),
    };
    said("Our servers can't be found", happened)
        .act(Operation::ChangeResolver, "Set DNS back to automatic; if that fails, enter 8.8.8.8 or switch networks.")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn network_proxy_interference(f: &Facts<'_>) -> Said {
    let happened = match f.text("proxy") {
        Some(proxy) => {
            format!("A proxy or VPN ({proxy}) altered the encrypted connection. To protect your money we stopped.")
        }
        None => "A proxy or VPN altered the encrypted connection. To protect your money we stopped.".to_owned(),
    };
    said("A proxy or VPN interferes", happened)
        .act(Operation::TurnOffProxy, "Turn the proxy or VPN off while you pay; afterwards you may turn it on again.")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_transient_fault(f: &Facts<'_>) -> Said {
    let happened = match f.time("since") {
        Some(at) => format!("The app has been stuck at one step since {at}; a restart clears it."),
        None => "The app is stuck at one step; a restart clears it.".to_owned(),
    };
    said("The app needs a restart", happened)
        .act(Operation::RestartApp, "Close the app fully and open it again; if that fails, restart the phone.")
        .act(Operation::Recheck, "Then come back to this order and tap Retry.")
}

pub(super) fn device_clock_skew(f: &Facts<'_>) -> Said {
    let fast = f.count("skew_seconds").is_some_and(|skew| skew > 0);
    let way = if fast { "fast" } else { "slow" };
    let happened = match (f.span("skew_seconds"), f.span("allowed_seconds")) {
        (Some(skew), Some(allowed)) => {
            format!("Your phone's clock is {skew} {way}; a safe payment allows {allowed} at most.")
        }
        (Some(skew), None) => format!("Your phone's clock is {skew} {way}, too far for a safe payment."),
        (None, _) => "Your phone's clock is too far off for a safe payment.".to_owned(),
    };
    said("Your phone's clock is off", happened)
        .act(Operation::SetClockAutomatic, "Set the phone's date and time to automatic.")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_permission_denied(f: &Facts<'_>) -> Said {
    let (title, permission) = match f.text("permission") {
        Some("network") => ("The app may not go online", "network"),
        Some("sms") => ("The app may not read SMS", "SMS"),
        Some("notification") => ("The app may not notify you", "notification"),
        Some("camera") => ("The app may not use camera", "camera"),
        Some(_) | None => {
            return said("The app lacks a permission", "This step needs a permission that is off on your phone.")
                .act(
                    Operation::GrantPermission,
                    "In the phone's settings, turn on the one that the app asked for, and no other.",
                )
                .act(Operation::Recheck, RETRY);
        }
    };
    said(title, format!("This step needs the {permission} permission, which is off on your phone."))
        .act(Operation::GrantPermission, format!("In the phone's settings, turn on the {permission} permission."))
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_background_interference(f: &Facts<'_>) -> Said {
    let to = f.channel().map_or("our servers", channel);
    said(
        "Another app blocks the payment",
        format!("An ad blocker or security app on your phone stops requests to {to}."),
    )
    .act(Operation::StopBlocker, "Close it while you pay, or allow this app in its settings.")
    .act(Operation::Recheck, RETRY)
}

pub(super) fn device_os_outdated(f: &Facts<'_>) -> Said {
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => {
            format!("Your phone runs {version}; paying safely needs {minimum} or later.")
        }
        _ => "This version of your phone's system can't make the secure connection that paying needs.".to_owned(),
    };
    said("Your phone's system is outdated", happened)
        .act(Operation::UpdateOs, "Update the phone. If it can't be updated, sign in on another; your order is kept.")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_low_power(f: &Facts<'_>) -> Said {
    let happened = match (f.count("percent"), f.count("floor")) {
        (Some(percent), Some(floor)) => {
            format!("The battery is at {percent}%. Below {floor}% we pause adding a card, so it isn't cut off midway.")
        }
        _ => "The battery is low. We paused adding the card, so it isn't cut off midway.".to_owned(),
    };
    said("The battery is too low", happened)
        .money("Nothing was charged; adding a card is free.")
        .act(Operation::ChargeDevice, "Plug in the charger; you can go on while it charges.")
        .act(Operation::Recheck, "Then tap Retry; you go on where you stopped.")
}
