//! The doctor, in simplified Chinese.

use crate::words::doctor_words::DoctorWords;

pub(crate) const DOCTOR: DoctorWords = DoctorWords {
    begins: "正在检查这台设备到 {server} 的路（最多半分钟）。",
    nothing_sent: "除非您要求，这台设备的任何情况都不会发出去。",
    names: "查找服务器地址",
    proxy: "这台设备设置的代理",
    connections: "连接服务器",
    tls: "加密和证书",
    server: "服务器的回应",
    clock: "这台设备的时钟",
    loss: "丢包和延迟",
    large_packets: "大数据包",
    portal: "中间的登录页面",
    addresses: "支付合作方的地址",
    device: "设备本身",
    all_well: "一切正常：这台设备和网络都不妨碍付款。",
    unexplained: "有地方不对，看上面标出的几行。",
    found: "妨碍付款的原因，最可能的在前：",
    send_hint: "要把测到的情况发给服务器，请运行：{command}",
    sent: "测到的情况已发给 {server}。",
    not_sent: "没能发出去：",
};
