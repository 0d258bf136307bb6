//! Binding a card in the token product: the bank's code for it (77/00), opening (79/00), asking whether it was opened
//! (78/02), letting the token go (74/01).
//!
//! Fields: the official demos of the token product, `Form_6_6_SmsOpen`, `Form_6_2_BackOpen`, `Form_6_3_OpenQuery`,
//! `Form_6_4_DeleteToken` (copied in fmsdwifull/webback and, for 5.1.0, Varorbc/PaySharp), lokielse/omnipay-unionpay
//! `WtzSmsOpenRequest`, `WtzBackOpenRequest`, `WtzOpenQueryRequest`, `WtzDeleteTokenRequest`; what answers hold:
//! essensoft/paylink `UnionPayNoRedirectPayBackOpenResponse.cs`. `customerInfo` is base64 of `{k=v&…}` in which phone,
//! expiry and CVN2 are under seal in `encryptedInfo`; the expiry is year and month there, month and year on the card.
//!
//! Not seen in two sources: the forms of `tokenBegin` and `tokenEnd`, the values of `payCardType` (both are left out
//! of a report when they do not fit), and that 78/02 also finds what was opened without UnionPay's page: one demo
//! remarks that it is for openings on the page.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tantu_codes::CodeResult;
use tantu_domain::card::{BindingReport, BoundCard, CardKind, CardToken, CodeReport};
use tantu_domain::channel::ChannelWord;
use tantu_domain::ids::OpeningId;
use zeroize::Zeroizing;

use super::answer::{Answer, NOT_EXIST, is_plain_success};
use super::charge::named;
use super::fields::Fields;
use super::format::{joined, read_braced, read_time};
use super::gateway::{BACK, Call, Field, Gateway, Heard, TOKEN_PRODUCT, field};
use super::seal::{NoSeal, Seal, passing_number};
use crate::ChannelError;
use crate::card::{BindingOrder, CardFactors, DocumentKind, OneTimeCode};
use crate::words::Verdict;

/// The card is not open for payment, which is the answer to the question whether it is.
const NOT_OPEN: &str = "77";

/// The token has ended, or there is none.
const NO_TOKEN: &[&str] = &["80", "89"];

/// Why nothing could be sent.
enum Unsent {
    Fault(ChannelWord),
    NoAnswer,
}

/// Has the bank send its code for a binding.
pub(super) async fn send_code(gateway: &Gateway, order: &BindingOrder) -> CodeReport {
    let factors = &order.factors;
    let fields = async {
        let seal = seal(gateway).await?;
        let info = info(gateway, &seal, &[], &[("phoneNo", factors.phone.reveal())])?;
        sealed(gateway, &seal, factors, info)
    };
    let fields = match fields.await {
        Ok(fields) => fields,
        Err(Unsent::Fault(word)) => return CodeReport::Fault(word),
        Err(Unsent::NoAnswer) => return CodeReport::NoAnswer,
    };
    let number = order.binding.channel_number();
    let kind = ["77", "00", TOKEN_PRODUCT];
    sent(gateway, &call("open code", "acp/open", kind, &number, order.binding, fields)).await
}

/// Sends a call that has the bank send its code.
pub(super) async fn sent(gateway: &Gateway, call: &Call<'_>) -> CodeReport {
    match gateway.call(call).await {
        Heard::Answer(answer) if is_plain_success(answer.code()) => CodeReport::Sent,
        Heard::Answer(answer) => match gateway.words().verdict(&call.subject(), answer.code(), answer.message()) {
            Verdict::Declined(word, causes) => CodeReport::Declined { word, causes },
            Verdict::Open(word) => CodeReport::Fault(word),
        },
        Heard::Fault(word) => CodeReport::Fault(word),
        Heard::Nothing => CodeReport::NoAnswer,
    }
}

/// Binds the card.
pub(super) async fn open(gateway: &Gateway, order: &BindingOrder, code: Option<&OneTimeCode>) -> BindingReport {
    let factors = &order.factors;
    let fields = async {
        let seal = seal(gateway).await?;
        let expired = factors.expiry.as_ref().map(|expiry| year_first(expiry.reveal()));
        let mut plain = vec![
            ("certifTp", certificate_type(factors.document_kind)),
            ("certifId", factors.document.reveal()),
            ("customerNm", factors.name.reveal()),
        ];
        plain.extend(code.map(|code| ("smsCode", code.reveal())));
        let mut closed = vec![("phoneNo", factors.phone.reveal())];
        closed.extend(factors.cvn2.as_ref().map(|cvn2| ("cvn2", cvn2.reveal())));
        closed.extend(expired.as_ref().map(|expired| ("expired", expired.as_str())));
        let info = info(gateway, &seal, &plain, &closed)?;
        sealed(gateway, &seal, factors, info)
    };
    let fields = match fields.await {
        Ok(fields) => fields,
        Err(Unsent::Fault(word)) => return BindingReport::Fault(word),
        Err(Unsent::NoAnswer) => return BindingReport::NoAnswer,
    };
    let number = order.binding.channel_number();
    let call = call("open", "acp/open", ["79", "00", TOKEN_PRODUCT], &number, order.binding, fields);
    match gateway.call(&call).await {
        Heard::Answer(answer) if is_plain_success(answer.code()) => opened(gateway, &call, answer.fields()),
        Heard::Answer(answer) => refusal(gateway, &call, &answer),
        Heard::Fault(word) => BindingReport::Fault(word),
        Heard::Nothing => BindingReport::NoAnswer,
    }
}

