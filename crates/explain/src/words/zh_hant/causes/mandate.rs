//! The causes of mandates and risk, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, app, channel, choose, party, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn agreement_expired(f: &Facts<'_>) -> Said {
    let party = party(f);
    let happened = match f.time("expired_at") {
        Some(at) => format!("您給我們的{party}扣款授權已於 {at} 到期。"),
        None => format!("您給我們的{party}扣款授權已經到期。"),
    };
    said(format!("{party}授權已過期"), happened)
        .act(Operation::SignMandate, format!("按「重新授權」，在{party}確認（約 1 分鐘），完成後繼續付這筆。"))
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn agreement_revoked(f: &Facts<'_>) -> Said {
    let party = party(f);
    let when = f.time("revoked_at").map_or_else(String::new, |at| format!("已於 {at} "));
    let happened = match f.text("by") {
        Some("payer") => format!("您給我們的{party}扣款授權{when}由您解除。"),
        Some("platform") => format!("您給我們的{party}扣款授權{when}由我們解除。"),
        Some(_) | None if when.is_empty() => format!("{party}那邊沒有對我們有效的扣款授權；何時解除，它沒有說。"),
        Some(_) | None => format!("您給我們的{party}扣款授權{when}解除；由誰解除，{party}沒有說。"),
    };
    said(format!("{party}授權已解除"), happened)
        .act(Operation::SignMandate, format!("按「重新授權」，在{party}確認（約 1 分鐘），完成後繼續付這筆。"))
        .act_if(Operation::ChooseInstrument, choose(f))
}

pub(super) fn risk_platform_block(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        let (party, app) = (channel(at), app(at));
        let happened = format!("為保護您的資金，{party}先暫停了這筆付款；下一步由{party}告訴您。");
        return said(format!("{party}需確認是您本人"), happened)
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::ConfirmItIsYou, format!("若要用{party}付款：開啟{app}，依提示確認是您本人。"))
            .act(Operation::Appeal, format!("認為有誤？在{app} 裡聯絡客服申訴。"));
    }
    said("這筆付款需確認是您本人", "為保護您的資金，我們先暫停了。")
        .act(Operation::ConfirmItIsYou, "人臉或簡訊驗證後繼續（約 1 分鐘）。")
        .act(Operation::Appeal, "認為有誤？提出申訴，2 小時內有專人處理。")
}

pub(super) fn bank_risk_block(f: &Facts<'_>) -> Said {
    let bank = f.bank().unwrap_or("發卡銀行");
    said("銀行需確認是您本人", format!("為保護您的資金，{bank}先暫停了這筆付款，須由它放行。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskBank, "請撥卡片背面的電話，告訴銀行這筆是您本人付的。")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}
