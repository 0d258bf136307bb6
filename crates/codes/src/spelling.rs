//! Codes that one channel spells in several ways; each spelling finds the rows of all.
//!
//! Only spellings that were published or seen stand here. The channels' misspellings (`AQC.SYSTEM_ERROR`,
//! `NOTSUPORTCARD`) are the real codes, and correcting them would recognise codes that nobody sends.

const SPELLINGS: &[(&str, &[&str])] = &[
    ("alipay", &["SUB_MERCHANT_ORGANIZATION_ID_ERROR", "SUB_MERCHANT_ORG_ID_ERROR"]),
    ("stripe", &["HTTP 500/502/503/504", "HTTP 500", "HTTP 502", "HTTP 503", "HTTP 504"]),
    ("wechatpay", &["ACCOUNTERROR", "ACCOUNT_ERROR"]),
    ("wechatpay", &["AUTHCODEEXPIRE", "AUTH_CODE_EXPIRE"]),
    ("wechatpay", &["BANKERROR", "BANK_ERROR"]),
    ("wechatpay", &["BIZERR_NEED_RETRY", "BIZ_ERR_NEED_RETRY"]),
    ("wechatpay", &["CONTRACTERROR", "CONTRACT_ERROR"]),
    ("wechatpay", &["NOAUTH", "NO_AUTH"]),
    ("wechatpay", &["NOTENOUGH", "NOT_ENOUGH"]),
    ("wechatpay", &["ORDERCLOSED", "ORDER_CLOSED"]),
    ("wechatpay", &["ORDERNOTEXIST", "ORDER_NOT_EXIST"]),
    ("wechatpay", &["ORDERPAID", "ORDER_PAID"]),
    ("wechatpay", &["ORDERREVERSED", "ORDER_REVERSED"]),
    ("wechatpay", &["RULELIMIT", "RULE_LIMIT"]),
    ("wechatpay", &["SIGNERROR", "SIGN_ERROR"]),
    ("wechatpay", &["SYSTEMERROR", "SYSTEM_ERROR"]),
];

/// The spellings of a channel's code, its own among them; the code as it is comes first.
pub(crate) fn spellings<'a>(channel: &str, code: &'a str) -> impl Iterator<Item = &'a str> {
    let others = SPELLINGS.iter().find(|(of, codes)| *of == channel && codes.contains(&code));
    let others = others.map_or(&[][..], |(_, codes)| *codes);
    std::iter::once(code).chain(others.iter().copied().filter(move |other| *other != code))
}
