//! Every word that a person reads, in three languages: causes, operations, pages.
//!
//! The three folders have the same files with the same functions; a `match` over causes or operations has
//! no `_` arm, so a new one does not compile before it has words in each language.

mod card_words;
mod check_words;
mod confirm_words;
mod doctor_words;
mod en;
mod facts;
mod figures;
mod help_words;
mod holder_words;
mod labels;
mod limit_words;
mod page_words;
mod pay_later_words;
mod said;
mod status_words;
mod texts;
mod ticket_words;
mod topic_words;
mod zh_hans;
mod zh_hant;

use std::sync::LazyLock;

use jiff::Timestamp;
use tantu_domain::bank::Bank;
use tantu_domain::card::{CardFace, CardKind};
use tantu_domain::cause::{Cause, CauseGroup, Who};
use tantu_domain::ceiling::Strength;
use tantu_domain::channel::Channel;
use tantu_domain::check::Rule;
use tantu_domain::door::Door;
use tantu_domain::evidence::{Confidence, Field, Finding, Value, Whose};
use tantu_domain::ids::InstrumentId;
use tantu_domain::instrument::Product;
use tantu_domain::money::Money;
use tantu_domain::operation::Operation;
use tantu_domain::payment::PaymentState;
use tantu_domain::question::{Question, Reply};

use crate::lang::Lang;
use crate::plan::Step;
use crate::topic::Topic;
use facts::Facts;
use said::{OperationText, Said};

pub use card_words::CardWords;
pub use check_words::CheckWords;
pub use confirm_words::ConfirmWords;
pub use doctor_words::DoctorWords;
pub use figures::{day, time};
pub use help_words::HelpWords;
pub use holder_words::HolderWords;
pub use limit_words::LimitWords;
pub use page_words::PageWords;
pub use pay_later_words::PayLaterWords;
pub use status_words::StatusWords;
pub use ticket_words::TicketWords;
pub use topic_words::TopicWords;

/// What the sentences about one payment depend on, besides the finding itself.
#[derive(Debug, Clone)]
pub struct Context {
    /// Now: a time of today is written `12:45`, any other with its date.
    pub now: Timestamp,
    /// What is to be paid, if there is a payment at all.
    pub amount: Option<Money>,
    /// The names of the account's instruments ([`instrument_label`]).
    pub labels: Vec<(InstrumentId, String)>,
    /// The names of what can pay now, the best first; here a name may carry its sum ([`balance_label`]).
    pub can_pay_with: Vec<String>,
    /// Whether only the channel knows how the attempt ended.
    pub undecided: bool,
    /// When an undecided payment is known at the latest (`Attempt::final_at`).
    pub known_by: Option<Timestamp>,
    /// Whether we pay by ourselves once waiting has removed the causes. Only then may a sentence promise it.
    pub resumes_by_itself: bool,
}

impl Context {
    /// A context in which nothing is known but the time.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            amount: None,
            labels: Vec::new(),
            can_pay_with: Vec::new(),
            undecided: false,
            known_by: None,
            resumes_by_itself: false,
        }
    }
}

/// The four things that a payer is told, in their order, under a title that says the cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseWords {
    /// The cause, in at most 14 Chinese characters or 6 English words.
    pub title: String,
    /// What happened, with numbers where they are known.
    pub happened: String,
    /// Whether the money is safe.
    pub money: String,
    /// What to do now: one sentence for each operation, the soonest first.
    pub now: Vec<String>,
    /// What happens by itself, if anything does.
    pub by_itself: Option<String>,
}

/// The words for a cause.
pub fn words(finding: &Finding, lang: Lang, context: &Context) -> CauseWords {
    let said = said(finding, lang, context);
    CauseWords {
        title: said.title,
        happened: said.happened,
        money: said.money,
        now: said.now.into_iter().map(|(_, sentence)| sentence).collect(),
        by_itself: said.by_itself,
    }
}

