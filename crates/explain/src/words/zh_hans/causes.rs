//! The words of every cause in simplified Chinese.

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

/// 钱、此刻、之后：结果还不知道的时候只说这三句。
pub(crate) fn undecided(f: &Facts<'_>) -> (String, String, String) {
    let money = "请不要再付一次：如果已扣款，订单会自动完成；如果没有，一分钱都不会扣。";
    let known = f.known_by().map(|at| format!("最迟 {at} 告诉您结果。"));
    let known = known.unwrap_or_else(|| "我们会一直查到有结果为止，查到马上告诉您。".to_owned());
    (money.to_owned(), "可以离开这一页，结果不受影响。".to_owned(), known)
}

/// 对方没有明说时，跟在“发生了什么”后面的半句实话。
pub(crate) fn hedge(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "",
        Confidence::Likely => "对方没有明说，这是最可能的原因。",
        Confidence::Possible => "对方没有明说，这是可能的原因之一。",
    }
}

/// 渠道自己的名字。
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付宝",
        Channel::WechatPay => "微信支付",
        Channel::DouyinPay => "抖音支付",
        Channel::UnionPay => "银联",
    }
}

/// 渠道的 App：微信支付住在微信里，银联的叫云闪付。
pub(crate) fn app(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付宝 App",
        Channel::WechatPay => "微信 App",
        Channel::DouyinPay => "抖音 App",
        Channel::UnionPay => "云闪付 App",
    }
}

/// 说话的那一方；不知道是谁时不编名字。
fn party(f: &Facts<'_>) -> &'static str {
    f.channel().map_or("支付渠道", channel)
}

/// 发卡的那一方：有银行名就用银行名，银联转述的就是发卡银行。
fn issuer(f: &Facts<'_>) -> String {
    match (f.bank(), f.channel()) {
        (Some(bank), _) => bank.to_owned(),
        (None, Some(Channel::UnionPay) | None) => "发卡银行".to_owned(),
        (None, Some(other)) => channel(other).to_owned(),
    }
}

fn said(title: impl Into<String>, happened: impl Into<String>) -> Said {
    Said::new(title, happened, "没有扣款。")
}

/// 现在能付的其他方式；没有就不提。
fn choose(f: &Facts<'_>) -> Option<String> {
    (!f.others().is_empty()).then(|| format!("改用{}付。", f.others().join("或")))
}

/// 句首的“从……起，”；不知道从何时起就不说。
fn since(f: &Facts<'_>) -> String {
    f.time("since").map_or_else(String::new, |at| format!("从 {at} 起，"))
}

/// 办完之后的那一步。
const RETRY: &str = "办好后点“再试”，检查通过就接着付这笔。";

/// 只有再付一次才知道的时候，照实说。
const ONLY_AN_ATTEMPT_TELLS: &str = "办好后点“再试”：对方不告诉我们是否已好，再付一次才知道。";
