//! Every row of the catalogue that is built: the trigger made to happen, the cause named, the remedy
//! carried out and the same order paid, over public interfaces and real protocols only.
//!
//! Rows that are not built yet stand in the table all the same, as not built.

mod account;
mod app;
mod app_state;
mod bank_code;
mod bank_word;
mod bill;
mod binding;
mod card;
mod ceiling;
mod channel;
mod channel_limit;
mod combined;
mod combined_bills;
mod combined_cards;
mod combined_device;
mod combined_phone;
mod combined_points;
mod device;
mod funds;
mod handset;
mod holder;
mod identity;
mod limit;
mod mandate;
mod misuse;
mod network;
mod one_time_code;
mod own_limit;
mod password;
mod platform;
mod points;
mod risk;
pub(crate) mod story;
mod support;

use std::pin::Pin;

use serde_json::{Value, json};
use tantu_domain::cause::{Cause, System};

use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::reply::Reply;
use story::Story;

type Run = for<'a> fn(&'a Stage, &'a mut Story) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;

/// One way in which a row happens.
pub(crate) struct Case {
    pub(crate) system: System,
    /// What must be named first, and for a combination what else, in order.
    pub(crate) causes: &'static [Cause],
    pub(crate) name: &'static str,
    pub(crate) whose: &'static str,
    pub(crate) run: Run,
}

macro_rules! cases {
    ($( $system:ident $causes:expr, $whose:literal, $name:literal => $run:path; )*) => {
        &[$( Case {
            system: System::$system,
            causes: &$causes,
            name: $name,
            whose: $whose,
            run: |stage, story| Box::pin($run(stage, story)),
        } ),*]
    };
}

