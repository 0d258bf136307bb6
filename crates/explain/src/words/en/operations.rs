//! How each operation is told: a button's text, what it does, where to tap, roughly how long.

mod pay_later;
mod there;

use tantu_domain::operation::Operation;

use crate::words::said::{OperationText, There};

/// What is said of each operation.
pub(crate) fn operation(operation: Operation) -> &'static OperationText {
    match operation {
        Operation::Wait => &WAIT,
        Operation::WaitUntil => &WAIT_UNTIL,
        Operation::AwaitResult => &AWAIT_RESULT,
        Operation::RetrySameKey => &RETRY_SAME_KEY,
        Operation::Resume => &RESUME,
        Operation::Recheck => &RECHECK,
        Operation::ChooseInstrument => &CHOOSE_INSTRUMENT,
        Operation::CombineInstruments => &COMBINE_INSTRUMENTS,
        Operation::SplitPayment => &SPLIT_PAYMENT,
        Operation::SwitchNetwork => &SWITCH_NETWORK,
        Operation::ChangeResolver => &CHANGE_RESOLVER,
        Operation::TurnOffProxy => &TURN_OFF_PROXY,
        Operation::RestartApp => &RESTART_APP,
        Operation::SetClockAutomatic => &SET_CLOCK_AUTOMATIC,
        Operation::GrantPermission => &GRANT_PERMISSION,
        Operation::StopBlocker => &STOP_BLOCKER,
        Operation::UpdateOs => &UPDATE_OS,
        Operation::ChargeDevice => &CHARGE_DEVICE,
        Operation::UpdateApp => &UPDATE_APP,
        Operation::ClearCache => &CLEAR_CACHE,
        Operation::CloseConflictingApp => &CLOSE_CONFLICTING_APP,
        Operation::SignInAgain => &SIGN_IN_AGAIN,
        Operation::TogglePaymentFunction => &TOGGLE_PAYMENT_FUNCTION,
        Operation::UpdatePartnerApp => &UPDATE_PARTNER_APP,
        Operation::RequestUnfreeze => &REQUEST_UNFREEZE,
        Operation::AskChannelSupport => &ASK_CHANNEL_SUPPORT,
        Operation::Appeal => &APPEAL,
        Operation::SecureAccount => &SECURE_ACCOUNT,
        Operation::VerifyIdentity => &VERIFY_IDENTITY,
        Operation::ConfirmInfo => &CONFIRM_INFO,
        Operation::BindPhone => &BIND_PHONE,
        Operation::CorrectName => &CORRECT_NAME,
        Operation::RenewDocument => &RENEW_DOCUMENT,
        Operation::ReplaceCard => &REPLACE_CARD,
        Operation::ActivateCard => &ACTIVATE_CARD,
        Operation::EnableOnlinePayment => &ENABLE_ONLINE_PAYMENT,
        Operation::CorrectCardDetails => &CORRECT_CARD_DETAILS,
        Operation::UseReservedPhone => &USE_RESERVED_PHONE,
        Operation::UpdateReservedPhone => &UPDATE_RESERVED_PHONE,
        Operation::AskBank => &ASK_BANK,
        Operation::UseOtherCard => &USE_OTHER_CARD,
        Operation::SetPaymentPassword => &SET_PAYMENT_PASSWORD,
        Operation::ResetPaymentPassword => &RESET_PAYMENT_PASSWORD,
        Operation::ResendCode => &RESEND_CODE,
        Operation::UseVoiceCode => &USE_VOICE_CODE,
        Operation::UseOtherNumber => &USE_OTHER_NUMBER,
        Operation::CheckInterceptedMessages => &CHECK_INTERCEPTED_MESSAGES,
        Operation::ResumeBinding => &RESUME_BINDING,
        Operation::Rebind => &REBIND,
        Operation::TopUpPoints => &TOP_UP_POINTS,
        Operation::TopUp => &TOP_UP,
        Operation::PayIn => &PAY_IN,
        Operation::RaiseLimit => &RAISE_LIMIT,
        Operation::RaiseTier => &RAISE_TIER,
        Operation::AuthenticateStronger => &AUTHENTICATE_STRONGER,
        Operation::SignMandate => &SIGN_MANDATE,
        Operation::ConfirmItIsYou => &CONFIRM_IT_IS_YOU,
        Operation::RepayBill => &pay_later::REPAY_BILL,
        Operation::EnableAutoRepay => &pay_later::ENABLE_AUTO_REPAY,
        Operation::UnfreezeLine => &pay_later::UNFREEZE_LINE,
        Operation::ViewCreditReport => &pay_later::VIEW_CREDIT_REPORT,
        Operation::OpenTicket => &OPEN_TICKET,
    }
}

