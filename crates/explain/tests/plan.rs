//! Plans as a table: causes → operations.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use jiff::Timestamp;
use tantu_domain::cause::{Cause, Who};
use tantu_domain::channel::Channel;
use tantu_domain::evidence::{Confidence, Field, Finding, Value};
use tantu_domain::ids::InstrumentId;
use tantu_domain::operation::Operation;
use tantu_explain::{Plan, plan};

fn instrument(number: u8) -> InstrumentId {
    InstrumentId::from_bytes([number; 16]).unwrap()
}

const WALLET: u8 = 1;
const ALIPAY: u8 = 2;
const MIDNIGHT: &str = "2026-11-23T00:00:00+08:00";

/// `account.frozen@platform` blocks everything, `2:agreement.expired@alipay` instrument 2; behind a blank
/// stand further fields, a time where the name says so.
fn finding(text: &str) -> Finding {
    let mut words = text.split(' ');
    let head = words.next().unwrap();
    let (instrument_no, head) = head.split_once(':').map_or((None, head), |(number, rest)| (Some(number), rest));
    let (id, whose) = head.split_once('@').map_or((head, None), |(id, whose)| (id, Some(whose)));
    let mut evidence: Vec<Field> = Vec::new();
    let mut confidence = Confidence::Certain;
    evidence.extend(whose.map(|whose| Field { name: "whose".into(), value: Value::Text(whose.to_owned()) }));
    for word in words {
        if let Some(known) = Confidence::parse(word) {
            confidence = known;
            continue;
        }
        let (name, value) = word.split_once('=').unwrap();
        let value = value.parse::<Timestamp>().map_or_else(|_| Value::Text(value.to_owned()), Value::Time);
        evidence.push(Field { name: name.to_owned().into(), value });
    }
    Finding {
        cause: Cause::parse(id).unwrap(),
        confidence,
        evidence,
        instrument: instrument_no.map(|number| instrument(number.parse().unwrap())),
    }
}

fn planned(causes: &[&str], can_pay_with: &[u8], chosen: u8, undecided: bool) -> Plan {
    let causes: Vec<Finding> = causes.iter().map(|text| finding(text)).collect();
    let can: Vec<InstrumentId> = can_pay_with.iter().map(|number| instrument(*number)).collect();
    plan(&causes, &can, instrument(chosen), undecided)
}

fn ids(plan: &Plan) -> String {
    let steps: Vec<&str> = plan.steps.iter().map(|step| step.operation.id()).collect();
    steps.join(" ")
}

#[test]
fn causes_lead_to_operations() {
    let told = format!("told_at={MIDNIGHT}");
    let balance = format!("2:funds.insufficient_balance@alipay code=ACQ.BUYER_BALANCE_NOT_ENOUGH {told}");
    let lost = format!("2:card.status_abnormal@unionpay likely code=63 {told}");
    let dormant = format!("2:card.not_activated@unionpay possible code=63 {told}");
    let frozen_there = format!("2:account.frozen@alipay code=X {told}");
    let nobody = format!("2:support.escalate@alipay code=X {told}");
    let asked = format!("account.frozen@platform unfreeze_requested_at={MIDNIGHT}");
    let until = format!("account.restricted@platform until={MIDNIGHT}");
    let daily = format!("1:limit.daily@platform resets_at={MIDNIGHT}");
    let cases: &[(&[&str], u8, &str)] = &[
        (&[], WALLET, "resume"),
        (&["1:funds.insufficient_balance@platform"], WALLET, "top_up resume"),
        (&[&balance], ALIPAY, "top_up recheck resume"),
        (&["app.outdated", "1:funds.insufficient_balance@platform"], WALLET, "update_app top_up recheck resume"),
        (
            &["account.frozen@platform", "2:agreement.expired@alipay"],
            ALIPAY,
            "request_unfreeze wait sign_mandate resume",
        ),
        (&["account.frozen@platform", "app.outdated"], WALLET, "update_app request_unfreeze wait recheck resume"),
        (&[&asked], WALLET, "wait resume"),
        (&[&until], WALLET, "wait_until resume"),
        (&["account.restricted@platform"], WALLET, "appeal wait resume"),
        (&[&frozen_there], ALIPAY, "ask_channel_support recheck resume"),
        (&[&daily, "1:funds.insufficient_balance@platform"], WALLET, "top_up wait_until resume"),
        (&["1:funds.insufficient_balance@platform", "2:agreement.revoked@alipay"], ALIPAY, "sign_mandate resume"),
        (&["2:limit.daily@alipay", "2:agreement.expired@alipay"], ALIPAY, "sign_mandate wait_until resume"),
        (&["platform.outage", "2:channel.interface_fault@alipay"], ALIPAY, "wait wait resume"),
        (&["platform.overloaded"], WALLET, "retry_same_key"),
        (&["2:network.unstable"], ALIPAY, "switch_network recheck resume"),
        (&["device.clock_skew", "network.dns"], WALLET, "change_resolver set_clock_automatic recheck resume"),
        (&[&lost, &dormant], ALIPAY, "ask_bank recheck resume"),
        (&["2:channel.unavailable"], ALIPAY, "open_ticket"),
        (&["app.outdated", "2:channel.unavailable"], ALIPAY, "update_app recheck open_ticket"),
        (&["support.escalate"], WALLET, "open_ticket"),
        (&[&nobody], ALIPAY, "open_ticket recheck resume"),
        (&["2:otp.intercepted"], ALIPAY, "check_intercepted_messages resend_code resume"),
        (&["bnpl.overdue", "credit.score_impact"], WALLET, "repay_bill resume"),
        (&["2:auth.payment_password state=unset"], ALIPAY, "set_payment_password resume"),
        (&["2:auth.payment_password state=locked"], ALIPAY, "wait_until resume"),
        (&["2:auth.payment_password state=locked reset_by=identity"], ALIPAY, "reset_payment_password resume"),
        (&["2:auth.payment_password state=wrong"], ALIPAY, "resume"),
        (&["2:auth.payment_password"], ALIPAY, "reset_payment_password resume"),
        (
            &["account.compromised", "account.info_changed"],
            WALLET,
            "secure_account verify_identity confirm_info resume",
        ),
    ];
    for (causes, chosen, expected) in cases {
        assert_eq!(ids(&planned(causes, &[], *chosen, false)), *expected, "{causes:?}");
    }
}

