//! PostgreSQL: the engine against `pgbench` on the same cluster, with all payments for one merchant, and from two processes.

use std::sync::Arc;
use std::time::Duration;

use tantu_domain::ids::{JobId, Shard};
use tantu_engine::time::UuidIds;
use tantu_store::Store;
use tantu_store::baseline::postgres::Cluster;
use tantu_store::postgres::PostgresStore;

use crate::bench::beside::Beside;
use crate::bench::load::{Market, Orders, Seen, ride};
use crate::bench::metered::{Meter, Metered};
use crate::bench::pgbench::{CLIENTS, Pgbench, SCALE};
use crate::bench::{
    MERCHANT, Measured, Plan, ROUNDS, Role, Run, Subject, Way, figures, machine, only_ours, start, told,
};
use crate::output::Failure;

/// How many merchants are paid when it is not all for one.
const MERCHANTS: u64 = 100;

/// Measures in the database of an address, with one for `pgbench` beside it that goes at the end, however this ends.
pub(super) async fn run(plan: &Plan, url: &str, progress: impl Fn(String)) -> Result<Measured, Failure> {
    let version = Pgbench::version().await?;
    let cluster = Cluster::connect(url).await?;
    let random = JobId::new(&UuidIds, Shard::of(0)).to_string();
    let name = format!("tantu_bench_{}", random.trim_start_matches("job_"));
    cluster.create(&name).await?;
    let pgbench = Pgbench::new(cluster.environment(&name), version);
    let measured = tokio::select! {
        measured = measure(plan, url, &cluster, &pgbench, progress) => measured,
        _ = tokio::signal::ctrl_c() => Err(Failure::usage("interrupted")),
    };
    cluster.end(&name).await?;
    measured
}

async fn measure(
    plan: &Plan,
    url: &str,
    cluster: &Cluster,
    pgbench: &Pgbench,
    progress: impl Fn(String),
) -> Result<Measured, Failure> {
    let meter = Meter::default();
    let store: Arc<dyn Store> = Arc::new(tokio::task::block_in_place(|| PostgresStore::open_url(url))?);
    only_ours(cluster.merchants_besides(MERCHANT).await?, "name an empty database: createdb tantu_bench")?;
    let engine = start(Arc::new(Metered::new(store.clone(), meter.clone()))).await?;
    progress(format!("filling pgbench's tables, scale {SCALE}"));
    pgbench.fill().await?;
    progress(format!("opening {} accounts", figures::grouped(plan.accounts)));
    let orders = Arc::new(Orders::prepare(&engine, MERCHANTS, plan.accounts).await?);
    let way = Way::open(&engine, plan.http).await?;
    let mut beside = Beside::start(url, plan.http, &orders).await?;
    let slice = plan.slice();
    let mut bench = Bench { plan, cluster, pgbench, meter, orders, way: &way, beside: &mut beside };
    progress("warming up".into());
    drop(bench.round(slice.min(Duration::from_secs(1))).await?);
    let subjects = subjects(pgbench);
    let mut rounds = Vec::new();
    for number in 1..=ROUNDS {
        let round = bench.round(slice).await?;
        progress(told(number, &subjects, &round));
        rounds.push(round);
    }
    beside.end().await?;
    drop(way);
    progress("auditing the books".into());
    let audit = tokio::task::block_in_place(|| store.audit())?.checks;
    let store = format!("{}; {}, {MERCHANTS} merchants", cluster.described().await?, plan.shown());
    let weight = String::new();
    let (machine, forgets) = (machine::machine(None), cluster.forgets().await?);
    let mut measured = Measured { machine, store, subjects, rounds, weight, audit, forgets };
    let logged = measured.detail(|detail| detail.logged.unwrap_or(0));
    measured.weight = format!("{} bytes of log a payment", figures::grouped(logged));
    Ok(measured)
}

fn subjects(pgbench: &Pgbench) -> Vec<Subject> {
    let subject = |id, name: String, role| Subject { id, name, role };
    vec![
        subject("payments", "durable payments".into(), Role::Engine),
        subject("pgbench", pgbench.shown(), Role::Baseline),
        subject("hot_merchant", "the same, one merchant takes all".into(), Role::Variant),
        subject("two_processes", "the same, from two processes".into(), Role::Variant),
    ]
}

/// What a round works with.
struct Bench<'a> {
    plan: &'a Plan,
    cluster: &'a Cluster,
    pgbench: &'a Pgbench,
    meter: Meter,
    orders: Arc<Orders>,
    way: &'a Way,
    beside: &'a mut Beside,
}

impl Bench<'_> {
    /// Everything in turn, in the order of the subjects.
    async fn round(&mut self, slice: Duration) -> Result<Vec<Run>, Failure> {
        let (in_flight, half) = (self.plan.in_flight, self.plan.in_flight.div_ceil(2));
        let uniform = self.noted(async |bench| bench.ride(Market::Many, in_flight, slice).await).await?;
        let baseline = Run::baseline(self.pgbench.run(CLIENTS, slice).await?);
        let hot = self.noted(async |bench| bench.ride(Market::One, in_flight, slice).await).await?;
        let two = self
            .noted(async |bench| {
                bench.beside.begin(half, slice).await?;
                let ours = bench.ride(Market::Many, half, slice).await?;
                Ok(ours.with(bench.beside.seen().await?))
            })
            .await?;
        Ok(vec![uniform, baseline, hot, two])
    }

    async fn ride(&self, market: Market, in_flight: u32, slice: Duration) -> Result<Seen, Failure> {
        ride(&self.way.door, &self.orders, market, in_flight, slice).await
    }

    /// Notes what the lanes do meanwhile, and how much log comes of it.
    async fn noted(&mut self, ride: impl AsyncFnOnce(&mut Self) -> Result<Seen, Failure>) -> Result<Run, Failure> {
        drop(self.meter.take());
        let before = self.cluster.logged().await?;
        let seen = ride(self).await?;
        let logged = self.cluster.logged().await?.saturating_sub(before);
        let each = logged.checked_div(seen.payments());
        Ok(seen.into_run(self.meter.take(), each))
    }
}
