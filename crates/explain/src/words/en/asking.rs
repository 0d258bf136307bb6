//! What is asked of somebody who cannot say why, what he may reply, and the doors for other matters, in English.

use tantu_domain::door::Door;
use tantu_domain::evidence::Confidence;
use tantu_domain::question::{Question, Reply};

use crate::words::texts::texts;

/// Whether money moved, where only words are known.
pub(crate) const MONEY: &str = "Whether money moved stands on the order itself: look there before you pay again.";

/// Behind what happened, where only words are known: how sure they make us.
pub(crate) fn heard(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "",
        Confidence::Likely => " From what you say, this is the likeliest cause.",
        Confidence::Possible => " From what you say, this may be the cause.",
    }
}

texts! {
    question: Question;

    Shown: "What does the screen say?",
    Others: "Can people around you pay right now?",
    OtherWay: "Does another card or your balance work?",
    OtherNetwork: "And on another network (mobile data or other Wi-Fi)?",
    Restarted: "And after closing and reopening the app?",
    OnPhone: "Is one of these true of your phone?",
    InApp: "What did the app do?",
    Notice: "What does the notice in your account say?",
    Identity: "What is it about your identity?",
    WhichLimit: "Which limit does it name?",
    SmallAmount: "Does a smaller amount go through?",
    Short: "What is short?",
    CodeWhere: "Where is the code?",
    CardState: "What about this card?",
    BindingSaid: "What did adding the card say?",
    BankSaid: "What does your bank say?",
    Mandate: "What about the permission to charge?",
    Bill: "What about the bill?",
    Service: "What does it say about the service?",
}

texts! {
    door: Door;

    Refunds: "This is about money back or an order. Open the order and choose Refund or After-sales; the shop answers there.",
    Records: "This is about what was paid, or what a word means. Bills and records stand under Wallet, Bills.",
    Credit: "This is about a credit line or a loan. Its terms stand under Pay later.",
    Transfer: "This is about how to use something. The help centre shows it step by step.",
    Safety: "If you were deceived, call the police at 110 or the anti-fraud line 96110 first, and your bank to stop the payment; then tell us.",
    Account: "This is about your account. You can change it under Account, Settings.",
    Other: "We help with payments that did not go through. Tell us what you were paying for and what the screen said.",
}

texts! {
    reply: Reply;

    ShownShort: "Not enough money, credit or points",
    ShownLimit: "Over a limit",
    ShownCode: "A code is needed, and none comes",
    ShownPassword: "The pay password is wrong or locked",
    ShownAccount: "The account is frozen, restricted or at risk",
    ShownIdentity: "Verify your identity",
    ShownCard: "Something about the card",
    ShownLine: "Network error, time-out, or it keeps loading",
    ShownApp: "Update, sign in again, or it closes itself",
    ShownBusy: "Busy, maintenance, or not available",
    ShownMandate: "Permission ended or not found",
    ShownBill: "Overdue, or credit score",
    ShownNothing: "Nothing, or I did not see it",
    OthersToo: "No, they cannot either",
    OthersFine: "Yes, only I cannot",
    OthersUnknown: "I don't know",
    OtherWayPays: "Yes, that works",
    OtherWayFails: "No, nothing works",
    OtherWayUntried: "Not tried",
    OtherNetworkPays: "It works there",
    OtherNetworkFails: "The same",
    RestartedPays: "It works again",
    RestartedFails: "The same",
    OnPhoneProxy: "A VPN, proxy or booster is on",
    OnPhoneDns: "I changed the DNS, or the page cannot be found",
    OnPhoneClock: "Date or time is wrong",
    OnPhonePermission: "I denied a permission (network, camera, SMS)",
    OnPhoneBlocker: "An ad blocker or security app is on",
    OnPhoneOld: "The system is very old",
    OnPhonePower: "The battery is nearly empty",
    OnPhoneNone: "None of these",
    InAppUpdate: "It asked to be updated",
    InAppPartner: "Alipay or WeChat, opened from it, asked to be updated",
    InAppCrash: "It closed by itself, or since an update",
    InAppSignIn: "It asked me to sign in again",
    InAppStale: "The page was blank, broken or old",
    InAppNone: "None of these",
    NoticeFrozen: "Frozen",
    NoticeRestricted: "Restricted for a violation",
    NoticeStolen: "A sign-in that was not me",
    NoticeRisk: "This payment is at risk",
    NoticeChanged: "My details changed lately",
    NoticeNone: "There is none",
    IdentityNever: "I never verified it",
    IdentityName: "The name is another one",
    IdentityDocument: "My document has expired",
    IdentityNew: "I changed it lately",
    WhichLimitOne: "For one payment",
    WhichLimitDay: "For a day",
    WhichLimitMonth: "For a month",
    WhichLimitTier: "For a year, or my account's level",
    SmallAmountPays: "Yes",
    SmallAmountFails: "No",
    ShortBalance: "The wallet's balance",
    ShortCard: "Money or credit on the card",
    ShortPoints: "Points",
    ShortRest: "Points pay a part; the rest fails",
    ShortQuarantine: "Points bought elsewhere are held back",
    CodeBlocked: "Among blocked or junk messages",
    CodeNowhere: "Nowhere on my phone",
    CodeOldNumber: "It goes to another or old number",
    CodeNoNumber: "My account has no phone number",
    CardStateDate: "Its date has passed",
    CardStateNew: "New, never activated",
    CardStateOffline: "It works in shops, not online",
    CardStateNowhere: "It works nowhere",
    CardStateWorked: "It worked until lately",
    CardStateBinding: "I cannot add it at all",
    BindingUnlisted: "Bank or card type not supported",
    BindingRefused: "The bank does not allow it",
    BindingDetails: "Card details are wrong",
    BindingPhone: "Phone differs from the bank's",
    BindingStopped: "I stopped on the way",
    BindingName: "The name does not match",
    BankSaidRisk: "It stopped the payment for safety",
    BankSaidState: "The card is locked, lost or unused",
    BankSaidOnline: "Online payment is off",
    BankSaidBinding: "Adding it here is not allowed",
    BankSaidUnbound: "It is no longer linked there",
    BankSaidNothing: "All is fine there",
    MandateEnded: "Its time is over",
    MandateCancelled: "I, or somebody, cancelled it",
    MandateCard: "It is about a linked card",
    BillOverdue: "One is past due",
    BillAutopay: "I thought it was paid automatically",
    BillScore: "My credit score is too low",
    BillCard: "The card had no money that day",
    BillMethod: "I cannot choose this way to repay",
    ServiceBusy: "Too many people, wait",
    ServiceMaintenance: "Maintenance or a fault",
    ServiceChannel: "The bank or the third party has a fault",
    ServiceMethod: "This way of paying is not available here",
}
