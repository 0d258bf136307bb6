//! Each cause has its next step: one story a test, in the order in which the payer would see it on the bill.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, BillId, IncidentId, InstrumentId, PaymentId};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::money::Money;
use tantu_domain::operation::Operation;
use tantu_paylater::bill::Bill;
use tantu_paylater::calendar::{Calendar, CalendarError};
use tantu_paylater::debt::Debt;
use tantu_paylater::instrument::{Designated, Source};
use tantu_paylater::prevention::{day_ahead, forecast};
use tantu_paylater::reminder;
use tantu_paylater::schedule::{
    AutoRepay, AutoRepayState, Collected, Collection, Ended, NextStep, Occasion, next_step,
};
use tantu_paylater::terms::Terms;

const CARD: u8 = 1;
const OTHER: u8 = 2;

fn id(number: u8) -> InstrumentId {
    InstrumentId::from_bytes([number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]).unwrap()
}

fn time(text: &str) -> Timestamp {
    format!("{text}:00+08:00").parse().unwrap()
}

/// A bill of ¥360.00, due on Thursday 10 April 2025.
struct Story {
    bill: Bill,
    auto_repay: AutoRepay,
    attempts: Vec<Collected>,
    incidents: Vec<Incident>,
    terms: Terms,
    calendar: Calendar,
}

impl Story {
    fn new(designated: &[(u8, Source)]) -> Self {
        let (terms, calendar) = (Terms::standard(), Calendar::announced().unwrap());
        let account = AccountId::from_bytes([7; 16]).unwrap();
        let (bill, payment) = (BillId::from_bytes([7; 16]).unwrap(), PaymentId::from_bytes([7; 16]).unwrap());
        let on = "2025-03-15".parse().unwrap();
        let bill = Bill::of_purchase(bill, account, payment, Money::cny(36_000), on, (&terms, &calendar)).unwrap();
        let one = |(number, source): &(u8, Source)| Designated {
            instrument: id(*number),
            source: *source,
            valid_to: None,
            most: None,
            mended_at: None,
        };
        let state = AutoRepayState::On { since: time("2025-03-01 12:00") };
        let auto_repay = AutoRepay { state, designated: designated.iter().map(one).collect(), payday: Some(15) };
        Self { bill, auto_repay, attempts: Vec::new(), incidents: Vec::new(), terms, calendar }
    }

    fn card() -> Self {
        Self::new(&[(CARD, Source::DebitCard)])
    }

    fn next(&self, now: &str) -> NextStep {
        self.try_next(now).unwrap()
    }

    fn try_next(&self, now: &str) -> Result<NextStep, CalendarError> {
        let collection = Collection {
            bill: &self.bill,
            auto_repay: &self.auto_repay,
            attempts: &self.attempts,
            incidents: &self.incidents,
            terms: &self.terms.collection,
            calendar: &self.calendar,
        };
        next_step(&collection, time(now))
    }

    fn attempt(&mut self, at: &str, number: u8, fen: i64, ended: Ended) {
        let source = self.auto_repay.designated.iter().find(|one| one.instrument == id(number)).unwrap().source;
        self.attempts.push(Collected { instrument: id(number), source, amount: Money::cny(fen), at: time(at), ended });
    }

    fn refuse(&mut self, at: &str, number: u8, cause: Cause) {
        self.attempt(at, number, 36_000, Ended::Refused { cause, resets_at: None, most: None });
    }

    fn incident(&mut self, since: &str, until: Option<&str>) {
        self.incidents = vec![Incident {
            id: IncidentId::from_bytes([7; 16]).unwrap(),
            scope: IncidentScope::Channel(Channel::UnionPay),
            source: IncidentSource::Breaker,
            code: "http_502".into(),
            since: time(since),
            expected_end: None,
            until: until.map(time),
            begun_by: None,
            ended_by: None,
        }];
    }
}

fn ask(at: &str, number: u8, occasion: Occasion) -> NextStep {
    NextStep::Ask { at: time(at), instrument: id(number), most: None, occasion }
}

