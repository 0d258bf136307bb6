//! The commit lane: commands that arrive while the last commit runs are decided together in memory, saved
//! in one durable transaction, and answered only after it.
//!
//! Nothing is ever answered before its commit: a crash between the two loses a promise to nobody.

use std::sync::Arc;

use tantu_channels::webhook::Webhooks;
use tantu_domain::channel::Channel;
use tantu_domain::clock::{Clock, Ids};
use tantu_domain::ids::SHARDS;
use tantu_domain::policy::Policy;
use tantu_store::change::Change;
use tantu_store::error::{StoreError, Trouble};
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;
use tantu_store::{Lanes, Store};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::command::{Command, Settings, Tools};
use crate::error::{EngineError, Rejection};
use crate::meters::{Moved, batch_committed};
use crate::waiting::WaitingCallers;
use crate::webhooks::announce;

/// The most commands in one transaction: more would make the first of them wait for the last.
const BATCH: usize = 512;

/// The most commands that wait; beyond it callers wait at the door.
const QUEUE: usize = 4096;

/// How often a batch is begun again that another process was in the way of. Each time somebody else got on.
const AGAIN: usize = 12;

/// What the lane works with.
#[derive(Clone)]
pub(crate) struct LaneParts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) channels: Arc<[Channel]>,
    pub(crate) settings: Arc<Settings>,
    /// Jobs that this process has just saved and holds: they run at once.
    pub(crate) fresh_jobs: mpsc::UnboundedSender<Job>,
    /// Whoever waits for a payment is woken once its change is durable.
    pub(crate) waiting: Arc<WaitingCallers>,
    /// Who tells merchants, if anybody does.
    pub(crate) webhooks: Option<Arc<Webhooks>>,
}

/// The door to the lanes: as many as the store lets write beside each other, each with payers of its own, so
/// that no two of them ever wait for the same account. Where a batch is of one shard, each shard has its own lane.
#[derive(Clone)]
pub struct Lane {
    queues: Arc<[mpsc::Sender<Box<dyn Waiting>>]>,
    lanes: Lanes,
}

impl Lane {
    /// Starts a thread for each lane. They end when the last door is dropped and the queues are empty.
    pub(crate) fn start(parts: &LaneParts) -> std::io::Result<Self> {
        let start = |_| {
            let (queue, arrivals) = mpsc::channel(QUEUE);
            let own = parts.clone();
            std::thread::Builder::new().name("lane".into()).spawn(move || run(&own, arrivals))?;
            Ok(queue)
        };
        let lanes = parts.store.lanes();
        let many = match lanes {
            Lanes::Mixed(many) => many.max(1),
            Lanes::ByShard => usize::from(SHARDS) + 1,
        };
        let queues = (0..many).map(start).collect::<std::io::Result<Vec<_>>>()?;
        Ok(Self { queues: queues.into(), lanes })
    }

    /// How many commands wait.
    pub(crate) fn queued(&self) -> usize {
        self.queues.iter().map(|queue| queue.max_capacity().saturating_sub(queue.capacity())).sum()
    }

    /// The lane of a payer. What touches no payer has the first one, or the one beside all shards.
    fn queue(&self, keys: &Keys) -> &mpsc::Sender<Box<dyn Waiting>> {
        let shard = keys.shard().map(|shard| usize::from(shard.number()));
        let place = match self.lanes {
            Lanes::Mixed(_) => shard.unwrap_or(0),
            Lanes::ByShard => shard.unwrap_or(usize::from(SHARDS)),
        };
        &self.queues[place % self.queues.len()]
    }

    /// Carries out a command and gives its outcome once that is durable.
    ///
    /// # Errors
    /// [`EngineError`] if it was not carried out.
    pub async fn run<C: Command>(&self, command: C) -> Result<C::Outcome, EngineError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue(&command.keys());
        let waiting = Box::new(Pending { command, more: Keys::default(), decided: None, reply });
        queue.send(waiting).await.map_err(|_| EngineError::Stopping)?;
        answer.await.map_err(|_| EngineError::Stopping)?
    }
}

/// A command on its way, whatever its outcome is.
trait Waiting: Send {
    fn keys(&self) -> Keys;
    fn decide(&mut self, world: &World, tools: &Tools<'_>) -> Vec<Change>;
    /// Whether it was decided on all that it depends on.
    fn is_decided(&self) -> bool;
    fn answer(self: Box<Self>, saved: Result<(), StoreError>);
}

struct Pending<C: Command> {
    command: C,
    /// What it turned out to depend on besides its own keys.
    more: Keys,
    decided: Option<Result<C::Outcome, Rejection>>,
    reply: oneshot::Sender<Result<C::Outcome, EngineError>>,
}

impl<C: Command> Waiting for Pending<C> {
    fn keys(&self) -> Keys {
        let mut keys = self.command.keys();
        keys.extend(self.more.clone());
        keys
    }

