//! What each rule asks, as a trace shows it. A line reads as a question that was answered yes or no.

use tantu_domain::check::Rule;

pub(crate) fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::PlatformInService => "我们的服务正常",
        Rule::DeviceClock => "手机时间准确",
        Rule::AppVersion => "App 版本够新",
        Rule::AccountActive => "账户可以付款",
        Rule::ChannelOffered => "这里可以用这个渠道",
        Rule::ChannelInService => "渠道服务正常",
        Rule::WalletBalance => "余额足够",
        Rule::MandateActive => "扣款授权有效",
        Rule::MandateEnd => "扣款授权没有到期",
        Rule::PerTransaction => "金额不超过单笔限额",
        Rule::PerDay => "加上这笔没有超过当日限额",
        Rule::PerMonth => "加上这笔没有超过当月限额",
        Rule::NothingTold => "渠道没有说过不能用",
        Rule::PasswordFree => "金额在免密范围内",
        Rule::PasswordSet => "已设置支付密码",
        Rule::PasswordUnlocked => "支付密码没有锁定",
        Rule::PasswordProven => "已为这笔付款输入支付密码",
        Rule::CardBound => "银行卡已绑定且支付功能已打开",
        Rule::CardTokenEnd => "卡的绑定没有到期",
        Rule::BankCodeFree => "金额不需要银行验证码",
        Rule::BankCodeGiven => "已为这笔付款输入银行验证码",
        Rule::DevicePower => "手机电量足够",
        Rule::CardNumber => "卡号校验位正确",
        Rule::CardSupported => "支持这家银行的这类卡",
        Rule::CardDate => "银行卡没有过期",
        Rule::SecurityCode => "安全码已填写",
        Rule::DocumentNumber => "证件号校验位正确",
        Rule::ReservedPhone => "是中国内地手机号",
    }
}
