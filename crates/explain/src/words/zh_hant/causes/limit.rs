//! Limits, whoever has set them, in traditional Chinese.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

/// 額度由誰設定、用了多少。對方的額度，我們只知道它說了「超出」，或它公布的數字。
fn over(f: &Facts<'_>, span: &str, period: &str) -> String {
    let this = this(f);
    let by = f.label().map_or_else(String::new, |label| format!("用{label}"));
    match (f.whose(), f.money("limit"), f.money("used")) {
        (Some(Whose::Channel(_) | Whose::Bank(_)), None, _) => {
            format!("{}表示{this}超出它的{period}額度；額度多少，它沒有告訴我們。", issuer(f))
        }
        (Some(Whose::Channel(_) | Whose::Bank(_)), Some(limit), Some(used)) => {
            format!("{}公布的{period}額度是 {limit}；依我們的紀錄，{span}{by}已付 {used}，{this}會超出。", issuer(f))
        }
        (Some(Whose::Channel(_) | Whose::Bank(_)), Some(limit), None) => {
            format!("{}公布的{period}額度是 {limit}，{this}會超出。", issuer(f))
        }
        (Some(Whose::Payer), Some(limit), Some(used)) => {
            format!("{span}{by}已付 {used}，{this}會超出您自己設定的{period} {limit} 額度。")
        }
        (Some(Whose::Payer), Some(limit), None) => format!("{this}超出您自己設定的{period} {limit} 額度。"),
        (_, Some(limit), Some(used)) => format!("{span}{by}已付 {used}，{this}會超出{period} {limit} 的額度。"),
        (_, Some(limit), None) => format!("{this}超出{period} {limit} 的額度。"),
        (_, None, _) => format!("{this}超出{period}額度。"),
    }
}

/// 自己設定的自己調；我們的由工作人員決定，對方的由對方決定。
fn raise(f: &Facts<'_>) -> String {
    match f.whose() {
        Some(Whose::Payer) => "或以付款密碼調高自己設定的額度，立即生效（約 1 分鐘）。".to_owned(),
        Some(Whose::Channel(Channel::UnionPay) | Whose::Bank(_)) => {
            "或在銀行 App 裡調高額度，回來按「再試」。".to_owned()
        }
        Some(Whose::Channel(at)) => format!("或在{} 裡調高額度，回來按「再試」。", app(at)),
        Some(Whose::Platform) | None => "或臨時調高額度，驗證本人後即可付款（約 2 分鐘）。".to_owned(),
    }
}

fn restored(f: &Facts<'_>, unknown: &str) -> String {
    match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("{at} 後自動付款，屆時通知您。"),
        (Some(at), false) => format!("{at} 額度恢復，之後即可繼續付這筆。"),
        (None, _) => unknown.to_owned(),
    }
}

pub(super) fn limit_per_transaction(f: &Facts<'_>) -> Said {
    let raise = match f.whose() {
        Some(Whose::Payer) => "以付款密碼調高自己設定的單筆額度（約 1 分鐘）。".to_owned(),
        Some(Whose::Channel(Channel::UnionPay) | Whose::Bank(_)) => {
            "請在銀行 App 裡調高單筆額度，回來按「再試」。".to_owned()
        }
        Some(Whose::Channel(at)) => format!("請在{} 裡調高單筆額度，回來按「再試」。", app(at)),
        Some(Whose::Platform) | None => "臨時調高單筆額度，驗證本人後當日有效（約 2 分鐘）。".to_owned(),
    };
    said("超出單筆額度", over(f, "", "單筆"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::SplitPayment, "商家同意的話，可以分幾筆付款。")
        .act(Operation::RaiseLimit, raise)
}

pub(super) fn limit_daily(f: &Facts<'_>) -> Said {
    said("今日額度已用完", over(f, "今天", "每日"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "每日額度通常於次日 0 點恢復，之後即可繼續付這筆。"))
}

pub(super) fn limit_monthly(f: &Facts<'_>) -> Said {
    said("本月額度已用完", over(f, "本月", "每月"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "每月額度通常於下月 1 日 0 點恢復，之後即可繼續付這筆。"))
}

pub(super) fn limit_platform(f: &Facts<'_>) -> Said {
    let this = this(f);
    let (used, limit) = (f.money("used"), f.money("limit"));
    let happened = match (f.text("authentication"), used, limit) {
        (Some("one_factor"), Some(used), Some(limit)) => {
            format!("依監管規定，不輸入付款密碼每天最多以餘額付款 {limit}；已付 {used}，{this}會超出。")
        }
        (Some(_), Some(used), Some(limit)) => {
            format!("依監管規定，以付款密碼每天最多以餘額付款 {limit}；已付 {used}，{this}會超出。")
        }
        (None, Some(used), Some(limit)) => {
            format!("依監管規定，您的帳戶等級最多以餘額付款 {limit}；已付 {used}，{this}會超出。")
        }
        (_, None, Some(limit)) => format!("依監管規定，您的帳戶等級最多以餘額付款 {limit}，{this}會超出。"),
        _ => format!("依監管規定，餘額付款按帳戶等級與驗證強度設有上限，{this}會超出。"),
    };
    let said = said("餘額付款已達規定上限", happened).act_if(Operation::ChooseInstrument, choose(f));
    let said = match f.text("authentication") {
        Some("one_factor") => said.act(Operation::AuthenticateStronger, "或設好付款密碼，付這筆時輸入。"),
        Some(_) => said,
        None => said
            .act(Operation::RaiseTier, "補充身分資料、升級帳戶，上限隨之提高（約 5 分鐘）。")
            .act(Operation::AuthenticateStronger, "或以更強的驗證（付款密碼）付這筆。"),
    };
    match f.retry_at() {
        Some(_) => said.by_itself(restored(f, "")),
        None => said,
    }
}

/// 帶著金額的「這筆」，後面直接接動詞。
fn this(f: &Facts<'_>) -> String {
    f.amount().map_or_else(|| "這筆".to_owned(), |amount| format!("這筆 {amount} "))
}
