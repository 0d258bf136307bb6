//! A binding is taken up again where it stopped, believes no word about an earlier number, and is bound once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use proptest::prelude::*;
use tantu_domain::account::{Account, AccountState};
use tantu_domain::bank::Bank;
use tantu_domain::binding::{Binding, BindingRecorded, BindingState, OPENING_PATIENCE, SENDING_PATIENCE, Step};
use tantu_domain::card::{BindingReport, BoundCard, CardFace, CardHash, CardKind, CardToken, CodeReport};
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::client::Speaker;
use tantu_domain::clock::{Ids, day_of};
use tantu_domain::evaluate_binding::{BindingSituation, DevicePower, evaluate_binding};
use tantu_domain::evidence::{Confidence, Evidence, Value};
use tantu_domain::factors::FactorTexts;
use tantu_domain::ids::{AccountId, BindingId, InstrumentId, OpeningId, Shard};
use tantu_domain::money::Money;
use tantu_domain::policy::{CardPolicy, Policy};

struct Fixed(u8);
impl Ids for Fixed {
    fn fresh(&self) -> [u8; 16] {
        [self.0; 16]
    }
}

fn shard() -> Shard {
    Shard::of(7)
}

fn opening(number: u8) -> OpeningId {
    OpeningId::new(&Fixed(number), shard())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn face() -> CardFace {
    CardFace {
        bank: Bank::parse("icbc").unwrap(),
        kind: CardKind::Debit,
        bin: "622202".into(),
        last_four: "6222".into(),
        phone: "138****5678".into(),
        hash: CardHash([7; 32]),
        holder: None,
    }
}

fn fresh() -> Binding {
    let ids = Fixed(1);
    let (id, account) = (BindingId::new(&ids, shard()), AccountId::new(&ids, shard()));
    Binding::new(id, account, InstrumentId::new(&ids, shard()), at(0))
}

fn agreed() -> Binding {
    fresh().accept_terms("2026-11".into(), at(1)).unwrap()
}

fn code_due() -> Binding {
    let sent = agreed().give_details(face(), opening(1), at(2)).unwrap();
    sent.record_code(opening(1), &CodeReport::Sent, at(3)).0
}

fn word(code: &str) -> ChannelWord {
    ChannelWord { channel: Channel::UnionPay, code: code.into(), message: String::new(), at: at(5) }
}

fn declined(code: &str, causes: &[(Cause, Confidence)]) -> BindingReport {
    BindingReport::Declined { word: word(code), causes: causes.to_vec() }
}

fn bound() -> BindingReport {
    let token = CardToken::new("6235000000000000000");
    BindingReport::Bound(BoundCard { token, begins_at: None, ends_at: None, kind: None, last_four: None })
}

#[test]
fn the_wrong_step_says_which_is_due() {
    let table = [
        (fresh(), Step::Details, "terms", "begun"),
        (fresh(), Step::Code, "terms", "begun"),
        (agreed(), Step::Terms, "card_details", "terms"),
        (agreed(), Step::Code, "card_details", "terms"),
        (code_due(), Step::Terms, "sms_code", "card_details"),
    ];
    for (binding, asked, expected, done) in table {
        assert_eq!(binding.wrong_step(asked, at(4)), Some(Evidence::BindingStep { expected, done }), "{asked:?}");
    }
    assert_eq!(code_due().wrong_step(Step::Details, at(4)), None, "details may be corrected before the code comes");
}

#[test]
fn a_refused_binding_is_the_same_one_put_right() {
    let causes = [
        (Cause::CardReservedPhoneMismatch, Confidence::Likely),
        (Cause::IdentityNameMismatch, Confidence::Likely),
        (Cause::CardDetailsWrong, Confidence::Possible),
    ];
    let waiting = code_due().enter_code(at(4)).unwrap();
    let (refused, recorded) = waiting.record_opening(opening(1), &declined("66", &causes), at(5));
    assert_eq!(recorded, BindingRecorded::Refused);
    let told: Vec<Cause> = refused.refusal.as_ref().unwrap().causes.iter().map(|finding| finding.cause).collect();
    assert_eq!(
        told,
        [Cause::IdentityNameMismatch, Cause::CardReservedPhoneMismatch, Cause::CardDetailsWrong],
        "the surest first"
    );
    let known = refused.single_out(Cause::CardReservedPhoneMismatch).unwrap();
    let left: Vec<_> = known.refusal.as_ref().unwrap().causes.iter().map(|f| (f.cause, f.confidence)).collect();
    assert_eq!(left, [(Cause::CardReservedPhoneMismatch, Confidence::Certain)]);
    assert_eq!(refused.single_out(Cause::CardExpired), None, "nobody has told us of that");

    let again = known.give_details(face(), opening(2), at(70)).unwrap();
    assert_eq!(again.refusal, None);
    let (again, _) = again.record_code(opening(2), &CodeReport::Sent, at(71));
    let (done, recorded) = again.enter_code(at(72)).unwrap().record_opening(opening(2), &bound(), at(73));
    assert_eq!((done.id, done.state), (fresh().id, BindingState::Bound { at: at(73) }));
    let BindingRecorded::Bound(card) = recorded else { panic!("{recorded:?}") };
    assert_eq!((card.face, card.opening), (face(), opening(2)));
}

#[test]
fn an_opening_without_an_answer_is_undecided_until_the_channel_says_more() {
    let sent = code_due().enter_code(at(4)).unwrap();
    let patience = OPENING_PATIENCE.as_secs();
    for (report, second) in [
        (BindingReport::NoAnswer, 5),
        (BindingReport::Fault(word("03")), 6),
        (BindingReport::NotExist, 3 + patience),
        (BindingReport::NoAnswer, 1_000_000),
    ] {
        let (after, recorded) = sent.clone().record_opening(opening(1), &report, at(second));
        assert_eq!((after, recorded), (sent.clone(), BindingRecorded::Undecided), "{report:?}");
    }
    let (lost, _) = sent.clone().record_opening(opening(1), &BindingReport::NotExist, at(4 + patience));
    assert_eq!(lost.refusal.as_ref().unwrap().causes[0].cause, Cause::NetworkUnstable);
    // It was on its way all the same.
    let (late, recorded) = lost.record_opening(opening(1), &bound(), at(500));
    assert!(matches!(recorded, BindingRecorded::Bound(_)) && matches!(late.state, BindingState::Bound { .. }));
}

#[test]
fn a_code_is_good_for_five_minutes() {
    assert!(code_due().enter_code(at(302)).is_ok());
    let late = code_due().enter_code(at(303)).unwrap_err();
    assert_eq!(late.cause(), Cause::OtpWrong);
}

#[test]
fn a_channel_that_says_nothing_is_not_waited_for_for_ever() {
    let sending = agreed().give_details(face(), opening(1), at(2)).unwrap();
    let over = 2 + SENDING_PATIENCE.as_secs();
    assert_eq!((sending.due(at(over - 1)), sending.due(at(over))), (None, Some(Step::Details)));
}

#[derive(Debug, Clone)]
enum Event {
    Terms,
    Details(u8),
    Code,
    CodeWord(u8, bool),
    Word(u8, BindingReport),
    Abandon,
}

fn event() -> impl Strategy<Value = Event> {
    let report = prop_oneof![
        Just(bound()),
        Just(declined("66", &[(Cause::CardDetailsWrong, Confidence::Likely)])),
        Just(declined("99", &[])),
        Just(BindingReport::Fault(word("03"))),
        Just(BindingReport::NoAnswer),
        Just(BindingReport::NotExist),
    ];
    prop_oneof![
        Just(Event::Terms),
        (1_u8..5).prop_map(Event::Details),
        Just(Event::Code),
        (1_u8..5, any::<bool>()).prop_map(|(number, sent)| Event::CodeWord(number, sent)),
        (1_u8..5, report).prop_map(|(number, report)| Event::Word(number, report)),
        Just(Event::Abandon),
    ]
}

proptest! {
    /// Whatever comes in whatever order: it is bound once and stays so, by the number that went out last; what is
    /// refused has causes; and there is always a step that leads on unless only the channel knows.
    #[test]
    fn any_order_of_events_leads_on(events in prop::collection::vec((event(), 0_i64..90), 1..40)) {
        let (mut binding, mut now, mut cards) = (fresh(), 0, 0);
        for (event, later) in events {
            now += later;
            let before = binding.clone();
            let after = match &event {
                Event::Terms => before.clone().accept_terms("2026-11".into(), at(now)).unwrap_or(before.clone()),
                Event::Details(n) => before.clone().give_details(face(), opening(*n), at(now)).unwrap_or(before.clone()),
                Event::Code => before.clone().enter_code(at(now)).unwrap_or(before.clone()),
                Event::CodeWord(n, sent) => {
                    let report = if *sent { CodeReport::Sent } else { CodeReport::Fault(word("03")) };
                    before.clone().record_code(opening(*n), &report, at(now)).0
                }
                Event::Word(n, report) => {
                    let (after, recorded) = before.clone().record_opening(opening(*n), report, at(now));
                    if let BindingRecorded::Bound(card) = recorded {
                        cards += 1;
                        prop_assert_eq!(Some(card.opening), before.opening);
                    }
                    after
                }
                Event::Abandon => before.clone().abandon(at(now)).unwrap_or(before.clone()),
            };
            if matches!(before.state, BindingState::Bound { .. } | BindingState::Abandoned { .. }) {
                prop_assert_eq!(&after, &before);
            }
            if let Some(refusal) = &after.refusal {
                prop_assert!(!refusal.causes.is_empty());
                prop_assert_eq!(after.due(at(now)), Some(Step::Details));
            }
            binding = after;
        }
        prop_assert!(cards <= 1);
        prop_assert_eq!(cards == 1, matches!(binding.state, BindingState::Bound { .. }));
    }
}

const GOOD: FactorTexts<'static> = FactorTexts {
    document_no: "11010519491231002X",
    card_no: "6222020200012345670",
    phone: "13812345678",
    expiry: None,
    cvn: None,
};

