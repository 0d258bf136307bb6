//! A measurement of durable payments a second, with its baselines taken in turns in the same run.
//!
//! Disks and cores are shared, so a figure by itself says little: each round measures everything one after another, and a
//! ratio is the median of the rounds' own ratios. What is measured beside the engine is each database's own affair
//! (`sqlite.rs`, `postgres.rs`); what a measurement is, is the same.

pub(crate) mod before;
mod beside;
pub(crate) mod figures;
mod load;
mod machine;
pub(crate) mod metered;
mod pace;
mod pgbench;
mod postgres;
mod sqlite;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tantu_domain::ids::{JobId, Shard};
use tantu_engine::command::Settings;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Engine, EngineConfig};
use tantu_store::Store;
use tantu_store::audit::AuditCheck;

pub(crate) use crate::bench::beside::serve;
use crate::bench::figures::{median, parts};
use crate::bench::load::Door;
use crate::bench::metered::Spent;
use crate::config::{Config, EXAMPLE};
use crate::output::Failure;
use crate::server::{client, listen};

/// How often everything is measured in turn.
const ROUNDS: u32 = 5;

/// The merchants of a bench: a database that knows others is no place for toy money.
const MERCHANT: &str = "tantu bench";

/// What is to be measured.
pub(crate) struct Plan {
    /// A database of its own; a fresh file in a temporary folder if absent.
    pub(crate) database: Option<String>,
    pub(crate) accounts: u64,
    /// For how long the engine is measured, all rounds together.
    pub(crate) seconds: u32,
    /// Over HTTP on loopback instead of in process.
    pub(crate) http: bool,
    /// How many payments wait for their answers at once.
    pub(crate) in_flight: u32,
}

impl Plan {
    /// How long one thing is measured in one round.
    fn slice(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds)) / ROUNDS
    }

    /// How the payments come, in words.
    fn shown(&self) -> String {
        let door = if self.http { "over HTTP on loopback" } else { "in process" };
        format!("{} accounts, {} in flight {door}", figures::grouped(self.accounts), self.in_flight)
    }
}

/// What a subject is to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The engine itself, with payers and merchants as they come.
    Engine,
    /// Something else that the engine is held against.
    Baseline,
    /// The engine in another situation, which is held against the first.
    Variant,
}

/// Something that each round measures.
pub(crate) struct Subject {
    pub(crate) id: &'static str,
    /// In words.
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// What one round has measured of one subject.
pub(crate) struct Run {
    pub(crate) per_second: u64,
    /// Of the engine: how it went.
    pub(crate) detail: Option<Detail>,
}

impl Run {
    fn baseline(per_second: u64) -> Self {
        Self { per_second, detail: None }
    }
}

/// How a run of the engine went.
pub(crate) struct Detail {
    pub(crate) payments: u64,
    /// Half of the callers waited no longer, in microseconds.
    pub(crate) p50: u64,
    /// All but one of a hundred.
    pub(crate) p99: u64,
    /// How many commits made them.
    pub(crate) commits: u64,
    /// Where the lanes of this process had their time.
    pub(crate) spent: Spent,
    /// How many bytes of log a payment has made the database write, if it tells.
    pub(crate) logged: Option<u64>,
}

impl Detail {
    /// How many payments a commit made, on average.
    pub(crate) fn batch(&self) -> u64 {
        self.payments.checked_div(self.commits).unwrap_or(0)
    }
}

/// What was measured.
pub(crate) struct Measured {
    pub(crate) machine: String,
    pub(crate) store: String,
    /// The engine, then its baseline, then the others.
    pub(crate) subjects: Vec<Subject>,
    /// Each round's runs, in the order of the subjects.
    pub(crate) rounds: Vec<Vec<Run>>,
    /// What a payment weighs, in words.
    pub(crate) weight: String,
    pub(crate) audit: Vec<AuditCheck>,
    /// Whether nothing that was synced would survive a power cut.
    pub(crate) forgets: bool,
}

impl Measured {
    /// The median of a subject's rounds.
    pub(crate) fn per_second(&self, subject: usize) -> u64 {
        median(self.rounds.iter().filter_map(|round| round.get(subject)).map(|run| run.per_second))
    }

    /// The median over the rounds of a figure of the engine.
    pub(crate) fn detail(&self, figure: impl Fn(&Detail) -> u64) -> u64 {
        let engine = self.rounds.iter().filter_map(|round| round.first());
        median(engine.filter_map(|run| run.detail.as_ref()).map(figure))
    }

