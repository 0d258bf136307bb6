//! The codes that Alipay publishes for the calls of this sandbox, with their published texts.
//!
//! Every refusal in this channel uses a code of the table of its own method (a test below reads the sources for it), so
//! the sandbox does not answer with something that the real channel would never say. Sources: the error tables of the interfaces' pages on opendocs.alipay.com
//! and the enumerations of alipay/alipay-sdk-java-all (v3), collected in 2026-11; where the text is empty only
//! the code is published.

use super::call::Method;

/// A code and its text.
type Published = (&'static str, &'static str);

/// The table of one method.
pub(crate) fn table(method: Method) -> &'static [Published] {
    match method {
        // No table of the page's own was at hand; the cashier shows the texts of the payment.
        Method::TradePay | Method::TradePagePay => TRADE_PAY,
        Method::TradeCreate => TRADE_CREATE,
        // No table of the refund query's own was at hand; it uses three codes that the trade query publishes.
        Method::TradeQuery | Method::RefundQuery => TRADE_QUERY,
        Method::TradeClose => TRADE_CLOSE,
        Method::TradeCancel => TRADE_CANCEL,
        Method::TradeRefund => TRADE_REFUND,
        Method::AgreementQuery => USER_AGREEMENT_QUERY,
        Method::AgreementUnsign | Method::AgreementPageSign => USER_AGREEMENT_UNSIGN,
    }
}

/// The text of a code that is published for the method.
pub(crate) fn text(method: Method, code: &str) -> Option<&'static str> {
    table(method).iter().find(|(published, _)| *published == code).map(|(_, text)| *text)
}

/// The code by which a method says that it does not know what happened.
pub(crate) fn system_error(method: Method) -> &'static str {
    match method {
        Method::TradePay
        | Method::TradePagePay
        | Method::TradeCreate
        | Method::TradeQuery
        | Method::RefundQuery
        | Method::TradeClose
        | Method::TradeCancel
        | Method::TradeRefund => "ACQ.SYSTEM_ERROR",
        Method::AgreementQuery | Method::AgreementUnsign | Method::AgreementPageSign => "SYSTEM_ERROR",
    }
}

