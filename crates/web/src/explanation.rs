//! What there is to say of a channel's code, of a payment, or of somebody's own words: the core of `tantu explain`, of `/explain` and of
//! `POST /v1/diagnoses`.
//!
//! Whoever does not know which call a code answered gets the most careful reading: if one of them leaves it
//! open, it is open. A code that stands in no table is unrecognised, and is treated as undecided.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value as Json, json};
use tantu_codes::{CodeResult, Meaning, Tables};
use tantu_diagnosis::quoted::quoted_codes;
use tantu_diagnosis::{Diagnoser, Diagnosis, Fact};
use tantu_domain::answer::Answer;
use tantu_domain::attempt::Attempt;
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::door::Door;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::operation::Operation;
use tantu_domain::payment::Payment;
use tantu_domain::question::Question as AskBack;
use tantu_engine::payments::answer::answer_of;
use tantu_explain::words::{CauseWords, door, heard, pages, question, reply, words};
use tantu_explain::{Context, Lang};
use utoipa::ToSchema;

use crate::render::{CauseBody, cause};

/// The longest code that is looked up; published ones have 64 characters at the most.
pub const LONGEST_CODE: usize = 128;

/// A code, and what is known of where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'q> {
    /// The code, as somebody copied it.
    pub code: &'q str,
    /// The channel that said it.
    pub channel: Option<&'q str>,
    /// The call that it answered.
    pub family: Option<&'q str>,
}

/// What came of the call or the payment, as far as anybody can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A published reading, or a payment of ours.
    Known(CodeResult),
    /// No table has the code: to be treated as undecided.
    Unrecognised,
}

impl Outcome {
    /// The name that the CLI and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Known(result) => result.id(),
            Self::Unrecognised => "unrecognised",
        }
    }

    /// Whether nobody may conclude from it that money moved, or that it did not.
    pub fn is_open(self) -> bool {
        match self {
            Self::Known(CodeResult::Succeeded | CodeResult::Declined) => false,
            Self::Known(CodeResult::Accepted | CodeResult::Undecided) | Self::Unrecognised => true,
        }
    }
}

/// What there is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation<'t> {
    /// What came of it.
    pub result: Outcome,
    /// Whether the same order may be sent again under the same number; for what is undecided, after a query
    /// has said that it does not exist there.
    pub resend_same_order: bool,
    /// What it speaks for, the surest first.
    pub findings: Vec<Finding>,
    /// The rows of the tables that it was read from; none for a payment.
    pub meanings: Vec<&'t Meaning>,
    /// When an undecided payment is known at the latest.
    pub known_by: Option<Timestamp>,
    /// What was understood of somebody's own words, if he said any.
    pub said: Option<Understood>,
}

/// What was understood of somebody's own words, besides the causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The causes that were heard, each with its share in per cent.
    pub heard: Vec<(Cause, u8)>,
    /// What to ask back, if they say too little.
    pub question: Option<AskBack>,
    /// Where they belong, if they are about no payment that failed.
    pub door: Option<Door>,
}

impl<'t> Explanation<'t> {
    /// Of a code: in the operator's tables, or in the published ones.
    pub fn of_code(tables: Option<&'t Tables>, question: &Question<'_>, now: Timestamp) -> Self {
        let typed = question.code.trim();
        // People type what they read as their keyboard likes it; a code as it stands comes first.
        let spelled = [typed.to_owned(), typed.to_ascii_uppercase(), typed.to_ascii_lowercase()];
        let found = spelled.iter().map(|code| rows(tables, code, question)).find(|rows| !rows.is_empty());
        Self::of_meanings(found.unwrap_or_default(), now)
    }

    /// Of a payment of ours.
    pub fn of_payment(payment: &Payment) -> Self {
        let (result, findings) = match answer_of(payment) {
            Answer::Succeeded => (CodeResult::Succeeded, Vec::new()),
            Answer::Refused(refusal) => (CodeResult::Declined, refusal.causes),
            Answer::RequiresAction { .. } => (CodeResult::Accepted, Vec::new()),
            Answer::Closed => (CodeResult::Declined, Vec::new()),
            Answer::Undecided { causes } => (CodeResult::Undecided, causes),
        };
        let known_by = payment.undecided_attempt().map(Attempt::final_at);
        Self {
            result: Outcome::Known(result),
            resend_same_order: false,
            findings,
            meanings: Vec::new(),
            known_by,
            said: None,
        }
    }

