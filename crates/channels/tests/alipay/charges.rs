//! Decisions about money, as tables: one reply, one report.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tantu_channels::alipay::AlipayConfig;
use tantu_channels::{CancelReport, Charge, ChargeOrder, ChargeWay, PaymentCode, RefundOrder};
use tantu_codes::{CodeResult, Override, Tables};
use tantu_domain::attempt::{Attempt, AttemptReport, AttemptState, Permission, Recorded};
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::InstrumentId;
use tantu_domain::money::Money;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::stub::{NOW, Reply, Stub, at, attempt, config, connect, refund};
use AttemptReport::{Cancelled, ClosedThere, NoAnswer, NotExist, Refunded, Waiting};

pub(crate) fn order() -> ChargeOrder {
    ChargeOrder {
        attempt: attempt(),
        amount: Money::cny(8888),
        subject: "茶 & 水".to_owned(),
        way: ChargeWay::Mandate { agreement_no: "20205225715271617440".to_owned() },
        expires_at: at("2026-11-22T16:00:00Z"),
        notify_url: "https://tantu.example/v1/notifications/alipay".to_owned(),
    }
}

/// The code that the payer's app shows.
pub(crate) const SHOWN: &str = "287951669891795468";

/// The same, by the code that the payer shows.
pub(crate) fn scanned() -> ChargeOrder {
    ChargeOrder { way: ChargeWay::PaymentCode { code: PaymentCode::new(SHOWN) }, ..order() }
}

fn refund_order() -> RefundOrder {
    RefundOrder { attempt: attempt(), refund: refund(), amount: Money::cny(8888), reason: "迟到的成功".to_owned() }
}

fn fault(code: &str, message: &str) -> AttemptReport {
    AttemptReport::Fault(word(code, message))
}

fn word(code: &str, message: &str) -> ChannelWord {
    ChannelWord { channel: Channel::Alipay, code: code.to_owned(), message: message.to_owned(), at: at(NOW) }
}

fn declined(code: &str, causes: &[(Cause, Confidence)]) -> AttemptReport {
    AttemptReport::Declined { word: word(code, "原因"), causes: causes.to_vec() }
}

fn succeeded(minor: i64) -> AttemptReport {
    let paid_at = at("2026-11-22T03:04:05Z");
    AttemptReport::Succeeded { trade_no: "2026112222001".to_owned(), amount: Money::cny(minor), paid_at }
}

