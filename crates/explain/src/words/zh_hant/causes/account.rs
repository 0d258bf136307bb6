//! The causes of accounts, identity and app state, in traditional Chinese, written for Taiwan and Hong Kong alike.

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
        Some("security_check") => "為保護您的資金，帳戶先凍結了。",
        Some("holder_request") => "應您的要求（例如手機遺失），帳戶已凍結。",
        Some("terms_of_use") => "有一項使用情況需要向您核實，帳戶先凍結了。",
        Some(_) | None => "帳戶處於凍結狀態。",
    };
    let said =
        said("帳戶已凍結，暫不能付款", format!("{}{reason}", since(f))).money("尚未扣款；帳戶裡的錢都在，分文不少。");
    match f.time("unfreeze_requested_at") {
        Some(at) => said
            .act(Operation::RequestUnfreeze, format!("您已於 {at} 申請解凍，不必再申請。"))
            .by_itself("專人正在處理，結果會通知您；解凍後即可繼續付這筆。"),
        None => said
            .act(Operation::RequestUnfreeze, "按「申請解凍」，確認是您本人（約 3 分鐘）。")
            .by_itself("送出後 2 小時內有專人處理；解凍後即可繼續付這筆，訂單不必重下。"),
    }
}

fn frozen_there(f: &Facts<'_>, at: Channel) -> Said {
    let (name, app) = (channel(at), app(at));
    said(format!("您的{name}帳戶被凍結"), format!("{name}沒有放行：您在{name}的帳戶處於凍結狀態，原因只有{name}知道。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskChannelSupport, format!("若要用回{name}：在{app} 裡聯絡客服，問明原因並解凍。"))
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn account_restricted(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name}沒有放行：您在{name}的帳戶受到限制，原因只有{name}知道。");
        return said(format!("您的{name}帳戶受限"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::AskChannelSupport, format!("若要用回{name}：在{app} 裡聯絡客服，問明原因與解除辦法。"))
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    let reason = match f.text("reason") {
        Some("security_check") => "為保護您的資金，帳戶暫時不能付款。",
        Some("holder_request") => "應您的要求，帳戶暫時不能付款。",
        Some("terms_of_use") => "有一項使用情況需要向您核實，帳戶暫時不能付款。",
        Some(_) | None => "帳戶暫時不能付款。",
    };
    let said = said("帳戶的付款功能受限", format!("{}{reason}", since(f)))
        .money("尚未扣款；帳戶裡的錢都在，分文不少。")
        .act(Operation::Appeal, "認為有誤？按「申訴」，寫明情況並附上憑證，2 小時內有專人處理。");
    match f.time("until") {
        Some(until) => said.by_itself(format!("{until} 自動解除限制，之後即可繼續付這筆。")),
        None => said.by_itself("申訴結果會通知您；解除限制後即可繼續付這筆。"),
    }
}

pub(super) fn account_compromised(_: &Facts<'_>) -> Said {
    said("帳戶可能遭他人使用", "有跡象顯示別人可能在使用您的帳戶；為保護您的資金，付款先暫停了。")
        .money("這筆尚未扣款；在您確認之前，任何人都不能用這個帳戶付款。")
        .act(Operation::SecureAccount, "先更改登入密碼，並登出其他裝置（約 2 分鐘）。")
        .act(Operation::VerifyIdentity, "再做一次人臉驗證，通過後即可繼續付這筆。")
}

pub(super) fn account_info_changed(f: &Facts<'_>) -> Said {
    let what = match f.text("what") {
        Some("name") => "姓名",
        Some("document") => "證件",
        Some("phone") => "手機號碼",
        Some(_) | None => "個人資料",
    };
    let when = f.time("changed_at").map_or_else(|| "最近".to_owned(), |at| format!("{at} "));
    said(format!("{what}剛更改，需要確認"), format!("{when}帳戶的{what}有更改，付款前需要確認是您本人所改。"))
        .act(Operation::ConfirmInfo, "核對更改：正確請按「確認」，不正確請改回。")
        .act(Operation::VerifyIdentity, "再做一次人臉驗證（約 1 分鐘），通過後繼續付這筆。")
}

pub(super) fn account_phone_unbound(_: &Facts<'_>) -> Said {
    said("尚未綁定手機號碼", "付款與綁卡的驗證碼要傳到您本人的手機，這個帳戶尚未綁定手機號碼。")
        .act(Operation::BindPhone, "綁定手機號碼，收一則驗證碼即可（約 1 分鐘），然後繼續付這筆。")
}

pub(super) fn identity_unverified(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name}沒有放行：您在{name}的帳戶尚未實名認證。");
        return said(format!("{name}帳戶尚未實名"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::VerifyIdentity, format!("若要用{name}付款：先在{app} 裡完成實名認證。"))
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    said("尚未實名認證", "依監管規定，未實名認證的帳戶不能付這筆。")
        .act(Operation::VerifyIdentity, "完成實名認證（身分證件加人臉，約 3 分鐘），然後繼續付這筆。")
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn identity_name_mismatch(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel().filter(|at| *at != Channel::UnionPay) {
        let (name, app) = (channel(at), app(at));
        let happened = format!("{name}沒有放行：授權的{name}帳戶實名與您在這裡的不一致；僅限本人使用。");
        return said(format!("{name}帳戶非本人所有"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::CorrectName, format!("若要用{name}付款：在{app} 裡換成您本人的帳戶，再授權一次。"))
            .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS);
    }
    let happened = match (f.text("holder"), f.text("account_holder")) {
        (Some(holder), Some(account)) if holder != account => {
            format!("付款方式登記的姓名是{holder}，帳戶實名是{account}；只能用本人的。")
        }
        _ => "付款方式登記的姓名與帳戶實名不一致；只能用本人的。".to_owned(),
    };
    said("登記姓名與帳戶實名不一致", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::CorrectName, "哪一邊的姓名不對，就更正哪一邊；都對的話，請換一張本人的卡。")
}

pub(super) fn identity_expired(f: &Facts<'_>) -> Said {
    let happened = match f.time("expired_on") {
        Some(on) => format!("您登記的證件有效期至 {on}，過期後不能付款。"),
        None => "您登記的證件已過有效期，過期後不能付款。".to_owned(),
    };
    said("登記的證件已過期", happened).act(Operation::RenewDocument, "拍攝新證件更新（約 2 分鐘），通過後繼續付這筆。")
}