const WAIT: OperationText = OperationText {
    title: "Wait until it is over",
    what: "There is nothing to do until the fault or hold is over; your order is kept.",
    place: "Nothing to tap",
    takes: "Until it is over",
    there: None,
};

const WAIT_UNTIL: OperationText = OperationText {
    title: "Wait until that time",
    what: "At that time the check runs again, and if it passes this can be paid.",
    place: "Nothing to tap",
    takes: "Until the time given",
    there: None,
};

const AWAIT_RESULT: OperationText = OperationText {
    title: "Wait for the result",
    what: "We ask whether the money was taken, and tell you as soon as we know.",
    place: "Nothing to tap; please don't pay again",
    takes: "Mostly under a minute",
    there: None,
};

const RETRY_SAME_KEY: OperationText = OperationText {
    title: "Retried for you",
    what: "When it is your turn this page pays by itself; one order is charged once.",
    place: "Stay on this page",
    takes: "Seconds to a minute",
    there: None,
};

const RESUME: OperationText = OperationText {
    title: "Continue paying",
    what: "The same order goes on; there is no need to place it again.",
    place: "This page, or the Tantu app: Me → Orders",
    takes: "A few seconds",
    there: None,
};

const RECHECK: OperationText = OperationText {
    title: "Retry",
    what: "Once you have done your part, the same check runs again, and if it passes the payment goes on.",
    place: "This page",
    takes: "A few seconds",
    there: None,
};

const CHOOSE_INSTRUMENT: OperationText = OperationText {
    title: "Pay another way",
    what: "The order stays the same; only the way of paying changes.",
    place: "Cashier → Ways to pay",
    takes: "A few seconds",
    there: None,
};

const COMBINE_INSTRUMENTS: OperationText = OperationText {
    title: "Combine two ways",
    what: "One way pays a part, another pays the rest.",
    place: "Cashier → Ways to pay → Combine",
    takes: "About a minute",
    there: None,
};

const SPLIT_PAYMENT: OperationText = OperationText {
    title: "Pay in parts",
    what: "Ask the merchant to split the order, so that each part is within the limit.",
    place: "The merchant's order page",
    takes: "Depends on the merchant",
    there: None,
};

const SWITCH_NETWORK: OperationText = OperationText {
    title: "Switch networks",
    what: "Change between Wi-Fi and mobile data, away from the one that fails.",
    place: "iPhone: Settings → Wi-Fi or Cellular; Android: Settings → Network & internet",
    takes: "About 10 seconds",
    there: None,
};

const CHANGE_RESOLVER: OperationText = OperationText {
    title: "Change the DNS server",
    what: "Use one that gives the right addresses; switching networks does as well.",
    place: "iPhone: Settings → Wi-Fi → ⓘ → Configure DNS; Android: Settings → Network & internet → Private DNS",
    takes: "About 2 minutes",
    there: None,
};

const TURN_OFF_PROXY: OperationText = OperationText {
    title: "Turn off proxy or VPN",
    what: "Your phone then talks to our servers directly.",
    place: "iPhone: Settings → General → VPN & Device Management; Android: Settings → Network & internet → VPN",
    takes: "About 10 seconds",
    there: None,
};

const RESTART_APP: OperationText = OperationText {
    title: "Restart the app",
    what: "Closing it fully and opening it again clears what is stuck.",
    place: "iPhone: swipe up from the bottom, hold, swipe the app away; Android: Recent apps → swipe it away",
    takes: "About 30 seconds",
    there: None,
};

const SET_CLOCK_AUTOMATIC: OperationText = OperationText {
    title: "Set the clock automatically",
    what: "With the right time your phone can trust our connection, and we what it signs.",
    place: "iPhone: Settings → General → Date & Time → Set Automatically; Android: Settings → System → Date & time → Set time automatically",
    takes: "About 10 seconds",
    there: None,
};