/// An answer whose call worked, about our attempt, with more fields.
fn worked(more: &str) -> String {
    format!(r#"{{"code":"10000","msg":"Success","out_trade_no":"{}"{more}}}"#, attempt().channel_number())
}

/// The answer to a charge that took `amount`.
fn paid(amount: &str) -> String {
    worked(&format!(
        r#","trade_no":"2026112222001","total_amount":"{amount}","gmt_payment":"2026-11-22 11:04:05","buyer_logon_id":"a**@b.c""#
    ))
}

fn failed(sub_code: &str) -> String {
    format!(r#"{{"code":"40004","msg":"Business Failed","sub_code":"{sub_code}","sub_msg":"原因"}}"#)
}

fn signed(object: impl Into<String>) -> Reply {
    Reply::Signed(object.into())
}

#[tokio::test]
async fn what_an_answer_to_a_charge_proves() {
    use Confidence::{Certain, Likely, Possible};
    let other = paid("88.88").replace(&attempt().channel_number(), &"a".repeat(30));
    let nameless = paid("88.88").replace("out_trade_no", "out_trade");
    let html = "<html>系统繁忙</html>".to_owned();
    for (reply, expected) in [
        (signed(paid("88.88")), succeeded(8888)),
        // Success that nobody proved.
        (Reply::Forged(paid("88.88")), NoAnswer),
        (Reply::Unsigned(paid("88.88")), NoAnswer),
        (Reply::Altered(paid("0.01"), paid("88.88")), NoAnswer),
        (Reply::Unsigned(worked("").replace("10000", "10003")), NoAnswer),
        // Success of something else, or of nothing.
        (signed(other), NoAnswer),
        (signed(nameless), NoAnswer),
        (signed(worked("")), fault("incomplete_answer", "gmt_payment is missing or cannot be read")),
        (
            signed(paid("88.88").replace("88.88", "88.888")),
            fault("incomplete_answer", "total_amount is missing or cannot be read"),
        ),
        (
            signed(paid("88.88").replace("\"trade_no", "\"trade")),
            fault("incomplete_answer", "trade_no is missing or cannot be read"),
        ),
        // Another amount is told as it is; whoever knows the attempt sees the contradiction.
        (signed(paid("88.87")), succeeded(8887)),
        (signed(worked("").replace("10000", "10003")), Waiting),
        // Refusals by a published code.
        (
            signed(failed("ACQ.BUYER_BALANCE_NOT_ENOUGH")),
            declined("ACQ.BUYER_BALANCE_NOT_ENOUGH", &[(Cause::FundsInsufficientBalance, Certain)]),
        ),
        (
            signed(failed("ACQ.AGREEMENT_NOT_EXIST")),
            declined(
                "ACQ.AGREEMENT_NOT_EXIST",
                &[(Cause::AgreementRevoked, Likely), (Cause::AgreementExpired, Possible)],
            ),
        ),
        // Refusals that nobody proved, however final their code.
        (Reply::Forged(failed("ACQ.BUYER_BALANCE_NOT_ENOUGH")), NoAnswer),
        (Reply::Unsigned(failed("ACQ.BUYER_BALANCE_NOT_ENOUGH")), fault("ACQ.BUYER_BALANCE_NOT_ENOUGH", "原因")),
        (signed(failed("ACQ.BUYER_BALANCE_NOT_ENOUGH").replace('{', r#"{"out_trade_no":"1","#)), NoAnswer),
        // Codes that do not say, and codes that nobody published.
        (signed(failed("ACQ.SYSTEM_ERROR")), fault("ACQ.SYSTEM_ERROR", "原因")),
        (signed(failed("ACQ.TRADE_HAS_SUCCESS")), fault("ACQ.TRADE_HAS_SUCCESS", "原因")),
        (signed(failed("ACQ.NEVER_SEEN")), fault("ACQ.NEVER_SEEN", "原因")),
        (signed(failed("")), fault("40004", "原因")),
        (signed(r#"{"code":"20000","msg":"x","sub_code":"isp.unknow-error"}"#), fault("isp.unknow-error", "x")),
        // No answer at all.
        (Reply::Raw(StatusCode::BAD_GATEWAY, paid("88.88")), fault("http_502", "Bad Gateway")),
        (Reply::Raw(StatusCode::FOUND, String::new()), fault("http_302", "Found")),
        (Reply::Raw(StatusCode::OK, html), NoAnswer),
        (Reply::Raw(StatusCode::OK, "x".repeat(300 * 1024)), NoAnswer),
    ] {
        let shown = shown(&reply);
        let stub = Stub::start(reply).await;
        assert_eq!(stub.alipay.charge(&order()).await, expected, "{shown}");
        stub.request();
    }
}

#[tokio::test]
async fn what_an_answer_to_a_scanned_code_proves() {
    use Confidence::{Certain, Likely};
    for (reply, expected) in [
        (signed(paid("88.88")), succeeded(8888)),
        // The payer is asked in his app, which nobody may forge either.
        (signed(worked("").replace("10000", "10003")), Waiting),
        (Reply::Unsigned(worked("").replace("10000", "10003")), NoAnswer),
        (signed(worked("").replace("10000", "10003").replace(&attempt().channel_number(), "1")), NoAnswer),
        // A code that is wrong, too old or used: nothing is blocked, a new one pays.
        (
            signed(failed("ACQ.PAYMENT_AUTH_CODE_INVALID")),
            declined("ACQ.PAYMENT_AUTH_CODE_INVALID", &[(Cause::ChannelNotConfirmed, Certain)]),
        ),
        (
            signed(failed("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR")),
            declined("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", &[(Cause::LimitDaily, Certain)]),
        ),
        (
            signed(failed("ACQ.USER_FACE_PAYMENT_SWITCH_OFF")),
            declined("ACQ.USER_FACE_PAYMENT_SWITCH_OFF", &[(Cause::ChannelUnavailable, Likely)]),
        ),
        // Codes of agreements do not answer this call.
        (signed(failed("ACQ.AGREEMENT_NOT_EXIST")), fault("ACQ.AGREEMENT_NOT_EXIST", "原因")),
        (signed(failed("ACQ.SYSTEM_ERROR")), fault("ACQ.SYSTEM_ERROR", "原因")),
        (signed(failed("ACQ.TRADE_BUYER_NOT_MATCH")), fault("ACQ.TRADE_BUYER_NOT_MATCH", "原因")),
    ] {
        let shown = shown(&reply);
        let stub = Stub::start(reply).await;
        assert_eq!(stub.alipay.charge(&scanned()).await, expected, "{shown}");
        stub.request();
    }
}

#[test]
fn a_code_is_never_shown() {
    let shown = format!("{:?}", scanned());
    assert!(!shown.contains(SHOWN) && shown.contains("PaymentCode(***)"), "{shown}");
}

#[tokio::test]
async fn the_operators_own_rows_decide_what_a_refusal_proves() {
    let own = |code: &str, result, causes| Override {
        channel: "alipay".to_owned(),
        family: "alipay.trade.pay/withhold".to_owned(),
        code: code.to_owned(),
        result,
        causes,
        note: "told by their support".to_owned(),
        ..Override::default()
    };
    let codes = Arc::new(
        Tables::with(&[
            own("ACQ.BUYER_BALANCE_NOT_ENOUGH", Some(CodeResult::Undecided), None),
            own("ACQ.AGREEMENT_NOT_EXIST", None, Some(vec![(Cause::AgreementRevoked, Confidence::Certain)])),
            own("ACQ.NEVER_SEEN", Some(CodeResult::Declined), Some(vec![(Cause::LimitDaily, Confidence::Likely)])),
        ])
        .unwrap(),
    );
    for (code, expected) in [
        // Published as declined; nothing may be concluded from it any more.
        ("ACQ.BUYER_BALANCE_NOT_ENOUGH", fault("ACQ.BUYER_BALANCE_NOT_ENOUGH", "原因")),
        (
            "ACQ.AGREEMENT_NOT_EXIST",
            declined("ACQ.AGREEMENT_NOT_EXIST", &[(Cause::AgreementRevoked, Confidence::Certain)]),
        ),
        ("ACQ.NEVER_SEEN", declined("ACQ.NEVER_SEEN", &[(Cause::LimitDaily, Confidence::Likely)])),
    ] {
        let with = |config| AlipayConfig { codes: codes.clone(), ..config };
        let stub = Stub::start_with(signed(failed(code)), with).await;
        assert_eq!(stub.alipay.charge(&order()).await, expected, "{code}");
    }
}

fn shown(reply: &Reply) -> String {
    match reply {
        Reply::Signed(text) => format!("signed {text}"),
        Reply::Forged(text) => format!("forged {text}"),
        Reply::Altered(_, text) => format!("altered {text}"),
        Reply::Unsigned(text) => format!("unsigned {text}"),
        Reply::Raw(status, text) => format!("{status} {}", text.chars().take(80).collect::<String>()),
        Reply::Silence => "silence".to_owned(),
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_the_charge_undecided() {
    let short = |mut config: tantu_channels::alipay::AlipayConfig| {
        config.timeout = Duration::from_millis(200);
        config
    };
    let stub = Stub::start_with(Reply::Silence, short).await;
    assert_eq!(stub.alipay.charge(&order()).await, NoAnswer);

    // The request is read, then the connection is cut.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let alipay = connect(config(&format!("http://{}/gateway.do", listener.local_addr().unwrap())));
    let cutting = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut some = [0; 64];
        assert!(stream.read(&mut some).await.unwrap() > 0);
    };
    let order = order();
    let (report, ()) = tokio::join!(alipay.charge(&order), cutting);
    assert_eq!(report, NoAnswer);

    // Nobody listens.
    drop(listener);
    assert_eq!(alipay.charge(&order).await, NoAnswer);
}

#[tokio::test]
async fn another_amount_is_a_contradiction_and_captures_nothing() {
    let stub = Stub::start(signed(paid("0.01"))).await;
    let report = stub.alipay.charge(&order()).await;
    let submitted = Attempt {
        id: attempt(),
        channel: Channel::Alipay,
        instrument: InstrumentId::from_bytes([1; 16]).unwrap(),
        amount: order().amount,
        permission: Permission::Mandate { agreement_no: "20205225715271617440".to_owned() },
        submitted_at: at(NOW),
        expires_at: order().expires_at,
        state: AttemptState::Submitted { last_contact: None, fault: None, cancelled_at: None },
    };
    let (after, recorded) = submitted.record(&report, refund(), at(NOW));
    assert!(recorded == Recorded::Contradiction && after.is_undecided());
}

fn trade(status: &str) -> String {
    worked(&format!(
        r#","trade_no":"2026112222001","total_amount":"88.88","send_pay_date":"2026-11-22 11:04:05","trade_status":"{status}""#
    ))
}

#[tokio::test]
async fn what_an_answer_to_a_query_proves() {
    let other = trade("TRADE_SUCCESS").replace(&attempt().channel_number(), &"a".repeat(30));
    for (reply, expected) in [
        (signed(trade("WAIT_BUYER_PAY")), Waiting),
        (signed(trade("TRADE_SUCCESS")), succeeded(8888)),
        (signed(trade("TRADE_FINISHED")), succeeded(8888)),
        (signed(trade("TRADE_CLOSED")), ClosedThere),
        (signed(trade("TRADE_NEW")), fault("incomplete_answer", "trade_status is missing or cannot be read")),
        (signed(worked("")), fault("incomplete_answer", "trade_status is missing or cannot be read")),
        (signed(other.clone()), NoAnswer),
        (signed(other.replace("TRADE_SUCCESS", "TRADE_CLOSED")), NoAnswer),
        (Reply::Forged(trade("TRADE_SUCCESS")), NoAnswer),
        (Reply::Forged(trade("TRADE_CLOSED")), NoAnswer),
        (Reply::Unsigned(trade("TRADE_CLOSED")), NoAnswer),
        (signed(failed("ACQ.TRADE_NOT_EXIST")), NotExist),
        // That it does not exist closes an attempt in the end, so it must be signed, too.
        (Reply::Forged(failed("ACQ.TRADE_NOT_EXIST")), NoAnswer),
        (Reply::Unsigned(failed("ACQ.TRADE_NOT_EXIST")), fault("ACQ.TRADE_NOT_EXIST", "原因")),
        // A question that was refused is no word about the trade.
        (signed(failed("ACQ.INVALID_PARAMETER")), fault("ACQ.INVALID_PARAMETER", "原因")),
        (
            signed(r#"{"code":"40002","msg":"x","sub_code":"isv.invalid-signature"}"#),
            fault("isv.invalid-signature", "x"),
        ),
        (signed(failed("ACQ.BUYER_BALANCE_NOT_ENOUGH")), fault("ACQ.BUYER_BALANCE_NOT_ENOUGH", "原因")),
    ] {
        let shown = shown(&reply);
        let stub = Stub::start(reply).await;
        assert_eq!(Charge::query(&stub.alipay, attempt()).await, expected, "{shown}");
    }
}

#[tokio::test]
async fn what_an_answer_to_a_close_proves() {
    for (reply, expected) in [
        (signed(worked("")), ClosedThere),
        (signed(worked("").replace(&attempt().channel_number(), "1")), NoAnswer),
        (signed(r#"{"code":"10000"}"#), NoAnswer),
        (Reply::Forged(worked("")), NoAnswer),
        (signed(failed("ACQ.TRADE_NOT_EXIST")), NotExist),
        // Perhaps it was paid in between: ask.
        (signed(failed("ACQ.TRADE_STATUS_ERROR")), fault("ACQ.TRADE_STATUS_ERROR", "原因")),
        (signed(failed("ACQ.INVALID_PARAMETER")), fault("ACQ.INVALID_PARAMETER", "原因")),
    ] {
        let shown = shown(&reply);
        let stub = Stub::start(reply).await;
        assert_eq!(stub.alipay.close(attempt()).await, expected, "{shown}");
    }
}

#[tokio::test]
async fn what_an_answer_to_a_cancel_proves() {
    let ended = |action: &str| worked(&format!(r#","retry_flag":"N","action":"{action}""#));
    for (reply, report, again) in [
        (signed(ended("close")), Cancelled { settled: true }, false),
        (signed(ended("refund")), Cancelled { settled: true }, false),
        (signed(worked(r#","retry_flag":"N""#)), Cancelled { settled: false }, false),
        (signed(worked(r#","retry_flag":"Y","action":"close""#)), fault("retry_flag_y", "Success"), true),
        (signed(ended("close").replace(&attempt().channel_number(), "1")), NoAnswer, false),
        (Reply::Forged(ended("close")), NoAnswer, false),
        (Reply::Unsigned(ended("close")), NoAnswer, false),
        (signed(ended("other")), fault("incomplete_answer", "action is missing or cannot be read"), false),
        // The advice is to send the same again, in both spellings.
        (signed(failed("AQC.SYSTEM_ERROR")), fault("AQC.SYSTEM_ERROR", "原因"), true),
        (signed(failed("ACQ.SYSTEM_ERROR")), fault("ACQ.SYSTEM_ERROR", "原因"), true),
        (signed(failed("ACQ.NEW").replace('{', r#"{"retry_flag":"Y","#)), fault("ACQ.NEW", "原因"), true),
        (signed(failed("ACQ.TRADE_CANCEL_TIME_OUT")), fault("ACQ.TRADE_CANCEL_TIME_OUT", "原因"), false),
    ] {
        let shown = shown(&reply);
        let stub = Stub::start(reply).await;
        assert_eq!(stub.alipay.cancel(attempt()).await, CancelReport { report, again }, "{shown}");
    }
}

#[tokio::test]
async fn what_an_answer_to_a_refund_proves() {
    let changed = |flag: &str, fee: &str| worked(&format!(r#","fund_change":"{flag}","refund_fee":"{fee}""#));
    for (reply, expected) in [
        (signed(changed("Y", "88.88")), Refunded),
        // The fee is the sum of all refunds of the trade.
        (signed(changed("Y", "100.00")), Refunded),
        (signed(changed("Y", "88.87")), fault("incomplete_answer", "refund_fee is missing or cannot be read")),
        (signed(changed("N", "88.88")), fault("fund_change_n", "Success")),
        (signed(worked("")), fault("fund_change_n", "Success")),
        (signed(changed("Y", "88.88").replace(&attempt().channel_number(), "1")), NoAnswer),
        (Reply::Forged(changed("Y", "88.88")), NoAnswer),
        (Reply::Unsigned(changed("Y", "88.88")), NoAnswer),
        (signed(failed("ACQ.SELLER_BALANCE_NOT_ENOUGH")), declined("ACQ.SELLER_BALANCE_NOT_ENOUGH", &[])),
        (Reply::Forged(failed("ACQ.SELLER_BALANCE_NOT_ENOUGH")), NoAnswer),
        (signed(failed("ACQ.DISCORDANT_REPEAT_REQUEST")), fault("ACQ.DISCORDANT_REPEAT_REQUEST", "原因")),
        (signed(failed("ACQ.SYSTEM_ERROR")), fault("ACQ.SYSTEM_ERROR", "原因")),
    ] {
        let shown = shown(&reply);
        let stub = Stub::start(reply).await;
        assert_eq!(stub.alipay.refund(&refund_order()).await, expected, "{shown}");
    }
}

#[tokio::test]
async fn what_an_answer_to_a_question_for_a_refund_proves() {
    let number = refund().channel_number();
    let made = |number: &str, amount: &str| {
        worked(&format!(r#","out_request_no":"{number}","refund_status":"REFUND_SUCCESS","refund_amount":"{amount}""#))
    };
    for (reply, expected) in [
        (signed(made(&number, "88.88")), Refunded),
        (signed(made(&number, "1.00")), fault("incomplete_answer", "refund_amount is missing or cannot be read")),
        (signed(made("1", "88.88")), NoAnswer),
        (signed(made("", "88.88")), NoAnswer),
        (signed(worked("")), NotExist),
        (signed(failed("ACQ.TRADE_NOT_EXIST")), NotExist),
        (Reply::Forged(made(&number, "88.88")), NoAnswer),
        (Reply::Unsigned(made(&number, "88.88")), NoAnswer),
        (Reply::Forged(worked("")), NoAnswer),
        (signed(failed("ACQ.SYSTEM_ERROR")), fault("ACQ.SYSTEM_ERROR", "原因")),
    ] {
        let shown = shown(&reply);
        let stub = Stub::start(reply).await;
        assert_eq!(stub.alipay.query_refund(&refund_order()).await, expected, "{shown}");
    }
}
