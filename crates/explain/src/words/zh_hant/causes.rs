//! The words of every cause in traditional Chinese, written for Taiwan and Hong Kong alike.

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

/// 錢、此刻、之後：結果還不知道的時候只說這三句。
pub(crate) fn undecided(f: &Facts<'_>) -> (String, String, String) {
    let money = "請勿重複付款：若已扣款，訂單會自動完成；若未扣款，不會收取任何費用。";
    let known = f.known_by().map(|at| format!("最遲 {at} 通知您結果。"));
    let known = known.unwrap_or_else(|| "我們會持續查詢，一有結果立即通知您。".to_owned());
    (money.to_owned(), "您可以離開本頁，不影響結果。".to_owned(), known)
}

/// 對方沒有明說時，跟在「發生了什麼」後面的半句實話。
pub(crate) fn hedge(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "",
        Confidence::Likely => "對方未明說，這是最可能的原因。",
        Confidence::Possible => "對方未明說，這是可能的原因之一。",
    }
}

/// 付款管道自己的名字。
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付寶",
        Channel::WechatPay => "微信支付",
        Channel::DouyinPay => "抖音支付",
        Channel::UnionPay => "銀聯",
    }
}

/// 付款管道的 App：微信支付在微信裡，銀聯的叫雲閃付。
pub(crate) fn app(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付寶 App",
        Channel::WechatPay => "微信 App",
        Channel::DouyinPay => "抖音 App",
        Channel::UnionPay => "雲閃付 App",
    }
}

/// 說話的那一方；不知道是誰時不編名字。
fn party(f: &Facts<'_>) -> &'static str {
    f.channel().map_or("付款管道", channel)
}

/// 發卡的那一方：有銀行名就用銀行名，銀聯轉述的就是發卡銀行。
fn issuer(f: &Facts<'_>) -> String {
    match (f.bank(), f.channel()) {
        (Some(bank), _) => bank.to_owned(),
        (None, Some(Channel::UnionPay) | None) => "發卡銀行".to_owned(),
        (None, Some(other)) => channel(other).to_owned(),
    }
}

fn said(title: impl Into<String>, happened: impl Into<String>) -> Said {
    Said::new(title, happened, "尚未扣款。")
}

/// 現在能付的其他方式；沒有就不提。
fn choose(f: &Facts<'_>) -> Option<String> {
    (!f.others().is_empty()).then(|| format!("改用{}付款。", f.others().join("或")))
}

/// 句首的「自……起，」；不知道從何時起就不說。
fn since(f: &Facts<'_>) -> String {
    f.time("since").map_or_else(String::new, |at| format!("自 {at} 起，"))
}

/// 辦妥之後的那一步。
const RETRY: &str = "處理好後按「再試」，檢查通過即可繼續付這筆。";

/// 只有再付一次才知道的時候，照實說。
const ONLY_AN_ATTEMPT_TELLS: &str = "處理好後按「再試」：對方不會告訴我們是否已恢復，再付一次才知道。";
