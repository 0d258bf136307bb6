//! The causes of apps, in simplified Chinese.

use tantu_domain::operation::Operation;

use super::{RETRY, app, choose, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn app_outdated(f: &Facts<'_>) -> Said {
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => format!("您的 App 是 {version} 版，付款至少需要 {minimum} 版。"),
        (None, Some(minimum)) => format!("付款至少需要 {minimum} 版的 App。"),
        _ => "您的 App 版本低于付款所需的最低版本。".to_owned(),
    };
    said("App 需要更新", happened)
        .act(Operation::UpdateApp, "更新 App（约 2 分钟），订单会留着。")
        .act(Operation::Recheck, "更新后回到这笔订单，点“再试”。")
}

pub(super) fn app_cache_corrupt(_: &Facts<'_>) -> Said {
    said("App 缓存的数据有损坏", "App 存在手机里的一份付款配置与我们的不一致，所以没有继续。")
        .act(Operation::ClearCache, "清理 App 缓存，账户和订单都不会丢。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn app_bug(f: &Facts<'_>) -> Said {
    if let Some(other) = f.text("other_app") {
        return said("有个 App 与本 App 冲突", format!("手机里的“{other}”会让付款停在这一步。"))
            .act(Operation::CloseConflictingApp, format!("付款时从后台关掉“{other}”。"))
            .act_if(Operation::ChooseInstrument, choose(f));
    }
    let happened = match f.text("version") {
        Some(version) => format!("{version} 版有一个已知的故障，会让付款停在这一步，不是您的问题。"),
        None => "这个版本有一个已知的故障，会让付款停在这一步，不是您的问题。".to_owned(),
    };
    let said = said("这个版本的 App 有故障", happened).act_if(Operation::ChooseInstrument, choose(f));
    match f.text("fixed_in") {
        Some(fixed) => said.act(Operation::UpdateApp, format!("更新到 {fixed} 版，故障已修好。")),
        None => said
            .act(Operation::UpdateApp, "用手机浏览器打开这笔订单，也能付。")
            .by_itself("修好的版本一出，App 会提示您更新。"),
    }
}

pub(super) fn app_session_stale(f: &Facts<'_>) -> Said {
    let happened = match f.text("reason") {
        Some("replaced") => "这个账户在另一台设备上登录了，这里的登录随之失效。",
        Some("signed_out") => "这次登录已经退出了，可能是在另一个窗口里退出的。",
        Some(_) | None => "这次登录已经超过有效时间，为安全起见要重新登录。",
    };
    said("登录已失效", happened)
        .act(Operation::SignInAgain, "重新登录，会回到同一笔订单。")
        .act(Operation::TogglePaymentFunction, "登录后仍不能付，就把支付功能关掉再打开一次。")
        .act(Operation::Resume, "然后点“继续付款”，订单不用重下。")
}

pub(super) fn app_partner_outdated(f: &Facts<'_>) -> Said {
    let named =
        f.channel().map(app).map(str::to_owned).or_else(|| f.text("partner").map(|partner| format!("{partner} App")));
    let Some(partner) = named else {
        return said("另一个 App 需要更新", "这笔要在另一个 App 里确认，手机里的那个版本太旧了。")
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::UpdatePartnerApp, "到应用商店更新它，然后回来点“再试”。");
    };
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => {
            format!("您手机里的{partner} 是 {version} 版，付这笔至少需要 {minimum} 版。")
        }
        _ => format!("您手机里的{partner} 版本太旧，接不了这笔付款。"),
    };
    said(format!("{partner} 需要更新"), happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::UpdatePartnerApp, format!("到应用商店更新{partner}，然后回来点“再试”。"))
}
