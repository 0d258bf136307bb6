//! The causes of the platform and third parties, in simplified Chinese.

use tantu_domain::operation::Operation;

use super::{choose, party, said, since};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn platform_overloaded(f: &Facts<'_>) -> Said {
    let again = match f.count("retry_after") {
        Some(seconds) => format!("约 {seconds} 秒后这一页自动再付一次，只会扣一次钱。"),
        None => "轮到您时这一页自动再付一次，只会扣一次钱。".to_owned(),
    };
    said("现在付款的人太多", "同时付款的人超出了我们的处理能力，您这笔还没有开始，不是您的问题。")
        .act(Operation::RetrySameKey, "留在这一页，不用操作。")
        .by_itself(again)
}

pub(super) fn platform_outage(f: &Facts<'_>) -> Said {
    let back = match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("预计 {at} 恢复，恢复后自动付这笔，并通知您。"),
        (Some(at), false) => format!("预计 {at} 恢复，之后点“继续付款”，订单不用重下。"),
        (None, true) => "恢复后自动付这笔，并通知您。".to_owned(),
        (None, false) => "恢复时间还不确定，一有进展就写在这一页；订单为您留着，不用重下。".to_owned(),
    };
    said("我们的系统出了故障", format!("{}我们的付款系统有故障，不是您的问题。", since(f)))
        .money("没有扣款，您的余额和订单都不受影响。")
        .act(Operation::Wait, "不用操作，也不用换付款方式。")
        .by_itself(back)
}

pub(super) fn channel_interface_fault(f: &Facts<'_>) -> Said {
    let party = party(f);
    if f.undecided() {
        let happened = format!("{party}的系统有故障：付款请求已发出，但还没收到结果。");
        return said(format!("正在向{party}确认"), happened);
    }
    let back = match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("预计 {at} 恢复，恢复后自动付这笔，并通知您。"),
        (Some(at), false) => format!("预计 {at} 恢复，之后可以继续付这笔。"),
        (None, true) => format!("{party}恢复后自动付这笔，并通知您。"),
        (None, false) => format!("{party}没有说何时恢复；我们一直在测，恢复后可以继续付这笔。"),
    };
    said(format!("{party}暂时用不了"), format!("{}{party}的系统有故障，不是您的问题。", since(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::Wait, format!("想用{party}付：不用操作，等它恢复。"))
        .by_itself(back)
}

pub(super) fn channel_unavailable(f: &Facts<'_>) -> Said {
    let happened = match (f.text("rule"), f.channel(), f.label()) {
        (Some("not_configured"), Some(channel), _) => {
            format!("这里目前没有开通{}，付款请求没有发出去。", super::channel(channel))
        }
        (_, _, Some(label)) => format!("这笔不接受用{label}付。"),
        (_, _, None) => "这笔订单或账单不接受您选的付款方式。".to_owned(),
    };
    let choose = choose(f).unwrap_or_else(|| "到“付款方式”添加一种这笔接受的，例如储蓄卡。".to_owned());
    said("这笔不能用这种方式付", happened).act(Operation::ChooseInstrument, choose)
}

pub(super) fn channel_not_confirmed(f: &Facts<'_>) -> Said {
    let party = party(f);
    if f.text("code").is_some() {
        return said("付款码已经失效", format!("{party}没有接受您出示的付款码：一个码只能用一次，约一分钟内有效。"))
            .act(Operation::Resume, "刷新 App 里的付款码，再扫一次。")
            .act_if(Operation::ChooseInstrument, choose(f));
    }
    let happened = match f.time("expired_at") {
        Some(at) => format!("{party}等您确认，到 {at} 还没有等到，这次请求已经关闭。"),
        None => format!("{party}没有等到您的确认，这次请求已经关闭。"),
    };
    said(format!("还没有在{party}确认"), happened)
        .act(Operation::Resume, format!("点“继续付款”，再到{party}确认。"))
        .act_if(Operation::ChooseInstrument, choose(f))
}
