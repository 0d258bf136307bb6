//! What is done to the servers and their database under the load, one thing at a time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::gate::chance::Chance;
use crate::gate::postgres::proxy::Cut;
use crate::gate::postgres::{Plan, SEED, Stage, print_waits};
use crate::gate::progress;
use crate::gate::stopwatch::Stopwatch;
use crate::gate::traffic::load::Phase;

/// When to strike, in milliseconds after everything was ready and enough was paid.
const EARLIEST: u64 = 20;
const LATEST: u64 = 400;

/// How long the other server is alone after a kill, in milliseconds, at most.
const ALONE: u64 = 300;

/// How long the load goes on after a stop was ordered: longer, and it only gathers refusals.
const INTO_THE_STOP: Duration = Duration::from_millis(40);

/// How often to look how much is paid, and how long nothing may be paid at all.
const LOOK: Duration = Duration::from_millis(5);
const STANDSTILL: Duration = Duration::from_secs(60);

/// One thing that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strike {
    /// `kill -9` of one server; which one alternates.
    Kill,
    /// The database stopped at once, and started again.
    Stop,
    /// A connection cut at a commit; on which side alternates.
    Cut,
    /// SIGTERM to one server, while the other serves; which one alternates.
    Restart,
}

impl Strike {
    /// Of twelve, five kill, five cut, one stops and one restarts.
    const ROUND: [Self; 12] = [
        Self::Kill,
        Self::Cut,
        Self::Kill,
        Self::Cut,
        Self::Stop,
        Self::Kill,
        Self::Cut,
        Self::Restart,
        Self::Kill,
        Self::Cut,
        Self::Kill,
        Self::Cut,
    ];

    /// So many strikes, in their order.
    pub(super) fn all(count: u32) -> Vec<Self> {
        Self::ROUND.into_iter().cycle().take(usize::try_from(count).unwrap_or(usize::MAX)).collect()
    }
}

/// What was done, and how long the servers took to be ready again.
#[derive(Debug, Default)]
pub(super) struct Strikes {
    kills: [u32; 2],
    stops: u32,
    cuts: [u32; 2],
    restarts: [u32; 2],
    /// How long each killed server took until it was ready.
    server_ready: Vec<Duration>,
    /// How long each server took to end after SIGTERM.
    server_ended: Vec<Duration>,
    /// How long each stopped database took until it took calls, and how long the servers then took until they were ready.
    database_up: Vec<Duration>,
    servers_follow: Vec<Duration>,
    /// How long the load ran.
    pub(super) loaded: Duration,
}

impl Strikes {
    pub(super) fn count(&self) -> u32 {
        self.stops + [self.kills, self.cuts, self.restarts].concat().into_iter().sum::<u32>()
    }

    /// Carries out the plan, until the time is over.
    pub(super) async fn carry_out(
        &mut self,
        plan: &Plan,
        stage: &mut Stage,
        bound: Option<(Stopwatch, Duration)>,
    ) -> Result<(), Failure> {
        let mut chance = Chance::new(SEED);
        let mut due = 0;
        for strike in &plan.strikes {
            if bound.is_some_and(|(watch, most)| watch.elapsed() >= most) {
                return Ok(());
            }
            if plan.forgetful {
                // It is another process after every start.
                stage.cluster.suspend_writer().await?;
            }
            due += plan.payments_per_strike;
            paid(stage, due, bound).await?;
            tokio::time::sleep(Duration::from_millis(chance.between(EARLIEST, LATEST))).await;
            self.one(*strike, stage, &mut chance).await?;
            if self.count().is_multiple_of(12) {
                progress(format_args!("  {} strikes, {} payments", self.count(), stage.load.answered()));
            }
        }
        paid(stage, due, bound).await
    }

    async fn one(&mut self, strike: Strike, stage: &mut Stage, chance: &mut Chance) -> Result<(), Failure> {
        match strike {
            Strike::Kill => {
                let which = usize::from(self.kills[0] > self.kills[1]);
                stage.servers[which].kill().await?;
                tokio::time::sleep(Duration::from_millis(chance.between(0, ALONE))).await;
                self.server_ready.push(stage.servers[which].start().await?);
                self.kills[which] += 1;
            }
            Strike::Cut => {
                let which = usize::from(self.cuts[0] > self.cuts[1]);
                stage.proxy.cut([Cut::Before, Cut::After][which]).await?;
                self.cuts[which] += 1;
            }
            Strike::Restart => {
                let which = usize::from(self.restarts[0] > self.restarts[1]);
                stage.load.turn_window();
                self.server_ended.push(stage.servers[which].restart().await?);
                stage.load.turn_window();
                self.restarts[which] += 1;
            }
            Strike::Stop => {
                let (up, follow) = stop(stage).await?;
                self.database_up.push(up);
                self.servers_follow.push(follow);
                self.stops += 1;
            }
        }
        Ok(())
    }

    pub(super) fn print_to(&self, figures: &mut Value) {
        let counts = [
            ("kills_first", self.kills[0]),
            ("kills_second", self.kills[1]),
            ("stops", self.stops),
            ("cuts_before_commit", self.cuts[0]),
            ("cuts_after_commit", self.cuts[1]),
            ("rolling_restarts", self.restarts.iter().sum()),
        ];
        for (name, count) in counts {
            figures[name] = json!(count);
        }
    }

    pub(super) fn print_waits_to(&self, figures: &mut Value) {
        print_waits(figures, "server_ready", &self.server_ready);
        print_waits(figures, "server_ended", &self.server_ended);
        print_waits(figures, "database_up", &self.database_up);
        print_waits(figures, "servers_follow", &self.servers_follow);
    }
}

/// Waits until so many payments are answered, or the time is over.
async fn paid(stage: &Stage, due: u64, bound: Option<(Stopwatch, Duration)>) -> Result<(), Failure> {
    let (mut seen, mut since) = (stage.load.answered(), Stopwatch::start());
    while seen < due && bound.is_none_or(|(watch, most)| watch.elapsed() < most) {
        tokio::time::sleep(LOOK).await;
        let now = stage.load.answered();
        if now > seen {
            (seen, since) = (now, Stopwatch::start());
        }
        if since.elapsed() > STANDSTILL {
            return Err(Failure::new(format!("nothing was paid for {} s after {seen} payments", STANDSTILL.as_secs())));
        }
    }
    Ok(())
}

/// Stops the database under load and starts it again; gives how long its start took, and then the servers.
async fn stop(stage: &mut Stage) -> Result<(Duration, Duration), Failure> {
    let Stage { servers, cluster, phase, .. } = stage;
    let hold = async {
        tokio::time::sleep(INTO_THE_STOP).await;
        phase.send_replace(Phase::Down);
    };
    tokio::join!(cluster.stop(), hold).0?;
    let watch = Stopwatch::start();
    cluster.start_again().await?;
    let up = watch.elapsed();
    for server in servers {
        server.ready().await?;
    }
    phase.send_replace(Phase::Up);
    Ok((up, watch.elapsed().saturating_sub(up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_promise_is_kept_count_of() {
        let count = |strike| Strike::all(240).into_iter().filter(|one| *one == strike).count();
        assert_eq!([Strike::Kill, Strike::Cut, Strike::Stop, Strike::Restart].map(count), [100, 100, 20, 20]);
    }
}
