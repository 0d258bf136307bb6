//! `alipay.user.agreement.page.sign`, `.query` and `.unsign`: the payer's standing permission (商家扣款).

use serde_json::json;
use tantu_codes::CodeResult;
use tantu_domain::instrument::MandateReport;

use super::answer::Answer;
use super::fields::Fields;
use super::format;
use super::gateway::{Call, Gateway, Heard};
use crate::{ChannelError, MandateRef, SigningOrder};

/// The product that permits charges at any time, without a plan.
const PRODUCT: &str = "GENERAL_WITHHOLDING_P";

/// The contract between us and Alipay that it belongs to.
const SALES_PRODUCT: &str = "GENERAL_WITHHOLDING";

/// The address that the payer's browser opens to sign.
pub(super) fn signing_page(gateway: &Gateway, scene: &str, order: &SigningOrder) -> Result<String, ChannelError> {
    let number = order.mandate.channel_number();
    let call = Call {
        method: "alipay.user.agreement.page.sign",
        family: "alipay.user.agreement.page.sign",
        number: &number,
        notify_url: Some(&order.notify_url),
        content: json!({
            "product_code": SALES_PRODUCT,
            "personal_product_code": PRODUCT,
            "sign_scene": scene,
            "external_agreement_no": number,
            // The page that any browser can open; ALIPAYAPP would be a link into the app.
            "access_params": { "channel": "QRCODE" },
            "sign_validity_period": format!("{}d", order.valid_days),
        }),
    };
    gateway.page(&call, &order.return_url).ok_or(ChannelError::Unsendable)
}

/// Asks how a mandate stands.
pub(super) async fn query(gateway: &Gateway, scene: &str, which: &MandateRef) -> Result<MandateReport, ChannelError> {
    let (number, field) = match which {
        MandateRef::Ours(mandate) => (mandate.channel_number(), "external_agreement_no"),
        MandateRef::AgreementNo(number) => (number.clone(), "agreement_no"),
    };
    let mut content = json!({ "personal_product_code": PRODUCT, "sign_scene": scene });
    content[field] = json!(number);
    let call = Call {
        method: "alipay.user.agreement.query",
        family: "alipay.user.agreement.query",
        // Alipay's own number can be charged under, so it is not logged.
        number: if field == "agreement_no" { "(by agreement_no)" } else { &number },
        notify_url: None,
        content,
    };
    let answer = heard(gateway.call(&call).await)?;
    match (answer.deciding(), which) {
        // The same code for one that was never signed and one that is gone: which it is, follows from whether
        // it ever had a number of Alipay's.
        ("USER_AGREEMENT_NOT_EXIST", MandateRef::Ours(_)) => return Ok(MandateReport::Unsigned),
        ("USER_AGREEMENT_NOT_EXIST" | "AGREEMENT_HAS_UNSIGNED", _) => {
            return Ok(MandateReport::Revoked { revoked_at: None, by: None });
        }
        _ if !answer.worked() => return Err(refusal(gateway, &call, &answer)),
        _ => {}
    }
    if !answer.fields().is(field, &number) {
        gateway.not_ours(&call, field);
        return Err(ChannelError::NoAnswer);
    }
    standing(gateway, answer.fields()).ok_or_else(|| {
        gateway.incomplete(&call, "status");
        ChannelError::NoAnswer
    })
}

/// What the fields of an agreement say; `None` if they say nothing whole.
fn standing(gateway: &Gateway, fields: &Fields) -> Option<MandateReport> {
    let ends_at = fields.get("invalid_time").and_then(format::read_time);
    match (fields.get("status")?, ends_at) {
        ("TEMP", _) => Some(MandateReport::Unsigned),
        // Alipay sends no notice when one ends by itself, so it is its end that tells.
        ("NORMAL" | "STOP", Some(expired_at)) if expired_at <= gateway.clock().now() => {
            Some(MandateReport::Expired { expired_at })
        }
        ("NORMAL", Some(_)) => signed(fields),
        // It permits nothing any more, and only signing again helps (advice to AGREEMENT_STATUS_NOT_NORMAL).
        ("STOP", _) => Some(MandateReport::Revoked { revoked_at: None, by: None }),
        _ => None,
    }
}

/// The report of an agreement that holds; the same in an answer and in a notice.
pub(super) fn signed(fields: &Fields) -> Option<MandateReport> {
    Some(MandateReport::Signed {
        agreement_no: fields.get("agreement_no")?.to_owned(),
        signed_at: fields.get("sign_time").and_then(format::read_time)?,
        expires_at: fields.get("invalid_time").and_then(format::read_time)?,
    })
}

/// Withdraws a mandate from our side.
pub(super) async fn revoke(gateway: &Gateway, agreement_no: &str) -> Result<(), ChannelError> {
    let call = Call {
        method: "alipay.user.agreement.unsign",
        family: "alipay.user.agreement.unsign",
        number: "(by agreement_no)",
        notify_url: None,
        content: json!({ "agreement_no": agreement_no, "personal_product_code": PRODUCT }),
    };
    let answer = heard(gateway.call(&call).await)?;
    match answer.deciding() {
        // Gone is gone; both spellings are Alipay's.
        "AGREEMENT_NOT_EXIST" | "AGREEMENT_NOT_EXSIT" => Ok(()),
        _ if answer.worked() => Ok(()),
        _ => Err(refusal(gateway, &call, &answer)),
    }
}

fn heard(heard: Heard) -> Result<Answer, ChannelError> {
    match heard {
        Heard::Answer(answer) => Ok(answer),
        Heard::Fault(word) => Err(ChannelError::Fault(word)),
        Heard::Nothing => Err(ChannelError::NoAnswer),
    }
}

fn refusal(gateway: &Gateway, call: &Call<'_>, answer: &Answer) -> ChannelError {
    let word = gateway.word_of(answer);
    match gateway.meaning(call, answer) {
        Some(meaning) if meaning.result == CodeResult::Declined => ChannelError::Refused(word),
        Some(_) | None => ChannelError::Fault(word),
    }
}
