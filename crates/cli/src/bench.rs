//! A measurement of durable payments a second, with its baselines taken in turns in the same run.
//!
//! Disks and cores are shared, so a figure by itself says little: each round measures the engine, a plain
//! table and a raw log one after another, and the ratio is the median of the rounds' own ratios.

mod baselines;
pub(crate) mod figures;
mod load;
mod machine;
mod metered;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tantu_domain::ids::{JobId, MerchantId, Shard};
use tantu_engine::command::Settings;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Engine, EngineConfig};
use tantu_store::Store;
use tantu_store::audit::AuditCheck;
use tantu_store::baseline::{BlobTable, Kept, merchants_besides};
use tantu_store::sqlite::SqliteStore;

use crate::bench::baselines::{RawLog, pace};
use crate::bench::figures::{median, parts, percentile};
use crate::bench::load::{Door, Orders, ride};
use crate::bench::metered::{Lane, Meter, Metered};
use crate::config::Config;
use crate::output::Failure;
use crate::server::{client, listen};
use crate::stage::keys::register_merchant;

/// How often everything is measured in turn.
const ROUNDS: u32 = 5;

/// The merchant of a bench: a database that knows another one is no place for toy money.
const MERCHANT: &str = "tantu bench";

/// What is to be measured.
pub(crate) struct Plan {
    /// A database of its own; a fresh one in a temporary folder if absent.
    pub(crate) database: Option<String>,
    pub(crate) accounts: u64,
    /// For how long the engine is measured, all rounds together.
    pub(crate) seconds: u32,
    /// Over HTTP on loopback instead of in process.
    pub(crate) http: bool,
    /// How many payments wait for their answers at once.
    pub(crate) in_flight: u32,
}

/// One round's figures.
pub(crate) struct Round {
    pub(crate) payments: u64,
    pub(crate) per_second: u64,
    /// Half of the callers waited no longer, in microseconds.
    pub(crate) p50: u64,
    /// All but one of a hundred.
    pub(crate) p99: u64,
    pub(crate) lane: Lane,
    pub(crate) table_per_second: u64,
    pub(crate) log_per_second: u64,
}

impl Round {
    /// The engine's share of the plain table, in parts of ten thousand.
    pub(crate) fn ratio(&self) -> u64 {
        parts(self.per_second, self.table_per_second)
    }

    /// The engine's share of the raw log, in parts of ten thousand.
    pub(crate) fn log_ratio(&self) -> u64 {
        parts(self.per_second, self.log_per_second)
    }

    /// How many payments a commit made, on average.
    pub(crate) fn batch(&self) -> u64 {
        let commits = u64::try_from(self.lane.batches.len()).unwrap_or(0);
        self.lane.batches.iter().sum::<u64>().checked_div(commits).unwrap_or(0)
    }
}

/// What was measured.
pub(crate) struct Measured {
    pub(crate) machine: String,
    pub(crate) store: String,
    /// What a payment writes into its rows, in bytes; a baseline's blob has as many.
    pub(crate) bytes: u64,
    /// By how much a payment makes the file grow.
    pub(crate) growth: u64,
    pub(crate) rounds: Vec<Round>,
    pub(crate) audit: Vec<AuditCheck>,
    /// Whether nothing that was synced would survive a power cut.
    pub(crate) forgets: bool,
}

impl Measured {
    /// The median over the rounds of one of their figures.
    pub(crate) fn median(&self, figure: impl Fn(&Round) -> u64) -> u64 {
        median(self.rounds.iter().map(figure))
    }

    /// Whether the books hold.
    pub(crate) fn holds(&self) -> bool {
        self.audit.iter().all(|check| check.broken.is_empty())
    }
}