/// Every case that is built, in the order in which the demo tells them.
pub(crate) const CASES: &[Case] = cases! {
    A [Cause::FundsInsufficientBalance], "platform", "the wallet is short; the mandate pays the whole" => funds::wallet_is_short;
    A [Cause::FundsInsufficientBalance], "platform", "the wallet is short; topped up from the payer's own debit card" => funds::wallet_is_topped_up;
    D [Cause::FundsInsufficientBalance], "alipay", "the payer's Alipay is short; he tops it up" => funds::alipay_is_short;
    D [Cause::FundsInsufficientBalance], "alipay", "a payment code on a short Alipay; topped up, another code" => funds::alipay_is_short_by_code;
    A [Cause::AccountFrozen], "platform", "frozen, and lifted when the holder asks" => account::frozen_wallet;
    D [Cause::AccountFrozen], "platform", "frozen before an Alipay payment" => account::frozen_mandate;
    D [Cause::LimitDaily], "platform", "today's limit is used up; the wallet pays" => limit::daily_wallet_pays;
    D [Cause::LimitDaily], "platform", "today's limit is used up; tomorrow pays" => limit::daily_next_day;
    D [Cause::AgreementRevoked], "alipay", "withdrawn at Alipay, which told us" => mandate::revoked_and_told;
    D [Cause::AgreementRevoked], "alipay", "withdrawn at Alipay, found by its code and a query" => mandate::revoked_and_found;
    D [Cause::AgreementExpired], "alipay", "past its end; signed again" => mandate::expired;
    A [Cause::NetworkUnstable], "platform", "our answer is lost; the same key brings it back" => network::our_answer_is_lost;
    D [Cause::NetworkUnstable], "alipay", "Alipay's answer is lost; asked for, never sent twice" => network::answer_is_lost;
    D [Cause::NetworkUnstable], "alipay", "the request is lost; its expiry awaited, then tried again" => network::request_is_lost;
    D [Cause::ChannelInterfaceFault], "alipay", "system errors open the breaker; the wallet pays" => channel::wallet_now;
    D [Cause::ChannelInterfaceFault], "alipay", "bad gateways open the breaker; paid when it is over" => channel::end_of_incident;
    A [Cause::AppOutdated], "platform", "too old for the wallet; updated" => app::outdated_wallet;
    D [Cause::AppOutdated], "platform", "too old for Alipay; updated" => app::outdated_mandate;
    D [Cause::DeviceClockSkew], "platform", "a phone's clock twelve minutes fast signs an order; set right" => device::signed_time;
    D [Cause::DeviceClockSkew], "platform", "by a phone's clock our certificate is not valid yet; set right" => device::certificate_seen_too_early;
    D [Cause::LimitPerTransaction], "platform", "above what one Alipay payment may be; the wallet pays" => limit::per_transaction;
    D [Cause::FundsCardInsufficient], "alipay", "the card behind the payer's Alipay is short; he pays in" => funds::card_is_short;
    D [Cause::AccountFrozen], "alipay", "frozen at Alipay, by the payer's own word" => account::frozen_at_alipay;
    D [Cause::AccountRestricted], "alipay", "restricted at Alipay, by the payer's own word" => account::restricted_at_alipay;
    D [Cause::IdentityUnverified], "alipay", "unverified at Alipay; he verifies there" => account::unverified_at_alipay;
    D [Cause::AppPartnerOutdated], "alipay", "Alipay refuses the wallet's version; he updates it" => app::partner_outdated;
    D [Cause::PlatformOutage], "platform", "our own outage; resumed when it is over" => platform::outage;
    D [Cause::PlatformOutage], "platform", "planned maintenance begins by itself; resumed when its window is over" => platform::maintenance;
    D [Cause::CardReservedPhoneMismatch], "unionpay", "a phone that the bank does not know; put right, the same binding, ¥20 and ¥300" => card::reserved_phone;
    D [Cause::FundsCardInsufficient], "unionpay", "the bound card is short; he pays in" => card::short;
    D [Cause::BindingStale], "unionpay", "the bank's side has let the token go; bound again, the same order" => card::stale;
    D [Cause::CardExpired], "unionpay", "past its month; the new card bound in its place" => bank_word::expired;
    D [Cause::CardNotActivated], "unionpay", "issued and never activated; the bank's own word" => bank_word::not_activated;
    D [Cause::CardOnlinePaymentDisabled], "unionpay", "never enabled at the bank; enabled" => bank_word::online_payment_disabled;
    D [Cause::CardOnlinePaymentDisabled], "platform", "switched off by its holder; switched on" => bank_word::switched_off;
    D [Cause::CardDetailsWrong], "unionpay", "a wrong security code; looked at again, the same binding" => binding::details_wrong;
    D [Cause::CardDetailsWrong], "platform", "a number that cannot be right; read again" => binding::number_wrong;
    D [Cause::CardStatusAbnormal], "unionpay", "frozen at the bank; the bank's own word" => bank_word::status_abnormal;
    D [Cause::BankRiskBlock], "unionpay", "the issuer refuses for risk; the bank's own word" => bank_word::risk_block;
    D [Cause::OtpNotReceived], "unionpay", "the bank's message is lost; another one" => bank_code::not_received;
    D [Cause::OtpIntercepted], "unionpay", "a blocker has the bank's message; found, and another one" => bank_code::intercepted;
    D [Cause::BindingBankUnsupported], "unionpay", "the bank binds no such card; another card" => binding::kind_unsupported;
    D [Cause::ChannelInterfaceFault], "unionpay", "UnionPay's faults open the breaker; the wallet pays" => channel::wallet_instead_of_card;
    D [Cause::LimitPerTransaction], "unionpay", "above the bank's limit of a payment; raised there" => bank_word::limit_per_transaction;
    D [Cause::LimitDaily], "unionpay", "the bank's limit of the day is used up; tomorrow pays" => bank_word::limit_daily;
    D [Cause::LimitMonthly], "unionpay", "the bank's limit of the month is used up; the wallet pays" => bank_word::limit_monthly;
    W [Cause::BindingBankUnsupported], "platform", "a bank that is not on the list; another card" => binding::bank_unsupported;
    W [Cause::BindingBankRestricted], "unionpay", "the bank forbids it for this customer; the bank's own word" => binding::bank_restricted;
    W [Cause::BindingOperationError], "platform", "the code before the details; the step that is due" => binding::out_of_order;
    W [Cause::DeviceLowPower], "platform", "four percent; plugged in" => binding::low_power;
    W [Cause::AppOutdated], "platform", "too old to bind a card; updated" => binding::old_app;
    W [Cause::AppSessionStale], "platform", "signed out in another window; signed in again, the same binding" => binding::signed_out;
    W [Cause::PlatformOutage], "platform", "our own outage; the same binding when it is over" => binding::outage;
    W [Cause::NetworkUnstable], "unionpay", "the details and the code are lost; given again" => binding::opening_is_lost;
    W [Cause::NetworkUnstable], "unionpay", "the answer is lost; asked for, never sent twice" => binding::opening_is_answered_late;
    D [Cause::AuthPaymentPassword], "platform", "no pay password yet; the payer sets one" => password::unset;
    D [Cause::AuthPaymentPassword], "platform", "a wrong pay password; entered again" => password::wrong;
    D [Cause::AuthPaymentPassword], "platform", "locked after five tries; paid when the lock ends" => password::locked;
    D [Cause::AuthPaymentPassword], "platform", "locked; the holder proves who he is and sets another" => password::forgotten;
    A [Cause::AppOutdated, Cause::FundsInsufficientBalance], "platform", "an old app and a short wallet" => combined::old_app_short_wallet;
    D [Cause::AccountFrozen, Cause::AgreementExpired], "platform", "frozen, and the mandate past its end" => combined::frozen_and_expired;
    D [Cause::LimitPerTransaction, Cause::AgreementRevoked], "platform", "too much at once, and the mandate withdrawn" => combined::too_much_and_revoked;
    D [Cause::PlatformOutage, Cause::AccountFrozen], "platform", "an outage, and a frozen account" => combined::outage_and_frozen;
    D [Cause::AppOutdated, Cause::LimitDaily], "platform", "an old app, and today's limit used up" => combined::old_app_and_limit;
    D [Cause::ChannelInterfaceFault, Cause::AgreementExpired], "alipay", "Alipay down, and the mandate past its end" => combined::down_and_expired;
    D [Cause::AppOutdated, Cause::AccountFrozen, Cause::LimitPerTransaction], "platform", "an old app, a frozen account, too much at once" => combined::three_before_alipay;
    A [Cause::AppOutdated, Cause::AccountFrozen, Cause::FundsInsufficientBalance], "platform", "an old app, a frozen account, a short wallet" => combined::three_before_the_wallet;
    A [Cause::IdentityUnverified], "platform", "nobody knows the holder yet; he verifies his identity" => identity::unverified_wallet;
    D [Cause::IdentityUnverified], "platform", "above what goes without a verified identity; he verifies it" => identity::unverified_mandate;
    W [Cause::IdentityUnverified], "platform", "nobody knows the holder; he verifies his identity and binds the same card" => identity::unverified_binding;
    W [Cause::AccountPhoneUnbound], "platform", "no phone is bound; the holder binds his, and the same card" => identity::no_phone_binding;
    A [Cause::AccountPhoneUnbound], "platform", "no phone is bound; the holder binds his" => identity::no_phone;
    A [Cause::AccountInfoChanged], "platform", "another phone was bound; the holder confirms it" => identity::phone_changed;
    D [Cause::IdentityExpired], "platform", "the document is past its date; the holder gives the new one" => identity::document_expired;
    D [Cause::IdentityNameMismatch], "platform", "a card that is another person's by now; his own bound in its place" => holder::own_card_bound;
    D [Cause::IdentityNameMismatch], "platform", "the identity was the wrong one; corrected and confirmed" => holder::identity_corrected;
    D [Cause::IdentityNameMismatch], "platform", "another person's card is offered; his own, the same binding" => holder::card_offered;
    D [Cause::IdentityNameMismatch], "alipay", "another person's Alipay account; signed again with his own" => holder::alipay_of_another;
    A [Cause::OtpNotReceived], "platform", "the carrier loses the code; sent again, entered" => one_time_code::lost_before_the_wallet;
    D [Cause::OtpNotReceived], "platform", "the carrier loses the code before an Alipay payment" => one_time_code::lost_before_alipay;
    D [Cause::OtpIntercepted], "platform", "the phone hides the code; let through, sent again" => one_time_code::intercepted;
    D [Cause::AccountRestricted], "platform", "an unofficial app; the holder appeals, two of staff lift it" => misuse::unofficial_app;
    D [Cause::AccountCompromised], "platform", "the pay password was guessed at; the holder takes the account back" => misuse::guessed_password;
    D [Cause::RiskPlatformBlock], "platform", "too many orders in a minute; the pay password confirms" => risk::many_orders;
    D [Cause::RiskPlatformBlock], "platform", "a new phone pays much; a code confirms" => risk::new_device;
    D [Cause::RiskPlatformBlock], "platform", "far from where the phone just was; the document confirms" => risk::far_place;
    D [Cause::AccountRestricted], "platform", "the same two again and again; an appeal, two of staff, paid by itself" => risk::same_two;
    D [Cause::PointsInsufficient], "platform", "fewer points than asked for; more bought in the official shop" => points::insufficient;
    D [Cause::PointsUnofficialChannel], "platform", "points of a seller who is not official; bought in the official shop" => points::unofficial_official_instead;
    D [Cause::PointsUnofficialChannel], "platform", "points of a seller who is not official; an appeal, two of staff" => points::unofficial_appealed;
    D [Cause::PointsRemainderMethod], "platform", "the wallet is short of the rest; Alipay pays it" => points::rest_short_in_the_wallet;
    D [Cause::PointsRemainderMethod], "platform", "Alipay is short of the rest; topped up there" => points::rest_short_at_alipay;
    D [Cause::PointsRemainderMethod], "platform", "the rest is lost on the way to Alipay; the points held, and back" => points::held_while_undecided;
    D [Cause::LimitPlatform], "platform", "tier I has paid all that it may; Alipay pays" => ceiling::tier_alipay_pays;
    D [Cause::LimitPlatform], "platform", "tier I has paid all that it may; the tier is raised" => ceiling::tier_raised;
    D [Cause::LimitPlatform], "platform", "too much for a day by one factor; the pay password makes it two" => ceiling::stronger;
    D [Cause::LimitPerTransaction], "payer", "above what the holder allows himself; raised with the pay password" => own_limit::per_transaction;
    D [Cause::LimitDaily], "payer", "above what the holder allows himself a day; raised" => own_limit::daily;
    D [Cause::LimitDaily], "payer", "above what the holder allows himself a day; paid by itself after midnight" => own_limit::daily_by_itself;
    D [Cause::LimitDaily], "alipay", "Alipay's own limit of the day; the wallet pays" => channel_limit::daily;
    D [Cause::LimitMonthly], "alipay", "Alipay's own limit of the month; the wallet pays" => channel_limit::monthly;
    W [Cause::DeviceLowPower, Cause::AppOutdated], "platform", "little power and an old app" => combined_cards::low_power_old_app;
    W [Cause::PlatformOutage, Cause::AppOutdated], "platform", "an outage, and an old app" => combined_cards::outage_old_app;
    W [Cause::DeviceLowPower, Cause::AppOutdated, Cause::BindingBankUnsupported], "platform", "little power, an old app, a bank that is not on the list" => combined_cards::three_before_the_bank;
    D [Cause::AppOutdated, Cause::CardOnlinePaymentDisabled], "unionpay", "an old app, and a card that is not enabled" => combined_cards::old_app_disabled_card;
    D [Cause::AccountFrozen, Cause::BindingStale], "unionpay", "frozen, and a card that has come apart" => combined_cards::frozen_and_stale;
    D [Cause::AppOutdated, Cause::AccountFrozen, Cause::LimitMonthly], "unionpay", "an old app, a frozen account, the bank's limit of the month" => combined_cards::three_before_the_card;
    D [Cause::LimitMonthly], "platform", "this month's limit is used up; the wallet pays" => limit::monthly;
    D [Cause::LimitMonthly], "payer", "above what the holder allows himself a month; raised" => own_limit::monthly;
    D [Cause::PlatformOverloaded], "platform", "more arrive than there are places; the same request when they have gone" => platform::overloaded;
    D [Cause::NetworkDns], "platform", "the resolver says there is no such name; another resolver" => handset::name_denied;
    D [Cause::NetworkDns], "platform", "the resolver leads elsewhere; another resolver" => handset::name_leads_elsewhere;
    D [Cause::NetworkProxyInterference], "platform", "a proxy signs our certificate anew; turned off" => handset::proxy_signs_anew;
    A [Cause::DeviceTransientFault], "platform", "the app's connections are all half open; started again" => handset::stuck_wallet;
    D [Cause::DeviceTransientFault], "platform", "the app's connections are all half open before an Alipay payment; started again" => handset::stuck_mandate;
    D [Cause::DevicePermissionDenied], "platform", "the app may not read the bank's message; it may" => handset::messages_denied;
    D [Cause::DeviceBackgroundInterference], "platform", "a blocker drops what goes to Alipay's page; let through" => handset::blocker;
    D [Cause::DeviceOsOutdated], "platform", "a phone's system too old to pay; updated" => app_state::system_outdated;
    A [Cause::AppCacheCorrupt], "platform", "a bit of the stored configuration has turned; fetched again" => app_state::damaged_wallet;
    D [Cause::AppCacheCorrupt], "platform", "a bit of the stored configuration has turned before an Alipay payment; fetched again" => app_state::damaged_mandate;
    D [Cause::AppBug], "platform", "a version with a fault that we know; updated" => app_state::known_fault;
    D [Cause::AppBug], "platform", "another app that stops ours; closed" => app_state::conflicting_app;
    A [Cause::SupportEscalate], "unionpay", "UnionPay fails without a reason, and the bank knows of none; a person is asked" => support::by_card;
    D [Cause::SupportEscalate], "alipay", "two accounts of one name at Alipay; its service parts them" => support::at_alipay;
    B [Cause::SupportEscalate], "alipay", "the same stops a repayment; a person is asked" => support::of_a_bill;
    W [Cause::SupportEscalate], "unionpay", "a card is refused without a reason; a person is asked" => support::of_a_binding;
    D [Cause::AppSessionStale], "platform", "signed in on another phone before the pay password; signed in again" => app_state::replaced;
    D [Cause::AppPartnerOutdated], "platform", "the Alipay app is too old to confirm in; updated" => app_state::old_partner;
    D [Cause::DeviceOsOutdated, Cause::AccountFrozen], "platform", "an old system, and a frozen account" => combined_phone::old_system_and_frozen;
    D [Cause::DeviceOsOutdated, Cause::AppOutdated, Cause::AccountFrozen], "platform", "an old system, an old app, a frozen account" => combined_phone::old_phone_and_frozen;
    A [Cause::AppBug, Cause::FundsInsufficientBalance], "platform", "a faulty version, and a short wallet" => combined_phone::faulty_app_and_short;
    D [Cause::DeviceOsOutdated, Cause::AgreementRevoked], "platform", "an old system, and the mandate withdrawn" => combined_phone::old_system_and_revoked;
    B [Cause::BnplOverdue], "platform", "a bill past its grace stops a new order; repaid from the wallet" => bill::overdue;
    B [Cause::CreditScoreImpact], "platform", "a late bill has lowered the score; others repaid on time" => bill::score_impact;
    B [Cause::BnplAutopayOff], "platform", "auto-repay is off and the due date passes; switched on" => bill::auto_repay_off;
    B [Cause::ChannelUnavailable], "unionpay", "a bill by credit card; the wallet repays it" => bill::credit_card;
    B [Cause::CardExpired], "unionpay", "the designated card is past its month; the new one bound" => bill::card_expired;
    B [Cause::CardDetailsWrong], "unionpay", "the bank has replaced the card's number; read again and bound" => bill::details_wrong;
    B [Cause::CardStatusAbnormal], "unionpay", "the designated card is frozen; the bank's own word" => bill::status_abnormal;
    B [Cause::BindingStale], "unionpay", "the bank's side has let the token go; bound again" => bill::stale;
    B [Cause::AccountFrozen], "platform", "frozen before a repayment; lifted" => bill::frozen;
    B [Cause::FundsCardInsufficient], "unionpay", "the designated card is short; collected later on the same day" => bill::card_short;
    B [Cause::RiskPlatformBlock], "alipay", "Alipay's risk control stops a repayment; confirmed there" => bill::risk_block;
    B [Cause::BnplOverdue, Cause::CreditScoreImpact], "platform", "an overdue bill, and the score that it lowered" => combined_bills::overdue_and_low_score;
    B [Cause::BnplAutopayOff, Cause::BnplOverdue], "platform", "auto-repay never set, and a bill past its grace" => combined_bills::off_and_overdue;
    B [Cause::CardExpired, Cause::BnplOverdue], "unionpay", "an expired card, and a bill past its grace" => combined_bills::expired_and_overdue;
    B [Cause::BindingStale, Cause::BnplOverdue], "unionpay", "a card that has come apart, and a bill past its grace" => combined_bills::stale_and_overdue;
    B [Cause::AccountFrozen, Cause::CardExpired], "unionpay", "a frozen account, and an expired card" => combined_bills::frozen_and_expired;
    B [Cause::AccountFrozen, Cause::CardExpired, Cause::BnplOverdue], "unionpay", "a frozen account, an expired card, a bill past its grace" => combined_bills::three_on_one_bill;
    B [Cause::BnplLineFrozen, Cause::BnplOverdue, Cause::CreditScoreImpact], "platform", "a frozen line, a bill past its grace, the score that it lowered" => combined_bills::line_frozen_overdue_and_low_score;
    D [Cause::DeviceClockSkew, Cause::AccountFrozen], "platform", "a phone's clock that is fast signs an order, and a frozen account" => combined_device::clock_and_frozen;
    D [Cause::DeviceClockSkew, Cause::LimitDaily], "platform", "a phone's clock that is slow signs an order, and today's limit used up" => combined_device::clock_and_limit;
    D [Cause::DeviceClockSkew, Cause::AppOutdated, Cause::AgreementRevoked], "platform", "a phone's clock that is fast, an old app, the mandate withdrawn" => combined_device::clock_old_app_and_revoked;
    D [Cause::NetworkDns, Cause::AccountFrozen], "platform", "a resolver that knows no such name, and a frozen account" => combined_device::resolver_and_frozen;
    D [Cause::NetworkProxyInterference, Cause::LimitDaily], "platform", "a proxy that signs anew, and today's limit used up" => combined_device::proxy_and_limit;
    D [Cause::DevicePermissionDenied, Cause::OtpNotReceived], "unionpay", "the app may not read messages, and the bank's message is lost" => combined_device::permission_and_lost_code;
    A [Cause::AppCacheCorrupt, Cause::FundsInsufficientBalance], "platform", "a damaged configuration, and a short wallet; topped up" => combined_phone::damaged_and_short;
    D [Cause::AppBug, Cause::IdentityUnverified], "platform", "another app that stops ours, and nobody knows the holder" => combined_phone::conflict_and_unverified;
    D [Cause::PlatformOutage, Cause::LimitDaily], "platform", "an outage, and today's limit used up; tomorrow pays" => combined::outage_and_limit;
    A [Cause::AccountPhoneUnbound, Cause::IdentityUnverified, Cause::FundsInsufficientBalance], "platform", "no phone, nobody knows the holder, a short wallet" => combined::stranger_without_phone_and_money;
    D [Cause::PointsInsufficient, Cause::PointsRemainderMethod, Cause::FundsInsufficientBalance], "platform", "too few points, and a wallet short of the rest" => combined_points::too_few_and_short;
    D [Cause::AccountFrozen, Cause::PointsUnofficialChannel], "platform", "frozen, and points of a seller who is not official" => combined_points::frozen_and_set_aside;
    D [Cause::PointsRemainderMethod, Cause::AgreementRevoked], "platform", "points beside a mandate withdrawn; signed again, Alipay is short" => combined_points::rest_revoked_then_short;
    W [Cause::DeviceLowPower, Cause::AccountFrozen, Cause::CardDetailsWrong], "platform", "little power, a frozen account, a number that cannot be right" => combined_cards::low_power_frozen_wrong_number;
};

