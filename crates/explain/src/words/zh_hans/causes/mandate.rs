//! The causes of mandates and risk, in simplified Chinese.

use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, app, channel, choose, party, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn agreement_expired(f: &Facts<'_>) -> Said {
    let party = party(f);
    let happened = match f.time("expired_at") {
        Some(at) => format!("您给我们的{party}扣款授权在 {at} 到期。"),
        None => format!("您给我们的{party}扣款授权已经到期。"),
    };
    said(format!("{party}授权已过期"), happened)
        .act(Operation::SignMandate, format!("点“重新签约”，在{party}确认（约 1 分钟），签好接着付这笔。"))
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn agreement_revoked(f: &Facts<'_>) -> Said {
    let party = party(f);
    let when = f.time("revoked_at").map_or_else(String::new, |at| format!("在 {at} "));
    let happened = match f.text("by") {
        Some("payer") => format!("您给我们的{party}扣款授权{when}由您解除了。"),
        Some("platform") => format!("您给我们的{party}扣款授权{when}由我们解除了。"),
        Some(_) | None if when.is_empty() => format!("{party}那边没有对我们有效的扣款授权；何时解除的，它没有说。"),
        Some(_) | None => format!("您给我们的{party}扣款授权{when}被解除；由谁解除，{party}没有说。"),
    };
    said(format!("{party}授权已解除"), happened)
        .act(Operation::SignMandate, format!("点“重新签约”，在{party}确认（约 1 分钟），签好接着付这笔。"))
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn risk_platform_block(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (party, app) = (channel(at), app(at));
        let happened = format!("为保护您的钱，{party}先停下了这笔付款；下一步由{party}告诉您。");
        return said(format!("{party}要确认是您本人"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::ConfirmItIsYou, format!("想用{party}付：打开{app}，按它的提示确认是您本人。"))
            .act(Operation::Appeal, format!("觉得不对？在{app} 里找客服申诉。"));
    }
    said("这笔付款需要确认是您本人", "为保护您的钱，我们先停下了。")
        .act(Operation::ConfirmItIsYou, "人脸或短信验证后继续（约 1 分钟）。")
        .act(Operation::Appeal, "觉得不对？申诉，2 小时内有人处理。")
}

pub(super) fn bank_risk_block(f: &Facts<'_>) -> Said {
    let bank = f.bank().unwrap_or("发卡银行");
    said("银行要确认是您本人", format!("为保护您的钱，{bank}先停下了这笔付款，由它来放行。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskBank, "请打卡背面的电话，告诉银行这笔是您本人付的。")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}