/// Measures. `progress` is told what happens, in words.
pub(crate) async fn run(plan: &Plan, progress: impl Fn(String)) -> Result<Measured, Failure> {
    let place = Place::find(plan.database.as_deref())?;
    let meter = Meter::default();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_url(&place.url)?);
    if merchants_besides(&place.path, MERCHANT)? > 0 {
        let hint = "name a file that is not there yet, or leave --database out";
        let why = "--database: a bench fills its database with toy money, and this one belongs to somebody";
        return Err(Failure::with_hint(why, hint));
    }
    let engine = start(Arc::new(Metered::new(store.clone(), meter.clone()))).await?;
    progress(format!("opening {} accounts in {}", figures::grouped(plan.accounts), place.path.display()));
    let merchant = MerchantId::new(&*engine.ids(), Shard::of(0));
    let api_key = register_merchant(&engine, merchant, MERCHANT).await?;
    let orders = Arc::new(Orders::prepare(&engine, merchant, plan.accounts).await?);
    let (door, server) = open_door(plan, &engine, api_key).await?;

    let slice = Duration::from_secs(u64::from(plan.seconds)) / ROUNDS;
    progress("warming up, and weighing a payment".into());
    let before = Kept::measure(&place.path)?;
    let warmed = ride(&door, &orders, plan.in_flight, slice.min(Duration::from_secs(1))).await?;
    let after = Kept::measure(&place.path)?;
    let (bytes, growth) =
        (after.per_payment(&before, warmed.payments), after.growth_per_payment(&before, warmed.payments));
    let mut table = BlobTable::create(&place.beside("plain.db"), usize::try_from(bytes)?)?;
    let mut log = RawLog::create(&place.beside("raw.log"), bytes)?;
    drop(meter.take());

    let mut rounds = Vec::new();
    for number in 1..=ROUNDS {
        let seen = ride(&door, &orders, plan.in_flight, slice).await?;
        let lane = meter.take();
        let table_per_second = tokio::task::block_in_place(|| pace(&mut table, &lane.batches, slice / 2))?;
        let log_per_second = tokio::task::block_in_place(|| pace(&mut log, &lane.batches, slice / 2))?;
        let (p50, p99) = (percentile(&seen.waits, 50), percentile(&seen.waits, 99));
        let round = Round {
            payments: seen.payments,
            per_second: seen.per_second,
            p50,
            p99,
            lane,
            table_per_second,
            log_per_second,
        };
        progress(format!(
            "round {number} of {ROUNDS}: engine {}, plain table {}, raw log {} payments/s",
            figures::grouped(round.per_second),
            figures::grouped(round.table_per_second),
            figures::grouped(round.log_per_second)
        ));
        rounds.push(round);
    }
    if let Some(server) = server {
        server.abort();
    }
    progress("auditing the books".into());
    let audit = tokio::task::block_in_place(|| store.audit())?.checks;
    let door = if plan.http { "over HTTP on loopback" } else { "in process" };
    let payers = figures::grouped(plan.accounts);
    let store = format!("sqlite, WAL, synchronous=FULL; {payers} accounts, {} in flight {door}", plan.in_flight);
    let kind = machine::file_system(place.folder());
    let forgets = kind.is_some_and(|kind| machine::forgets(&kind));
    Ok(Measured { machine: machine::machine(place.folder()), store, bytes, growth, rounds, audit, forgets })
}

/// Where the files of a run are. The baselines stand beside the database, on the same disk.
struct Place {
    url: String,
    path: PathBuf,
    temporary: tempfile::TempDir,
}

impl Place {
    fn find(database: Option<&str>) -> Result<Self, Failure> {
        let prepare = tempfile::Builder::new().prefix("tantu-bench-").to_owned();
        let Some(url) = database else {
            let temporary = prepare.tempdir()?;
            let path = temporary.path().join("bench.db");
            return Ok(Self { url: format!("sqlite:{}", path.display()), path, temporary });
        };
        let path = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()).ok_or_else(|| {
            Failure::with_hint(format!("--database: {url:?} is no database that can be measured"), "write sqlite:PATH")
        })?;
        let path = PathBuf::from(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temporary = prepare.tempdir_in(folder).map_err(|error| {
            Failure::usage(format!("--database: nothing can be written in {}: {error}", folder.display()))
        })?;
        Ok(Self { url: url.to_owned(), path, temporary })
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    fn folder(&self) -> &Path {
        self.temporary.path()
    }
}

/// The production engine, as `serve` starts it without a channel.
async fn start(store: Arc<dyn Store>) -> Result<Engine, Failure> {
    let config = Config::load(None)?;
    let ids = Arc::new(UuidIds);
    let settings = Settings {
        process: JobId::new(&*ids, Shard::of(0)).to_string(),
        charge_expiry: config.server.charge_expiry(),
        confirm_expiry: config.server.confirm_expiry()?,
        lease: SignedDuration::from_secs(15),
        mandate_days: config.server.mandate_days,
        answer_wait: Duration::from_secs(u64::from(config.server.answer_wait_seconds)),
        fold_interval: Duration::from_secs(60),
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
    };
    Ok(Engine::start(config).await?)
}

/// The way in: the engine itself, or the whole server on a free port.
async fn open_door(
    plan: &Plan,
    engine: &Engine,
    api_key: String,
) -> Result<(Arc<Door>, Option<tokio::task::JoinHandle<()>>), Failure> {
    if !plan.http {
        return Ok((Arc::new(Door::Engine(engine.clone())), None));
    }
    let listener = listen(([127, 0, 0, 1], 0).into()).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let mut secret = [0; 32];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_| Failure::usage("the machine gives no random bytes"))?;
    let web = tantu_web::WebConfig::new(&base, tantu_web::ServerSecret::new(&secret));
    let router = tantu_web::router(tantu_web::App::new(engine.clone(), web));
    let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
    let url = format!("{base}/v1/payments");
    Ok((Arc::new(Door::Http { client: client()?, url, api_key }), Some(server)))
}
