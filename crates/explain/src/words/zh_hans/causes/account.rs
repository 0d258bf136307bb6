//! The causes of accounts, identity and app state, in simplified Chinese.

use tantu_domain::channel::Channel;
use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, app, channel, choose, said, since};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn account_frozen(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        return frozen_there(f, at);
    }
    let reason = match f.text("reason") {
        Some("security_check") => "为保护您的钱，账户先冻结了。",
        Some("holder_request") => "应您的要求（例如手机丢失），账户已冻结。",
        Some("terms_of_use") => "有一项使用情况需要向您核实，账户先冻结了。",
        Some(_) | None => "账户处于冻结状态。",
    };
    let said =
        said("账户已冻结，暂不能付款", format!("{}{reason}", since(f))).money("没有扣款；账户里的钱都在，一分不少。");
    match f.time("unfreeze_requested_at") {
        Some(at) => said
            .act(Operation::RequestUnfreeze, format!("您已在 {at} 申请解冻，不用再申请。"))
            .by_itself("我们有专人在处理，结果会通知您；解冻后可以继续付这笔。"),
        None => said
            .act(Operation::RequestUnfreeze, "点“申请解冻”，确认是您本人（约 3 分钟）。")
            .by_itself("提交后 2 小时内有专人处理；解冻后可以继续付这笔，订单不用重下。"),
    }
}

fn frozen_there(f: &Facts<'_>, at: Channel) -> Said {
    let (name, app) = (channel(at), app(at));
    said(format!("您的{name}账户被冻结"), format!("{name}没有放行：您在{name}的账户处于冻结状态，原因只有{name}知道。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskChannelSupport, format!("想用回{name}：在{app} 里找客服，问清原因并解冻。"))
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn account_restricted(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name}没有放行：您在{name}的账户受到限制，原因只有{name}知道。");
        return said(format!("您的{name}账户受限"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::AskChannelSupport, format!("想用回{name}：在{app} 里找客服，问清原因和解除办法。"))
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    let reason = match f.text("reason") {
        Some("security_check") => "为保护您的钱，账户暂时不能付款。",
        Some("holder_request") => "应您的要求，账户暂时不能付款。",
        Some("terms_of_use") => "有一项使用情况需要向您核实，账户暂时不能付款。",
        Some(_) | None => "账户暂时不能付款。",
    };
    let said = said("账户的付款功能受限", format!("{}{reason}", since(f)))
        .money("没有扣款；账户里的钱都在，一分不少。")
        .act(Operation::Appeal, "觉得不对？点“申诉”，写明情况、附上凭证，2 小时内有专人处理。");
    match f.time("until") {
        Some(until) => said.by_itself(format!("{until} 限制自动解除，之后可以继续付这笔。")),
        None => said.by_itself("申诉的结果会通知您；限制解除后可以继续付这笔。"),
    }
}

pub(super) fn account_compromised(_: &Facts<'_>) -> Said {
    said("账户可能被他人使用", "有迹象表明别人可能在用您的账户；为保护您的钱，付款先停下了。")
        .money("这笔没有扣款；在您确认之前，谁也不能用这个账户付款。")
        .act(Operation::SecureAccount, "先改登录密码，并退出其他设备（约 2 分钟）。")
        .act(Operation::VerifyIdentity, "再做一次人脸验证，通过后就能继续付这笔。")
}

pub(super) fn account_info_changed(f: &Facts<'_>) -> Said {
    let what = match f.text("what") {
        Some("name") => "姓名",
        Some("document") => "证件",
        Some("phone") => "手机号",
        Some(_) | None => "个人信息",
    };
    let when = f.time("changed_at").map_or_else(|| "最近".to_owned(), |at| format!("{at} "));
    said(format!("{what}刚改过，需要确认"), format!("{when}账户的{what}有改动，付款前需要确认是您本人改的。"))
        .act(Operation::ConfirmInfo, "核对改动：对就点“确认”，不对就改回来。")
        .act(Operation::VerifyIdentity, "再做一次人脸验证（约 1 分钟），通过后继续付这笔。")
}

pub(super) fn account_phone_unbound(_: &Facts<'_>) -> Said {
    said("还没有绑定手机号", "付款和绑卡的验证码要发到您本人的手机，这个账户还没有绑定手机号。")
        .act(Operation::BindPhone, "绑定手机号，收一条验证码就好（约 1 分钟），然后继续付这笔。")
}

pub(super) fn identity_unverified(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name}没有放行：您在{name}的账户还没有实名认证。");
        return said(format!("{name}账户还没实名"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::VerifyIdentity, format!("想用{name}付：先在{app} 里完成实名认证。"))
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    said("还没有实名认证", "按监管规定，没有实名认证的账户不能付这笔。")
        .act(Operation::VerifyIdentity, "完成实名认证（身份证加人脸，约 3 分钟），然后继续付这笔。")
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn identity_name_mismatch(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel().filter(|at| *at != Channel::UnionPay) {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name}没有放行：授权的{name}账户实名与您在这里的不一致；只能用本人的。");
        return said(format!("{name}账户不是本人的"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::CorrectName, format!("想用{name}付：在{app} 里换成您本人的账户，再授权一次。"))
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    let happened = match (f.text("holder"), f.text("account_holder")) {
        (Some(holder), Some(account)) if holder != account => {
            format!("付款方式登记的姓名是{holder}，账户实名是{account}；只能用本人的。")
        }
        _ => "付款方式登记的姓名与账户实名不一致；只能用本人的。".to_owned(),
    };
    said("登记姓名与账户实名不一致", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::CorrectName, "哪一边的姓名不对，就改哪一边；都对，请换一张本人的卡。")
}

pub(super) fn identity_expired(f: &Facts<'_>) -> Said {
    let happened = match f.time("expired_on") {
        Some(on) => format!("您登记的证件有效期到 {on}，过期后不能付款。"),
        None => "您登记的证件已过有效期，过期后不能付款。".to_owned(),
    };
    said("登记的证件已过期", happened).act(Operation::RenewDocument, "拍摄新证件更新（约 2 分钟），通过后继续付这笔。")
}
