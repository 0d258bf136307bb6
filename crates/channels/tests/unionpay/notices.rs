//! What a notification proves.

use tantu_channels::{Notification, NotificationError, Notifications};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::{BindingReport, BoundCard, CardToken};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;
use tantu_domain::money::Money;

use crate::authority::{UNIONPAY, WORLD};
use crate::charges::{declined, fault};
use crate::stub::{
    HERE, MER_ID, Pairs, TOKEN, TXN_TIME, at, attempt, binding, config, connect, form, pairs, refund, signed,
};

/// A charge that was made, not signed yet.
pub(crate) fn paid() -> Pairs {
    pairs(&[
        ("accNo", "6226388000000095"),
        ("accessType", "0"),
        ("bizType", "000902"),
        ("currencyCode", "156"),
        ("encoding", "UTF-8"),
        ("merId", MER_ID),
        ("orderId", &attempt().channel_number()),
        ("queryId", "951611200900591234567"),
        ("respCode", "00"),
        ("respMsg", "成功[0000000]"),
        ("settleAmt", "8888"),
        ("settleCurrencyCode", "156"),
        ("settleDate", "1120"),
        ("signMethod", "01"),
        ("signPubKeyCert", &WORLD.unionpay),
        ("traceNo", "479103"),
        ("traceTime", "1120090101"),
        ("txnAmt", "8888"),
        ("txnSubType", "01"),
        ("txnTime", TXN_TIME),
        ("txnType", "01"),
        ("version", "5.1.0"),
    ])
}

fn with(changes: &[(&str, &str)]) -> Pairs {
    let mut fields = paid();
    fields.extend(pairs(changes));
    fields
}

fn without(name: &str) -> Pairs {
    let mut fields = paid();
    fields.remove(name);
    fields
}

fn read(fields: Pairs) -> Result<Notification, NotificationError> {
    connect(&config(HERE)).read(&form(&signed(fields, &UNIONPAY)))
}

fn ended(code: &str) -> Pairs {
    with(&[("respCode", code), ("respMsg", "原因[0000000]")])
}

#[test]
fn what_a_genuine_notification_proves() {
    let told = |report| Notification::Attempt { attempt: attempt(), report };
    let made = AttemptReport::Succeeded {
        trade_no: "951611200900591234567".to_owned(),
        amount: Money::cny(8888),
        paid_at: at("2026-11-20T01:01:01Z"),
    };
    let (of_refund, of_binding) = (refund().channel_number(), binding().channel_number());
    let given_back = |kind: &str| with(&[("txnType", kind), ("txnSubType", "00"), ("orderId", &of_refund)]);
    let data = format!("{{token={TOKEN}&trId=62000000001&tokenType=01}}");
    let opened = with(&[("txnType", "79"), ("orderId", &of_binding), ("tokenPayData", &data)]);
    let refunded = Notification::Refund { refund: refund(), report: AttemptReport::Refunded };
    let card = BoundCard {
        token: CardToken::new(TOKEN),
        begins_at: None,
        ends_at: None,
        kind: None,
        last_four: Some("0095".to_owned()),
    };
    let bound = Notification::Binding { binding: binding(), report: BindingReport::Bound(card) };
    for (fields, expected) in [
        (paid(), told(made)),
        // A success with a defect is asked about before it is believed.
        (ended("A6"), told(AttemptReport::Waiting)),
        (ended("05"), told(AttemptReport::Waiting)),
        (ended("03"), told(fault("03"))),
        (ended("97"), told(fault("97"))),
        (ended("64"), told(declined("64", &[(Cause::FundsCardInsufficient, Confidence::Certain)]))),
        (given_back("04"), refunded.clone()),
        (given_back("31"), refunded),
        (opened, bound),
        (with(&[("txnType", "02")]), Notification::Ignored { what: "txnType 02, respCode 00".to_owned() }),
    ] {
        assert_eq!(read(fields), Ok(expected));
    }
    assert_eq!(connect(&config(HERE)).accepted(), "ok");
}

#[test]
fn what_proves_nothing_though_it_is_genuine() {
    use NotificationError::{Malformed, NotOurs, OtherSeller};
    let (of_refund, of_binding) = (refund().channel_number(), binding().channel_number());
    for (fields, expected) in [
        (with(&[("merId", "777290058110049")]), OtherSeller),
        (without("merId"), OtherSeller),
        (with(&[("orderId", "201807251814000000175473")]), NotOurs { field: "orderId" }),
        // The same number with another time is another order; a number that is none of ours at that time.
        (with(&[("txnTime", "20261120090058")]), NotOurs { field: "txnTime" }),
        (without("txnTime"), NotOurs { field: "txnTime" }),
        (without("orderId"), Malformed { field: "orderId" }),
        (without("respCode"), Malformed { field: "respCode" }),
        (without("txnType"), Malformed { field: "txnType" }),
        (without("queryId"), Malformed { field: "queryId" }),
        (without("txnAmt"), Malformed { field: "txnAmt" }),
        (with(&[("txnAmt", "88.88")]), Malformed { field: "txnAmt" }),
        (with(&[("currencyCode", "840")]), Malformed { field: "currencyCode" }),
        (with(&[("txnType", "04"), ("orderId", "1")]), NotOurs { field: "orderId" }),
        (with(&[("txnType", "79"), ("orderId", &of_binding)]), Malformed { field: "tokenPayData" }),
        (
            with(&[("txnType", "79"), ("orderId", &of_binding), ("tokenPayData", "{token=1&trId=2}")]),
            Malformed { field: "trId" },
        ),
        (
            with(&[("txnType", "31"), ("orderId", &of_refund), ("txnTime", "20261120090058")]),
            NotOurs { field: "txnTime" },
        ),
    ] {
        assert_eq!(read(fields), Err(expected));
    }
}
