//! The causes of points, funds and limits, in simplified Chinese.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, channel, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn points_insufficient(f: &Facts<'_>) -> Said {
    let happened = match (f.count("points"), f.count("requested")) {
        (Some(points), Some(requested)) => {
            format!("您有 {points} 点，这笔要 {requested} 点，差 {} 点。", requested - points)
        }
        _ => "您的点数少于这笔要用的点数。".to_owned(),
    };
    said("点数不够", happened)
        .money("没有扣款，点数也没有动。")
        .act(Operation::TopUpPoints, "在官方入口充值点数（约 1 分钟）。")
        .act(Operation::CombineInstruments, "或者点数付一部分，其余用别的方式付。")
}

pub(super) fn points_unofficial_channel(f: &Facts<'_>) -> Said {
    let happened = match f.count("points") {
        Some(points) => format!("有 {points} 点来自非官方卖家，先封存了，不能用来付款。"),
        None => "有一批点数来自非官方卖家，先封存了，不能用来付款。".to_owned(),
    };
    said("一部分点数暂时封存", happened)
        .money("没有扣款；其余的点数照常能用。")
        .act(Operation::TopUpPoints, "在官方入口充值的点数，马上能用。")
        .act(Operation::Appeal, "觉得不对？点“申诉”，附上购买凭证，2 小时内有专人处理。")
}

pub(super) fn points_remainder_method(f: &Facts<'_>) -> Said {
    let happened = match f.money("remainder") {
        Some(rest) => format!("点数付得了一部分，其余 {rest} 的付款方式没有通过。"),
        None => "点数付得了一部分，其余部分的付款方式没有通过。".to_owned(),
    };
    said("点数之外的部分没付成", happened)
        .money("没有扣款，点数已全部退回。")
        .act(Operation::ChooseInstrument, choose(f).unwrap_or_else(|| "其余部分换一种方式付。".to_owned()))
        .act(Operation::Resume, "换好后点“继续付款”，点数会再次用上。")
}

pub(super) fn funds_insufficient_balance(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        return insufficient_there(f, at);
    }
    let happened = match (f.money("balance"), f.amount(), f.money("short")) {
        (Some(balance), Some(amount), Some(short)) => format!("余额有 {balance}，这笔 {amount}，差 {short}。"),
        (Some(balance), Some(amount), None) => format!("余额有 {balance}，不够付这笔 {amount}。"),
        _ => "余额少于这笔的金额。".to_owned(),
    };
    let top_up = match f.money("short") {
        Some(short) => format!("充值至少 {short}，到账后继续付这笔（约 1 分钟）。"),
        None => "充值余额，到账后继续付这笔（约 1 分钟）。".to_owned(),
    };
    let title = if matches!(f.whose(), Some(Whose::Platform)) { "余额不足" } else { "账户余额不足" };
    said(title, happened).act_if(Operation::ChooseInstrument, choose(f)).act(Operation::TopUp, top_up)
}

fn insufficient_there(f: &Facts<'_>, at: Channel) -> Said {
    let (name, app) = (channel(at), app(at));
    let amount = f.amount().map_or_else(String::new, |amount| format!(" {amount}"));
    said(format!("{name}余额不足"), format!("{name}说您在那里的余额不够付这笔{amount}；余额是多少，它没有告诉我们。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::TopUp, format!("想用{name}付：先到{app} 给余额充值，或在那里换一张卡。"))
        .act(Operation::Recheck, format!("充好后点“再试”：我们看不到您在{name}的余额，再付一次才知道够不够。"))
}

pub(super) fn funds_card_insufficient(f: &Facts<'_>) -> Said {
    let amount = f.amount().map_or_else(String::new, |amount| format!(" {amount}"));
    let who = match (f.channel(), f.bank()) {
        (Some(at @ (Channel::Alipay | Channel::WechatPay | Channel::DouyinPay)), _) => {
            format!("{}说，您在那里用的银行卡", channel(at))
        }
        (_, Some(bank)) => format!("{bank}说，这张卡"),
        (_, None) => "银行说，这张卡".to_owned(),
    };
    let said = said("银行卡里的钱不够", format!("{who}余额或额度不够付这笔{amount}；还差多少没有告诉我们。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::PayIn, "往这张卡存钱或还款，到账后点“再试”：再付一次才知道够不够。");
    match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => said.by_itself(format!("{at} 再自动付一次，并通知您。")),
        _ => said,
    }
}

/// 限额是谁定的、用了多少。对方的限额，我们只知道它说了“超出”。
fn over(f: &Facts<'_>, span: &str, period: &str) -> String {
    let this = this(f);
    let by = f.label().map_or_else(String::new, |label| format!("用{label}"));
    match (f.whose(), f.money("limit"), f.money("used")) {
        (Some(Whose::Channel(_)), _, _) => {
            format!("{}说{this}超出了它的{period}限额；限额是多少，它没有告诉我们。", issuer(f))
        }
        (_, Some(limit), Some(used)) => format!("{span}{by}已付 {used}，{this}会超出{period} {limit} 的限额。"),
        (_, Some(limit), None) => format!("{this}超出{period} {limit} 的限额。"),
        (_, None, _) => format!("{this}超出了{period}限额。"),
    }
}

pub(super) fn limit_per_transaction(f: &Facts<'_>) -> Said {
    let raise = match f.whose() {
        Some(Whose::Channel(Channel::UnionPay)) => "请在银行 App 里调高单笔限额，回来点“再试”。".to_owned(),
        Some(Whose::Channel(at)) => format!("请在{} 里调高单笔限额，回来点“再试”。", app(at)),
        Some(Whose::Platform) | None => "临时调高单笔限额，验证本人后当天有效（约 2 分钟）。".to_owned(),
    };
    said("超出单笔限额", over(f, "", "单笔"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::SplitPayment, "商家同意的话，可以分几笔付。")
        .act(Operation::RaiseLimit, raise)
}

fn raise(f: &Facts<'_>) -> String {
    match f.whose() {
        Some(Whose::Channel(Channel::UnionPay)) => "或者在银行 App 里调高限额，回来点“再试”。".to_owned(),
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
    let happened = match (f.money("used"), f.money("limit")) {
        (Some(used), Some(limit)) => {
            format!("按监管规定，您的账户等级最多用余额付 {limit}；已付 {used}，{this}会超出。")
        }
        (None, Some(limit)) => format!("按监管规定，您的账户等级最多用余额付 {limit}，{this}会超出。"),
        _ => format!("按监管规定，余额付款按账户等级和验证强度设有上限，{this}会超出。"),
    };
    let said = said("余额付款到了规定上限", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseTier, "补充身份信息、升级账户，上限随之提高（约 5 分钟）。")
        .act(Operation::AuthenticateStronger, "或者用更强的验证（人脸加支付密码）付这笔。");
    match f.retry_at() {
        Some(_) => said.by_itself(restored(f, "")),
        None => said,
    }
}

/// 带着金额的“这笔”，后面直接跟动词。
fn this(f: &Facts<'_>) -> String {
    f.amount().map_or_else(|| "这笔".to_owned(), |amount| format!("这笔 {amount} "))
}
