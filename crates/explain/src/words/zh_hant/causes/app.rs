//! The causes of apps, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::operation::Operation;

use super::{RETRY, app, choose, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn app_outdated(f: &Facts<'_>) -> Said {
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => format!("您的 App 是 {version} 版，付款至少需要 {minimum} 版。"),
        (None, Some(minimum)) => format!("付款至少需要 {minimum} 版的 App。"),
        _ => "您的 App 版本低於付款所需的最低版本。".to_owned(),
    };
    said("App 需要更新", happened)
        .act(Operation::UpdateApp, "更新 App（約 2 分鐘），訂單會為您保留。")
        .act(Operation::Recheck, "更新後回到這筆訂單，按「再試」。")
}

pub(super) fn app_cache_corrupt(_: &Facts<'_>) -> Said {
    said("App 暫存的資料有損壞", "App 存在手機裡的一份付款設定與我們的不一致，因此沒有繼續。")
        .act(Operation::ClearCache, "清除 App 快取，帳戶與訂單都不會遺失。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn app_bug(f: &Facts<'_>) -> Said {
    if let Some(other) = f.text("other_app") {
        return said("有個 App 與本 App 衝突", format!("手機裡的「{other}」會讓付款停在這一步。"))
            .act(Operation::CloseConflictingApp, format!("付款時完全關閉「{other}」。"))
            .act_if(Operation::ChooseInstrument, choose(f));
    }
    let happened = match f.text("version") {
        Some(version) => format!("{version} 版有一個已知的故障，會讓付款停在這一步，不是您的問題。"),
        None => "這個版本有一個已知的故障，會讓付款停在這一步，不是您的問題。".to_owned(),
    };
    let said = said("這個版本的 App 有故障", happened).act_if(Operation::ChooseInstrument, choose(f));
    match f.text("fixed_in") {
        Some(fixed) => said.act(Operation::UpdateApp, format!("更新到 {fixed} 版，故障已修正。")),
        None => said
            .act(Operation::UpdateApp, "用手機瀏覽器開啟這筆訂單，也可以付款。")
            .by_itself("修正的版本一推出，App 會提示您更新。"),
    }
}

pub(super) fn app_session_stale(f: &Facts<'_>) -> Said {
    let happened = match f.text("reason") {
        Some("replaced") => "這個帳戶已在另一部裝置登入，這裡的登入隨之失效。",
        Some("signed_out") => "這次登入已經登出，可能是在另一個視窗登出的。",
        Some(_) | None => "這次登入已超過有效時間，為安全起見需要重新登入。",
    };
    said("登入已失效", happened)
        .act(Operation::SignInAgain, "重新登入，會回到同一筆訂單。")
        .act(Operation::TogglePaymentFunction, "登入後仍無法付款，請將付款功能關閉再開啟一次。")
        .act(Operation::Resume, "然後按「繼續付款」，訂單不必重下。")
}

pub(super) fn app_partner_outdated(f: &Facts<'_>) -> Said {
    let named =
        f.channel().map(app).map(str::to_owned).or_else(|| f.text("partner").map(|partner| format!("{partner} App")));
    let Some(partner) = named else {
        return said("另一個 App 需要更新", "這筆要在另一個 App 裡確認，手機裡的版本太舊。")
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::UpdatePartnerApp, "到應用程式商店更新它，再回來按「再試」。");
    };
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => {
            format!("您手機裡的{partner} 是 {version} 版，付這筆至少需要 {minimum} 版。")
        }
        _ => format!("您手機裡的{partner} 版本太舊，無法處理這筆付款。"),
    };
    said(format!("{partner} 需要更新"), happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::UpdatePartnerApp, format!("到應用程式商店更新{partner}，再回來按「再試」。"))
}
