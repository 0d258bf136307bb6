//! Limits, whoever has set them, in simplified Chinese.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

/// 限额是谁定的、用了多少。对方的限额，我们只知道它说了“超出”，或它公布的数字。
fn over(f: &Facts<'_>, span: &str, period: &str) -> String {
    let this = this(f);
    let by = f.label().map_or_else(String::new, |label| format!("用{label}"));
    match (f.whose(), f.money("limit"), f.money("used")) {
        (Some(Whose::Channel(_) | Whose::Bank(_)), None, _) => {
            format!("{}说{this}超出了它的{period}限额；限额是多少，它没有告诉我们。", issuer(f))
        }
        (Some(Whose::Channel(_) | Whose::Bank(_)), Some(limit), Some(used)) => {
            format!("{}公布的{period}限额是 {limit}；按我们的记录，{span}{by}已付 {used}，{this}会超出。", issuer(f))
        }
        (Some(Whose::Channel(_) | Whose::Bank(_)), Some(limit), None) => {
            format!("{}公布的{period}限额是 {limit}，{this}会超出。", issuer(f))
        }
        (Some(Whose::Payer), Some(limit), Some(used)) => {
            format!("{span}{by}已付 {used}，{this}会超出您自己设的{period} {limit} 限额。")
        }
        (Some(Whose::Payer), Some(limit), None) => format!("{this}超出您自己设的{period} {limit} 限额。"),
        (_, Some(limit), Some(used)) => format!("{span}{by}已付 {used}，{this}会超出{period} {limit} 的限额。"),
        (_, Some(limit), None) => format!("{this}超出{period} {limit} 的限额。"),
        (_, None, _) => format!("{this}超出了{period}限额。"),
    }
}

/// 自己设的自己调；我们的由工作人员定，对方的由对方定。
fn raise(f: &Facts<'_>) -> String {
    match f.whose() {
        Some(Whose::Payer) => "或者用支付密码调高自己设的限额，马上生效（约 1 分钟）。".to_owned(),
        Some(Whose::Channel(Channel::UnionPay) | Whose::Bank(_)) => {
            "或者在银行 App 里调高限额，回来点“再试”。".to_owned()
        }
        Some(Whose::Channel(at)) => format!("或者在{} 里调高限额，回来点“再试”。", app(at)),
        Some(Whose::Platform) | None => "或者临时调高限额，验证本人后马上能付（约 2 分钟）。".to_owned(),
    }
}

fn restored(f: &Facts<'_>, unknown: &str) -> String {
    match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("{at} 后自动付，届时通知您。"),
        (Some(at), false) => format!("{at} 限额恢复，之后可以继续付这笔。"),
        (None, _) => unknown.to_owned(),
    }
}

pub(super) fn limit_per_transaction(f: &Facts<'_>) -> Said {
    let raise = match f.whose() {
        Some(Whose::Payer) => "用支付密码调高自己设的单笔限额（约 1 分钟）。".to_owned(),
        Some(Whose::Channel(Channel::UnionPay) | Whose::Bank(_)) => {
            "请在银行 App 里调高单笔限额，回来点“再试”。".to_owned()
        }
        Some(Whose::Channel(at)) => format!("请在{} 里调高单笔限额，回来点“再试”。", app(at)),
        Some(Whose::Platform) | None => "临时调高单笔限额，验证本人后当天有效（约 2 分钟）。".to_owned(),
    };
    said("超出单笔限额", over(f, "", "单笔"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::SplitPayment, "商家同意的话，可以分几笔付。")
        .act(Operation::RaiseLimit, raise)
}

pub(super) fn limit_daily(f: &Facts<'_>) -> Said {
    said("今日限额已用完", over(f, "今天", "每日"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "每日限额通常在次日 0 点恢复，之后可以继续付这笔。"))
}

pub(super) fn limit_monthly(f: &Facts<'_>) -> Said {
    said("本月限额已用完", over(f, "本月", "每月"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "每月限额通常在下月 1 日 0 点恢复，之后可以继续付这笔。"))
}

pub(super) fn limit_platform(f: &Facts<'_>) -> Said {
    let this = this(f);
    let (used, limit) = (f.money("used"), f.money("limit"));
    let happened = match (f.text("authentication"), used, limit) {
        (Some("one_factor"), Some(used), Some(limit)) => {
            format!("按监管规定，不输支付密码每天最多用余额付 {limit}；已付 {used}，{this}会超出。")
        }
        (Some(_), Some(used), Some(limit)) => {
            format!("按监管规定，用支付密码每天最多用余额付 {limit}；已付 {used}，{this}会超出。")
        }
        (None, Some(used), Some(limit)) => {
            format!("按监管规定，您的账户等级最多用余额付 {limit}；已付 {used}，{this}会超出。")
        }
        (_, None, Some(limit)) => format!("按监管规定，您的账户等级最多用余额付 {limit}，{this}会超出。"),
        _ => format!("按监管规定，余额付款按账户等级和验证强度设有上限，{this}会超出。"),
    };
    let said = said("余额付款到了规定上限", happened).act_if(Operation::ChooseInstrument, choose(f));
    let said = match f.text("authentication") {
        Some("one_factor") => said.act(Operation::AuthenticateStronger, "或者设好支付密码，付这笔时输入。"),
        Some(_) => said,
        None => said
            .act(Operation::RaiseTier, "补充身份信息、升级账户，上限随之提高（约 5 分钟）。")
            .act(Operation::AuthenticateStronger, "或者用更强的验证（支付密码）付这笔。"),
    };
    match f.retry_at() {
        Some(_) => said.by_itself(restored(f, "")),
        None => said,
    }
}

/// 带着金额的“这笔”，后面直接跟动词。
fn this(f: &Facts<'_>) -> String {
    f.amount().map_or_else(|| "这笔".to_owned(), |amount| format!("这笔 {amount} "))
}
