//! The causes of devices and networks, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::operation::Operation;

use super::{RETRY, channel, party, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn network_unstable(f: &Facts<'_>) -> Said {
    if f.undecided() {
        return said(format!("正在向{}確認", party(f)), "付款請求已送出，尚未收到結果。");
    }
    let happened = match (f.count("loss_percent"), f.time("last_contact")) {
        (Some(loss), _) => format!("剛才每 100 個封包約有 {loss} 個沒有送達，付款未能完成。"),
        (None, Some(at)) => format!("連線時斷時續，最後一次連上是 {at}，付款未能完成。"),
        (None, None) => "連線時斷時續，付款未能完成。".to_owned(),
    };
    said("連線不穩定", happened)
        .act(Operation::SwitchNetwork, "換一種連線：Wi-Fi 改為手機上網，或反過來。")
        .act(Operation::Recheck, "換好後按「再試」：連線正常即繼續付這筆，不會重複扣款。")
}

pub(super) fn network_dns(f: &Facts<'_>) -> Said {
    let happened = match f.text("resolver") {
        Some(resolver) => format!("手機使用的 DNS（{resolver}）沒有給出正確的位址，連不上付款伺服器。"),
        None => "手機使用的 DNS 沒有給出正確的位址，連不上付款伺服器。".to_owned(),
    };
    said("找不到付款伺服器", happened)
        .act(Operation::ChangeResolver, "把 DNS 改回「自動」；仍不行請填 8.8.8.8，或換一種連線。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn network_proxy_interference(f: &Facts<'_>) -> Said {
    let happened = match f.text("proxy") {
        Some(proxy) => format!("代理伺服器或 VPN（{proxy}）更動了加密連線；為保護您的資金，付款先暫停了。"),
        None => "代理伺服器或 VPN 更動了加密連線；為保護您的資金，付款先暫停了。".to_owned(),
    };
    said("代理或 VPN 擋住了付款", happened)
        .act(Operation::TurnOffProxy, "付款前關閉代理伺服器或 VPN，付完可再開啟。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_transient_fault(f: &Facts<'_>) -> Said {
    let happened = match f.time("since") {
        Some(at) => format!("App 自 {at} 起停在同一步，重新啟動即可恢復。"),
        None => "App 停在同一步沒有反應，重新啟動即可恢復。".to_owned(),
    };
    said("App 卡住了，請重新啟動", happened)
        .act(Operation::RestartApp, "完全關閉 App 再開啟；仍不行請將手機重新開機。")
        .act(Operation::Recheck, "開啟後回到這筆訂單，按「再試」。")
}

pub(super) fn device_clock_skew(f: &Facts<'_>) -> Said {
    let fast = f.count("skew_seconds").is_some_and(|skew| skew > 0);
    let way = if fast { "快" } else { "慢" };
    let happened = match (f.span("skew_seconds"), f.span("allowed_seconds")) {
        (Some(skew), Some(allowed)) => format!("手機時間{way}了 {skew}；安全付款最多容許相差 {allowed}。"),
        (Some(skew), None) => format!("手機時間{way}了 {skew}，相差太多，無法安全付款。"),
        (None, _) => "手機時間與標準時間相差太多，無法安全付款。".to_owned(),
    };
    said("手機時間不準", happened)
        .act(Operation::SetClockAutomatic, "把手機的日期與時間設為「自動」。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_permission_denied(f: &Facts<'_>) -> Said {
    let permission = match f.text("permission") {
        Some("network") => "「上網」",
        Some("sms") => "「簡訊」",
        Some("notification") => "「通知」",
        Some("camera") => "「相機」",
        Some(_) | None => {
            return said("App 缺少一項權限", "這一步需要一項權限，手機目前沒有開啟。")
                .act(Operation::GrantPermission, "到手機設定裡，開啟 App 剛才要求的那一項，其他不必開。")
                .act(Operation::Recheck, RETRY);
        }
    };
    said(format!("App 缺少{permission}權限"), format!("這一步需要{permission}權限，手機目前沒有開啟。"))
        .act(Operation::GrantPermission, format!("到手機設定裡為 App 開啟{permission}權限。"))
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_background_interference(f: &Facts<'_>) -> Said {
    let to = f.channel().map_or("付款伺服器", channel);
    said("有其他 App 擋住了付款", format!("手機裡的廣告攔截或安全類 App 攔下了傳往{to}的請求。"))
        .act(Operation::StopBlocker, "付款時關閉它，或在它的設定裡放行本 App。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_os_outdated(f: &Facts<'_>) -> Said {
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => format!("手機系統為 {version}，安全付款至少需要 {minimum}。"),
        _ => "這個版本的手機系統無法建立付款所需的安全連線。".to_owned(),
    };
    said("手機系統版本太舊", happened)
        .act(Operation::UpdateOs, "更新手機系統；若無法更新，可換一支手機登入，訂單仍在。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_low_power(f: &Facts<'_>) -> Said {
    let happened = match (f.count("percent"), f.count("floor")) {
        (Some(percent), Some(floor)) => format!("電量剩 {percent}%，低於 {floor}%；為免中途斷電，綁卡先暫停了。"),
        _ => "手機電量太低；為免中途斷電，綁卡先暫停了。".to_owned(),
    };
    said("手機電量太低", happened)
        .money("尚未扣款，綁卡本身也不收費。")
        .act(Operation::ChargeDevice, "接上充電器，邊充電即可繼續。")
        .act(Operation::Recheck, "接好後按「再試」，從停下的那一步繼續。")
}