    /// Of what a device reports, and of the payment that it is about, if it names one. `never_left` says that the
    /// device did not even trust the connection: its request reached nobody.
    pub fn of_device(findings: Vec<Finding>, never_left: bool, payment: Option<&Payment>) -> Self {
        let known = payment.map(Self::of_payment);
        let result = if findings.is_empty() { Outcome::Unrecognised } else { Outcome::Known(CodeResult::Declined) };
        let mut told = known.unwrap_or(Self {
            result,
            resend_same_order: never_left && !findings.is_empty(),
            findings: Vec::new(),
            meanings: Vec::new(),
            known_by: None,
            said: None,
        });
        told.findings.retain(|other| findings.iter().all(|own| own.cause != other.cause));
        // What the payer can put right in his hand comes before what was decided while it was wrong.
        told.findings.splice(0..0, findings);
        told
    }

    /// Of somebody's own words, in the light of what is known; codes that he quotes are looked up. Whether money moved
    /// they do not say, so what came of it stays open.
    pub fn of_text(tables: Option<&'t Tables>, text: &str, known: &[Fact], now: Timestamp) -> Self {
        let mut facts = known.to_vec();
        let mut quoted: Vec<Finding> = Vec::new();
        for code in quoted_codes(text) {
            let of_code = Self::of_code(tables, &Question { code, channel: None, family: None }, now);
            facts.extend(of_code.findings.iter().map(|finding| Fact::Quoted(finding.cause)));
            quoted.extend(of_code.findings);
        }
        let diagnosis = Diagnoser::shared().diagnose(text, &facts);
        let finding = |cause, share| match quoted.iter().find(|finding| finding.cause == cause) {
            Some(finding) => finding.clone(),
            None => Finding { cause, confidence: confidence_of(share), evidence: Vec::new(), instrument: None },
        };
        let findings = diagnosis.causes.iter().map(|one| finding(one.cause, one.share)).collect();
        let heard = diagnosis.causes.iter().map(|one| (one.cause, one.percent())).collect();
        Self {
            result: Outcome::Unrecognised,
            resend_same_order: false,
            findings,
            meanings: Vec::new(),
            known_by: None,
            said: Some(Understood { heard, question: diagnosis.question, door: diagnosis.door }),
        }
    }

    /// The same, in the order that somebody's own words give it: they choose among what is known, and add nothing.
    #[must_use]
    pub fn told_as(mut self, text: &str) -> Self {
        let blocks: Vec<Fact> = self.findings.iter().map(|finding| Fact::Blocks(finding.cause)).collect();
        let Diagnosis { causes, .. } = Diagnoser::shared().diagnose(text, &blocks);
        let place = |finding: &Finding| causes.iter().position(|one| one.cause == finding.cause);
        self.findings.sort_by_key(|finding| place(finding).unwrap_or(usize::MAX));
        self
    }

    fn of_meanings(meanings: Vec<&'t Meaning>, now: Timestamp) -> Self {
        let mut findings: Vec<Finding> = Vec::new();
        for meaning in &meanings {
            for (cause, confidence) in &meaning.causes {
                match findings.iter_mut().find(|known| known.cause == *cause) {
                    // Of several rows that name a cause the surest one speaks.
                    Some(known) if *confidence < known.confidence => *known = told(meaning, *cause, *confidence, now),
                    Some(_) => {}
                    None => findings.push(told(meaning, *cause, *confidence, now)),
                }
            }
        }
        findings.sort_by_key(|finding| (finding.confidence, finding.cause));
        Self {
            result: result_of(&meanings),
            resend_same_order: !meanings.is_empty() && meanings.iter().all(|meaning| meaning.resend_same_order),
            findings,
            meanings,
            known_by: None,
            said: None,
        }
    }