fn ask_payer(number: u8, cause: Cause) -> NextStep {
    NextStep::AskPayer { causes: vec![(Some(id(number)), cause)] }
}

#[test]
fn nothing_is_asked_before_the_due_date_or_at_night() {
    let story = Story::card();
    assert_eq!(story.next("2025-03-20 12:00"), ask("2025-04-10 09:00", CARD, Occasion::Due));
    assert_eq!(story.next("2025-04-10 09:30"), ask("2025-04-10 09:30", CARD, Occasion::Due));
    assert_eq!(story.next("2025-04-10 22:00"), ask("2025-04-11 09:00", CARD, Occasion::Due));
}

#[test]
fn without_funds_it_is_asked_later_that_day_and_then_after_payday() {
    let mut story = Story::card();
    story.refuse("2025-04-10 09:00", CARD, Cause::FundsCardInsufficient);
    assert_eq!(story.next("2025-04-10 09:01"), ask("2025-04-10 20:00", CARD, Occasion::LaterToday));
    story.refuse("2025-04-10 20:00", CARD, Cause::FundsCardInsufficient);
    assert_eq!(story.next("2025-04-10 20:01"), ask("2025-04-15 20:00", CARD, Occasion::AfterPayday));
    story.refuse("2025-04-15 20:00", CARD, Cause::FundsCardInsufficient);
    assert_eq!(story.next("2025-04-15 20:01"), ask("2025-05-15 20:00", CARD, Occasion::AfterPayday));
}

#[test]
fn wages_come_before_a_payday_that_is_a_day_off() {
    let mut story = Story::card();
    story.auto_repay.payday = Some(4);
    story.refuse("2025-04-10 20:00", CARD, Cause::FundsCardInsufficient);
    // 4 May 2025 is a day off, and so is all of the week before it but 30 April.
    assert_eq!(story.next("2025-04-10 20:01"), ask("2025-04-30 20:00", CARD, Occasion::AfterPayday));
    story.auto_repay.payday = None;
    assert_eq!(story.next("2025-04-10 20:01"), ask("2025-04-15 20:00", CARD, Occasion::AfterPayday));
}

#[test]
fn an_expired_card_gives_way_to_the_next_instrument_until_it_is_replaced() {
    let mut story = Story::new(&[(CARD, Source::DebitCard), (OTHER, Source::Mandate(Channel::Alipay))]);
    story.refuse("2025-04-10 09:00", CARD, Cause::CardExpired);
    assert_eq!(story.next("2025-04-10 09:00"), ask("2025-04-10 09:00", OTHER, Occasion::NextInstrument));
    story.refuse("2025-04-10 09:00", OTHER, Cause::AgreementRevoked);
    let both = vec![(Some(id(CARD)), Cause::CardExpired), (Some(id(OTHER)), Cause::AgreementRevoked)];
    assert_eq!(story.next("2025-04-10 09:01"), NextStep::AskPayer { causes: both });
    story.auto_repay.designated[0].mended_at = Some(time("2025-04-10 11:00"));
    assert_eq!(story.next("2025-04-10 11:00"), ask("2025-04-10 11:00", CARD, Occasion::Mended));
}

#[test]
fn what_is_known_to_have_ended_is_not_asked_at_all() {
    let mut story = Story::new(&[(CARD, Source::DebitCard), (OTHER, Source::Wallet)]);
    story.auto_repay.designated[0].valid_to = Some("2025-03-31".parse().unwrap());
    assert_eq!(story.next("2025-04-10 09:00"), ask("2025-04-10 09:00", OTHER, Occasion::Due));
    story.auto_repay.designated.truncate(1);
    assert_eq!(story.next("2025-04-10 09:00"), ask_payer(CARD, Cause::CardExpired));
}