    fn decide(&mut self, world: &World, tools: &Tools<'_>) -> Vec<Change> {
        match self.command.decide(world, tools) {
            Ok((outcome, changes)) => {
                self.decided = Some(Ok(outcome));
                changes
            }
            Err(rejection) => {
                if let Rejection::NotLoaded(keys) = &rejection {
                    self.more.extend((**keys).clone());
                }
                self.decided = Some(Err(rejection));
                Vec::new()
            }
        }
    }

    fn is_decided(&self) -> bool {
        !matches!(self.decided, Some(Err(Rejection::NotLoaded(_))))
    }

    fn answer(self: Box<Self>, saved: Result<(), StoreError>) {
        let answer = match (saved, self.decided) {
            (Ok(()), Some(Ok(outcome))) => Ok(outcome),
            (Ok(()), Some(Err(rejection))) => Err(EngineError::Rejected(rejection)),
            (Ok(()), None) => Err(EngineError::Stopping),
            (Err(error), _) => Err(EngineError::Store(error)),
        };
        // A caller that has gone away reads the outcome later, by its idempotency key.
        drop(self.reply.send(answer));
    }
}

fn run(parts: &LaneParts, mut arrivals: mpsc::Receiver<Box<dyn Waiting>>) {
    while let Some(first) = arrivals.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = arrivals.try_recv()
        {
            batch.push(next);
        }
        save(parts, batch);
    }
}

/// Decides and saves a batch. One that the database refuses is halved until the bad command stands alone,
/// so that no caller pays for another's fault. One that another process was in the way of is decided again on
/// what that has left: a claim that it made is loaded then, and answers. So is one whose decisions need more than was loaded.
fn save(parts: &LaneParts, mut batch: Vec<Box<dyn Waiting>>) {
    let mut saved = try_save(parts, &mut batch);
    for _ in 0..AGAIN {
        if !matches!(saved, Err(StoreError::Claimed | StoreError::Busy(_))) {
            break;
        }
        saved = try_save(parts, &mut batch);
    }
    match saved {
        Ok(jobs) => {
            answer_all(batch);
            for job in jobs {
                // The receiver lives as long as the engine; while it stops, the job waits in the database.
                drop(parts.fresh_jobs.send(job));
            }
        }
        Err(StoreError::Refused(_) | StoreError::Claimed) if batch.len() > 1 => {
            let second = batch.split_off(batch.len() / 2);
            save(parts, batch);
            save(parts, second);
        }
        Err(error) => {
            tracing::error!(%error, commands = batch.len(), "a batch was not saved");
            for waiting in batch {
                waiting.answer(Err(repeat(&error)));
            }
        }
    }
}

fn answer_all(batch: Vec<Box<dyn Waiting>>) {
    for waiting in batch {
        waiting.answer(Ok(()));
    }
}

fn try_save(parts: &LaneParts, batch: &mut Vec<Box<dyn Waiting>>) -> Result<Vec<Job>, StoreError> {
    let mut keys = Keys::default();
    for waiting in batch.iter() {
        keys.extend(waiting.keys());
    }
    let (now, wall) = (parts.clock.now(), parts.clock.wall());
    let tools = Tools {
        now,
        wall,
        ids: &*parts.ids,
        policy: &parts.policy,
        channels: &parts.channels,
        settings: &parts.settings,
    };
    let (mut world, open) = parts.store.begin(&keys, now)?;
    let (mut changes, mut told, mut moved, commands) = (Vec::new(), Vec::new(), Moved::default(), batch.len());
    for waiting in batch.iter_mut() {
        let decided = waiting.decide(&world, &tools);
        for change in &decided {
            moved.see(&world, change);
            if let Some(webhooks) = &parts.webhooks {
                told.extend(announce(webhooks, &world, change, &tools));
            }
            world.apply(change);
        }
        changes.extend(decided);
    }
    changes.append(&mut told);
    if !batch.iter().all(|waiting| waiting.is_decided()) {
        // Seldom: a rule fires, a case is lifted that payments wait for. All of it is decided again, on all that is needed.
        return Err(StoreError::Busy("a decision depends on more than was loaded".into()));
    }
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let begun = Instant::now();
    open.commit(&changes)?;
    batch_committed(commands, begun.elapsed());
    moved.count();
    parts.waiting.ring_all(moved.payments());
    Ok(fresh_jobs(&changes, &parts.settings.process))
}

fn fresh_jobs(changes: &[Change], process: &str) -> Vec<Job> {
    let held = changes.iter().filter_map(|change| match change {
        Change::PutJob(job) if job.lease.as_ref().is_some_and(|lease| lease.owner == process) => Some(job.clone()),
        _ => None,
    });
    held.collect()
}

/// One failure answers several callers, and errors of the database cannot be cloned.
fn repeat(error: &StoreError) -> StoreError {
    match error {
        StoreError::Claimed => StoreError::Claimed,
        StoreError::Refused(why) => StoreError::Refused(why.clone()),
        StoreError::Busy(why) => StoreError::Busy(why.clone()),
        StoreError::Unknown(why) => StoreError::Unknown(why.clone()),
        StoreError::Unavailable(trouble, why) => StoreError::Unavailable(*trouble, why.clone()),
        other => StoreError::Unavailable(other.trouble().unwrap_or(Trouble::Other), other.to_string()),
    }
}