fn said(finding: &Finding, lang: Lang, context: &Context) -> Said {
    let facts = Facts::new(finding, lang, context);
    let (mut said, hedge) = match lang {
        Lang::ZhHans => (zh_hans::causes::cause(finding.cause, &facts), zh_hans::causes::hedge(finding.confidence)),
        Lang::ZhHant => (zh_hant::causes::cause(finding.cause, &facts), zh_hant::causes::hedge(finding.confidence)),
        Lang::En => (en::causes::cause(finding.cause, &facts), en::causes::hedge(finding.confidence)),
    };
    if !said.hedged {
        said.happened.push_str(hedge);
    }
    if context.undecided { while_undecided(said, &facts, lang) } else { said }
}

/// While nobody knows whether money moved, the only safe advice is to pay nothing again.
fn while_undecided(said: Said, facts: &Facts<'_>, lang: Lang) -> Said {
    let (money, stay, by_itself) = match lang {
        Lang::ZhHans => zh_hans::causes::undecided(facts),
        Lang::ZhHant => zh_hant::causes::undecided(facts),
        Lang::En => en::causes::undecided(facts),
    };
    Said { money, now: vec![(Operation::AwaitResult, stay)], by_itself: Some(by_itself), ..said }
}

/// The words for an operation: a button's text, and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationWords {
    /// A button's text.
    pub title: String,
    /// One sentence: what it does.
    pub what: String,
    /// Where to tap, in our app, at the third party, on the phone or at the bank.
    pub place: String,
    /// Roughly how long it takes.
    pub takes: String,
}

/// The words for an operation done here, on the phone or at the bank, or, if `at` names one, at a third party.
pub fn operation(operation: Operation, at: Option<Channel>, lang: Lang) -> OperationWords {
    let text = operation_text(operation, lang);
    match (at, text.there) {
        (Some(channel), Some(there)) => {
            let name = channel_label(channel, lang);
            OperationWords {
                title: fill(there.title, &[("channel", name)]),
                what: fill(there.what, &[("channel", name)]),
                place: (there.place)(channel).to_owned(),
                takes: text.takes.to_owned(),
            }
        }
        _ => OperationWords {
            title: text.title.to_owned(),
            what: text.what.to_owned(),
            place: text.place.to_owned(),
            takes: text.takes.to_owned(),
        },
    }
}

fn operation_text(operation: Operation, lang: Lang) -> &'static OperationText {
    match lang {
        Lang::ZhHans => zh_hans::operations::operation(operation),
        Lang::ZhHant => zh_hant::operations::operation(operation),
        Lang::En => en::operations::operation(operation),
    }
}

/// The words for a step of a plan: its operation's, with the chosen instrument's name in the button, and
/// for a wait the time before which nothing changes.
pub fn step(step: &Step, lang: Lang, context: &Context) -> OperationWords {
    let mut words = operation(step.operation, step.at, lang);
    let page = pages(lang);
    let label = step.instrument.and_then(|id| context.labels.iter().find(|(known, _)| *known == id));
    if let (Operation::ChooseInstrument, Some((_, label))) = (step.operation, label) {
        words.title = fill(page.pay_with, &[("instrument", label)]);
    }
    if let Some(at) = step.not_before {
        words.takes = fill(page.not_before, &[("time", &time(at, context.now, lang))]);
    }
    words
}

/// All labels of the pages.
pub fn pages(lang: Lang) -> &'static PageWords {
    match lang {
        Lang::ZhHans => &zh_hans::pages::PAGES,
        Lang::ZhHant => &zh_hant::pages::PAGES,
        Lang::En => &en::pages::PAGES,
    }
}

/// What is said of payments that the payer confirms at a channel.
pub fn confirm_words(lang: Lang) -> &'static ConfirmWords {
    match lang {
        Lang::ZhHans => &zh_hans::confirm::CONFIRM,
        Lang::ZhHant => &zh_hant::confirm::CONFIRM,
        Lang::En => &en::confirm::CONFIRM,
    }
}

/// What the page that checks a device says.
pub fn check_words(lang: Lang) -> &'static CheckWords {
    match lang {
        Lang::ZhHans => &zh_hans::check::CHECK,
        Lang::ZhHant => &zh_hant::check::CHECK,
        Lang::En => &en::check::CHECK,
    }
}