#[test]
fn a_limit_is_waited_for_or_passed_in_parts() {
    let mut story = Story::card();
    story.refuse("2025-04-10 09:00", CARD, Cause::LimitDaily);
    assert_eq!(story.next("2025-04-10 09:01"), ask("2025-04-11 09:00", CARD, Occasion::LimitReset));
    let mut story = Story::card();
    story.refuse("2025-04-10 09:00", CARD, Cause::LimitMonthly);
    assert_eq!(story.next("2025-04-10 09:01"), ask("2025-05-01 09:00", CARD, Occasion::LimitReset));
    let mut story = Story::card();
    story.refuse("2025-04-10 09:00", CARD, Cause::LimitPerTransaction);
    let half = |at: &str, fen| NextStep::Ask {
        at: time(at),
        instrument: id(CARD),
        most: Some(Money::cny(fen)),
        occasion: Occasion::InParts,
    };
    assert_eq!(story.next("2025-04-10 09:01"), half("2025-04-10 09:01", 18_000));
    let told = Ended::Refused { cause: Cause::LimitPerTransaction, resets_at: None, most: Some(Money::cny(10_000)) };
    story.attempt("2025-04-10 09:01", CARD, 18_000, told);
    // Two refusals are the cap of a day for a card.
    let in_parts = NextStep::Ask {
        at: time("2025-04-11 09:00"),
        instrument: id(CARD),
        most: Some(Money::cny(10_000)),
        occasion: Occasion::CapFree,
    };
    assert_eq!(story.next("2025-04-10 09:02"), in_parts);
    story.attempt("2025-04-11 09:00", CARD, 10_000, Ended::Taken);
    story.bill = story.bill.repaid(&Debt::of_principal(Money::cny(10_000)), "2025-04-11".parse().unwrap()).unwrap();
    let NextStep::Ask { at, most, .. } = story.next("2025-04-11 09:01") else { panic!("there is more to take") };
    assert_eq!((at, most), (time("2025-04-11 09:01"), Some(Money::cny(10_000))));
}

#[test]
fn a_limit_below_the_smallest_part_is_the_payers_to_raise() {
    let mut story = Story::card();
    let refused = Ended::Refused { cause: Cause::LimitPerTransaction, resets_at: None, most: None };
    story.attempt("2025-04-10 09:00", CARD, 5_000, refused);
    assert_eq!(story.next("2025-04-10 09:01"), ask_payer(CARD, Cause::LimitPerTransaction));
}

#[test]
fn a_channel_that_is_down_is_waited_for_or_gone_round() {
    let mut story = Story::card();
    story.refuse("2025-04-10 09:00", CARD, Cause::ChannelInterfaceFault);
    assert_eq!(story.next("2025-04-10 09:01"), ask("2025-04-10 09:30", CARD, Occasion::ChannelBack));
    story.incident("2025-04-10 09:00", None);
    let look_at = time("2025-04-10 10:01");
    assert_eq!(story.next("2025-04-10 09:01"), NextStep::AwaitChannel { channel: Channel::UnionPay, look_at });
    story.incident("2025-04-10 09:00", Some("2025-04-10 13:00"));
    assert_eq!(story.next("2025-04-10 13:00"), ask("2025-04-10 13:00", CARD, Occasion::ChannelBack));
    let mut two = Story::new(&[(CARD, Source::DebitCard), (OTHER, Source::Mandate(Channel::Alipay))]);
    two.refuse("2025-04-10 09:00", CARD, Cause::ChannelInterfaceFault);
    two.incident("2025-04-10 09:00", None);
    assert_eq!(two.next("2025-04-10 09:01"), ask("2025-04-10 09:01", OTHER, Occasion::NextInstrument));
}

#[test]
fn what_is_undecided_is_resolved_before_anything_else_is_asked() {
    let mut story = Story::new(&[(CARD, Source::DebitCard), (OTHER, Source::Wallet)]);
    story.attempt("2025-04-10 09:00", CARD, 36_000, Ended::Undecided);
    let resolve = NextStep::Resolve { instrument: id(CARD), since: time("2025-04-10 09:00") };
    for now in ["2025-04-10 09:01", "2025-04-11 09:00", "2025-06-01 12:00"] {
        assert_eq!(story.next(now), resolve);
    }
}