/// Asks whether a binding was made, and as what.
pub(super) async fn query(gateway: &Gateway, binding: OpeningId) -> BindingReport {
    let number = binding.channel_number();
    let call = call("open query", "acp/open_query", ["78", "02", TOKEN_PRODUCT], &number, binding, Vec::new());
    match gateway.call(&call).await {
        Heard::Answer(answer) => match answer.code() {
            // Asked for and not active, by the field that says so.
            code if is_plain_success(code) && answer.fields().is("activateStatus", "0") => BindingReport::NotExist,
            code if is_plain_success(code) => opened(gateway, &call, answer.fields()),
            NOT_EXIST | NOT_OPEN => BindingReport::NotExist,
            code => BindingReport::Fault(gateway.words().fault(&call.subject(), code, answer.message())),
        },
        Heard::Fault(word) => BindingReport::Fault(word),
        Heard::Nothing => BindingReport::NoAnswer,
    }
}

/// Lets a token go.
pub(super) async fn delete(gateway: &Gateway, token: &CardToken) -> Result<(), ChannelError> {
    let now = gateway.clock().wall();
    let number = passing_number(now);
    let fields = vec![field("tokenPayData", named(gateway, token))];
    let kind = ["74", "01", TOKEN_PRODUCT];
    let call =
        Call { method: "delete token", family: "acp/delete", endpoint: BACK, kind, number: &number, at: now, fields };
    let answer = match gateway.call(&call).await {
        Heard::Answer(answer) => answer,
        Heard::Fault(word) => return Err(ChannelError::Fault(word)),
        Heard::Nothing => return Err(ChannelError::NoAnswer),
    };
    let code = answer.code();
    if is_plain_success(code) || NO_TOKEN.contains(&code) {
        return Ok(());
    }
    let word = gateway.words().word(code, answer.message());
    match gateway.words().meaning(&call.subject(), code) {
        Some(meaning) if meaning.result == CodeResult::Declined => Err(ChannelError::Refused(word)),
        Some(_) | None => Err(ChannelError::Fault(word)),
    }
}

fn call<'a>(
    method: &'static str,
    family: &'static str,
    kind: [&'static str; 3],
    number: &'a str,
    binding: OpeningId,
    fields: Vec<Field>,
) -> Call<'a> {
    Call { method, family, endpoint: BACK, kind, number, at: binding.made_at(), fields }
}

async fn seal(gateway: &Gateway) -> Result<Arc<Seal>, Unsent> {
    gateway.sealing().seal(gateway).await.map_err(|error| match error {
        NoSeal::Fault(word) => Unsent::Fault(word),
        NoSeal::NoAnswer => Unsent::NoAnswer,
    })
}

/// The card's number under seal, with what else names the card and its holder.
fn sealed(
    gateway: &Gateway,
    seal: &Seal,
    factors: &CardFactors,
    info: Zeroizing<String>,
) -> Result<Vec<Field>, Unsent> {
    let number = seal.seal(factors.number.reveal()).ok_or_else(|| unsendable(gateway))?;
    Ok(vec![
        field("encryptCertId", seal.cert_id()),
        field("tokenPayData", format!("{{trId={}&tokenType=01}}", gateway.tr_id())),
        ("accNo", number),
        ("customerInfo", info),
    ])
}

/// What is said of the holder, a part of it under seal.
pub(super) fn info_with_phone(seal: &Seal, phone: &str) -> Option<Zeroizing<String>> {
    let sealed = seal.seal(&joined(&[("phoneNo", phone)])?)?;
    customer_info(&[("encryptedInfo", &sealed)])
}