/// What the pages of tickets say.
pub fn ticket_words(lang: Lang) -> &'static TicketWords {
    match lang {
        Lang::ZhHans => &zh_hans::tickets::TICKETS,
        Lang::ZhHant => &zh_hant::tickets::TICKETS,
        Lang::En => &en::tickets::TICKETS,
    }
}

/// What the status page and its feed say.
pub fn status_words(lang: Lang) -> &'static StatusWords {
    match lang {
        Lang::ZhHans => &zh_hans::status::STATUS,
        Lang::ZhHant => &zh_hant::status::STATUS,
        Lang::En => &en::status::STATUS,
    }
}

/// What `tantu doctor` says.
pub fn doctor_words(lang: Lang) -> &'static DoctorWords {
    match lang {
        Lang::ZhHans => &zh_hans::doctor::DOCTOR,
        Lang::ZhHant => &zh_hant::doctor::DOCTOR,
        Lang::En => &en::doctor::DOCTOR,
    }
}

/// What the help centre and the guided check say.
pub fn help_words(lang: Lang) -> &'static HelpWords {
    match lang {
        Lang::ZhHans => &zh_hans::help::HELP,
        Lang::ZhHant => &zh_hant::help::HELP,
        Lang::En => &en::help::HELP,
    }
}

/// The article about a topic.
pub fn topic(topic: Topic, lang: Lang) -> TopicWords {
    match lang {
        Lang::ZhHans => zh_hans::topics::topic(topic),
        Lang::ZhHant => zh_hant::topics::topic(topic),
        Lang::En => en::topics::topic(topic),
    }
}

/// The name of a group of causes.
pub fn group_label(group: CauseGroup, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => zh_hans::help::group(group),
        Lang::ZhHant => zh_hant::help::group(group),
        Lang::En => en::help::group(group),
    }
}

/// What the pages about an account's holder say.
pub fn holder_words(lang: Lang) -> &'static HolderWords {
    match lang {
        Lang::ZhHans => &zh_hans::holder::HOLDER,
        Lang::ZhHant => &zh_hant::holder::HOLDER,
        Lang::En => &en::holder::HOLDER,
    }
}

/// What is said of limits.
pub fn limit_words(lang: Lang) -> &'static LimitWords {
    match lang {
        Lang::ZhHans => &zh_hans::limits::LIMITS,
        Lang::ZhHant => &zh_hant::limits::LIMITS,
        Lang::En => &en::limits::LIMITS,
    }
}

/// What the pages of pay-later say.
pub fn pay_later_words(lang: Lang) -> &'static PayLaterWords {
    match lang {
        Lang::ZhHans => &zh_hans::pay_later::PAY_LATER,
        Lang::ZhHant => &zh_hant::pay_later::PAY_LATER,
        Lang::En => &en::pay_later::PAY_LATER,
    }
}

/// A question to somebody who cannot say why.
pub fn question(question: Question, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => zh_hans::asking::question(question),
        Lang::ZhHant => zh_hant::asking::question(question),
        Lang::En => en::asking::question(question),
    }
}

/// What may be replied to it.
pub fn reply(reply: Reply, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => zh_hans::asking::reply(reply),
        Lang::ZhHant => zh_hant::asking::reply(reply),
        Lang::En => en::asking::reply(reply),
    }
}

/// Where something belongs that is no payment that failed.
pub fn door(door: Door, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => zh_hans::asking::door(door),
        Lang::ZhHant => zh_hant::asking::door(door),
        Lang::En => en::asking::door(door),
    }
}

