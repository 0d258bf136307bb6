//! `tantu explain`: why, and what to do, for whoever holds a channel's code or a payment's id.

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use tantu_codes::{CodeResult, Meaning};
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::clock::Clock as _;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::payment::PaymentState;
use tantu_engine::time::SystemClock;
use tantu_explain::Lang;
use tantu_explain::words::{Context, words};
use tantu_store::Store as _;
use tantu_store::sqlite::SqliteStore;

use crate::commands::causes::language;
use crate::output::{Failure, Output};

/// Options of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A channel's code, such as ACQ.BUYER_BALANCE_NOT_ENOUGH.
    #[arg(required_unless_present = "payment", conflicts_with = "payment")]
    code: Option<String>,
    /// The channel that said it.
    #[arg(long)]
    channel: Option<String>,
    /// The call that it answered, such as alipay.trade.pay.
    #[arg(long)]
    family: Option<String>,
    /// A payment of ours.
    #[arg(long, value_name = "ID")]
    payment: Option<String>,
    /// Where the payment is kept.
    #[arg(long, default_value = "sqlite:tantu.db")]
    database: String,
    /// The language: zh-Hans, zh-Hant or en.
    #[arg(long, default_value = "en")]
    lang: String,
}

/// What there is to say.
struct Explanation {
    result: &'static str,
    resend_same_order: bool,
    findings: Vec<Finding>,
    meanings: Vec<&'static Meaning>,
}

impl Explain {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let lang = language(&self.lang)?;
        let now = SystemClock::default().wall();
        let explanation = match (&self.code, &self.payment) {
            (Some(code), _) => self.code(code, now),
            (None, Some(id)) => of_payment(id, &self.database)?,
            (None, None) => return Err(Failure::usage("name a code, or a payment with --payment")),
        };
        output.document(&explanation.document(lang, now));
        if !output.is_json() {
            explanation.tell(lang, now, *output);
        }
        Ok(explanation.result != "unrecognised")
    }

    fn code(&self, code: &str, now: Timestamp) -> Explanation {
        let fits = |meaning: &&Meaning| {
            self.channel.as_deref().is_none_or(|channel| channel == meaning.channel)
                && self
                    .family
                    .as_deref()
                    .is_none_or(|family| meaning.family == family || meaning.family.starts_with(&format!("{family}/")))
        };
        let meanings: Vec<&'static Meaning> = tantu_codes::meanings(code).into_iter().filter(fits).collect();
        let result = match meanings.first() {
            None => "unrecognised",
            // One family that leaves it open leaves it open for whoever does not know the family.
            Some(_) if meanings.iter().any(|meaning| meaning.result == CodeResult::Undecided) => {
                CodeResult::Undecided.id()
            }
            Some(first) if meanings.iter().all(|meaning| meaning.result == first.result) => first.result.id(),
            Some(_) => CodeResult::Undecided.id(),
        };
        let mut findings: Vec<Finding> = Vec::new();
        for meaning in &meanings {
            for (cause, confidence) in &meaning.causes {
                if !findings.iter().any(|known| known.cause == *cause) {
                    findings.push(told(meaning, *cause, *confidence, now));
                }
            }
        }
        findings.sort_by_key(|finding| (finding.confidence, finding.cause));
        let resend_same_order = !meanings.is_empty() && meanings.iter().all(|meaning| meaning.resend_same_order);
        Explanation { result, resend_same_order, findings, meanings }
    }
}

fn told(meaning: &Meaning, cause: Cause, confidence: Confidence, now: Timestamp) -> Finding {
    let channel = Channel::parse(meaning.channel);
    let evidence = channel.map_or_else(Vec::new, |channel| {
        let word = ChannelWord { channel, code: meaning.code.to_owned(), message: meaning.message.to_owned(), at: now };
        Evidence::Told { cause, word }.fields()
    });
    Finding { cause, confidence, evidence, instrument: None }
}

fn of_payment(id: &str, database: &str) -> Result<Explanation, Failure> {
    let store = SqliteStore::read_url(database)?;
    let missing = || Failure::usage(format!("there is no payment {id} in {database}"));
    let payment = store.payment(id.parse()?)?.ok_or_else(missing)?;
    let (result, findings) = match &payment.state {
        PaymentState::Succeeded { .. } => ("succeeded", Vec::new()),
        PaymentState::Refused { refusal, .. } => ("declined", refusal.causes.clone()),
        PaymentState::Closed { .. } => ("declined", Vec::new()),
        PaymentState::Created | PaymentState::Processing { .. } => {
            match tantu_engine::payments::answer::answer_of(&payment) {
                tantu_domain::answer::Answer::Undecided { causes } => ("undecided", causes),
                _ => ("undecided", Vec::new()),
            }
        }
    };
    Ok(Explanation { result, resend_same_order: false, findings, meanings: Vec::new() })
}

impl Explanation {
    fn document(&self, lang: Lang, now: Timestamp) -> Value {
        let context = Context::at(now);
        let causes: Vec<Value> =
            self.findings.iter().map(|finding| tantu_web::render::finding(finding, lang, &context)).collect();
        let meanings: Vec<Value> = self
            .meanings
            .iter()
            .map(|meaning| json!({ "channel": meaning.channel, "family": meaning.family, "result": meaning.result.id() }))
            .collect();
        json!({
            "result": self.result,
            "resend_same_order": self.resend_same_order,
            "causes": causes,
            "meanings": meanings,
            "ask_back": null,
            "out_of_scope": false,
        })
    }

    fn tell(&self, lang: Lang, now: Timestamp, output: Output) {
        let context = Context::at(now);
        for finding in &self.findings {
            let said = words(finding, lang, &context);
            output.say(output.bold(&said.title));
            output.say(&said.happened);
            output.say(&said.money);
            for line in said.now.iter().chain(&said.by_itself) {
                output.say(format_args!("· {line}"));
            }
            output.say(output.dim(format_args!("{} ({})", finding.cause.id(), finding.confidence.id())));
            output.say("");
        }
        for meaning in &self.meanings {
            let again =
                if meaning.resend_same_order { "the same order may be sent again" } else { "not to be sent again" };
            output.say(output.dim(format_args!(
                "{} · {} · {} · {again}",
                meaning.channel,
                meaning.family,
                meaning.result.id()
            )));
        }
        if self.meanings.is_empty() && self.findings.is_empty() {
            output.say(match self.result {
                "unrecognised" => "No table that we know has this code. Treat it as undecided: ask the channel what became of the order before anything else.",
                "succeeded" => "This payment is paid.",
                _ => "Nothing more is known of this payment.",
            });
        }
    }
}