const TRADE_PAY: &[Published] = &[
    ("ACQ.SYSTEM_ERROR", "系统异常(接口返回错误)"),
    ("ACQ.INVALID_PARAMETER", "参数无效"),
    ("ACQ.ACCESS_FORBIDDEN", "无权限使用接口"),
    ("ACQ.EXIST_FORBIDDEN_WORD", "订单信息中包含违禁词"),
    ("ACQ.PARTNER_ERROR", "应用 APP_ID 填写错误"),
    ("ACQ.TOTAL_FEE_EXCEED", "订单总金额不在允许范围内"),
    ("ACQ.PAYMENT_AUTH_CODE_INVALID", "付款码无效(支付授权码无效)"),
    ("ACQ.CONTEXT_INCONSISTENT", "订单信息不一致(旧文案:交易信息被篡改)"),
    ("ACQ.TRADE_HAS_SUCCESS", "交易已被支付"),
    ("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    ("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
    ("ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", "用户银行卡余额不足"),
    ("ACQ.ERROR_BALANCE_PAYMENT_DISABLE", "余额支付功能关闭"),
    ("ACQ.BUYER_SELLER_EQUAL", "买卖家不能相同"),
    ("ACQ.TRADE_BUYER_NOT_MATCH", "交易买家不匹配"),
    ("ACQ.BUYER_ENABLE_STATUS_FORBID", "买家状态非法"),
    ("ACQ.PULL_MOBILE_CASHIER_FAIL", "唤起移动收银台失败"),
    ("ACQ.MOBILE_PAYMENT_SWITCH_OFF", "用户的无线支付开关关闭"),
    ("ACQ.PAYMENT_FAIL", "支付失败"),
    ("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "买家付款日限额超限"),
    ("ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", "买家付款月额度超限"),
    ("ACQ.BEYOND_PAY_RESTRICTION", "商户收款额度超限"),
    ("ACQ.BEYOND_PER_RECEIPT_RESTRICTION", "商户收款金额超过月限额"),
    ("ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION", "订单金额超过单笔限额"),
    ("ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION", "订单金额超过当日累计限额"),
    ("ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT", "商户暂停收款"),
    ("ACQ.MERCHANT_PERM_RECEIPT_SINGLE_LIMIT", "超过单笔收款限额"),
    ("ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT", "超过单日累计收款额度"),
    ("ACQ.PRODUCT_AMOUNT_LIMIT_ERROR", "产品额度超限"),
    ("ACQ.RESTRICTED_MERCHANT_INDUSTRY", "行业信息交易受限"),
    ("ACQ.REQUEST_AMOUNT_EXCEED", "请求金额超限(预授权:大于冻结金额)"),
    ("ACQ.SELLER_BEEN_BLOCKED", "商家账号被冻结"),
    ("ACQ.SELLER_NOT_EXIST", "卖家不存在"),
    ("ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT", "买家未通过人行认证"),
    ("ACQ.NOT_CERTIFIED_USER", "买家非实名认证用户"),
    ("ACQ.BUYER_NOT_MAINLAND_CERT", "买家证件类型非大陆身份证"),
    ("ACQ.PAYMENT_REQUEST_HAS_RISK", "支付有风险"),
    ("ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "没有可用的支付工具"),
    ("ACQ.USER_FACE_PAYMENT_SWITCH_OFF", "用户当面付付款开关关闭"),
    ("ACQ.NOT_SUPPORT_PAYMENT_INST", "不支持的钱包版本/支付工具"),
    ("ACQ.BUYER_NOT_EXIST", "买家不存在"),
    ("ACQ.PAYER_UNMATCHED", "付款人不匹配"),
    ("ACQ.USER_LOGONID_DUP", "用户账号重复"),
    ("ACQ.INVALID_STORE_ID", "商户门店编号无效"),
    ("ACQ.SUB_MERCHANT_CREATE_FAIL", "二级商户创建失败"),
    ("ACQ.SUB_MERCHANT_TYPE_INVALID", "二级商户类型非法"),
    ("ACQ.SECONDARY_MERCHANT_STATUS_ERROR", "商户状态异常"),
    ("ACQ.SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID", "二级商户账户异常"),
    ("ACQ.SECONDARY_MERCHANT_ID_INVALID", "二级商户不存在"),
    ("ACQ.SECONDARY_MERCHANT_ID_BLANK", "二级商户编号错误(为空)"),
    ("ACQ.SECONDARY_MERCHANT_NOT_MATCH", "二级商户信息不匹配"),
    ("ACQ.SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT", "商户状态异常(ISV 处罚间连)"),
    ("ACQ.INVALID_RECEIVE_ACCOUNT", "收款账户不支持"),
    ("ACQ.PLATFORM_BUSINESS_ACQUIRE_MODE_MUST_MERCHANT_ID", "二级商户编码为空"),
    ("ACQ.ROYALTY_ACCOUNT_NOT_EXIST", "分账收款方账号不存在"),
    ("ACQ.RISK_MERCHANT_IP_NOT_EXIST", "当前交易未传入 IP 信息,创单失败"),
    ("ACQ.UN_SUPPORT_TRADE_SCENE", "商户不支持当前交易场景"),
    ("ACQ.SUB_GOODS_SIZE_MAX_COUNT", "子商品明细超长(>150)"),
    ("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "当前时间已超过允许支付的时间"),
    ("ACQ.AMOUNT_OR_CURRENCY_ERROR", "订单金额或币种不正确"),
    ("ACQ.CURRENCY_NOT_SUPPORT", "订单币种不支持"),
    ("ACQ.TRADE_SETTLE_ERROR", "交易结算异常"),
    ("ACQ.TRADE_STATUS_ERROR", "交易状态异常"),
    ("ACQ.BUYER_BANKCARD_INVALID", ""),
    ("ACQ.BUYER_BANKCARD_DECLINED", ""),
    ("ACQ.BUYER_LIMIT_EXCEEDED", ""),
    ("ACQ.SMILE_PAY_MERCHANT_NOT_MATCH", "请求支付和刷脸服务的商户身份不一致"),
    ("ACQ.AGREEMENT_NOT_EXIST", "用户协议不存在或已解约"),
    ("ACQ.AGREEMENT_INVALID", "用户协议失效"),
    ("ACQ.AGREEMENT_STATUS_NOT_NORMAL", "用户协议状态非 NORMAL"),
    ("ACQ.AGREEMENT_ERROR", "协议信息异常"),
    ("ACQ.MERCHANT_AGREEMENT_NOT_EXIST", "商户协议不存在"),
    ("ACQ.MERCHANT_AGREEMENT_INVALID", "商户协议已失效"),
    ("ACQ.MERCHANT_STATUS_NOT_NORMAL", "商户状态异常(例:三个月无交易需激活)"),
    ("ACQ.CYCLE_PAY_DATE_NOT_MATCH", "扣款日期不在签约时的允许范围之内"),
    ("ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED", "周期扣款的单笔金额超过签约时限制"),
    ("ACQ.CYCLE_PAY_TOTAL_FEE_EXCEED", "周期扣款的累计金额超过签约时限制"),
    ("ACQ.CYCLE_PAY_TOTAL_TIMES_EXCEED", "周期扣款的总次数超过签约时限制"),
    ("ACQ.OVER_MAX_DEDUCT_COUNT", ""),
    ("ACQ.OVER_MAX_UNDER_WAY_DEDUCT_COUNT", ""),
    ("ACQ.OVER_DEDUCT_PERIOD", ""),
    ("ACQ.OVER_MERCHANT_DAILY_DEDUCT_AMOUNT", ""),
    ("ACQ.MERCHANT_UNSUPPORT_ADVANCE", "先享后付2.0准入失败,商户不支持垫资支付产品"),
    ("ACQ.BUYER_UNSUPPORT_ADVANCE", "先享后付2.0准入失败,买家不满足垫资条件"),
    ("ACQ.ORDER_UNSUPPORT_ADVANCE", "订单不支持先享后付垫资"),
    ("ACQ.ZM_AUTH_AMOUNT_EXCEED", "先用后付超过约定的免密支付金额"),
    ("ACQ.ZM_CREDIT_AUTH_FAIL", "先用后付综合评估不通过"),
    ("ACQ.ZM_AUTH_RULE_LIMIT", "命中先用后付限制规则"),
];

const TRADE_CREATE: &[Published] = &[
    ("ACQ.SYSTEM_ERROR", "系统错误"),
    ("ACQ.INVALID_PARAMETER", "参数无效"),
    ("ACQ.TRADE_HAS_SUCCESS", "交易已被支付"),
    ("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    ("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"),
    ("ACQ.BUYER_NOT_EXIST", "买家不存在"),
    ("ACQ.CUSTOMER_VALIDATE_ERROR", "账户已注销或者被冻结"),
    ("ACQ.SECONDARY_MERCHANT_CARD_ALIAS_NO_INVALID", ""),
    ("ACQ.ILLEGAL_ARGUMENT", ""),
    ("ACQ.ERROR_SELLER_CERTIFY_LEVEL_LIMIT", ""),
    ("ACQ.STORE_INFO_INVALID", ""),
    ("ACQ.OPEN_ID_NOT_TINY_APP", ""),
    ("ACQ.BIZ_PRODUCT_NOT_ALLOWED", ""),
    ("ACQ.UNBOUND_APPLICATION", ""),
    ("ACQ.PRODUCT_NOT_SUPPORT_IN_TINY_APP", ""),
];

const TRADE_QUERY: &[Published] = &[
    ("ACQ.SYSTEM_ERROR", "系统错误"),
    ("ACQ.INVALID_PARAMETER", "参数无效"),
    ("ACQ.TRADE_NOT_EXIST", "查询的交易不存在"),
    ("ACQ.ENTERPRISE_PAY_BIZ_ERROR", "因公付业务异常"),
];

const TRADE_CLOSE: &[Published] = &[
    ("ACQ.SYSTEM_ERROR", "系统异常"),
    ("ACQ.TRADE_NOT_EXIST", "交易不存在"),
    ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法,只有等待买家付款状态下才能发起交易关闭"),
    ("ACQ.REASON_TRADE_STATUS_INVALID", "交易状态异常,非待支付状态下不支持关单"),
    ("ACQ.REASON_ILLEGAL_STATUS", "交易状态异常,非待支付状态下不支持关单"),
    ("ACQ.INVALID_PARAMETER", "参数无效"),
];

const TRADE_CANCEL: &[Published] = &[
    ("AQC.SYSTEM_ERROR", "系统错误"),
    ("ACQ.SYSTEM_ERROR", "系统错误"),
    ("ACQ.INVALID_PARAMETER", "参数无效"),
    ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "商户的支付宝账户中无足够的资金进行撤销"),
    ("ACQ.REASON_TRADE_BEEN_FREEZEN", "当前交易被冻结,不允许进行撤销"),
    ("ACQ.TRADE_HAS_FINISHED", "交易已经完结"),
    ("ACQ.TRADE_CANCEL_TIME_OUT", "超过撤销时间范围"),
    ("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效"),
    ("ACQ.CANCEL_NOT_ALLOWED", "交易不允许撤销"),
];

const TRADE_REFUND: &[Published] = &[
    ("ACQ.SYSTEM_ERROR", "系统错误"),
    ("ACQ.INVALID_PARAMETER", "参数无效"),
    ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
    ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"),
    ("ACQ.REASON_TRADE_BEEN_FREEZEN", "请求退款的交易被冻结"),
    ("ACQ.TRADE_NOT_EXIST", "交易不存在"),
    ("ACQ.TRADE_HAS_FINISHED", "交易已完结(不可再退)"),
    ("ACQ.TRADE_STATUS_ERROR", "交易状态非法"),
    ("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致(退款请求号对应的退款已经执行成功,且本次金额与之前不一致)"),
    ("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效"),
    ("ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款"),
    ("ACQ.REFUND_FEE_ERROR", "交易退款金额有误"),
    ("ACQ.TRADE_HAS_CLOSE", "交易已关闭"),
    ("ACQ.BUYER_NOT_EXIST", "买家不存在(销户)"),
    ("ACQ.BUYER_ENABLE_STATUS_FORBID", "买家状态异常"),
    ("ACQ.REASON_TRADE_STATUS_INVALID", "交易状态异常"),
    ("ACQ.NOT_ALLOW_PARTIAL_REFUND", "不支持部分退款"),
    ("ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND", "交易不允许退款(核销了购买的代金券)"),
    ("ACQ.BUYER_ERROR", "买家状态异常"),
    ("ACQ.CURRENCY_NOT_SUPPORT", "币种不支持"),
    ("ACQ.ALLOC_AMOUNT_VALIDATE_ERROR", "退分账金额超限"),
    ("ACQ.USER_NOT_MATCH_ERR", "交易用户不匹配"),
    ("ACQ.TRADE_SETTLE_ERROR", "交易结算异常"),
    ("ACQ.REFUND_CHARGE_ERROR", "退收费异常"),
    ("ACQ.ENTERPRISE_PAY_BIZ_ERROR", "因公付业务异常"),
    ("ACQ.OVERDRAFT_ASSIGN_ACCOUNT_INVALID", "垫资退款出资账号和商户信息不一致"),
    ("ACQ.OVERDRAFT_AGREEMENT_NOT_MATCH", "垫资退款接口传入模式和签约配置不一致"),
    ("ACQ.REFUND_ACCOUNT_NOT_EXIST", "退款出资账号不存在或账号异常 (merchant side)"),
    ("ACQ.CUSTOMER_VALIDATE_ERROR", "账户已注销或者被冻结"),
    ("ACQ.REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST", "退分账收入方账户不存在"),
    ("ACQ.REFUNDALLOC_UNAUTH_LIMIT", ""),
];

const USER_AGREEMENT_QUERY: &[Published] = &[
    ("AGREEMENT_HAS_UNSIGNED", "用户协议已解约"),
    ("USER_AGREEMENT_NOT_EXIST", "用户协议不存在"),
    ("PARENT_MERCHANT_QUERY_FAIL", "平台商户查询失败"),
];

const USER_AGREEMENT_UNSIGN: &[Published] = &[
    ("USER_NOT_EXIST_ERROR", "支付宝用户信息不存在"),
    ("AGREEMENT_NOT_EXIST", "协议不存在"),
    ("PRODUCT_CODE_NOT_SUPPORTED_ERROR", "无效的个人产品码"),
    ("USER_AGREEMENT_STATUS_NOT_NORMAL", "用户协议状态非正常"),
    ("INVALID_PARAMETER", "参数无效"),
    ("SYSTEM_ERROR", "系统错误"),
    ("AUTHOREE_IS_NOT_MATCH", "被授权方不匹配"),
    ("MERCHANT_AGREEMENT_IS_NOT_EXIST", "商户协议不存在"),
    ("USER_NOT_EXSIT_ERROR", "用户信息不存在"),
    ("AGREEMENT_NOT_EXSIT", "协议不存在"),
    ("USER_AGREEMENT_QUERY_FAIL", "用户协议查询失败"),
    ("USER_AGREEMENT_UNSIGN_FAIL", "用户协议解约失败"),
    ("USER_AGREEMENT_STATUS_IS_NOT_NORMAL", "用户协议状态非正常"),
    ("ILLEGAL_PARAMS", "参数非法"),
    ("MERCHANT_STATUS_IS_NOT_NORMAL", "商户协议状态不正常"),
    ("ASYNC_UNSIGN_CAN_NOT_REJECT", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The sources that refuse, and the method whose table has to have their codes.
    const SOURCES: &[(Method, &str)] = &[
        (Method::TradePay, include_str!("trade_pay.rs")),
        (Method::TradePay, include_str!("trade.rs")),
        (Method::TradePay, include_str!("payment_code.rs")),
        (Method::TradePagePay, include_str!("page_order.rs")),
        (Method::TradePay, include_str!("agreement.rs")),
        (Method::TradePay, include_str!("buyer.rs")),
        (Method::TradeCreate, include_str!("trade_create.rs")),
        (Method::TradeQuery, include_str!("trade_query.rs")),
        (Method::TradeClose, include_str!("trade_close.rs")),
        (Method::TradeCancel, include_str!("trade_cancel.rs")),
        (Method::TradeRefund, include_str!("trade_refund.rs")),
        (Method::RefundQuery, include_str!("refund_query.rs")),
        (Method::AgreementQuery, include_str!("agreement_query.rs")),
        (Method::AgreementUnsign, include_str!("agreement_unsign.rs")),
    ];

    #[test]
    fn every_refusal_is_published_for_its_method() {
        for (method, source) in SOURCES {
            for mark in ["Refusal::new(\"", "refused_with: Some(\""] {
                for found in source.split(mark).skip(1) {
                    let code = found.split('"').next().unwrap();
                    assert!(text(*method, code).is_some(), "{code} is not published for {}", method.name());
                }
            }
        }
    }

    #[test]
    fn what_the_books_refuse_is_published_for_charges_or_refunds() {
        for found in include_str!("books.rs").split("Refusal::new(\"").skip(1) {
            let code = found.split('"').next().unwrap();
            let published =
                [Method::TradePay, Method::TradeRefund].into_iter().any(|method| text(method, code).is_some());
            assert!(published, "{code}");
        }
    }
}
