//! alipay.user.agreement.unsign, and the withdrawal that a buyer makes in his own app.
//!
//! Both are notified with `dut_user_unsign`. Fields: AlipayUserAgreementUnsignModel of PyPI alipay-sdk-python 3.7; the
//! answer has none of its own.

use super::Alipay;
use super::agreement::{AgreementState, Unsigner};
use super::agreement_notice::{Event, agreement_notice};
use super::answer::Answer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use super::notification::Notice;

const METHOD: Method = Method::AgreementUnsign;

pub(crate) fn agreement_unsign(alipay: &Alipay, call: &Call) -> Verdict {
    let biz = &call.biz;
    let by_merchant = biz.text("external_agreement_no").is_some() && biz.text("personal_product_code").is_some();
    if biz.text("agreement_no").is_none() && !by_merchant {
        let wanted = "或 external_agreement_no 与 personal_product_code，不能同时为空";
        return Err(Refusal::invalid(METHOD, "agreement_no", wanted));
    }
    let named = alipay.books().agreement_named(biz).map(|agreement| agreement.agreement_no.clone());
    let agreement_no = named.ok_or_else(|| Refusal::new("AGREEMENT_NOT_EXIST"))?;
    let notice = withdraw(alipay, &agreement_no, Unsigner::Merchant, call.notify_url.as_ref())?;
    Ok(Done { answer: Answer::success(), notice })
}

/// Withdraws an agreement. One that is already withdrawn no longer exists (AGREEMENT_NOT_EXIST).
pub(crate) fn withdraw(
    alipay: &Alipay,
    agreement_no: &str,
    by: Unsigner,
    url: Option<&String>,
) -> Result<Option<Notice>, Refusal> {
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    let agreement = books.agreement_mut(agreement_no).filter(|agreement| !agreement.is_unsigned());
    let agreement = agreement.ok_or_else(|| Refusal::new("AGREEMENT_NOT_EXIST"))?;
    agreement.state = AgreementState::Unsigned { at: now, by };
    let agreement = agreement.clone();
    let buyer = books.buyer(&agreement.buyer_id);
    Ok(buyer.and_then(|buyer| agreement_notice(&agreement, buyer, Event::Unsigned { at: now }, url)))
}
