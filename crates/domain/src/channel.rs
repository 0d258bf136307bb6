//! The third parties that are charged, and what one of them said, word for word.

use jiff::Timestamp;

/// A third party that moves money for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// 支付宝.
    Alipay,
    /// 微信支付.
    WechatPay,
    /// 抖音支付.
    DouyinPay,
    /// 银联.
    UnionPay,
}

impl Channel {
    /// Every channel.
    pub const ALL: &'static [Channel] = &[Self::Alipay, Self::WechatPay, Self::DouyinPay, Self::UnionPay];

    /// The id used everywhere: options, addresses, `whose`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Alipay => "alipay",
            Self::WechatPay => "wechatpay",
            Self::DouyinPay => "douyin",
            Self::UnionPay => "unionpay",
        }
    }

    /// The channel of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|channel| channel.id() == id)
    }
}

/// A channel's own code and message, kept as they came: facts, never words for the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelWord {
    /// Who said it.
    pub channel: Channel,
    /// The deciding code (`ACQ.BUYER_BALANCE_NOT_ENOUGH`), or what we saw instead of an answer (`http_502`).
    pub code: String,
    /// The channel's message.
    pub message: String,
    /// When we read it.
    pub at: Timestamp,
}