    /// The same channel by channel and result by result, where they do not say the same; else itself alone.
    pub fn readings(&self, now: Timestamp) -> Vec<Self> {
        let mut groups: Vec<Vec<&'t Meaning>> = Vec::new();
        for meaning in &self.meanings {
            let fits = |group: &&mut Vec<&'t Meaning>| {
                group.first().is_some_and(|first| (first.channel, first.result) == (meaning.channel, meaning.result))
            };
            match groups.iter_mut().find(fits) {
                Some(group) => group.push(meaning),
                None => groups.push(vec![meaning]),
            }
        }
        let agree = self.meanings.windows(2).all(|pair| pair[0].result == pair[1].result);
        if agree {
            return vec![self.clone()];
        }
        groups.into_iter().map(|group| Self::of_meanings(group, now)).collect()
    }

    /// What the words depend on, as far as it lies here. A code alone is no payment that somebody asks about, so
    /// only a payment may be said to be undecided.
    pub fn context(&self, now: Timestamp) -> Context {
        let undecided = !self.is_of_code() && self.said.is_none() && self.result.is_open();
        Context { undecided, known_by: self.known_by, ..Context::at(now) }
    }

    /// The words for one of the findings. Nothing is promised of a code alone, because nobody here asks about its
    /// order; and while it is open, no sentence says that the money is where it was.
    pub fn words(&self, finding: &Finding, lang: Lang, context: &Context) -> CauseWords {
        if self.said.is_some() {
            return heard(finding, lang, context);
        }
        let said = words(finding, lang, context);
        match (self.is_of_code(), self.result.is_open()) {
            (false, _) => said,
            (true, false) => CauseWords { by_itself: None, ..said },
            (true, true) => {
                let money = pages(lang).explain_undecided_body.to_owned();
                CauseWords { money, now: Vec::new(), by_itself: None, ..said }
            }
        }
    }

    /// What can be done about one of the findings by whoever holds no more than this. While it is open nobody is
    /// told to pay in another way: it would be paid twice.
    pub fn operations(&self, finding: &Finding) -> Vec<Operation> {
        let pays = |operation: Operation| {
            matches!(
                operation,
                Operation::ChooseInstrument
                    | Operation::CombineInstruments
                    | Operation::SplitPayment
                    | Operation::UseOtherCard
                    | Operation::Resume
            )
        };
        let all = finding.cause.operations().iter().copied();
        all.filter(|operation| !(self.is_of_code() && self.result.is_open() && pays(*operation))).collect()
    }

    fn is_of_code(&self) -> bool {
        !self.meanings.is_empty()
    }

    fn cause(&self, finding: &Finding, lang: Lang, context: &Context) -> CauseBody {
        let (mut body, operations) = (cause(finding, lang, context), self.operations(finding));
        let said = self.words(finding, lang, context);
        (body.detail, body.money) = (said.happened, said.money);
        body.remedies.retain(|remedy| operations.iter().any(|operation| operation.id() == remedy.operation));
        body
    }

    /// The document that `tantu explain --json` prints and `POST /v1/diagnoses` answers.
    pub fn document(&self, lang: Lang, context: &Context) -> Json {
        json!(self.body(lang, context))
    }

    pub(crate) fn body(&self, lang: Lang, context: &Context) -> ExplanationBody {
        let asked = self.said.as_ref().and_then(|said| said.question);
        let shown = self.said.as_ref().and_then(|said| said.door);
        ExplanationBody {
            result: self.result.id(),
            resend_same_order: self.resend_same_order,
            causes: self.findings.iter().map(|finding| self.cause(finding, lang, context)).collect(),
            meanings: self.meanings.iter().map(|meaning| MeaningBody::of(meaning)).collect(),
            ask_back: asked.map(|asked| question(asked, lang)),
            question: asked.map(|asked| QuestionBody::of(asked, lang)),
            out_of_scope: shown.is_some(),
            door: shown.map(|shown| DoorBody { id: shown.id(), title: door(shown, lang) }),
        }
    }
}

/// How sure words alone can be: never certain.
fn confidence_of(share: f32) -> Confidence {
    if share >= 0.5 { Confidence::Likely } else { Confidence::Possible }
}