/// The words for a cause that was heard in somebody's own words, and nothing else: how sure they make us, and that whether
/// money moved they do not say. Nothing happens by itself then.
pub fn heard(finding: &Finding, lang: Lang, context: &Context) -> CauseWords {
    let (money, hedge) = match lang {
        Lang::ZhHans => (zh_hans::asking::MONEY, zh_hans::asking::heard(finding.confidence)),
        Lang::ZhHant => (zh_hant::asking::MONEY, zh_hant::asking::heard(finding.confidence)),
        Lang::En => (en::asking::MONEY, en::asking::heard(finding.confidence)),
    };
    // What a channel leaves open is no matter here: nobody but the payer has spoken.
    let plain = Finding { confidence: Confidence::Certain, ..finding.clone() };
    let said = words(&plain, lang, context);
    CauseWords { happened: said.happened + hedge, money: money.to_owned(), by_itself: None, ..said }
}

/// Puts values into a template: `{amount}` becomes the value named `amount`. What has no value stays.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A channel's own name.
pub fn channel_label(channel: Channel, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => zh_hans::causes::channel(channel),
        Lang::ZhHant => zh_hant::causes::channel(channel),
        Lang::En => en::causes::channel(channel),
    }
}

/// The app of a channel, as a sentence names it.
pub fn app_label(channel: Channel, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => zh_hans::causes::app(channel),
        Lang::ZhHant => zh_hant::causes::app(channel),
        Lang::En => en::causes::app(channel),
    }
}

/// What the cashier calls an account at a channel that its holder confirms each time.
pub fn confirmed_label(channel: Channel, lang: Lang) -> &'static str {
    let words = confirm_words(lang);
    match channel {
        Channel::Alipay => words.instrument_alipay,
        Channel::WechatPay => words.instrument_wechatpay,
        Channel::DouyinPay => words.instrument_douyin,
        Channel::UnionPay => words.instrument_unionpay,
    }
}

/// What the cashier calls an instrument: 余额, 支付宝.
pub fn instrument_label(product: Product, lang: Lang) -> &'static str {
    match product {
        Product::Wallet => pages(lang).instrument_wallet,
        Product::ChannelMandate(channel) => channel_label(channel, lang),
        Product::ChannelConfirmed(channel) => confirmed_label(channel, lang),
        Product::Card(kind) => card_kind_label(kind, lang),
        Product::PayLater => pages(lang).instrument_pay_later,
        Product::Points => pages(lang).instrument_points,
    }
}

/// A bank's name; its id if we have no name for it.
pub fn bank_label(id: &str, lang: Lang) -> &str {
    let names = BANKS.iter().find(|(known, _)| *known == id).map(|(_, names)| names);
    names.map_or(id, |names| match lang {
        Lang::ZhHans => names[0],
        Lang::ZhHant => names[1],
        Lang::En => names[2],
    })
}

static BANKS: LazyLock<Vec<(&'static str, [&'static str; 3])>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        Some((cells.next()?, [cells.next()?, cells.next()?, cells.next()?]))
    };
    include_str!("../data/banks.tsv").lines().filter_map(row).collect()
});

/// What is said of bank cards.
pub fn card_words(lang: Lang) -> &'static CardWords {
    match lang {
        Lang::ZhHans => &zh_hans::cards::CARDS,
        Lang::ZhHant => &zh_hant::cards::CARDS,
        Lang::En => &en::cards::CARDS,
    }
}

/// What a kind of card is called.
pub fn card_kind_label(kind: CardKind, lang: Lang) -> &'static str {
    let words = card_words(lang);
    match kind {
        CardKind::Debit => words.debit,
        CardKind::Credit => words.credit,
        CardKind::Prepaid => words.prepaid,
    }
}

/// One card's name: 工商银行储蓄卡（6222）.
pub fn card_label(face: &CardFace, lang: Lang) -> String {
    let kind = card_kind_label(face.kind, lang);
    let bank = bank_label(face.bank.id(), lang);
    fill(card_words(lang).card, &[("bank", bank), ("kind", kind), ("last_four", &face.last_four)])
}

/// The wallet's name with what it holds: 余额（可用 ¥1,200.00）.
pub fn balance_label(available: Money, lang: Lang) -> String {
    fill(pages(lang).instrument_wallet_with_balance, &[("amount", &available.to_string())])
}

