//! One authenticated call, and what a method may say to it.

use jiff::Timestamp;

use super::answer::Answer;
use super::app::Mode;
use super::biz::Biz;
use super::notification::Notice;
use super::published;

/// The methods of this sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    TradePay,
    TradePagePay,
    TradeCreate,
    TradeQuery,
    TradeClose,
    TradeCancel,
    TradeRefund,
    RefundQuery,
    AgreementPageSign,
    AgreementQuery,
    AgreementUnsign,
}

impl Method {
    pub(crate) const ALL: [Self; 11] = [
        Self::TradePay,
        Self::TradePagePay,
        Self::TradeCreate,
        Self::TradeQuery,
        Self::TradeClose,
        Self::TradeCancel,
        Self::TradeRefund,
        Self::RefundQuery,
        Self::AgreementPageSign,
        Self::AgreementQuery,
        Self::AgreementUnsign,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::TradePay => "alipay.trade.pay",
            Self::TradePagePay => "alipay.trade.page.pay",
            Self::TradeCreate => "alipay.trade.create",
            Self::TradeQuery => "alipay.trade.query",
            Self::TradeClose => "alipay.trade.close",
            Self::TradeCancel => "alipay.trade.cancel",
            Self::TradeRefund => "alipay.trade.refund",
            Self::RefundQuery => "alipay.trade.fastpay.refund.query",
            Self::AgreementPageSign => "alipay.user.agreement.page.sign",
            Self::AgreementQuery => "alipay.user.agreement.query",
            Self::AgreementUnsign => "alipay.user.agreement.unsign",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// Whether a browser opens it, and gets a page for an answer.
    pub(crate) const fn is_page(self) -> bool {
        matches!(self, Self::TradePagePay | Self::AgreementPageSign)
    }

    /// `alipay_trade_pay_response`
    pub(crate) fn answer_key(self) -> String {
        format!("{}_response", self.name().replace('.', "_"))
    }
}

/// A call whose sender is known.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The application that calls.
    pub(crate) mode: Mode,
    pub(crate) biz: Biz,
    pub(crate) notify_url: Option<String>,
    pub(crate) return_url: Option<String>,
    /// The business time at which it arrived: `timeout_express` counts from here, also when a fault delays the rest.
    pub(crate) arrived_at: Timestamp,
}

/// A refusal of the business (gateway code 40004).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) sub_code: String,
    /// Follows the published text, to name the field.
    pub(crate) detail: Option<String>,
}

impl Refusal {
    pub(crate) fn new(sub_code: &str) -> Self {
        Self { sub_code: sub_code.to_owned(), detail: None }
    }

    /// A field of the request is missing or not as published.
    pub(crate) fn invalid(method: Method, field: &str, wanted: &str) -> Self {
        let sub_code = match method {
            Method::AgreementPageSign | Method::AgreementQuery | Method::AgreementUnsign => "INVALID_PARAMETER",
            Method::TradePay
            | Method::TradePagePay
            | Method::TradeCreate
            | Method::TradeQuery
            | Method::TradeClose
            | Method::TradeCancel
            | Method::TradeRefund
            | Method::RefundQuery => "ACQ.INVALID_PARAMETER",
        };
        Self { sub_code: sub_code.to_owned(), detail: Some(format!("{field}: {wanted}")) }
    }

    /// The text that goes into `sub_msg`.
    pub(crate) fn message(&self, method: Method) -> String {
        let published = match published::text(method, &self.sub_code) {
            Some(text) => text,
            // alipay.user.agreement.query prints no code for bad parameters; the one of its siblings is used.
            None if self.sub_code.ends_with("INVALID_PARAMETER") => "参数无效",
            None if self.sub_code.ends_with("SYSTEM_ERROR") => "系统错误",
            None => "",
        };
        match &self.detail {
            Some(detail) => format!("{published}，{detail}"),
            None => published.to_owned(),
        }
    }
}

/// What a method did.
pub(crate) struct Done {
    pub(crate) answer: Answer,
    pub(crate) notice: Option<Notice>,
}

impl Done {
    pub(crate) fn quietly(answer: Answer) -> Self {
        Self { answer, notice: None }
    }
}

/// Done, or refused for a published reason.
pub(crate) type Verdict = Result<Done, Refusal>;
