//! Payments that the payer confirms at a channel, in English.

use crate::words::confirm_words::ConfirmWords;

pub(crate) const CONFIRM: ConfirmWords = ConfirmWords {
    instrument_alipay: "Alipay (confirm each time)",
    instrument_wechatpay: "WeChat Pay (confirm each time)",
    instrument_douyin: "Douyin Pay (confirm each time)",
    instrument_unionpay: "UnionPay (confirm each time)",
    each_time: "You confirm each payment at {channel}",
    page_title: "Confirm at {channel}",
    page_body: "{channel} waits for you to confirm {amount}, until {time}.",
    page_button: "Open {channel}",
    app_title: "Confirm in the {app}",
    app_body: "The {app} is asking you about {amount}. Open it and confirm before {time}.",
    money: "Nothing is charged until you confirm.",
    other_ways: "To pay another way, let this request end at {time} first; then you can choose again.",
};
