//! How an attempt moves, as a notation: a script of reports on the left, where it ends on the right.
//!
//! `charge` and expiry are at second 0 and 120; `@n` sets the clock.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use tantu_domain::attempt::{Attempt, AttemptReport, AttemptState, Permission, Recorded};
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::ids::RefundId;
use tantu_domain::money::Money;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn attempt() -> Attempt {
    Attempt {
        id: "att_00000000000000000000000007".parse().unwrap(),
        channel: Channel::Alipay,
        instrument: "ins_00000000000000000000000007".parse().unwrap(),
        amount: Money::cny(100),
        permission: Permission::Mandate { agreement_no: "1".into() },
        submitted_at: at(0),
        expires_at: at(120),
        state: AttemptState::Submitted { last_contact: None, fault: None, cancelled_at: None },
    }
}

fn report(word: &str, now: Timestamp) -> AttemptReport {
    let said =
        |code: &str| ChannelWord { channel: Channel::Alipay, code: code.into(), message: String::new(), at: now };
    match word {
        "paid" => AttemptReport::Succeeded { trade_no: "T".into(), amount: Money::cny(100), paid_at: now },
        "paid-less" => AttemptReport::Succeeded { trade_no: "T".into(), amount: Money::cny(99), paid_at: now },
        "declined" => AttemptReport::Declined { word: said("NO"), causes: Vec::new() },
        "fault" => AttemptReport::Fault(said("SYSTEM_ERROR")),
        "silence" => AttemptReport::NoAnswer,
        "waiting" => AttemptReport::Waiting,
        "unknown" => AttemptReport::NotExist,
        "closed-there" => AttemptReport::ClosedThere,
        "cancelled" => AttemptReport::Cancelled { settled: true },
        "cancel-of-nothing" => AttemptReport::Cancelled { settled: false },
        "refunded" => AttemptReport::Refunded,
        other => panic!("no such report: {other}"),
    }
}

/// Plays a script; the end state, and how often money was captured and refunds were owed.
fn play(script: &str) -> (&'static str, usize, usize) {
    let (mut now, mut attempt) = (at(0), attempt());
    let (mut captured, mut owed) = (0, 0);
    let refund: RefundId = "ref_00000000000000000000000007".parse().unwrap();
    for word in script.split_whitespace() {
        if let Some(second) = word.strip_prefix('@') {
            now = at(second.parse().unwrap());
            continue;
        }
        let (next, recorded) = attempt.record(&report(word, now), refund, now);
        captured += usize::from(recorded == Recorded::Captured);
        owed += usize::from(matches!(recorded, Recorded::LateSuccess(_)));
        attempt = next;
    }
    (attempt.state.id(), captured, owed)
}

#[test]
fn scripts() {
    let table = [
        ("paid", ("succeeded", 1, 0)),
        ("paid paid paid", ("succeeded", 1, 0)),
        ("declined", ("declined", 0, 0)),
        ("silence", ("submitted", 0, 0)),
        ("silence fault silence waiting", ("submitted", 0, 0)),
        ("silence paid", ("succeeded", 1, 0)),
        // *does not exist* is final only after the charge's own expiry and the clocks' distance.
        ("silence @124 unknown", ("submitted", 0, 0)),
        ("silence @125 unknown", ("closed", 0, 0)),
        ("silence @9999 silence fault waiting", ("submitted", 0, 0)),
        // A cancel of a trade that the channel has not seen proves nothing about one that is still on its way.
        ("silence @15 cancel-of-nothing unknown", ("submitted", 0, 0)),
        ("silence @15 cancel-of-nothing @20 paid", ("succeeded", 1, 0)),
        ("silence @15 cancelled", ("closed", 0, 0)),
        ("silence closed-there", ("closed", 0, 0)),
        // A success after the end is refunded, once, however often it is told.
        ("declined paid", ("returning", 0, 1)),
        ("silence @15 cancelled paid paid paid", ("returning", 0, 1)),
        ("silence @125 unknown paid", ("returning", 0, 1)),
        ("declined paid refunded", ("returned", 0, 1)),
        ("declined paid refunded paid refunded closed-there", ("returned", 0, 1)),
        // What is paid stays paid.
        ("paid declined closed-there cancelled unknown refunded @999 unknown", ("succeeded", 1, 0)),
        ("refunded", ("submitted", 0, 0)),
        // Another amount than was asked is believed by nobody.
        ("paid-less", ("submitted", 0, 0)),
        ("declined paid-less", ("declined", 0, 0)),
    ];
    for (script, end) in table {
        assert_eq!(play(script), end, "{script}");
    }
}
