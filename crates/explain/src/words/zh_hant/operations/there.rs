//! Where to tap at third parties, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::channel::Channel;

pub(super) fn balance(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付寶 App：我的 → 餘額 → 充值",
        Channel::WechatPay => "微信：我 → 支付 → 錢包 → 零錢 → 充值",
        Channel::DouyinPay => "抖音：我 → 抖音錢包 → 餘額 → 充值",
        Channel::UnionPay => "銀行 App → 轉帳",
    }
}

pub(super) fn mandates(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "本頁的按鈕會開啟支付寶；查看與解除在 支付寶 App：我的 → 設定 → 支付管理 → 授權管理",
        Channel::WechatPay => "本頁的按鈕會開啟微信；查看與解除在 微信：我 → 設定 → 一般 → 第三方服務",
        Channel::DouyinPay => "本頁的按鈕會開啟抖音；查看與解除在 抖音：我 → 抖音錢包 → 支付管理 → 授權管理",
        Channel::UnionPay => "本頁的按鈕會開啟銀聯的頁面；查看與解除在 雲閃付 App：我的 → 支付管理 → 授權管理",
    }
}

pub(super) fn identity(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付寶 App：我的 → 設定 → 帳號與安全 → 身分認證",
        Channel::WechatPay => "微信：我 → 支付 → 錢包 → 身分資訊",
        Channel::DouyinPay => "抖音：我 → 抖音錢包 → 實名認證",
        Channel::UnionPay => "雲閃付 App：我的 → 實名認證",
    }
}

pub(super) fn support(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付寶 App：我的 → 我的客服；電話 95188",
        Channel::WechatPay => "微信：我 → 支付 → 錢包 → 說明中心；電話 95017",
        Channel::DouyinPay => "抖音：我 → 設定 → 說明與意見",
        Channel::UnionPay => "雲閃付 App：我的 → 客服；電話 95516",
    }
}

pub(super) fn security(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付寶 App：開啟後依提示；或 我的 → 訊息",
        Channel::WechatPay => "微信：開啟「微信支付」訊息，依提示",
        Channel::DouyinPay => "抖音：我 → 抖音錢包，依提示",
        Channel::UnionPay => "銀行 App：開啟後依提示",
    }
}

pub(super) fn limits(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付寶 App：我的 → 設定 → 支付設定 → 支付限額",
        Channel::WechatPay => "微信：我 → 支付 → 錢包 → 支付設定 → 支付限額",
        Channel::DouyinPay => "抖音：我 → 抖音錢包 → 支付管理 → 支付限額",
        Channel::UnionPay => "銀行 App → 卡片管理 → 付款額度",
    }
}

pub(super) fn store(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "應用程式商店 → 搜尋「支付寶」 → 更新",
        Channel::WechatPay => "應用程式商店 → 搜尋「微信」 → 更新",
        Channel::DouyinPay => "應用程式商店 → 搜尋「抖音」 → 更新",
        Channel::UnionPay => "應用程式商店 → 搜尋「雲閃付」 → 更新",
    }
}
