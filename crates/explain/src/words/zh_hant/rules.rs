//! What each rule asks, as a trace shows it. A line reads as a question that was answered yes or no.

use tantu_domain::check::Rule;

pub(crate) fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::PlatformInService => "我們的服務正常",
        Rule::DeviceClock => "手機時間準確",
        Rule::AppVersion => "App 版本夠新",
        Rule::AccountActive => "帳戶可以付款",
        Rule::ChannelOffered => "這裡可以用這個付款管道",
        Rule::ChannelInService => "付款管道服務正常",
        Rule::WalletBalance => "餘額足夠",
        Rule::MandateActive => "扣款授權有效",
        Rule::MandateEnd => "扣款授權尚未到期",
        Rule::PerTransaction => "金額沒有超過單筆限額",
        Rule::PerDay => "加上這筆沒有超過當日限額",
        Rule::PerMonth => "加上這筆沒有超過當月限額",
        Rule::NothingTold => "付款管道沒有說過不能用",
        Rule::PasswordFree => "金額在免密碼範圍內",
        Rule::PasswordSet => "已設定付款密碼",
        Rule::PasswordUnlocked => "付款密碼沒有鎖定",
        Rule::PasswordProven => "已為這筆付款輸入付款密碼",
        Rule::CardBound => "銀行卡已綁定且付款功能已開啟",
        Rule::CardTokenEnd => "卡片綁定尚未到期",
        Rule::BankCodeFree => "金額不需要銀行驗證碼",
        Rule::BankCodeGiven => "已為這筆付款輸入銀行驗證碼",
        Rule::DevicePower => "手機電量足夠",
        Rule::CardNumber => "卡號檢查碼正確",
        Rule::CardSupported => "支援這家銀行的這類卡",
        Rule::CardDate => "銀行卡尚未過期",
        Rule::SecurityCode => "安全碼已填寫",
        Rule::DocumentNumber => "證件號碼檢查碼正確",
        Rule::ReservedPhone => "是中國內地手機號碼",
    }
}