/// Who acts, as a page names them.
pub fn who_label(who: Who, lang: Lang) -> &'static str {
    let page = pages(lang);
    match who {
        Who::Payer => page.who_payer,
        Who::Bank => page.who_bank,
        Who::Channel => page.who_channel,
        Who::Platform => page.who_platform,
        Who::Support => page.who_support,
    }
}

/// Where a payment stands, in a word or two.
pub fn state_label(state: &PaymentState, lang: Lang) -> &'static str {
    let page = pages(lang);
    match state {
        PaymentState::Created => page.state_created,
        PaymentState::RequiresAction { .. } => page.state_requires_action,
        PaymentState::Processing { .. } => page.state_processing,
        PaymentState::Succeeded { .. } => page.state_succeeded,
        PaymentState::Refused { .. } => page.state_refused,
        PaymentState::Closed { .. } => page.state_closed,
    }
}

/// What a rule asks, in a few words.
pub fn rule_label(rule: Rule, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => zh_hans::rules::rule(rule),
        Lang::ZhHant => zh_hant::rules::rule(rule),
        Lang::En => en::rules::rule(rule),
    }
}

/// One fact as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// Its value, written out.
    pub value: String,
}

/// A field of the evidence as a payer may read it; `None` for what has its own place on a page (the code,
/// the case) or is of use to staff only.
pub fn fact(field: &Field, lang: Lang, context: &Context) -> Option<Fact> {
    let (page, limits) = (pages(lang), limit_words(lang));
    let label = match field.name.as_ref() {
        "tier" => limits.fact_tier,
        "authentication" if field.value != Value::Unknown => limits.fact_authentication,
        "owner" => limits.fact_owner,
        "whose" => page.fact_whose,
        "since" => page.fact_since,
        "expected_end" => page.fact_expected_end,
        "sent_at" => page.fact_sent_at,
        "last_contact" => page.fact_last_contact,
        "loss_percent" => page.fact_loss_percent,
        "version" => page.fact_version,
        "minimum" => page.fact_minimum,
        "balance" => page.fact_balance,
        "requested" => page.fact_requested,
        "short" => page.fact_short,
        "limit" => page.fact_limit,
        "used" => page.fact_used,
        "remaining" => page.fact_remaining,
        "resets_at" => page.fact_resets_at,
        "expired_at" => page.fact_expired_at,
        "revoked_at" => page.fact_revoked_at,
        "until" => page.fact_until,
        "unfreeze_requested_at" => page.fact_unfreeze_requested_at,
        "told_at" => page.fact_told_at,
        "tries_left" => page.fact_tries_left,
        "locked_until" => page.fact_locked_until,
        _ => return None,
    };
    let value = match &field.value {
        Value::Text(text) => said_of(text, lang).to_owned(),
        Value::Count(count) => count.to_string(),
        Value::Money(money) => money.to_string(),
        Value::Time(at) => time(*at, context.now, lang),
        Value::Day(on) => day(*on, context.now, lang),
        Value::Unknown => page.unknown_value.to_owned(),
    };
    Some(Fact { label, value })
}

/// What a word of the evidence is called.
fn said_of(text: &str, lang: Lang) -> &str {
    let limits = limit_words(lang);
    match text {
        text if text == Whose::Platform.id() => pages(lang).whose_platform,
        text if text == Whose::Payer.id() => limits.whose_payer,
        text if text == Strength::OneFactor.id() => limits.one_factor,
        text if text == Strength::TwoFactors.id() => limits.two_factors,
        "product" => limits.owner_product,
        "bank" => limits.owner_bank,
        "channel" => limits.owner_channel,
        "self_set" => limits.owner_self_set,
        text => match (Channel::parse(text), Bank::parse(text)) {
            (Some(channel), _) => channel_label(channel, lang),
            (None, Some(bank)) => bank_label(bank.id(), lang),
            (None, None) => text,
        },
    }
}

/// The title of a cause of which nothing more is known.
pub fn title(cause: Cause, lang: Lang) -> String {
    let finding = Finding { cause, confidence: Confidence::Certain, evidence: Vec::new(), instrument: None };
    said(&finding, lang, &Context::at(Timestamp::UNIX_EPOCH)).title
}
