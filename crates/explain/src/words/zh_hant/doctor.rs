//! The doctor, in traditional Chinese.

use crate::words::doctor_words::DoctorWords;

pub(crate) const DOCTOR: DoctorWords = DoctorWords {
    begins: "正在檢查這台裝置到 {server} 的路（最多半分鐘）。",
    nothing_sent: "除非您要求，這台裝置的任何情況都不會送出。",
    names: "查找伺服器位址",
    proxy: "這台裝置設定的代理",
    connections: "連接伺服器",
    tls: "加密與憑證",
    server: "伺服器的回應",
    clock: "這台裝置的時鐘",
    loss: "封包遺失與延遲",
    large_packets: "大封包",
    portal: "中間的登入頁面",
    addresses: "支付合作方的位址",
    device: "裝置本身",
    all_well: "一切正常：這台裝置與網路都不妨礙付款。",
    unexplained: "有地方不對，請看上面標出的幾行。",
    found: "妨礙付款的原因，最可能的在前：",
    send_hint: "要把測到的情況送給伺服器，請執行：{command}",
    sent: "測到的情況已送給 {server}。",
    not_sent: "沒能送出：",
};
