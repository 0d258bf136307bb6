//! The notifications of an agreement: `dut_user_sign` (status NORMAL) and `dut_user_unsign` (status UNSIGN).
//!
//! Fields: two notifications recorded in public repositories (one of 2019-11-26, CYCLE_PAY_AUTH_P, one of 2021-04-25,
//! GENERAL_WITHHOLDING_P, the latter also with `unsign_time`). Whether `sign_type` is part of what is signed differs by
//! product ("some agreement notices keep sign_type"), which is why the official clients try both; here a signing keeps
//! it and a withdrawal does not, so that a merchant's server needs both ways.

use jiff::Timestamp;

use super::agreement::Agreement;
use super::buyer::Buyer;
use super::notification::Notice;
use crate::beijing;

/// What happened to the agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Signed,
    Unsigned { at: Timestamp },
}

/// `None` when the merchant gave no address.
pub(crate) fn agreement_notice(
    agreement: &Agreement,
    buyer: &Buyer,
    event: Event,
    url: Option<&String>,
) -> Option<Notice> {
    let url = url.or(agreement.notify_url.as_ref())?.clone();
    let mut fields = vec![
        ("agreement_no", agreement.agreement_no.clone()),
        ("status", agreement.status().to_owned()),
        ("alipay_user_id", agreement.buyer_id.clone()),
        ("alipay_logon_id", buyer.masked_logon_id()),
        ("personal_product_code", agreement.personal_product_code.clone()),
        ("sign_scene", agreement.sign_scene.clone()),
    ];
    if let Some(number) = &agreement.external_agreement_no {
        fields.push(("external_agreement_no", number.clone()));
    }
    let notify_type = match event {
        Event::Signed => {
            fields.push(("sign_time", beijing::text(agreement.signed_at)));
            fields.push(("valid_time", beijing::text(agreement.signed_at)));
            fields.push(("invalid_time", beijing::text(agreement.invalid_at)));
            "dut_user_sign"
        }
        Event::Unsigned { at } => {
            fields.push(("unsign_time", beijing::text(at)));
            "dut_user_unsign"
        }
    };
    Some(Notice {
        mode: agreement.mode,
        url,
        notify_type,
        fields,
        keeps_sign_type: event == Event::Signed,
        out_trade_no: None,
        agreement_no: Some(agreement.agreement_no.clone()),
        buyer_id: Some(agreement.buyer_id.clone()),
    })
}
