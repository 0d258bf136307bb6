//! Decisions about money, as tables: replies, and one report.

use tantu_channels::{CancelReport, Charge, ChargeOrder, ChargeWay, PaymentCode};
use tantu_codes::{CodeResult, Override, Tables};
use tantu_domain::attempt::{Attempt, AttemptReport, AttemptState, Permission, Recorded};
use tantu_domain::card::CardToken;
use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::InstrumentId;
use tantu_domain::money::Money;

use crate::stub::{NOW, Reply, Stub, TOKEN, at, attempt, attempt_of, code, refund, says, word};
use AttemptReport::{Cancelled, ClosedThere, NoAnswer, NotExist, Waiting};

pub(crate) fn order() -> ChargeOrder {
    ChargeOrder {
        attempt: attempt(),
        amount: Money::cny(8888),
        subject: "茶 & 水".to_owned(),
        way: ChargeWay::Card { token: CardToken::new(TOKEN), code: None },
        expires_at: at("2026-11-20T01:15:00Z"),
        notify_url: "https://tantu.example/v1/notifications/unionpay".to_owned(),
    }
}

/// An answer to a query whose order ended with `code`.
pub(crate) fn ended(code: &'static str) -> Reply {
    says(&[
        ("respCode", "00"),
        ("origRespCode", code),
        ("origRespMsg", "原因[0000000]"),
        ("queryId", "951611200900591234567"),
        ("traceTime", "1120090101"),
        ("txnAmt", "8888"),
        ("currencyCode", "156"),
    ])
}

fn paid(minor: i64) -> AttemptReport {
    AttemptReport::Succeeded {
        trade_no: "951611200900591234567".to_owned(),
        amount: Money::cny(minor),
        paid_at: at("2026-11-20T01:01:01Z"),
    }
}

pub(crate) fn fault(code: &str) -> AttemptReport {
    AttemptReport::Fault(word(code, "原因[0000000]"))
}

pub(crate) fn declined(code: &str, causes: &[(Cause, Confidence)]) -> AttemptReport {
    AttemptReport::Declined { word: word(code, "原因[0000000]"), causes: causes.to_vec() }
}

pub(crate) fn incomplete(field: &str) -> AttemptReport {
    AttemptReport::Fault(word("incomplete_answer", &format!("{field} is missing or cannot be read")))
}

#[tokio::test]
async fn what_an_answer_to_a_charge_proves() {
    use Confidence::{Certain, Likely};
    for (replies, expected) in [
        // Taken in is not paid: the order is asked about at once.
        (vec![code("00"), ended("00")], paid(8888)),
        (vec![code("A6"), ended("00")], paid(8888)),
        (vec![code("00"), ended("A6")], paid(8888)),
        (vec![code("00"), ended("05")], Waiting),
        (vec![code("00"), code("34")], Waiting),
        (vec![code("00"), code("03")], Waiting),
        (vec![code("00"), Reply::Raw(axum::http::StatusCode::BAD_GATEWAY, String::new())], Waiting),
        (vec![code("00"), ended("64")], declined("64", &[(Cause::FundsCardInsufficient, Certain)])),
        // Being worked on, and faults of theirs.
        (vec![code("05")], Waiting),
        (vec![code("83")], Waiting),
        (vec![code("03")], fault("03")),
        (vec![code("04")], fault("04")),
        (vec![code("06")], fault("06")),
        (vec![code("12")], fault("12")),
        (vec![code("42")], fault("42")),
        // A code that nobody published is undecided, as is one of another table.
        (vec![code("51")], fault("51")),
        (vec![code("97")], fault("97")),
        (vec![code("2040004")], fault("2040004")),
        // Final.
        (vec![code("61")], declined("61", &[(Cause::CardDetailsWrong, Certain)])),
        (vec![code("73")], declined("73", &[(Cause::CardExpired, Certain)])),
        (vec![code("77")], declined("77", &[(Cause::CardOnlinePaymentDisabled, Certain)])),
        (vec![code("89")], declined("89", &[(Cause::BindingStale, Certain)])),
        (vec![code("63")], declined("63", &[(Cause::CardNotActivated, Likely), (Cause::CardStatusAbnormal, Likely)])),
        (
            vec![code("33")],
            declined(
                "33",
                &[(Cause::LimitPerTransaction, Likely), (Cause::LimitDaily, Likely), (Cause::LimitMonthly, Likely)],
            ),
        ),
        (vec![code("11")], declined("11", &[])),
    ] {
        let asked = replies.len();
        let stub = Stub::start(replies).await;
        assert_eq!(stub.unionpay.charge(&order()).await, expected);
        assert_eq!(stub.requests().len(), asked, "{expected:?}");
    }
}

#[tokio::test]
async fn only_a_card_is_charged_here() {
    let code = || ChargeWay::PaymentCode { code: PaymentCode::new("281") };
    let mandate = ChargeWay::Mandate { agreement_no: "2026".to_owned() };
    for way in [code(), mandate] {
        let stub = Stub::start(Vec::new()).await;
        assert_eq!(stub.unionpay.charge(&ChargeOrder { way, ..order() }).await, NoAnswer);
        assert!(stub.requests().is_empty());
    }
}

