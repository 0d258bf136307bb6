//! Payments that the payer confirms at a channel, in simplified Chinese.

use crate::words::confirm_words::ConfirmWords;

pub(crate) const CONFIRM: ConfirmWords = ConfirmWords {
    instrument_alipay: "支付宝（每次确认）",
    instrument_wechatpay: "微信支付（每次确认）",
    instrument_douyin: "抖音支付（每次确认）",
    instrument_unionpay: "银联（每次确认）",
    each_time: "每次付款都到{channel}确认",
    page_title: "请到{channel}确认",
    page_body: "{channel}等您确认 {amount}，{time} 前有效。",
    page_button: "打开{channel}",
    app_title: "请在{app}里确认",
    app_body: "{app}正在问您是否付 {amount}，请打开它，在 {time} 前确认。",
    money: "您确认之前不会扣款。",
    other_ways: "想换别的方式付，等这次请求 {time} 结束后再选。",
};