/// The rows that fit. With a channel and a call they are that call's own, and where it has none those whose codes
/// answer it too (the channel's gateway).
fn rows<'t>(tables: Option<&'t Tables>, code: &str, question: &Question<'_>) -> Vec<&'t Meaning> {
    let all = tables.map_or_else(|| tantu_codes::meanings(code), |tables| tables.meanings(code));
    let of_channel = |meaning: &&Meaning| question.channel.is_none_or(|channel| channel == meaning.channel);
    let of_family = |meaning: &&Meaning| {
        question.family.is_none_or(|family| {
            meaning.family.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let fitting: Vec<&Meaning> = all.into_iter().filter(of_channel).filter(of_family).collect();
    match (question.channel, question.family) {
        (Some(channel), Some(family)) if fitting.is_empty() => {
            let shared = |tables: &'t Tables| tables.look_up(channel, family, code);
            tables.map_or_else(|| tantu_codes::look_up(channel, family, code), shared).into_iter().collect()
        }
        _ => fitting,
    }
}

fn result_of(meanings: &[&Meaning]) -> Outcome {
    let Some(first) = meanings.first() else { return Outcome::Unrecognised };
    let agreed = meanings.iter().all(|meaning| meaning.result == first.result);
    Outcome::Known(if agreed { first.result } else { CodeResult::Undecided })
}

fn told(meaning: &Meaning, cause: Cause, confidence: Confidence, now: Timestamp) -> Finding {
    let channel = Channel::parse(meaning.channel);
    let evidence = channel.map_or_else(Vec::new, |channel| {
        let word = ChannelWord { channel, code: meaning.code.to_owned(), message: meaning.message.to_owned(), at: now };
        Evidence::Told { cause, word }.fields()
    });
    Finding { cause, confidence, evidence, instrument: None }
}

/// Why, and what to do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ExplanationBody {
    /// declined, undecided, succeeded, accepted or unrecognised (to be treated as undecided).
    #[schema(example = "declined")]
    result: &'static str,
    /// Whether the same order may be sent again; if it is undecided, after a query has said that the order does
    /// not exist there.
    resend_same_order: bool,
    /// All causes, the surest first.
    causes: Vec<CauseBody>,
    /// The rows of the tables that it was read from.
    meanings: Vec<MeaningBody>,
    /// A question to whoever asks, if what he said is not enough.
    ask_back: Option<&'static str>,
    /// The same question with what may be replied to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<QuestionBody>,
    /// Whether this is about something else than a payment that failed.
    out_of_scope: bool,
    /// Where it belongs then.
    #[serde(skip_serializing_if = "Option::is_none")]
    door: Option<DoorBody>,
}

/// A question that tells causes apart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct QuestionBody {
    /// Its name.
    #[schema(example = "which_limit")]
    id: &'static str,
    /// What is asked.
    title: &'static str,
    /// What may be replied.
    replies: Vec<ReplyBody>,
}

/// What may be replied to a question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ReplyBody {
    /// Its name.
    #[schema(example = "which_limit.day")]
    id: &'static str,
    /// What it says.
    title: &'static str,
}

impl QuestionBody {
    fn of(asked: AskBack, lang: Lang) -> Self {
        let replies = asked.replies().iter().map(|one| ReplyBody { id: one.id(), title: reply(*one, lang) }).collect();
        Self { id: asked.id(), title: question(asked, lang), replies }
    }
}

/// Where something belongs that is no payment that failed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DoorBody {
    /// Its name.
    #[schema(example = "refunds")]
    id: &'static str,
    /// What is said there.
    title: &'static str,
}

/// What one published row says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MeaningBody {
    /// Whose code.
    #[schema(example = "alipay")]
    channel: &'static str,
    /// The call that it answers.
    #[schema(example = "alipay.trade.pay")]
    family: &'static str,
    /// The code in the channel's own spelling.
    code: &'static str,
    /// The channel's own text.
    message: &'static str,
    /// The text that this row needs, where one code has several.
    #[serde(skip_serializing_if = "str::is_empty")]
    when: &'static str,
    /// What it says of the call.
    result: &'static str,
    /// Whether the same order may be sent again.
    resend_same_order: bool,
    /// What the merchant or a developer does about it.
    fix: Option<FixBody>,
    /// Whether the operator has changed or added this row.
    overridden: bool,
    /// Why the operator did.
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'static str,
}

/// What the merchant or a developer does about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FixBody {
    /// Its name.
    #[schema(example = "check_signature_key")]
    id: String,
    /// The same in a sentence.
    what: String,
}

impl MeaningBody {
    fn of(meaning: &Meaning) -> Self {
        Self {
            channel: meaning.channel,
            family: meaning.family,
            code: meaning.code,
            message: meaning.message,
            when: meaning.when,
            result: meaning.result.id(),
            resend_same_order: meaning.resend_same_order,
            fix: meaning.fix.map(|fix| FixBody { id: fix.id().into_owned(), what: fix.what().into_owned() }),
            overridden: meaning.overridden,
            note: meaning.note,
        }
    }
}
