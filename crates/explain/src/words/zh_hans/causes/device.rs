//! The causes of devices and networks, in simplified Chinese.

use tantu_domain::operation::Operation;

use super::{RETRY, channel, party, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn network_unstable(f: &Facts<'_>) -> Said {
    if f.undecided() {
        return said(format!("正在向{}确认", party(f)), "付款请求已发出，但还没收到结果。");
    }
    let happened = match (f.count("loss_percent"), f.time("last_contact")) {
        (Some(loss), _) => format!("刚才每 100 个数据包约有 {loss} 个没有送到，付款没能完成。"),
        (None, Some(at)) => format!("网络断断续续，最后一次连上是 {at}，付款没能完成。"),
        (None, None) => "网络断断续续，付款没能完成。".to_owned(),
    };
    said("网络连接不稳定", happened)
        .act(Operation::SwitchNetwork, "换一个网络：Wi-Fi 换成手机流量，或反过来。")
        .act(Operation::Recheck, "换好后点“再试”：网络通了就接着付这笔，不会重复扣款。")
}

pub(super) fn network_dns(f: &Facts<'_>) -> Said {
    let happened = match f.text("resolver") {
        Some(resolver) => format!("手机用的 DNS（{resolver}）没有给出正确的地址，连不上付款服务器。"),
        None => "手机用的 DNS 没有给出正确的地址，连不上付款服务器。".to_owned(),
    };
    said("找不到付款服务器", happened)
        .act(Operation::ChangeResolver, "把 DNS 改回“自动”；仍不行就填 223.5.5.5，或换一个网络。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn network_proxy_interference(f: &Facts<'_>) -> Said {
    let happened = match f.text("proxy") {
        Some(proxy) => format!("代理或 VPN（{proxy}）改动了加密连接；为保护您的钱，付款先停下了。"),
        None => "代理或 VPN 改动了加密连接；为保护您的钱，付款先停下了。".to_owned(),
    };
    said("代理或 VPN 挡住了付款", happened)
        .act(Operation::TurnOffProxy, "付款前关掉代理或 VPN，付完可以再打开。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_transient_fault(f: &Facts<'_>) -> Said {
    let happened = match f.time("since") {
        Some(at) => format!("App 从 {at} 起停在一步没有动，重启就能恢复。"),
        None => "App 停在一步没有动，重启就能恢复。".to_owned(),
    };
    said("App 卡住了，需要重启", happened)
        .act(Operation::RestartApp, "从后台关掉 App 再打开；仍不行就重启手机。")
        .act(Operation::Recheck, "打开后回到这笔订单，点“再试”。")
}

pub(super) fn device_clock_skew(f: &Facts<'_>) -> Said {
    let fast = f.count("skew_seconds").is_some_and(|skew| skew > 0);
    let way = if fast { "快" } else { "慢" };
    let happened = match (f.span("skew_seconds"), f.span("allowed_seconds")) {
        (Some(skew), Some(allowed)) => format!("手机时间{way}了 {skew}；安全付款最多允许相差 {allowed}。"),
        (Some(skew), None) => format!("手机时间{way}了 {skew}，相差太多，无法安全付款。"),
        (None, _) => "手机时间与标准时间相差太多，无法安全付款。".to_owned(),
    };
    said("手机时间不准", happened)
        .act(Operation::SetClockAutomatic, "把手机的日期和时间设为“自动”。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_permission_denied(f: &Facts<'_>) -> Said {
    let permission = match f.text("permission") {
        Some("network") => "“网络”",
        Some("sms") => "“短信”",
        Some("notification") => "“通知”",
        Some("camera") => "“相机”",
        Some(_) | None => {
            return said("App 缺少一项权限", "这一步要用到一项权限，手机里现在是关闭的。")
                .act(Operation::GrantPermission, "到手机设置里，打开 App 刚才要的那一项，别的不用开。")
                .act(Operation::Recheck, RETRY);
        }
    };
    said(format!("App 缺少{permission}权限"), format!("这一步要用到{permission}权限，手机里现在是关闭的。"))
        .act(Operation::GrantPermission, format!("到手机设置里为 App 打开{permission}权限。"))
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_background_interference(f: &Facts<'_>) -> Said {
    let to = f.channel().map_or("付款服务器", channel);
    said("有别的 App 挡住了付款", format!("手机里的广告拦截或安全类 App 拦下了发往{to}的请求。"))
        .act(Operation::StopBlocker, "付款时关掉它，或在它的设置里放行本 App。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_os_outdated(f: &Facts<'_>) -> Said {
    let happened = match (f.text("version"), f.text("minimum")) {
        (Some(version), Some(minimum)) => format!("手机系统是 {version}，安全付款至少需要 {minimum}。"),
        _ => "这个版本的手机系统建立不了付款所需的安全连接。".to_owned(),
    };
    said("手机系统版本太旧", happened)
        .act(Operation::UpdateOs, "更新手机系统；升不上去的话，换一台手机登录，订单还在。")
        .act(Operation::Recheck, RETRY)
}

pub(super) fn device_low_power(f: &Facts<'_>) -> Said {
    let happened = match (f.count("percent"), f.count("floor")) {
        (Some(percent), Some(floor)) => format!("电量还有 {percent}%，低于 {floor}%；为免中途断电，绑卡先停下了。"),
        _ => "手机电量太低；为免中途断电，绑卡先停下了。".to_owned(),
    };
    said("手机电量太低", happened)
        .money("没有扣款，绑卡本身也不收钱。")
        .act(Operation::ChargeDevice, "接上充电器，充着电就能继续。")
        .act(Operation::Recheck, "接好后点“再试”，从停下的那一步继续。")
}
