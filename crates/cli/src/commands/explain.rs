//! `tantu explain`: why, and what to do, for whoever holds a channel's code or a payment's id, or has words of his own.

mod own_words;
mod trace;

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use tantu_codes::CodeResult;
use tantu_domain::check::Decision;
use tantu_domain::clock::Clock as _;
use tantu_domain::instrument::Instrument;
use tantu_engine::time::SystemClock;
use tantu_explain::Lang;
use tantu_explain::words::{Context, instrument_label};
use tantu_store::open::{read_urls, shown_urls};
use tantu_web::explanation::{Explanation, Outcome, Question};
use tantu_web::render::decision;

use crate::commands::causes::language;
use crate::commands::codes::overridden;
use crate::config::Config;
use crate::output::{Failure, Output};

/// Options of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A channel's code, such as ACQ.BUYER_BALANCE_NOT_ENOUGH.
    #[arg(required_unless_present_any = ["payment", "text", "text_file", "folds"], conflicts_with = "payment")]
    code: Option<String>,
    /// Somebody's own words.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["code", "payment"])]
    text: Option<String>,
    /// A table of texts (columns text, id, primary, parted by tabs): each explained in a line, with figures.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["code", "payment", "text"])]
    text_file: Option<PathBuf>,
    /// How well our own texts are understood, each by one that has not learnt from it.
    #[arg(long, conflicts_with_all = ["code", "payment", "text", "text_file"])]
    folds: bool,
    /// The channel that said it.
    #[arg(long)]
    channel: Option<String>,
    /// The call that it answered, such as alipay.trade.pay.
    #[arg(long)]
    family: Option<String>,
    /// The configuration file; its [[codes]] override what is published.
    #[arg(long, conflicts_with = "payment")]
    config: Option<PathBuf>,
    /// A payment of ours.
    #[arg(long, value_name = "ID")]
    payment: Option<String>,
    /// Where the payment is kept: the database, or each of several in their order.
    #[arg(long, default_value = "sqlite:tantu.db")]
    database: Vec<String>,
    /// The language: zh-Hans, zh-Hant or en.
    #[arg(long, default_value = "en")]
    lang: String,
}

impl Explain {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let lang = language(&self.lang)?;
        if let Some(path) = &self.text_file {
            return own_words::file(path, *output);
        }
        if self.folds {
            own_words::folds(*output);
            return Ok(true);
        }
        let now = SystemClock::default().wall();
        let tables = Config::load(self.config.as_deref())?.tables()?;
        let (mut decisions, mut labels) = (Vec::new(), Vec::new());
        let explanation = match (&self.code, &self.payment, &self.text) {
            (_, _, Some(text)) => Explanation::of_text(Some(&tables), text, &[], now),
            (Some(code), _, None) => {
                let question = Question { code, channel: self.channel.as_deref(), family: self.family.as_deref() };
                Explanation::of_code(Some(&tables), &question, now)
            }
            (None, Some(id), None) => {
                let (explanation, made, instruments) = of_payment(id, &self.database, now)?;
                decisions = made;
                labels = instruments
                    .iter()
                    .map(|known| (known.id, instrument_label(known.product(), lang).to_owned()))
                    .collect();
                explanation
            }
            (None, None, None) => {
                return Err(Failure::usage("name a code, a payment with --payment, or say it with --text"));
            }
        };
        let context = Context { labels, ..explanation.context(now) };
        let mut document = explanation.document(lang, &context);
        if self.payment.is_some() {
            document["trace"] = decisions.iter().map(|made| decision(made, true, lang)).collect();
        }
        output.document(&document);
        if !output.is_json() {
            tell(&explanation, lang, &context, *output);
            decisions.iter().for_each(|made| trace::tell(made, lang, &context, *output));
        }
        Ok(explanation.said.is_some() || explanation.result != Outcome::Unrecognised)
    }
}

/// A payment's explanation, the decisions about it, and its payer's instruments.
fn of_payment(
    id: &str,
    databases: &[String],
    now: Timestamp,
) -> Result<(Explanation<'static>, Vec<Decision>, Vec<Instrument>), Failure> {
    let store = read_urls(databases)?;
    let missing = || Failure::usage(format!("there is no payment {id} in {}", shown_urls(databases)));
    let payment = store.payment(id.parse()?)?.ok_or_else(missing)?;
    let instruments = store.account(payment.account, now)?.map(|file| file.instruments).unwrap_or_default();
    Ok((Explanation::of_payment(&payment), store.decisions(payment.id)?, instruments))
}

/// The same for people: the words of each cause, then what each table says.
fn tell(explanation: &Explanation<'_>, lang: Lang, context: &Context, output: Output) {
    if let Some(said) = &explanation.said {
        own_words::answer(said, lang, output);
    }
    for finding in &explanation.findings {
        let said = explanation.words(finding, lang, context);
        output.say(output.bold(&said.title));
        output.say(&said.happened);
        output.say(&said.money);
        for line in said.now.iter().chain(&said.by_itself) {
            output.say(format_args!("· {line}"));
        }
        output.say(output.dim(format_args!("{} ({})", finding.cause.id(), finding.confidence.id())));
        output.say("");
    }
    for meaning in &explanation.meanings {
        let again = match (meaning.resend_same_order, meaning.result) {
            (true, CodeResult::Undecided) => "after a query has not found it, the same order may be sent again",
            (true, CodeResult::Succeeded | CodeResult::Accepted | CodeResult::Declined) => {
                "the same order may be sent again"
            }
            (false, _) => "not to be sent again",
        };
        output.say(output.dim(format_args!(
            "{} · {} · {} · {again}",
            meaning.channel,
            meaning.family,
            meaning.result.id()
        )));
        if meaning.overridden {
            output.say(format_args!("  {}", overridden(meaning)));
        }
        if let Some(fix) = &meaning.fix {
            output.say(output.dim(format_args!("  for the developer: {}", fix.what())));
        }
    }
    if explanation.said.is_none() && explanation.meanings.is_empty() && explanation.findings.is_empty() {
        output.say(match explanation.result {
            Outcome::Unrecognised => "No table that we know has this code. Treat it as undecided: ask the channel what became of the order before anything else.",
            _ => "Nothing speaks against this payment.",
        });
    }
}