fn policy() -> Policy {
    let icbc = Bank::parse("icbc").unwrap();
    let banks = vec![(icbc, vec![CardKind::Debit, CardKind::Credit])];
    let cards = CardPolicy { banks, ..CardPolicy::default() };
    Policy { version: "test".into(), cards, ..Policy::default() }
}

fn causes(texts: FactorTexts<'_>, power: Option<DevicePower>) -> Vec<(Cause, Option<String>)> {
    let account = Account {
        id: AccountId::new(&Fixed(1), shard()),
        state: AccountState::Active,
        balance: Money::cny(0),
        held: Money::cny(0),
        opened_at: at(0),
        password: None,
        person: tantu_domain::person::Person::default(),
        codes: tantu_domain::one_time_code::Sendings::default(),
        activity: Default::default(),
        tier: tantu_domain::ceiling::Tier::Three,
        limits: tantu_domain::own_limit::AccountLimits::default(),
    };
    let facts = texts.facts(&policy().cards.bins, day_of(at(0)));
    let situation = BindingSituation {
        policy: &policy(),
        account: &account,
        incidents: &[],
        channels: &[Channel::UnionPay],
        speaker: &Speaker::default(),
        power,
        factors: Some(&facts),
    };
    let verdict = evaluate_binding(&situation, at(0));
    let secrets = [texts.document_no, texts.card_no, texts.phone];
    for check in &verdict.checks {
        for value in [&check.input, &check.threshold] {
            let Value::Text(text) = value else { continue };
            assert!(secrets.iter().all(|secret| secret.is_empty() || !text.contains(secret)), "{check:?}");
        }
    }
    assert_eq!(verdict.blockers.is_empty(), verdict.checks.iter().all(|check| check.held || !check.rule.can_stop()));
    let factor = |evidence: &Evidence| match evidence {
        Evidence::CardDetails { factor } => Some((*factor).to_owned()),
        _ => None,
    };
    verdict.blockers.iter().map(|blocker| (blocker.evidence.cause(), factor(&blocker.evidence))).collect()
}