const GRANT_PERMISSION: OperationText = OperationText {
    title: "Turn on the permission",
    what: "Allow the app what this step needs.",
    place: "iPhone: Settings → Tantu; Android: Settings → Apps → Tantu → Permissions",
    takes: "About 20 seconds",
    there: None,
};

const STOP_BLOCKER: OperationText = OperationText {
    title: "Close the blocking app",
    what: "It then no longer stops payment requests.",
    place: "iPhone: Settings → General → VPN & Device Management; Android: Settings → Apps → that app → Force stop",
    takes: "About 30 seconds",
    there: None,
};

const UPDATE_OS: OperationText = OperationText {
    title: "Update the phone",
    what: "The new system can make the secure connection that paying needs.",
    place: "iPhone: Settings → General → Software Update; Android: Settings → System → System update",
    takes: "About 30 minutes",
    there: None,
};

const CHARGE_DEVICE: OperationText = OperationText {
    title: "Plug in the charger",
    what: "You can go on while it charges, without being cut off.",
    place: "The phone's charging port",
    takes: "At once",
    there: None,
};

const UPDATE_APP: OperationText = OperationText {
    title: "Update the app",
    what: "The new version can pay this; your order is kept.",
    place: "iPhone: App Store → search Tantu → Update; Android: Play Store → search Tantu → Update",
    takes: "About 2 minutes",
    there: None,
};

const CLEAR_CACHE: OperationText = OperationText {
    title: "Clear the cache",
    what: "The damaged data is dropped and fetched anew.",
    place: "Tantu app: Settings → General → Clear cache",
    takes: "About 20 seconds",
    there: None,
};

const CLOSE_CONFLICTING_APP: OperationText = OperationText {
    title: "Close the conflicting app",
    what: "If the two don't run together, the payment isn't stopped.",
    place: "iPhone: swipe up from the bottom, hold, swipe it away; Android: Settings → Apps → that app → Force stop",
    takes: "About 20 seconds",
    there: None,
};

const SIGN_IN_AGAIN: OperationText = OperationText {
    title: "Sign in again",
    what: "You come back to the same order.",
    place: "The sign-in button on this page",
    takes: "About a minute",
    there: None,
};

const TOGGLE_PAYMENT_FUNCTION: OperationText = OperationText {
    title: "Turn payments off and on",
    what: "This sets up the link to the bank afresh.",
    place: "Tantu app: Me → Pay → Payment settings → Payments",
    takes: "About a minute",
    there: None,
};

const UPDATE_PARTNER_APP: OperationText = OperationText {
    title: "Update the other app",
    what: "The new version can take this payment.",
    place: "Your app store → search its name → Update",
    takes: "About 2 minutes",
    there: Some(There {
        title: "Update {channel}",
        what: "The new version can take this payment.",
        place: there::store,
    }),
};

const REQUEST_UNFREEZE: OperationText = OperationText {
    title: "Ask to unfreeze",
    what: "Confirm it's you; a person checks and lifts it.",
    place: "This page, or the Tantu app: Me → Account security → Ask to unfreeze",
    takes: "About 3 minutes; a person answers within 2 hours",
    there: None,
};

const ASK_CHANNEL_SUPPORT: OperationText = OperationText {
    title: "Ask their support",
    what: "Only they know the reason, and only they can lift it.",
    place: "Support in their app",
    takes: "Depends on them",
    there: Some(There {
        title: "Ask {channel} support",
        what: "Only {channel} knows the reason, and only it can lift it.",
        place: there::support,
    }),
};

const APPEAL: OperationText = OperationText {
    title: "Appeal",
    what: "If you think it is wrong, tell us and attach proof; a person looks again.",
    place: "This page, or the Tantu app: Settings → Help & feedback → Appeal",
    takes: "About 3 minutes; a person answers within 2 hours",
    there: Some(There {
        title: "Appeal to {channel}",
        what: "{channel} paused it, and {channel} looks again.",
        place: there::support,
    }),
};

const SECURE_ACCOUNT: OperationText = OperationText {
    title: "Secure the account",
    what: "Change the sign-in password and sign out other devices.",
    place: "Tantu app: Settings → Account security → Password, Devices",
    takes: "About 2 minutes",
    there: None,
};

