//! Where to tap in the third parties' apps.

use tantu_domain::channel::Channel;

pub(super) fn balance(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay app: Me → Balance → Top Up",
        Channel::WechatPay => "WeChat: Me → Pay → Wallet → Balance → Top Up",
        Channel::DouyinPay => "Douyin: Me → Wallet → Balance → Top up",
        Channel::UnionPay => "The bank's app → Transfer",
    }
}

pub(super) fn mandates(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => {
            "The button on this page opens Alipay; to view or withdraw, Alipay app: Me → Settings → Payment → Authorizations"
        }
        Channel::WechatPay => {
            "The button on this page opens WeChat; to view or withdraw, WeChat: Me → Settings → General → Third-party services"
        }
        Channel::DouyinPay => {
            "The button on this page opens Douyin; to view or withdraw, Douyin: Me → Wallet → Payment → Authorizations"
        }
        Channel::UnionPay => {
            "The button on this page opens UnionPay; to view or withdraw, UnionPay app: Me → Payment → Authorizations"
        }
    }
}

pub(super) fn identity(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay app: Me → Settings → Account & Security → Identity",
        Channel::WechatPay => "WeChat: Me → Pay → Wallet → Identity",
        Channel::DouyinPay => "Douyin: Me → Wallet → Real-name verification",
        Channel::UnionPay => "UnionPay app: Me → Real-name verification",
    }
}

pub(super) fn support(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay app: Me → Customer Service; phone 95188",
        Channel::WechatPay => "WeChat: Me → Pay → Wallet → Help Center; phone 95017",
        Channel::DouyinPay => "Douyin: Me → Settings → Help & feedback",
        Channel::UnionPay => "UnionPay app: Me → Support; phone 95516",
    }
}

pub(super) fn security(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay app: open it and follow the prompt, or Me → Messages",
        Channel::WechatPay => "WeChat: open the WeChat Pay message and follow it",
        Channel::DouyinPay => "Douyin: Me → Wallet, and follow the prompt",
        Channel::UnionPay => "The bank's app: open it and follow the prompt",
    }
}

pub(super) fn limits(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay app: Me → Settings → Payment → Limits",
        Channel::WechatPay => "WeChat: Me → Pay → Wallet → Payment Settings → Limits",
        Channel::DouyinPay => "Douyin: Me → Wallet → Payment → Limits",
        Channel::UnionPay => "The bank's app → Cards → Limits",
    }
}

pub(super) fn store(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Your app store → search Alipay → Update",
        Channel::WechatPay => "Your app store → search WeChat → Update",
        Channel::DouyinPay => "Your app store → search Douyin → Update",
        Channel::UnionPay => "Your app store → search UnionPay → Update",
    }
}
