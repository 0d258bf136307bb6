//! Payments that the payer confirms at a channel, in traditional Chinese.

use crate::words::confirm_words::ConfirmWords;

pub(crate) const CONFIRM: ConfirmWords = ConfirmWords {
    instrument_alipay: "支付寶（每次確認）",
    instrument_wechatpay: "微信支付（每次確認）",
    instrument_douyin: "抖音支付（每次確認）",
    instrument_unionpay: "銀聯（每次確認）",
    each_time: "每次付款都到{channel}確認",
    page_title: "請到{channel}確認",
    page_body: "{channel}等候您確認 {amount}，{time} 前有效。",
    page_button: "開啟{channel}",
    app_title: "請在{app}中確認",
    app_body: "{app}正在詢問您是否支付 {amount}，請開啟並在 {time} 前確認。",
    money: "您確認之前不會扣款。",
    other_ways: "若要改用其他方式付款，請待這次請求於 {time} 結束後再選擇。",
};