const VERIFY_IDENTITY: OperationText = OperationText {
    title: "Verify your identity",
    what: "Confirm by ID document and face that it's you.",
    place: "Tantu app: Me → Identity",
    takes: "About 3 minutes",
    there: Some(There {
        title: "Verify at {channel}",
        what: "Confirm there, by ID document and face, that it's you.",
        place: there::identity,
    }),
};

const CONFIRM_INFO: OperationText = OperationText {
    title: "Confirm your details",
    what: "Look at the change; confirm it, or change it back.",
    place: "Tantu app: Me → Personal details",
    takes: "About a minute",
    there: None,
};

const BIND_PHONE: OperationText = OperationText {
    title: "Add your phone number",
    what: "Enter your number and the code we send.",
    place: "Tantu app: Settings → Account security → Phone number",
    takes: "About a minute",
    there: None,
};

const CORRECT_NAME: OperationText = OperationText {
    title: "Correct the name",
    what: "Make the wrong one match your ID document.",
    place: "Tantu app: Me → Identity; for the name on a card, ask the bank",
    takes: "About 5 minutes",
    there: Some(There {
        title: "Use your own {channel} account",
        what: "The {channel} account that pays must be in your name.",
        place: there::identity,
    }),
};

const RENEW_DOCUMENT: OperationText = OperationText {
    title: "Renew the document",
    what: "Take a photo of the new, valid one.",
    place: "Tantu app: Me → Identity → Renew document",
    takes: "About 2 minutes",
    there: None,
};

const REPLACE_CARD: OperationText = OperationText {
    title: "Add the new card",
    what: "The new card from the bank takes the old one's place.",
    place: "Tantu app: Me → Bank cards → Add a card",
    takes: "About 2 minutes; a new card from the bank about 7 days",
    there: None,
};

const ACTIVATE_CARD: OperationText = OperationText {
    title: "Activate the card",
    what: "Once the bank has activated it, the card can pay.",
    place: "The bank's app → Cards → Activate, or the number on the card's back",
    takes: "About 5 minutes",
    there: None,
};

const ENABLE_ONLINE_PAYMENT: OperationText = OperationText {
    title: "Enable online payment",
    what: "Have the bank turn on online payment for this card.",
    place: "The bank's app → Cards → Online payment, or the number on the card's back",
    takes: "About 3 minutes",
    there: None,
};

const CORRECT_CARD_DETAILS: OperationText = OperationText {
    title: "Check the card's details",
    what: "Correct them from the card itself and send again.",
    place: "Tantu app: Me → Bank cards → this card",
    takes: "About a minute",
    there: None,
};

const USE_RESERVED_PHONE: OperationText = OperationText {
    title: "Use the bank's number",
    what: "Enter the number you gave the bank with this card.",
    place: "The phone number field on this page",
    takes: "About a minute",
    there: None,
};

const UPDATE_RESERVED_PHONE: OperationText = OperationText {
    title: "Change the bank's number",
    what: "Have the bank record the number you use now.",
    place: "The bank's app → Personal details → Phone number, or a branch with your ID",
    takes: "About 5 minutes; at a branch half a day",
    there: None,
};

const ASK_BANK: OperationText = OperationText {
    title: "Call the bank",
    what: "Ask for the reason and have the bank release it.",
    place: "The number on the card's back, or support in the bank's app",
    takes: "About 10 minutes",
    there: None,
};

const USE_OTHER_CARD: OperationText = OperationText {
    title: "Use another card",
    what: "Add another card of a supported bank.",
    place: "Tantu app: Me → Bank cards → Add a card",
    takes: "About 2 minutes",
    there: None,
};

const SET_PAYMENT_PASSWORD: OperationText = OperationText {
    title: "Set a payment password",
    what: "Choose six digits to use when you pay.",
    place: "Tantu app: Settings → Payment → Payment password",
    takes: "About a minute",
    there: None,
};

const RESET_PAYMENT_PASSWORD: OperationText = OperationText {
    title: "Reset the payment password",
    what: "Confirm it's you and set a new one.",
    place: "Tantu app: Settings → Payment → Payment password → Forgotten",
    takes: "About 2 minutes",
    there: None,
};

