//! How each cause is told: what happened, is the money safe, what to do now, what happens by itself.
//!
//! One file for each part of the catalogue, one function for each cause, with the cause's name.

mod account;
mod app;
mod card;
mod device;
mod limit;
mod mandate;
mod money;
mod pay_later;
mod platform;

use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::evidence::Confidence;

use crate::words::facts::Facts;
use crate::words::said::Said;

/// What is said of each cause.
pub(crate) fn cause(cause: Cause, f: &Facts<'_>) -> Said {
    match cause {
        Cause::PlatformOverloaded => platform::platform_overloaded(f),
        Cause::PlatformOutage => platform::platform_outage(f),
        Cause::ChannelInterfaceFault => platform::channel_interface_fault(f),
        Cause::ChannelUnavailable => platform::channel_unavailable(f),
        Cause::ChannelNotConfirmed => platform::channel_not_confirmed(f),
        Cause::NetworkUnstable => device::network_unstable(f),
        Cause::NetworkDns => device::network_dns(f),
        Cause::NetworkProxyInterference => device::network_proxy_interference(f),
        Cause::DeviceTransientFault => device::device_transient_fault(f),
        Cause::DeviceClockSkew => device::device_clock_skew(f),
        Cause::DevicePermissionDenied => device::device_permission_denied(f),
        Cause::DeviceBackgroundInterference => device::device_background_interference(f),
        Cause::DeviceOsOutdated => device::device_os_outdated(f),
        Cause::DeviceLowPower => device::device_low_power(f),
        Cause::AppOutdated => app::app_outdated(f),
        Cause::AppCacheCorrupt => app::app_cache_corrupt(f),
        Cause::AppBug => app::app_bug(f),
        Cause::AppSessionStale => app::app_session_stale(f),
        Cause::AppPartnerOutdated => app::app_partner_outdated(f),
        Cause::AccountFrozen => account::account_frozen(f),
        Cause::AccountRestricted => account::account_restricted(f),
        Cause::AccountCompromised => account::account_compromised(f),
        Cause::AccountInfoChanged => account::account_info_changed(f),
        Cause::AccountPhoneUnbound => account::account_phone_unbound(f),
        Cause::IdentityUnverified => account::identity_unverified(f),
        Cause::IdentityNameMismatch => account::identity_name_mismatch(f),
        Cause::IdentityExpired => account::identity_expired(f),
        Cause::CardExpired => card::card_expired(f),
        Cause::CardNotActivated => card::card_not_activated(f),
        Cause::CardOnlinePaymentDisabled => card::card_online_payment_disabled(f),
        Cause::CardDetailsWrong => card::card_details_wrong(f),
        Cause::CardStatusAbnormal => card::card_status_abnormal(f),
        Cause::CardReservedPhoneMismatch => card::card_reserved_phone_mismatch(f),
        Cause::AuthPaymentPassword => card::auth_payment_password(f),
        Cause::OtpNotReceived => card::otp_not_received(f),
        Cause::OtpIntercepted => card::otp_intercepted(f),
        Cause::OtpWrong => card::otp_wrong(f),
        Cause::BindingBankUnsupported => card::binding_bank_unsupported(f),
        Cause::BindingBankRestricted => card::binding_bank_restricted(f),
        Cause::BindingOperationError => card::binding_operation_error(f),
        Cause::BindingStale => card::binding_stale(f),
        Cause::PointsInsufficient => money::points_insufficient(f),
        Cause::PointsUnofficialChannel => money::points_unofficial_channel(f),
        Cause::PointsRemainderMethod => money::points_remainder_method(f),
        Cause::FundsInsufficientBalance => money::funds_insufficient_balance(f),
        Cause::FundsCardInsufficient => money::funds_card_insufficient(f),
        Cause::LimitPerTransaction => limit::limit_per_transaction(f),
        Cause::LimitDaily => limit::limit_daily(f),
        Cause::LimitMonthly => limit::limit_monthly(f),
        Cause::LimitPlatform => limit::limit_platform(f),
        Cause::AgreementExpired => mandate::agreement_expired(f),
        Cause::AgreementRevoked => mandate::agreement_revoked(f),
        Cause::RiskPlatformBlock => mandate::risk_platform_block(f),
        Cause::BankRiskBlock => mandate::bank_risk_block(f),
        Cause::BnplLineFrozen => pay_later::bnpl_line_frozen(f),
        Cause::BnplOverdue => pay_later::bnpl_overdue(f),
        Cause::BnplAutopayOff => pay_later::bnpl_autopay_off(f),
        Cause::CreditScoreImpact => pay_later::credit_score_impact(f),
        Cause::SupportEscalate => pay_later::support_escalate(f),
    }
}

/// The money, this moment, and later: all that is said while nobody knows the result.
pub(crate) fn undecided(f: &Facts<'_>) -> (String, String, String) {
    let money = "Please don't pay again: if it went through, your order completes by itself; if not, nothing is taken.";
    let known = f.known_by().map(|at| format!("You'll know by {at}."));
    let known = known.unwrap_or_else(|| "We keep asking until there is an answer, and tell you at once.".to_owned());
    (money.to_owned(), "You may leave this page; it changes nothing.".to_owned(), known)
}

/// The honest half-sentence after *what happened* when the other side did not say.
pub(crate) fn hedge(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "",
        Confidence::Likely => " They did not spell it out; this is the most likely reason.",
        Confidence::Possible => " They did not spell it out; this is one possible reason.",
    }
}

/// A channel's own name.
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay",
        Channel::WechatPay => "WeChat Pay",
        Channel::DouyinPay => "Douyin Pay",
        Channel::UnionPay => "UnionPay",
    }
}

/// The app of a channel: `WeChat` Pay lives in `WeChat`.
pub(crate) fn app(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay app",
        Channel::WechatPay => "WeChat app",
        Channel::DouyinPay => "Douyin app",
        Channel::UnionPay => "UnionPay app",
    }
}

/// Whoever spoke; if we don't know who, no name is made up.
fn party(f: &Facts<'_>) -> &'static str {
    f.channel().map_or("the payment service", channel)
}

/// The same, as a title begins with it.
fn party_title(f: &Facts<'_>) -> &'static str {
    f.channel().map_or("The payment service", channel)
}

/// Whoever issued the card: the bank's name if we have it; what `UnionPay` passes on is the bank's word.
fn issuer(f: &Facts<'_>) -> String {
    match (f.bank(), f.channel()) {
        (Some(bank), _) => bank.to_owned(),
        (None, Some(Channel::UnionPay) | None) => "Your bank".to_owned(),
        (None, Some(other)) => channel(other).to_owned(),
    }
}

fn said(title: impl Into<String>, happened: impl Into<String>) -> Said {
    Said::new(title, happened, "Nothing was charged.")
}

/// What else can pay now; if nothing can, nothing is said.
fn choose(f: &Facts<'_>) -> Option<String> {
    (!f.others().is_empty()).then(|| format!("Pay with {} instead.", f.others().join(" or ")))
}

/// The tail of a sentence: since when.
fn since(f: &Facts<'_>) -> String {
    f.time("since").map_or_else(String::new, |at| format!(" since {at}"))
}

/// The step after the work is done.
const RETRY: &str = "Then tap Retry; once the check passes, this payment goes on.";

/// Where only another attempt can tell, we say so.
const ONLY_AN_ATTEMPT_TELLS: &str =
    "When that is done, tap Retry: they don't tell us whether it is settled; only another attempt can.";
