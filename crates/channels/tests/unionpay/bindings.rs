//! Binding a card: what each answer proves, and how the certificate for sealing is kept.

use axum::http::StatusCode;
use jiff::SignedDuration;
use tantu_channels::ChannelError;
use tantu_channels::card::{BindingOrder, CardBinding, CardFactors, DocumentKind, OneTimeCode};
use tantu_channels::secret::Secret;
use tantu_domain::card::{BindingReport, BoundCard, CardKind, CardToken, CodeReport};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

use crate::stub::{Reply, Stub, TOKEN, at, binding, code, says, word};

pub(crate) const CARD: &str = "6226388000000095";

pub(crate) fn order() -> BindingOrder {
    let factors = CardFactors {
        number: Secret::new(CARD),
        phone: Secret::new("18100000000"),
        name: Secret::new("张三"),
        document_kind: DocumentKind::IdCard,
        document: Secret::new("510265199012130300"),
        expiry: Some(Secret::new("1229")),
        cvn2: Some(Secret::new("248")),
    };
    BindingOrder { binding: binding(), factors }
}

pub(crate) fn one_time_code() -> OneTimeCode {
    OneTimeCode::new("111111")
}

const DATA: &str = "{token=6235240000020757577&trId=62000000001&tokenLevel=90&tokenBegin=20261120090059&tokenEnd=20311119090059&tokenType=01}";

