//! `tantu demo`: a tour of orders that fail, are explained, fixed and paid; then a server to play with.

mod bill;

use clap::Args;
use serde_json::{Value, json};
use tantu_domain::cause::Cause;
use tantu_web::DemoLink;

use crate::commands::causes::language;
use crate::commands::serve::address;
use crate::commands::verify::checks;
use crate::matrix::story::Story;
use crate::matrix::{CASES, run};
use crate::output::{Failure, Output};
use crate::stage::payer::Payer;
use crate::stage::{Stage, StagePlan};

/// Options of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End after the tour instead of serving on.
    #[arg(long)]
    once: bool,
    /// Where the server listens, 127.0.0.1:8080 if absent. The sandbox takes 127.0.0.1:9080 and above, or free
    /// ports with --once or when this one's port is 0.
    #[arg(long)]
    listen: Option<String>,
    /// The language of the words for payers: zh-Hans, zh-Hant or en.
    #[arg(long, default_value = "en")]
    lang: String,
}

impl Demo {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let lang = language(&self.lang)?;
        let any = ([127, 0, 0, 1], 0).into();
        let listen = self.listen.as_deref().map(|text| address("--listen", text)).transpose()?;
        let free = self.once || listen.is_some_and(|address| address.port() == 0);
        let standing = |port: u16| if free { any } else { ([127, 0, 0, 1], port).into() };
        let folder = tempfile::Builder::new().prefix("tantu-demo-").tempdir()?.keep();
        let database = format!("sqlite:{}", folder.join("tantu.db").display());
        let stage = Stage::set_up(StagePlan {
            databases: vec![database.clone()],
            listen: listen.unwrap_or_else(|| standing(8080)),
            sandbox_listen: standing(9080),
            language: lang.id(),
            demo: true,
            certificates: false,
        })
        .await?;
        output.say(format_args!("{}  the database is kept at {database}\n", output.bold("Tantu 坦途")));
        let mut stories = Vec::new();
        for case in CASES {
            let story = run(&stage, case).await;
            tell(&story, stories.len() + 1, *output);
            stories.push(story);
        }
        let bill = bill::tell(&stage, *output).await?;
        let settled = settle(&stage).await;
        let sandbox = stage.control.clone();
        let books = checks(&stage.databases, Some(&sandbox)).await?;
        let balanced = books.iter().all(|check| check.broken.is_empty());
        let ok = stories.iter().all(Story::ok) && balanced && settled.is_ok() && bill["ok"] == true;
        tell_end(&stories, &books, balanced, *output);
        output.document(&document(&stories, &bill, ok));
        if self.once {
            stage.take_down().await;
            return Ok(ok);
        }
        invite(&stage, *output).await?;
        tokio::signal::ctrl_c().await?;
        stage.take_down().await;
        Ok(ok)
    }
}

/// Lets what the faults have left undecided come to its end: business time passes until nothing is left.
async fn settle(stage: &Stage) -> Result<(), Failure> {
    crate::stage::wait_until(|| async {
        let attempts = stage.server.engine.read(|store| store.audited_attempts()).await?;
        if attempts.iter().all(|attempt| !matches!(attempt.state, "submitted" | "returning")) {
            return Ok(Some(()));
        }
        stage.advance(30).await?;
        Ok(None)
    })
    .await
}

/// One order's story, in the words that its payer reads.
fn tell(story: &Story, number: usize, output: Output) {
    let (subject, fen) = story.order.clone().unwrap_or_default();
    let amount = tantu_domain::money::Money::cny(fen);
    output.say(format_args!("{} {}", output.dim(format_args!("{number:>2}")), output.bold(story.name)));
    let status = story.status.map_or_else(|| "no connection".to_owned(), |status| format!("HTTP {status}"));
    output.say(format_args!("   {subject} {amount}  {}", output.dim(status)));
    for cause in story.refusal["causes"].as_array().into_iter().flatten().take(story.causes.len()) {
        let text = |field: &str| cause[field].as_str().unwrap_or_default().to_owned();
        output.say(format_args!("   {} {}", output.red("✗"), output.bold(text("title"))));
        output.say(format_args!("     {} {}", text("detail"), text("money")));
        output.say(format_args!("     {}", output.dim(format_args!("{} {}", text("id"), facts(&cause["evidence"])))));
    }
    for step in &story.steps {
        output.say(format_args!("   → {step}"));
    }
    if story.paid {
        output.say(format_args!("   {} the same order is paid\n", output.green("✓")));
    }
    for fault in &story.faults {
        output.say(format_args!("   {} {fault}\n", output.red("!")));
    }
}

