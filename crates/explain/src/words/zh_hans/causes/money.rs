//! The causes of points and funds, in simplified Chinese.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, channel, choose, said};
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
