//! alipay.user.agreement.query: where an agreement stands.
//!
//! Published are the states TEMP, NORMAL and STOP, and the codes AGREEMENT_HAS_UNSIGNED (用户协议已解约) and
//! USER_AGREEMENT_NOT_EXIST. No page says that an agreement whose time is over changes its state, so it is shown as it
//! was signed, and its `invalid_time` lies in the past: the merchant has to read that field. Fields:
//! AlipayUserAgreementQueryModel and AlipayUserAgreementQueryResponse of PyPI alipay-sdk-python 3.7 (also in
//! alipay/alipay-sdk-net-all); `pricipal_type` is the published spelling.

use super::Alipay;
use super::answer::Answer;
use super::buyer::Buyer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use crate::beijing;

const METHOD: Method = Method::AgreementQuery;

pub(crate) fn agreement_query(alipay: &Alipay, call: &Call) -> Verdict {
    let biz = &call.biz;
    let by_merchant = biz.text("external_agreement_no").is_some() && biz.text("personal_product_code").is_some();
    if biz.text("agreement_no").is_none() && !by_merchant {
        let wanted = "或 external_agreement_no 与 personal_product_code，不能同时为空";
        return Err(Refusal::invalid(METHOD, "agreement_no", wanted));
    }
    let books = alipay.books();
    let agreement = books.agreement_named(biz).ok_or_else(|| Refusal::new("USER_AGREEMENT_NOT_EXIST"))?;
    if agreement.is_unsigned() {
        return Err(Refusal::new("AGREEMENT_HAS_UNSIGNED"));
    }
    let logon_id = books.buyer(&agreement.buyer_id).map(Buyer::masked_logon_id);
    let answer = Answer::success()
        .with("agreement_no", agreement.agreement_no.as_str())
        .with_some("external_agreement_no", agreement.external_agreement_no.as_deref())
        .with_some("external_logon_id", agreement.external_logon_id.as_deref())
        .with("principal_id", agreement.buyer_id.as_str())
        .with("pricipal_type", "CARD")
        .with_some("alipay_logon_id", logon_id)
        .with("personal_product_code", agreement.personal_product_code.as_str())
        .with("sign_scene", agreement.sign_scene.as_str())
        .with("third_party_type", "PARTNER")
        .with("status", agreement.status())
        .with("sign_time", beijing::text(agreement.signed_at))
        .with("valid_time", beijing::text(agreement.signed_at))
        .with("invalid_time", beijing::text(agreement.invalid_at));
    Ok(Done::quietly(answer))
}