const RESEND_CODE: OperationText = OperationText {
    title: "Send the code again",
    what: "A new code is sent, and the old one ends.",
    place: "Send again, on this page",
    takes: "About a minute",
    there: None,
};

const USE_VOICE_CODE: OperationText = OperationText {
    title: "Get a voice call",
    what: "We call you and read out the code.",
    place: "Voice call, on this page",
    takes: "About a minute",
    there: None,
};

const USE_OTHER_NUMBER: OperationText = OperationText {
    title: "Use another number",
    what: "The code goes to another number of yours.",
    place: "Tantu app: Settings → Account security → Phone number",
    takes: "About 2 minutes",
    there: None,
};

const CHECK_INTERCEPTED_MESSAGES: OperationText = OperationText {
    title: "Look in blocked messages",
    what: "Find the code in the blocked list and allow the number.",
    place: "iPhone: Messages → Filters → Junk; Android: Messages → Spam & blocked",
    takes: "About a minute",
    there: None,
};

const RESUME_BINDING: OperationText = OperationText {
    title: "Go on adding the card",
    what: "You continue at the step where it stopped.",
    place: "Tantu app: Me → Bank cards → Go on",
    takes: "About 2 minutes",
    there: None,
};

const REBIND: OperationText = OperationText {
    title: "Add the card again",
    what: "Remove it and add it again; the link to the bank is then new.",
    place: "Tantu app: Me → Bank cards → this card → Remove",
    takes: "About 2 minutes",
    there: None,
};

const TOP_UP_POINTS: OperationText = OperationText {
    title: "Get more points",
    what: "From the official shop they can be used at once.",
    place: "Tantu app: Me → Points → Get more",
    takes: "About a minute",
    there: None,
};

const TOP_UP: OperationText = OperationText {
    title: "Top up the balance",
    what: "Money comes from a debit card of your own.",
    place: "Tantu app: Me → Balance → Top up",
    takes: "About a minute",
    there: Some(There {
        title: "Top up at {channel}",
        what: "Add to your balance there, or choose another card there.",
        place: there::balance,
    }),
};

const PAY_IN: OperationText = OperationText {
    title: "Put money on the card",
    what: "Transfer money to it; for a credit card, pay it off.",
    place: "The bank's app → Transfer; for credit cards → Repay",
    takes: "Depends on the bank; mostly minutes",
    there: None,
};

const RAISE_LIMIT: OperationText = OperationText {
    title: "Raise the limit",
    what: "Confirm it's you and raise it, for one day if you like.",
    place: "Tantu app: Me → Payment settings → Limits; a bank's limit in the bank's app",
    takes: "About 2 minutes",
    there: Some(There {
        title: "Raise it at {channel}",
        what: "This limit is {channel}'s; raise it there.",
        place: there::limits,
    }),
};

const RAISE_TIER: OperationText = OperationText {
    title: "Move the account up",
    what: "With more identity details, more can be paid from the balance.",
    place: "Tantu app: Me → Identity → Move up",
    takes: "About 5 minutes",
    there: None,
};

const AUTHENTICATE_STRONGER: OperationText = OperationText {
    title: "Confirm more strongly",
    what: "Set a payment password and enter it; that allows more.",
    place: "This page",
    takes: "About a minute",
    there: None,
};

const SIGN_MANDATE: OperationText = OperationText {
    title: "Sign again",
    what: "You permit us again to charge; you can withdraw it at any time.",
    place: "The button on this page opens the page for signing",
    takes: "About a minute",
    there: Some(There {
        title: "Sign again",
        what: "At {channel}, permit us again to charge; you can withdraw it at any time.",
        place: there::mandates,
    }),
};

const CONFIRM_IT_IS_YOU: OperationText = OperationText {
    title: "Confirm it's me",
    what: "By face or SMS; once it passes, the payment goes on.",
    place: "This page",
    takes: "About a minute",
    there: Some(There {
        title: "Confirm at {channel}",
        what: "Open {channel} and confirm there that it's you.",
        place: there::security,
    }),
};

const OPEN_TICKET: OperationText = OperationText {
    title: "Contact support",
    what: "Our findings are filled in for you; a person looks into it.",
    place: "This page, or the Tantu app: Settings → Help & feedback → Contact support",
    takes: "About a minute; a person answers within 2 hours",
    there: None,
};
