//! Bank cards, the payment password, codes, and adding cards.

use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, RETRY, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

const BINDING_IS_FREE: &str = "Nothing was charged; adding a card is free.";

pub(super) fn card_expired(f: &Facts<'_>) -> Said {
    let happened = match f.text("expiry").map(str::to_owned).or_else(|| f.time("expiry")) {
        Some(expiry) => format!("The card was valid until {expiry}; the bank accepts no payments after that."),
        None => "The card is past its date; the bank accepts no more payments from it.".to_owned(),
    };
    said("Your card has expired", happened).act_if(Operation::ChooseInstrument, choose(f)).act(
        Operation::ReplaceCard,
        "If you have the new card, add it. If not, order one from the bank; the number is on the card's back.",
    )
}

pub(super) fn card_not_activated(f: &Facts<'_>) -> Said {
    said("Your card isn't activated yet", format!("{} declined: the card was issued but never activated.", issuer(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(
            Operation::ActivateCard,
            "Activate it in the bank's app, or call the number on its back (about 5 minutes).",
        )
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn card_online_payment_disabled(f: &Facts<'_>) -> Said {
    if f.whose() == Some(Whose::Platform) {
        let since = f.moment("since").map_or_else(String::new, |at| format!(" {at}"));
        return said("Payments with this card are off", format!("You turned payments with this card off{since}."))
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(
                Operation::TogglePaymentFunction,
                "Turn them on again in My cards (a few seconds); then this payment goes on.",
            );
    }
    said("Card not enabled for online payment", format!("{} declined: online payment is off for this card.", issuer(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::EnableOnlinePayment, "Turn on online payment in the bank's app (about 3 minutes).")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn card_details_wrong(f: &Facts<'_>) -> Said {
    let factor = match f.text("factor") {
        Some("number") => "the card number",
        Some("expiry") => "the expiry date",
        Some("cvn") => "the three digits on the back",
        Some("phone") => "the phone number",
        Some("holder") => "the cardholder's name",
        Some("id_number") => "the ID number",
        Some(_) | None => "the number, expiry, name or ID number",
    };
    // What cannot be right by itself we see before any bank is asked.
    let said = match (f.text("factor"), f.text("code")) {
        (Some(_), None) => {
            said("One detail can't be right", format!("There is a slip in {factor}; nothing was sent to the bank yet."))
        }
        _ => {
            let happened = format!("The bank compared the details, and {factor} differs from its records.");
            said("Card details don't match", happened)
        }
    };
    said.act(Operation::CorrectCardDetails, "Compare with the card itself, correct, and send again.")
        .act(Operation::Rebind, "If all is right and it still fails, remove the card and add it again.")
}

pub(super) fn card_status_abnormal(f: &Facts<'_>) -> Said {
    let happened = format!("{} gave no reason; the card may be reported lost, frozen or unused for long.", issuer(f));
    said("Your bank is holding this card", happened)
        .hedged()
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskBank, "To use this one again, call the number on its back and ask about its status.")
        .act(Operation::Recheck, "Once the bank has settled it, tap Retry.")
}

pub(super) fn card_reserved_phone_mismatch(f: &Facts<'_>) -> Said {
    let happened = match (f.text("phone"), f.text("reserved_phone")) {
        (Some(phone), Some(reserved)) => format!("The number given is {phone}; the bank has {reserved} on record."),
        (Some(phone), None) => {
            format!("The bank has another number on record than {phone}, and did not tell us which.")
        }
        (None, _) => {
            "The bank has another number on record than the one entered, and did not tell us which.".to_owned()
        }
    };
    said("The bank has another number", happened)
        .act(Operation::UseReservedPhone, "Enter the number you gave the bank when you got the card.")
        .act(
            Operation::UpdateReservedPhone,
            "If that number is gone, change it in the bank's app or at a branch, then come back and tap Retry.",
        )
}

pub(super) fn auth_payment_password(f: &Facts<'_>) -> Said {
    match f.text("state") {
        Some("unset") => {
            said("No payment password yet", "Paying needs your payment password; this account has none yet.")
                .act(Operation::SetPaymentPassword, "Set one now (about a minute); then this payment goes on.")
        }
        Some("locked") => {
            let said = said(
                "Your payment password is locked",
                "The password did not match several times in a row. To protect your money it is locked.",
            );
            let reset = f
                .text("reset_by")
                .map(|_| "Forgotten, or in a hurry: confirm it's you and set a new one (about 2 minutes).".to_owned());
            let said = said.act_if(Operation::ResetPaymentPassword, reset);
            match f.moment("locked_until") {
                Some(at) => said.act(
                    Operation::WaitUntil,
                    format!("It unlocks by itself {at}; then pay this order with the same password."),
                ),
                None => said.act(Operation::WaitUntil, "It unlocks by itself after a while; then pay this order."),
            }
        }
        Some("wrong") => {
            let left = f.count("tries_left").map_or_else(String::new, |left| format!(" Tries left: {left}."));
            said("The payment password didn't match", format!("It differs from the one you set.{left}"))
                .act(Operation::Resume, "Enter it again, without hurry: the order is kept.")
        }
        Some(_) | None => said(
            "The payment password didn't pass",
            "It is not set, did not match or is locked, so the payment stopped.",
        )
        .act(Operation::SetPaymentPassword, "If you never set one: set it now (about a minute).")
        .act(
            Operation::ResetPaymentPassword,
            "If it is forgotten or locked: confirm it's you and set a new one (about 2 minutes).",
        ),
    }
}

pub(super) fn otp_not_received(f: &Facts<'_>) -> Said {
    if f.channel().is_some() {
        return banks_code_missing(f);
    }
    let phone = f.text("phone").map_or_else(String::new, |phone| format!(" to {phone}"));
    let left = f.count("sends_left").map_or_else(String::new, |left| format!(" (sends left: {left})"));
    said("The code didn't arrive", format!("We sent the SMS code{phone}; the carrier has not delivered it."))
        .act(Operation::ResendCode, format!("After 60 seconds you can have it sent again{left}."))
        .act(Operation::UseVoiceCode, "Or choose a voice call and listen to the digits.")
        .act(Operation::UseOtherNumber, "If this number gets no SMS: use another one.")
}

/// Of a bank's message nobody gives us a receipt.
fn banks_code_missing(f: &Facts<'_>) -> Said {
    let phone = f.text("phone").map_or_else(String::new, |phone| format!(" to {phone}"));
    let left = f.count("sends_left").map_or_else(String::new, |left| format!(" (sends left: {left})"));
    let happened =
        format!("Your bank was asked to send a code{phone}; you have not seen it, and banks give us no receipt.");
    said("The code didn't arrive", happened)
        .act(Operation::ResendCode, format!("After 60 seconds you can have it sent again{left}."))
        .act(Operation::UseOtherNumber, "It goes to the number on record at the bank only; a new one is set there.")
}

pub(super) fn otp_intercepted(f: &Facts<'_>) -> Said {
    let happened = match f.moment("delivered_at") {
        None if f.channel().is_some() => {
            "Your bank's SMS reached the phone, but it was not shown; a filter has it.".to_owned()
        }
        Some(at) => format!("The carrier delivered the SMS to your phone {at}, but it was not shown; a filter has it."),
        None => "The carrier delivered the SMS to your phone, but it was not shown; a filter has it.".to_owned(),
    };
    said("Your phone filtered the code", happened)
        .act(
            Operation::CheckInterceptedMessages,
            "Look in the blocked or junk messages, or in your security app's list.",
        )
        .act(Operation::ResendCode, "Allow it and have a new code sent; the old one ends after 5 minutes.")
}

pub(super) fn otp_wrong(f: &Facts<'_>) -> Said {
    let happened = match f.text("state") {
        Some("expired") => "That code had ended: each is good for 5 minutes.",
        Some("too_soon") => "A code was sent a moment ago; the next one cannot be sent yet.",
        Some(_) | None => "The code differs from the one that the bank sent last.",
    };
    let left = f.count("sends_left").map_or_else(String::new, |n| format!(" (sends left: {n})"));
    let next = match f.moment("next_code_at") {
        Some(m) => format!("You can have a new one sent {m}{left}."),
        None => format!("Have a new one sent{left}, and enter it within 5 minutes."),
    };
    said("The code didn't work", happened).act(Operation::ResendCode, next)
}

pub(super) fn binding_bank_unsupported(f: &Facts<'_>) -> Said {
    let happened = match f.bank() {
        Some(bank) => format!("We don't support this kind of card from {bank} yet."),
        None => "We don't support this bank, or this kind of card, yet.".to_owned(),
    };
    said("This card isn't supported yet", happened)
        .money(BINDING_IS_FREE)
        .act(Operation::UseOtherCard, "Use a card of a supported bank; the page for adding cards lists them all.")
}

pub(super) fn binding_bank_restricted(f: &Facts<'_>) -> Said {
    let happened = format!("{} did not agree and gave no reason; only the bank can lift it.", issuer(f));
    said("The bank refuses this card", happened)
        .money(BINDING_IS_FREE)
        .act(Operation::UseOtherCard, "The quickest way: use another bank's card.")
        .act(
            Operation::AskBank,
            "To use this one, call the number on its back and ask why it can't be added to a payment app.",
        )
}

pub(super) fn binding_operation_error(f: &Facts<'_>) -> Said {
    let happened = match f.text("step_expected") {
        Some("sms_code") => "The card's details are in; the SMS code is still missing.",
        Some("card_details") => "The card's details are not complete yet.",
        Some("terms") => "The terms have not been agreed to yet.",
        Some("none") => "This binding is over or with the bank; there is nothing to enter now.",
        Some("identity") => "The step with your name and ID document is not done yet.",
        Some(_) | None => "One step is not done yet, and the next ones need it.",
    };
    said("Adding the card stopped halfway", happened).money(BINDING_IS_FREE).act(
        Operation::ResumeBinding,
        "Tap Go on adding the card; you continue where it stopped, and what you entered is kept.",
    )
}

pub(super) fn binding_stale(f: &Facts<'_>) -> Said {
    let happened = match f.moment("last_good_use") {
        Some(at) if f.text("state") == Some("unbound") => format!("You removed this card; it last worked {at}."),
        Some(at) => format!("The bank's side of the link to this card is gone; it last worked {at}."),
        None => "The bank's side of the link to this card is gone, while ours still stands.".to_owned(),
    };
    said("The card's link has ended", happened)
        .act(Operation::Rebind, "Remove the card and add it again (about 2 minutes); then this payment goes on.")
        .act(Operation::TogglePaymentFunction, "If that fails, turn payments off and on again.")
        .act(Operation::Recheck, RETRY)
}