fn opened(data: &str, more: &[(&'static str, &str)]) -> Reply {
    let fields = [("respCode", "00"), ("tokenPayData", data), ("activateStatus", "1")];
    says(&[&fields[..], more].concat())
}

fn bound() -> BoundCard {
    BoundCard {
        token: CardToken::new(TOKEN),
        begins_at: Some(at("2026-11-20T01:00:59Z")),
        ends_at: Some(at("2031-11-19T01:00:59Z")),
        kind: Some(CardKind::Credit),
        last_four: Some("0095".to_owned()),
    }
}

fn fault(code: &str) -> BindingReport {
    BindingReport::Fault(word(code, "原因[0000000]"))
}

fn incomplete(field: &str) -> BindingReport {
    BindingReport::Fault(word("incomplete_answer", &format!("{field} is missing or cannot be read")))
}

#[tokio::test]
async fn what_an_answer_to_an_opening_proves() {
    use Confidence::{Likely, Possible};
    let whole = [("payCardType", "02"), ("accNo", "6226****0095")];
    let bare = "{token=6235240000020757577&trId=62000000001}";
    let without = BoundCard { begins_at: None, ends_at: None, kind: None, last_four: None, ..bound() };
    for (reply, expected) in [
        (opened(DATA, &whole), BindingReport::Bound(bound())),
        (opened(bare, &[]), BindingReport::Bound(without)),
        (opened("{trId=62000000001}", &[]), incomplete("token")),
        (opened("{token=&trId=62000000001}", &[]), incomplete("token")),
        (opened("{token=1&token=2&trId=62000000001}", &[]), incomplete("tokenPayData")),
        (opened("token=1", &[]), incomplete("tokenPayData")),
        // Somebody else's token.
        (opened("{token=1&trId=62000000002}", &[]), incomplete("trId")),
        (code("00"), incomplete("tokenPayData")),
        (code("03"), fault("03")),
        (code("05"), fault("05")),
        (code("97"), fault("97")),
        (
            code("66"),
            BindingReport::Declined {
                word: word("66", "原因[0000000]"),
                causes: vec![
                    (Cause::IdentityNameMismatch, Likely),
                    (Cause::CardReservedPhoneMismatch, Likely),
                    (Cause::IdentityExpired, Possible),
                    (Cause::CardDetailsWrong, Possible),
                ],
            },
        ),
        (
            code("71"),
            BindingReport::Declined {
                word: word("71", "原因[0000000]"),
                causes: vec![
                    (Cause::OtpWrong, Likely),
                    (Cause::OtpNotReceived, Possible),
                    (Cause::OtpIntercepted, Possible),
                ],
            },
        ),
        (Reply::Raw(StatusCode::BAD_GATEWAY, String::new()), BindingReport::Fault(word("http_502", "Bad Gateway"))),
        (Reply::Raw(StatusCode::OK, "<html>".to_owned()), BindingReport::NoAnswer),
    ] {
        let stub = Stub::start(vec![reply]).await;
        assert_eq!(stub.unionpay.open(&order(), Some(&one_time_code())).await, expected);
    }
}

#[tokio::test]
async fn what_an_answer_to_a_question_for_a_binding_proves() {
    for (reply, expected) in [
        (opened(DATA, &[("payCardType", "02"), ("accNo", "6226388000000095")]), BindingReport::Bound(bound())),
        (says(&[("respCode", "00"), ("activateStatus", "0")]), BindingReport::NotExist),
        (code("34"), BindingReport::NotExist),
        (code("77"), BindingReport::NotExist),
        // Whatever else it says, it says it of the question.
        (code("61"), fault("61")),
        (code("03"), fault("03")),
    ] {
        let stub = Stub::start(vec![reply]).await;
        assert_eq!(CardBinding::query(&stub.unionpay, binding()).await, expected);
    }
}

#[tokio::test]
async fn what_an_answer_to_sending_a_code_proves() {
    for (reply, expected) in [
        (code("00"), CodeReport::Sent),
        (code("03"), CodeReport::Fault(word("03", "原因[0000000]"))),
        (
            code("61"),
            CodeReport::Declined {
                word: word("61", "原因[0000000]"),
                causes: vec![(Cause::CardDetailsWrong, Confidence::Certain)],
            },
        ),
        (Reply::Raw(StatusCode::OK, String::new()), CodeReport::NoAnswer),
    ] {
        let stub = Stub::start(vec![reply]).await;
        assert_eq!(CardBinding::send_code(&stub.unionpay, &order()).await, expected);
    }
}

#[tokio::test]
async fn a_token_that_is_gone_is_let_go() {
    let refused = ChannelError::Refused(word("11", "原因[0000000]"));
    for (reply, expected) in [
        (code("00"), Ok(())),
        (code("89"), Ok(())),
        (code("80"), Ok(())),
        (code("11"), Err(refused)),
        (code("03"), Err(ChannelError::Fault(word("03", "原因[0000000]")))),
        (code("97"), Err(ChannelError::Fault(word("97", "原因[0000000]")))),
        (Reply::Raw(StatusCode::OK, String::new()), Err(ChannelError::NoAnswer)),
    ] {
        let stub = Stub::start(vec![reply]).await;
        assert_eq!(stub.unionpay.delete(&CardToken::new(TOKEN)).await, expected);
    }
}

#[tokio::test]
async fn the_certificate_for_sealing_is_asked_for_once_a_day() {
    let stub = Stub::start(vec![code("00"); 6]).await;
    let order = order();
    let send = || CardBinding::send_code(&stub.unionpay, &order);
    send().await;
    send().await;
    assert_eq!(stub.sealings(), 1);
    stub.hands.forward(SignedDuration::from_hours(24));
    send().await;
    assert_eq!(stub.sealings(), 2);
    // The old one serves while no other can be had, for four weeks.
    stub.sealing(Reply::Raw(StatusCode::OK, "<html>".to_owned()));
    stub.hands.forward(SignedDuration::from_hours(25));
    assert_eq!(send().await, CodeReport::Sent);
    stub.hands.forward(SignedDuration::from_hours(24 * 27));
    assert_eq!(send().await, CodeReport::NoAnswer);
    assert_eq!((stub.sealings(), stub.requests().len()), (4, 4));
}

#[tokio::test]
async fn without_a_certificate_for_sealing_nothing_is_sent() {
    let empty = says(&[("respCode", "00"), ("encryptPubKeyCert", "none")]);
    let incomplete = word("incomplete_answer", "encryptPubKeyCert is missing or cannot be read");
    for (reply, expected) in [
        (code("00"), BindingReport::Fault(incomplete.clone())),
        (empty, BindingReport::Fault(incomplete)),
        (code("10"), fault("10")),
        (Reply::Raw(StatusCode::INTERNAL_SERVER_ERROR, String::new()), {
            BindingReport::Fault(word("http_500", "Internal Server Error"))
        }),
    ] {
        let stub = Stub::start(Vec::new()).await;
        stub.sealing(reply);
        assert_eq!(stub.unionpay.open(&order(), None).await, expected);
        assert!(stub.requests().is_empty());
    }
}