/// Runs one case; a fault of the stage itself is told in the story.
pub(crate) async fn run(stage: &Stage, case: &Case) -> Story {
    let mut story = Story::new(case);
    if let Err(failure) = (case.run)(stage, &mut story).await {
        story.broken(failure.message());
    }
    // A fault must not outlive its case.
    if let Err(failure) = stage.no_more_faults().await {
        story.broken(failure.message());
    }
    match stage.server.engine.read(|store| store.audit()).await {
        Ok(audit) => story.audited(&audit),
        Err(error) => story.broken(error.to_string()),
    }
    story
}

/// The table of all rows, from the stories that were told.
pub(crate) fn table(stories: &[Story], system: Option<System>, cause: Option<Cause>) -> (Value, bool) {
    let mut rows = Vec::new();
    for row_cause in Cause::ALL.iter().filter(|row| cause.is_none_or(|only| only == **row)) {
        for row_system in row_cause.systems().iter().filter(|row| system.is_none_or(|only| only == **row)) {
            let own: Vec<&Story> =
                stories.iter().filter(|story| story.system == *row_system && story.causes == [*row_cause]).collect();
            rows.push(row(*row_system, row_cause.id(), &own));
        }
    }
    let combined: Vec<Value> = stories
        .iter()
        .filter(|story| story.causes.len() > 1)
        .map(|story| {
            let ids: Vec<&str> = story.causes.iter().map(|cause| cause.id()).collect();
            row(story.system, &ids.join(" + "), &[story])
        })
        .collect();
    let ok = |row: &Value| row["ok"] == true;
    let ok_count = rows.iter().filter(|row| ok(row)).count();
    let built_hold = rows.iter().chain(&combined).filter(|row| row["built"] == true).all(ok);
    let table = json!({ "total": rows.len(), "ok_count": ok_count, "rows": rows, "combined": combined });
    (table, built_hold)
}

fn row(system: System, cause: &str, stories: &[&Story]) -> Value {
    let all = |holds: fn(&Story) -> bool| !stories.is_empty() && stories.iter().all(|story| holds(story));
    let cases: Vec<Value> = stories
        .iter()
        .map(|story| json!({ "name": story.name, "whose": story.whose, "ok": story.ok(), "broken": story.faults }))
        .collect();
    json!({
        "system": system.id(),
        "cause": cause,
        "failed": all(|story| story.failed),
        "named_first": all(|story| story.named_first),
        "evidence": stories.first().map_or(Value::Null, |story| story.evidence.clone()),
        "fixed": all(|story| story.fixed),
        "paid": all(|story| story.paid),
        "balanced": all(|story| story.balanced),
        "ok": all(Story::ok),
        "built": !stories.is_empty(),
        "cases": cases,
    })
}

/// The order's state as the refusal gave it must be a refusal, or undecided where the result is lost.
pub(crate) fn not_paid(reply: &Reply) -> bool {
    matches!(reply.status, 202 | 402 | 503)
}