#[test]
fn another_instrument_is_the_first_thing_offered() {
    let plan = planned(&["1:funds.insufficient_balance@platform"], &[ALIPAY], WALLET, false);
    assert_eq!(ids(&plan), "top_up resume");
    let offered: Vec<_> = plan.alternatives.iter().map(|step| (step.operation, step.instrument)).collect();
    assert_eq!(offered, [(Operation::ChooseInstrument, Some(instrument(ALIPAY)))]);
    assert_eq!(plan.alternatives[0].resolves, [Cause::FundsInsufficientBalance]);

    let plan = planned(&["2:channel.unavailable"], &[WALLET], ALIPAY, false);
    assert_eq!(ids(&plan), "choose_instrument resume");
    assert_eq!(plan.steps[1].instrument, Some(instrument(WALLET)));
}

#[test]
fn while_undecided_nothing_is_paid() {
    for causes in [&["2:network.unstable"][..], &["2:channel.interface_fault@alipay", "app.outdated"]] {
        let plan = planned(causes, &[WALLET, ALIPAY], ALIPAY, true);
        assert_eq!(ids(&plan), "await_result");
        assert!(plan.alternatives.is_empty());
        assert_eq!(plan.steps[0].who, Who::Platform);
    }
}

#[test]
fn steps_name_who_where_and_when() {
    let outage = format!("2:channel.interface_fault@alipay expected_end={MIDNIGHT}");
    let plan = planned(&[&outage, "2:agreement.expired@alipay"], &[], ALIPAY, false);
    assert_eq!(ids(&plan), "sign_mandate wait resume");
    let [sign, wait, resume] = &plan.steps[..] else { panic!("{plan:?}") };
    assert_eq!((sign.who, sign.at, sign.not_before), (Who::Payer, Some(Channel::Alipay), None));
    assert_eq!((wait.who, wait.at, wait.not_before), (Who::Channel, None, Some(MIDNIGHT.parse().unwrap())));
    assert_eq!(resume.resolves, [Cause::ChannelInterfaceFault, Cause::AgreementExpired]);
}

#[test]
fn every_cause_alone_has_a_plan_that_ends_somewhere() {
    let ends = [Operation::Resume, Operation::OpenTicket, Operation::RetrySameKey];
    for cause in Cause::ALL {
        for prefix in ["", "2:"] {
            let plan = planned(&[&format!("{prefix}{}", cause.id())], &[], ALIPAY, false);
            let last = plan.steps.last().unwrap();
            assert!(ends.contains(&last.operation), "{}: {}", cause.id(), ids(&plan));
            assert!(last.resolves.contains(cause), "{}", cause.id());
        }
    }
}
