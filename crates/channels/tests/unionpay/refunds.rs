//! Money on its way back: what is asked first, what is sent, and what an answer proves.

use tantu_channels::card::CardPayments;
use tantu_channels::{Charge, RefundOrder};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::money::Money;

use crate::charges::{ended, fault, incomplete};
use crate::stub::{Reply, Stub, TXN_TIME, attempt, attempt_of, code, refund, word};
use AttemptReport::{NotExist, Refunded, Waiting};

fn order() -> RefundOrder {
    RefundOrder { attempt: attempt(), refund: refund(), amount: Money::cny(8888), reason: "迟到的成功".to_owned() }
}

fn refused(code: &str, message: &str) -> AttemptReport {
    AttemptReport::Fault(word(code, message))
}

#[tokio::test]
async fn what_the_answers_to_a_refund_prove() {
    for (replies, expected) in [
        (vec![ended("00"), code("00"), ended("00")], Refunded),
        // Taken in, and not made yet.
        (vec![ended("00"), code("00"), code("34")], Waiting),
        (vec![ended("00"), code("05")], Waiting),
        (vec![ended("00"), code("03")], fault("03")),
        // Nothing to give back, or nobody knows.
        (vec![code("34")], refused("charge_not_made", "the charge is not made (yet), so nothing can go back")),
        (vec![ended("64")], refused("charge_not_made", "the charge is not made (yet), so nothing can go back")),
        (vec![code("03")], fault("03")),
        // It may have been given back already: undecided by the published text.
        (vec![ended("00"), code("45")], fault("45")),
        (vec![ended("00"), code("12")], fault("12")),
        (vec![ended("00"), code("97")], fault("97")),
    ] {
        let count = replies.len();
        let stub = Stub::start(replies).await;
        assert_eq!(stub.unionpay.refund(&order()).await, expected);
        assert_eq!(stub.requests().len(), count, "{expected:?}");
    }
    let stub = Stub::start(vec![ended("00"), code("43")]).await;
    assert!(matches!(stub.unionpay.refund(&order()).await, AttemptReport::Declined { .. }));
}

#[tokio::test]
async fn a_refund_names_the_charge_and_itself() {
    let stub = Stub::start(vec![ended("00"), code("00"), ended("00")]).await;
    stub.unionpay.refund(&order()).await;
    let requests = stub.requests();
    let ends: Vec<_> = requests.iter().map(|(end, _)| end.as_str()).collect();
    assert_eq!(ends, ["queryTrans.do", "backTransReq.do", "queryTrans.do"]);
    let (asked, sent, made) = (&requests[0].1, &requests[1].1, &requests[2].1);
    assert_eq!(asked["orderId"], attempt().channel_number());
    for (name, value) in [
        ("txnType", "04"),
        ("txnSubType", "00"),
        ("orderId", refund().channel_number().as_str()),
        ("txnTime", TXN_TIME),
        ("txnAmt", "8888"),
        ("currencyCode", "156"),
        ("origQryId", "951611200900591234567"),
        ("backUrl", "https://tantu.example/v1/notifications/unionpay"),
    ] {
        assert_eq!(sent[name], value, "{name}");
    }
    assert_eq!((&made["orderId"], &made["txnTime"]), (&sent["orderId"], &sent["txnTime"]));
}

#[tokio::test]
async fn a_charge_is_undone_whole_and_on_its_day() {
    let stub = Stub::start(vec![ended("00"), code("00"), ended("00")]).await;
    assert_eq!(stub.unionpay.undo(&order()).await, Refunded);
    let sent = &stub.requests()[1].1;
    assert_eq!((sent["txnType"].as_str(), sent["txnSubType"].as_str()), ("31", "00"));
    let part = RefundOrder { amount: Money::cny(1), ..order() };
    let old = RefundOrder { attempt: attempt_of("2026-11-19T14:59:59Z"), ..order() };
    for (order, code) in [(part, "undo_in_part"), (old, "undo_window_closed")] {
        let stub = Stub::start(vec![ended("00")]).await;
        let AttemptReport::Fault(word) = stub.unionpay.undo(&order).await else { panic!("{code}") };
        assert_eq!(word.code, code);
        assert_eq!(stub.requests().len(), 1, "it was asked about, and nothing was undone");
    }
}

#[tokio::test]
async fn what_an_answer_to_a_question_for_a_refund_proves() {
    for (reply, expected) in [
        (ended("00"), Refunded),
        (ended("A6"), Refunded),
        (ended("05"), Waiting),
        (ended("03"), fault("03")),
        (code("34"), NotExist),
        (code("61"), fault("61")),
        (code("00"), incomplete("origRespCode")),
    ] {
        let stub = Stub::start(vec![reply]).await;
        assert_eq!(stub.unionpay.query_refund(&order()).await, expected);
    }
    // Another amount than was asked for is not this refund.
    let Reply::Signed(mut fields) = ended("00") else { unreachable!("it is signed") };
    fields.retain(|(name, _)| *name != "txnAmt");
    fields.push(("txnAmt", "1".to_owned()));
    let stub = Stub::start(vec![Reply::Signed(fields)]).await;
    assert_eq!(stub.unionpay.query_refund(&order()).await, incomplete("txnAmt"));
    let stub = Stub::start(vec![ended("43")]).await;
    assert!(matches!(stub.unionpay.query_refund(&order()).await, AttemptReport::Declined { .. }));
}