    /// The median of a subject's ratios.
    pub(crate) fn ratio(&self, subject: usize) -> u64 {
        median(self.rounds.iter().map(|round| self.ratio_in(round, subject)))
    }

    /// In one round, in parts of ten thousand: how many payments the engine made for each of a baseline's; of a variant, its
    /// share of what the engine made.
    pub(crate) fn ratio_in(&self, round: &[Run], subject: usize) -> u64 {
        let of = |number: usize| round.get(number).map_or(0, |run| run.per_second);
        match self.subjects.get(subject).map(|subject| subject.role) {
            Some(Role::Engine) => parts(of(0), of(1)),
            Some(Role::Baseline) => parts(of(0), of(subject)),
            Some(Role::Variant) => parts(of(subject), of(0)),
            None => 0,
        }
    }

    /// Whether the books hold.
    pub(crate) fn holds(&self) -> bool {
        self.audit.iter().all(|check| check.broken.is_empty())
    }
}

/// Measures. `progress` is told what happens, in words.
pub(crate) async fn run(plan: &Plan, progress: impl Fn(String)) -> Result<Measured, Failure> {
    match plan.database.as_deref() {
        Some(url) if url.starts_with("postgres") => postgres::run(plan, url, progress).await,
        place => sqlite::run(plan, place, progress).await,
    }
}

/// A database that belongs to somebody is left alone.
fn only_ours(merchants_besides: u64, way_out: &str) -> Result<(), Failure> {
    if merchants_besides == 0 {
        return Ok(());
    }
    let why = "--database: a bench fills its database with toy money, and this one belongs to somebody";
    Err(Failure::with_hint(why, way_out))
}

/// What happened in a round, in words.
fn told(number: u32, subjects: &[Subject], round: &[Run]) -> String {
    let one = |(subject, run): (&Subject, &Run)| {
        format!("{} {}", subject.id.replace('_', " "), figures::grouped(run.per_second))
    };
    let all: Vec<String> = subjects.iter().zip(round).map(one).collect();
    format!("round {number} of {ROUNDS}, per second: {}", all.join(", "))
}

/// The production engine, as `serve` starts it without a channel, with every check that the example configuration has.
async fn start(store: Arc<dyn Store>) -> Result<Engine, Failure> {
    let config = Config::from_text(EXAMPLE)?;
    let ids = Arc::new(UuidIds);
    let settings = Settings {
        process: JobId::new(&*ids, Shard::of(0)).to_string(),
        charge_expiry: config.server.charge_expiry(),
        confirm_expiry: config.server.confirm_expiry()?,
        lease: SignedDuration::from_secs(15),
        mandate_days: config.server.mandate_days,
        answer_wait: Duration::from_secs(u64::from(config.server.answer_wait_seconds)),
        fold_interval: Duration::from_secs(60),
        pay_later: None,
        notify_base: "http://127.0.0.1".into(),
    };
    let clock = Arc::new(SystemClock::default());
    let policy = config.policy.policy()?;
    let config = EngineConfig {
        store,
        clock,
        ids,
        policy,
        settings,
        channels: std::collections::HashMap::new(),
        codes: Arc::default(),
        passwords: None,
        card_keeper: None,
        second_factors: None,
        people: None,
        webhooks: None,
    };
    Ok(Engine::start(config).await?)
}

/// The way in, and the server behind it, which ends with this.
struct Way {
    door: Arc<Door>,
    server: Option<tokio::task::JoinHandle<()>>,
}

impl Drop for Way {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

impl Way {
    /// To the engine itself, or through the whole server on a free port.
    async fn open(engine: &Engine, http: bool) -> Result<Self, Failure> {
        if !http {
            return Ok(Self { door: Arc::new(Door::Engine(engine.clone())), server: None });
        }
        let listener = listen(([127, 0, 0, 1], 0).into()).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| Failure::usage("the machine gives no random bytes"))?;
        let web = tantu_web::WebConfig::new(&base, tantu_web::ServerSecret::new(&secret));
        let router = tantu_web::router(tantu_web::App::new(engine.clone(), web));
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        let url = format!("{base}/v1/payments");
        Ok(Self { door: Arc::new(Door::Http { client: client()?, url }), server: Some(server) })
    }
}