#[test]
fn what_cannot_be_right_is_refused_before_any_bank_is_asked() {
    let details = |factor: &str| vec![(Cause::CardDetailsWrong, Some(factor.to_owned()))];
    let alone = |cause| vec![(cause, None)];
    let credit = FactorTexts { card_no: "6253301234567892", ..GOOD };
    let table = [
        (GOOD, Vec::new()),
        (FactorTexts { card_no: "6222020200012345678", ..GOOD }, details("number")),
        (FactorTexts { card_no: "4111111111111111", ..GOOD }, alone(Cause::BindingBankUnsupported)),
        (FactorTexts { card_no: "6228480200012345670", ..GOOD }, alone(Cause::BindingBankUnsupported)),
        (FactorTexts { document_no: "110105194912310021", ..GOOD }, details("id_number")),
        (FactorTexts { phone: "85298765432", ..GOOD }, details("phone")),
        (FactorTexts { expiry: Some("13/30"), ..GOOD }, details("expiry")),
        (FactorTexts { cvn: Some("12"), ..GOOD }, details("cvn")),
        (FactorTexts { expiry: Some("01/26"), cvn: Some("123"), ..credit }, alone(Cause::CardExpired)),
        (FactorTexts { expiry: Some("11/30"), cvn: Some("123"), ..credit }, Vec::new()),
        (FactorTexts { expiry: Some("11/30"), ..credit }, details("cvn")),
        (FactorTexts { cvn: Some("123"), ..credit }, details("expiry")),
    ];
    for (index, (texts, expected)) in table.into_iter().enumerate() {
        assert_eq!(causes(texts, None), expected, "row {index}");
    }
}

#[test]
fn an_empty_battery_stops_a_binding_unless_it_is_charged() {
    let power = |percent, charging| Some(DevicePower { percent, charging });
    assert_eq!(causes(GOOD, power(9, false)), [(Cause::DeviceLowPower, None)]);
    assert_eq!(causes(GOOD, power(10, false)), []);
    assert_eq!(causes(GOOD, power(1, true)), []);
}
