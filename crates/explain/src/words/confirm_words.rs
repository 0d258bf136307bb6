//! What is said of payments that the payer confirms at a channel.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels about confirming at a channel, in one language.
    ConfirmWords;

    /// The name of an account that its holder confirms each time.
    instrument_alipay,
    /// The name of such an account.
    instrument_wechatpay,
    /// The name of such an account.
    instrument_douyin,
    /// The name of such an account.
    instrument_unionpay,
    /// Under its name at the cashier; `{channel}`.
    each_time,
    /// Over the page of a payment that is confirmed on the channel's page; `{channel}`.
    page_title,
    /// Under it; `{channel}`, `{amount}`, `{time}`.
    page_body,
    /// On the button that opens the channel's page; `{channel}`.
    page_button,
    /// Over the page of a payment that is confirmed in the channel's app; `{app}`.
    app_title,
    /// Under it; `{app}`, `{amount}`, `{time}`.
    app_body,
    /// Under either: is the money safe.
    money,
    /// Under either: why no other way is open yet; `{time}`.
    other_ways,
}
