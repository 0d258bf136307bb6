//! Where to tap at third parties, in simplified Chinese.

use tantu_domain::channel::Channel;

pub(super) fn balance(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付宝 App：我的 → 余额 → 充值",
        Channel::WechatPay => "微信：我 → 支付 → 钱包 → 零钱 → 充值",
        Channel::DouyinPay => "抖音：我 → 抖音钱包 → 余额 → 充值",
        Channel::UnionPay => "银行 App → 转账",
    }
}

pub(super) fn mandates(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "这一页的按钮会打开支付宝；查看和解除在 支付宝 App：我的 → 设置 → 支付管理 → 授权管理",
        Channel::WechatPay => "这一页的按钮会打开微信；查看和解除在 微信：我 → 设置 → 通用 → 第三方服务",
        Channel::DouyinPay => "这一页的按钮会打开抖音；查看和解除在 抖音：我 → 抖音钱包 → 支付管理 → 授权管理",
        Channel::UnionPay => "这一页的按钮会打开银联的页面；查看和解除在 云闪付 App：我的 → 支付管理 → 授权管理",
    }
}

pub(super) fn identity(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付宝 App：我的 → 设置 → 账号与安全 → 身份认证",
        Channel::WechatPay => "微信：我 → 支付 → 钱包 → 身份信息",
        Channel::DouyinPay => "抖音：我 → 抖音钱包 → 实名认证",
        Channel::UnionPay => "云闪付 App：我的 → 实名认证",
    }
}

pub(super) fn support(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付宝 App：我的 → 我的客服；电话 95188",
        Channel::WechatPay => "微信：我 → 支付 → 钱包 → 帮助中心；电话 95017",
        Channel::DouyinPay => "抖音：我 → 设置 → 帮助与反馈",
        Channel::UnionPay => "云闪付 App：我的 → 客服；电话 95516",
    }
}

pub(super) fn security(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付宝 App：打开后按提示；或 我的 → 消息",
        Channel::WechatPay => "微信：打开“微信支付”消息，按提示",
        Channel::DouyinPay => "抖音：我 → 抖音钱包，按提示",
        Channel::UnionPay => "银行 App：打开后按提示",
    }
}

pub(super) fn limits(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "支付宝 App：我的 → 设置 → 支付设置 → 支付限额",
        Channel::WechatPay => "微信：我 → 支付 → 钱包 → 支付设置 → 支付限额",
        Channel::DouyinPay => "抖音：我 → 抖音钱包 → 支付管理 → 支付限额",
        Channel::UnionPay => "银行 App → 卡片管理 → 支付限额",
    }
}

pub(super) fn store(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "应用商店 → 搜索“支付宝” → 更新",
        Channel::WechatPay => "应用商店 → 搜索“微信” → 更新",
        Channel::DouyinPay => "应用商店 → 搜索“抖音” → 更新",
        Channel::UnionPay => "应用商店 → 搜索“云闪付” → 更新",
    }
}