#[tokio::test]
async fn what_an_answer_to_a_query_proves() {
    let without = |name: &'static str| {
        let Reply::Signed(mut fields) = ended("00") else { unreachable!("it is signed") };
        fields.retain(|(field, _)| *field != name);
        Reply::Signed(fields)
    };
    let with = |name: &'static str, value: &str| {
        let Reply::Signed(mut fields) = ended("00") else { unreachable!("it is signed") };
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value.to_owned()));
        Reply::Signed(fields)
    };
    for (reply, expected) in [
        (ended("00"), paid(8888)),
        (ended("A6"), paid(8888)),
        // Another amount is UnionPay's word; it is judged where the attempt is known.
        (with("txnAmt", "1"), paid(1)),
        (ended("03"), fault("03")),
        (ended("04"), fault("04")),
        (ended("05"), Waiting),
        (ended("46"), ClosedThere),
        (ended("97"), fault("97")),
        (ended("61"), declined("61", &[(Cause::CardDetailsWrong, Confidence::Certain)])),
        // The question's own code says nothing of the order, whatever it is.
        (code("34"), NotExist),
        (code("61"), fault("61")),
        (code("10"), fault("10")),
        (code("37"), fault("37")),
        (code("05"), fault("05")),
        (code("00"), incomplete("origRespCode")),
        (without("queryId"), incomplete("queryId")),
        (without("txnAmt"), incomplete("txnAmt")),
        (with("txnAmt", "88.88"), incomplete("txnAmt")),
        (with("currencyCode", "840"), incomplete("currencyCode")),
    ] {
        let stub = Stub::start(vec![reply.clone(), reply]).await;
        assert_eq!(stub.unionpay.query(attempt()).await, expected);
        // There is nothing to close with, so closing asks.
        assert_eq!(Charge::close(&stub.unionpay, attempt()).await, expected);
    }
}

#[tokio::test]
async fn a_payment_without_a_time_is_a_payment() {
    let reply = says(&[("respCode", "00"), ("origRespCode", "00"), ("queryId", "9516"), ("txnAmt", "8888")]);
    let stub = Stub::start(vec![reply]).await;
    let AttemptReport::Succeeded { paid_at, .. } = stub.unionpay.query(attempt()).await else { panic!("it is paid") };
    assert_eq!(paid_at, at("2026-11-20T01:00:59Z"), "the order's own time is near");
}

#[tokio::test]
async fn what_an_answer_to_a_reversal_proves() {
    for (reply, report) in [
        (code("00"), Cancelled { settled: true }),
        // It had been reversed, or given back, before.
        (code("46"), Cancelled { settled: true }),
        (code("45"), Cancelled { settled: true }),
        (code("34"), NotExist),
        // A defect, a refusal and whatever else: it has ended nothing.
        (code("A6"), fault("A6")),
        (code("35"), fault("35")),
        (code("39"), fault("39")),
        (code("03"), fault("03")),
        (code("97"), fault("97")),
    ] {
        let stub = Stub::start(vec![reply]).await;
        assert_eq!(stub.unionpay.cancel(attempt()).await, CancelReport { report, again: false });
    }
}

#[tokio::test]
async fn a_reversal_is_sent_on_the_settlement_day_only() {
    // The clock stands at 09:02 on the 20th in Beijing: that day began at 23:00 on the 19th.
    for (made, end) in [
        ("2026-11-19T15:00:00Z", "backTransReq.do"),
        ("2026-11-19T14:59:59Z", "queryTrans.do"),
        ("2026-11-20T01:02:02Z", "backTransReq.do"),
        ("2026-11-18T20:00:00Z", "queryTrans.do"),
    ] {
        let stub = Stub::start(vec![code("34")]).await;
        assert_eq!(stub.unionpay.cancel(attempt_of(made)).await, CancelReport { report: NotExist, again: false });
        assert_eq!(stub.request().0, end, "{made}");
    }
}

/// No such order is no proof that nothing will be paid, until the charge's own expiry and a skew are past.
#[test]
fn no_such_order_is_final_only_after_the_expiry() {
    let attempt = Attempt {
        id: attempt(),
        channel: Channel::UnionPay,
        instrument: InstrumentId::from_bytes([5; 16]).unwrap(),
        amount: Money::cny(8888),
        permission: Permission::PaymentCode,
        submitted_at: at(NOW),
        expires_at: at("2027-11-22T04:15:00Z"),
        state: AttemptState::Submitted { last_contact: None, fault: None, cancelled_at: None },
    };
    let (early, recorded) = attempt.clone().record(&NotExist, refund(), at("2027-11-22T04:15:04Z"));
    assert_eq!((recorded, early.is_undecided()), (Recorded::Undecided, true));
    let (late, recorded) = attempt.record(&NotExist, refund(), at("2027-11-22T04:15:05Z"));
    assert_eq!((recorded, late.is_undecided()), (Recorded::Closed, false));
}

#[tokio::test]
async fn the_operators_own_rows_count() {
    let of = |family: &str, code: &str| Override {
        channel: "unionpay".to_owned(),
        family: family.to_owned(),
        code: code.to_owned(),
        result: Some(CodeResult::Declined),
        causes: Some(vec![(Cause::BankRiskBlock, Confidence::Likely)]),
        note: "told by our contact".to_owned(),
        ..Override::default()
    };
    let tables = Tables::with(&[of("acp/consume", "97")]).unwrap();
    let stub = Stub::start_with(vec![code("97")], |config| tantu_channels::unionpay::UnionPayConfig {
        codes: std::sync::Arc::new(tables),
        ..config
    })
    .await;
    let expected = declined("97", &[(Cause::BankRiskBlock, Confidence::Likely)]);
    assert_eq!(stub.unionpay.charge(&order()).await, expected);
}