/// The evidence on one line: the numbers that prove the cause.
fn facts(evidence: &Value) -> String {
    let shown = |value: &Value| match value {
        Value::Object(amount) => {
            amount.get("amount").and_then(Value::as_i64).map(|fen| tantu_domain::money::Money::cny(fen).to_string())
        }
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    };
    let fields = evidence.as_object().into_iter().flatten();
    let listed: Vec<String> = fields.filter_map(|(name, value)| Some(format!("{name}={}", shown(value)?))).collect();
    listed.join(" ")
}

fn tell_end(stories: &[Story], books: &[tantu_store::audit::AuditCheck], balanced: bool, output: Output) {
    let paid = stories.iter().filter(|story| story.ok()).count();
    output.say(format_args!("{paid} of {} orders failed, were explained, fixed and paid.", stories.len()));
    let mark = if balanced { output.green("✓") } else { output.red("✗") };
    let rows: u64 = books.iter().map(|check| check.looked_at).sum();
    output.say(format_args!(
        "{mark} the books balance, and agree with Alipay's: {} checks over {rows} rows",
        books.len()
    ));
    for line in books.iter().flat_map(|check| &check.broken) {
        output.say(format_args!("    {line}"));
    }
}

fn document(stories: &[Story], bill: &Value, ok: bool) -> Value {
    let steps: Vec<Value> = stories
        .iter()
        .map(|story| {
            let causes: Vec<&str> = story.causes.iter().map(|cause| cause.id()).collect();
            json!({ "title": story.name, "system": story.system.id(), "cause": causes.join(" + "), "paid": story.paid, "ok": story.ok() })
        })
        .collect();
    json!({ "steps": steps, "bill": bill, "ok": ok })
}

/// Leaves refused orders on the cashier, and says where everything is.
async fn invite(stage: &Stage, output: Output) -> Result<(), Failure> {
    let short = stage.payer(5_000).await?.with_alipay(stage, 30_000).await?;
    leave(stage, &short, &short.wallet, "一箱苹果", 12_300, Cause::FundsInsufficientBalance).await?;
    let revoked = stage.payer(2_000).await?.with_alipay(stage, 30_000).await?;
    revoked.revoke_at_alipay(stage, true).await?;
    leave(stage, &revoked, revoked.alipay()?, "一束花", 6_600, Cause::AgreementRevoked).await?;
    let frozen = stage.payer(20_000).await?;
    stage.freeze(&frozen).await?;
    leave(stage, &frozen, &frozen.wallet, "一把雨伞", 4_200, Cause::AccountFrozen).await?;
    let base = &stage.server.base;
    let curl = format!("curl -X POST -H 'Authorization: Bearer {}'", stage.staff_session);
    output.say(format_args!("\n{}", output.bold("Now try it yourself")));
    output.say(format_args!("  three refused orders  {base}/demo"));
    output.say(format_args!("  propose to lift it    {curl} {base}/v1/accounts/{}/unfreeze", frozen.account));
    output.say(format_args!("  another one lifts it  the same with {}", stage.second_staff_session));
    output.say(format_args!("  the API's page        {base}/docs"));
    output.say(format_args!("  the sandbox           {}/credentials", stage.control));
    output.say(format_args!("  a merchant's key      {}", stage.merchant_key));
    output.say(format_args!(
        "  audit the books       tantu verify --database {} --sandbox {}",
        stage.databases.join(" --database "),
        stage.control
    ));
    output.say("Stop with Ctrl-C.");
    Ok(())
}

/// An order that is refused, and waits on the demo's page.
async fn leave(
    stage: &Stage,
    payer: &Payer,
    instrument: &str,
    subject: &'static str,
    fen: i64,
    cause: Cause,
) -> Result<(), Failure> {
    let refused = stage.pay(&stage.order(subject, fen), payer, instrument).await?;
    stage.server.demo_links.add(DemoLink { payment: refused.payment()?.parse()?, causes: vec![cause] });
    Ok(())
}