fn info(
    gateway: &Gateway,
    seal: &Seal,
    plain: &[(&str, &str)],
    closed: &[(&str, &str)],
) -> Result<Zeroizing<String>, Unsent> {
    let text = || {
        let sealed = seal.seal(&joined(closed)?)?;
        let values: Vec<_> = plain.iter().copied().chain([("encryptedInfo", sealed.as_str())]).collect();
        customer_info(&values)
    };
    text().ok_or_else(|| unsendable(gateway))
}

/// `customerInfo` of these values; `None` if one of them holds what would end it.
pub(super) fn customer_info(values: &[(&str, &str)]) -> Option<Zeroizing<String>> {
    let inner = joined(values)?;
    let braced = Zeroizing::new(format!("{{{}}}", inner.as_str()));
    Some(Zeroizing::new(STANDARD.encode(braced.as_bytes())))
}

/// A factor that would have changed what the others say, or is too long. Nothing of it is told.
fn unsendable(gateway: &Gateway) -> Unsent {
    tracing::error!("a factor of a card holds what cannot be sent; nothing was sent");
    Unsent::Fault(gateway.words().word("unsendable_factor", "a factor holds what cannot be sent; check it on entry"))
}

fn certificate_type(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::IdCard => "01",
        DocumentKind::Passport => "03",
    }
}

/// `MMYY` as `YYMM`; anything else as it is, for the bank to refuse.
fn year_first(expiry: &str) -> Zeroizing<String> {
    let turned = match (expiry.get(..2), expiry.get(2..)) {
        (Some(month), Some(year)) if year.len() == 2 => format!("{year}{month}"),
        _ => expiry.to_owned(),
    };
    Zeroizing::new(turned)
}

fn refusal(gateway: &Gateway, call: &Call<'_>, answer: &Answer) -> BindingReport {
    match gateway.words().verdict(&call.subject(), answer.code(), answer.message()) {
        Verdict::Declined(word, causes) => BindingReport::Declined { word, causes },
        Verdict::Open(word) => BindingReport::Fault(word),
    }
}

fn opened(gateway: &Gateway, call: &Call<'_>, fields: &Fields) -> BindingReport {
    match bound(fields, gateway.tr_id()) {
        Ok(card) => BindingReport::Bound(card),
        Err(field) => BindingReport::Fault(gateway.words().incomplete(&call.subject(), field)),
    }
}

/// The card that fields speak of, or the field that is missing, cannot be read or names somebody else.
pub(super) fn bound(fields: &Fields, tr_id: &str) -> Result<BoundCard, &'static str> {
    let data = fields.get("tokenPayData").and_then(read_braced).ok_or("tokenPayData")?;
    let value = |name: &str| data.get(name).copied().filter(|value| !value.is_empty());
    if value("trId").is_some_and(|named| named != tr_id) {
        return Err("trId");
    }
    // A token goes back into braces, so it must not end them.
    let token = value("token").filter(|token| joined(&[("token", token)]).is_some()).ok_or("token")?;
    Ok(BoundCard {
        token: CardToken::new(token),
        begins_at: value("tokenBegin").and_then(read_time),
        ends_at: value("tokenEnd").and_then(read_time),
        kind: fields.get("payCardType").and_then(kind),
        last_four: fields.get("accNo").and_then(last_four),
    })
}

fn kind(code: &str) -> Option<CardKind> {
    match code {
        "01" => Some(CardKind::Debit),
        "02" | "03" => Some(CardKind::Credit),
        "05" | "06" => Some(CardKind::Prepaid),
        _ => None,
    }
}

/// The last four digits of a number, whole or masked; a number under seal is longer and tells nothing.
fn last_four(number: &str) -> Option<String> {
    let masked = |byte: u8| byte.is_ascii_digit() || byte == b'*';
    let last = number.get(number.len().checked_sub(4)?..)?;
    let fits = number.len() <= 19 && number.bytes().all(masked) && last.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_turned_and_numbers_are_cut() {
        for (given, sent) in [("0829", "2908"), ("829", "829"), ("", ""), ("08/29", "08/29"), ("月29", "月29")] {
            assert_eq!(year_first(given).as_str(), sent);
        }
        for (number, last) in [
            ("6222****4321", Some("4321")),
            ("6221558812340000", Some("0000")),
            ("4321", Some("4321")),
            ("321", None),
            ("6222****43*1", None),
            ("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0MzIx", None),
        ] {
            assert_eq!(last_four(number).as_deref(), last, "{number}");
        }
    }

    #[test]
    fn a_value_cannot_become_another() {
        assert_eq!(customer_info(&[("customerNm", "张三&smsCode=1")]), None);
        let info = customer_info(&[("certifTp", "01"), ("smsCode", "111111")]).unwrap();
        assert_eq!(STANDARD.decode(info.as_bytes()).unwrap(), b"{certifTp=01&smsCode=111111}");
    }
}