#[test]
fn caps_of_the_card_and_of_its_network_are_kept() {
    let mut story = Story::new(&[(CARD, Source::DebitCard), (OTHER, Source::DebitCard)]);
    for day in 10..20 {
        story.refuse(&format!("2025-04-{day} 09:00"), CARD, Cause::FundsCardInsufficient);
    }
    for day in 15..20 {
        story.refuse(&format!("2025-04-{day} 09:01"), OTHER, Cause::FundsCardInsufficient);
    }
    // Fifteen in thirty days on the network: nothing until the first of them is thirty days old.
    assert_eq!(story.next("2025-04-20 09:00"), ask("2025-05-10 09:00", CARD, Occasion::CapFree));
}

#[test]
fn auto_repay_that_is_off_and_instruments_that_may_not_are_said() {
    let mut story = Story::new(&[(CARD, Source::CreditCard)]);
    assert_eq!(story.next("2025-04-10 09:00"), ask_payer(CARD, Cause::ChannelUnavailable));
    story.auto_repay.state = AutoRepayState::Off { since: None };
    let off = NextStep::AskPayer { causes: vec![(None, Cause::BnplAutopayOff)] };
    assert_eq!(story.next("2025-04-10 09:00"), off);
    story.bill = story.bill.repaid(&story.bill.owed.clone(), "2025-04-10".parse().unwrap()).unwrap();
    assert_eq!(story.next("2025-04-10 09:00"), NextStep::Nothing);
}

#[test]
fn a_payday_in_a_year_that_nobody_announced_is_an_error() {
    let mut story = Story::card();
    story.refuse("2026-12-28 20:00", CARD, Cause::FundsCardInsufficient);
    assert_eq!(story.try_next("2026-12-28 20:01"), Err(CalendarError::UnknownYear(2027)));
}

#[test]
fn what_will_stop_it_is_told_while_there_is_time() {
    let mut story = Story::new(&[(CARD, Source::DebitCard), (OTHER, Source::Mandate(Channel::Alipay))]);
    let days: Vec<_> =
        ["2025-03-10", "2025-03-11", "2025-04-02", "2025-04-03", "2025-04-07", "2025-04-09", "2025-04-10"]
            .map(|today| day_ahead(&story.bill, today.parse().unwrap()))
            .to_vec();
    assert_eq!(days, [None, Some(30), Some(30), Some(7), Some(3), Some(1), None]);
    let owed = Money::cny(36_000);
    let fine = forecast(&story.bill, owed, &story.auto_repay);
    assert_eq!((fine.warnings.len(), fine.collects_from), (0, Some(id(CARD))));
    story.auto_repay.designated[0].valid_to = Some("2025-03-31".parse().unwrap());
    story.auto_repay.designated[1].most = Some(Money::cny(20_000));
    let warned = forecast(&story.bill, owed, &story.auto_repay);
    let told: Vec<_> = warned.warnings.iter().map(|one| (one.cause, one.operation)).collect();
    let expected =
        [(Cause::CardExpired, Operation::ReplaceCard), (Cause::LimitPerTransaction, Operation::ChooseInstrument)];
    assert_eq!((told.as_slice(), warned.collects_from), (expected.as_slice(), None));
}

#[test]
fn a_thing_has_one_key_and_a_missed_one_is_not_told_later() {
    let story = Story::card();
    let keys: Vec<String> = [
        "2025-04-03",
        "2025-04-04",
        "2025-04-07",
        "2025-04-10",
        "2025-04-12",
        "2025-04-14",
        "2025-04-20",
        "2025-04-21",
    ]
    .iter()
    .filter_map(|today| reminder::today(&story.bill, &story.terms, today.parse().unwrap()))
    .map(|notice| notice.to_string().split_once("_2025-04-10_").unwrap().1.to_owned())
    .collect();
    assert_eq!(keys, ["ahead_7", "ahead_7", "ahead_3", "due", "overdue_0", "overdue_0", "overdue_1"]);
}
