//! The load: clients that pay one order after another, remember what they were told, and send again what was not
//! answered, with the same key and the same body.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::failure::Failure;
use crate::gate::chance::Chance;
use crate::gate::traffic::api::{Api, Order, Payer, Reply, Said};

/// As many at once.
const CLIENTS: u64 = 64;

/// Of a hundred orders, so many are charged through the channel.
const BY_CHANNEL: u64 = 20;

/// The most that one order costs, in fen: small, so that no run empties a wallet.
const MOST: u64 = 9;

/// How long a client that got no answer waits for word of a new server before it tries again anyway.
const BREATH: Duration = Duration::from_millis(50);

/// An order that is not answered so often will not be answered at all.
const MOST_SENDS: u32 = 20_000;

/// Where the attack stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The server serves.
    Up,
    /// It was killed.
    Down,
    /// It serves and is not killed any more: no new orders, only the open answers.
    Draining,
}

/// What a client was told of an order.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) order: Order,
    pub(crate) payment: String,
    pub(crate) said: Said,
    /// Of a refusal or what is undecided.
    pub(crate) causes: Vec<String>,
    /// How often it was sent.
    pub(crate) sends: u32,
    /// The window in which it was sent for the first time and answered, if that is one.
    pub(crate) window: u64,
}

/// What all clients remember.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) told: Vec<Told>,
    /// Answers that nobody should get.
    pub(crate) wrong: Vec<String>,
}

/// The running clients.
pub(crate) struct Load {
    clients: JoinSet<()>,
    memory: mpsc::UnboundedReceiver<Result<Told, String>>,
    counts: Arc<Counts>,
}

/// What the load looks like from outside while it runs.
#[derive(Debug, Default)]
struct Counts {
    answered: AtomicU64,
    /// Odd while nothing but a rolling restart happens.
    window: AtomicU64,
}

/// What a client works with.
#[derive(Clone)]
struct Client {
    api: Api,
    payers: Arc<Vec<Payer>>,
    signers: Arc<Vec<Payer>>,
    phases: watch::Receiver<Phase>,
    memory: mpsc::UnboundedSender<Result<Told, String>>,
    chance: Chance,
    number: u64,
    counts: Arc<Counts>,
}

impl Load {
    pub(crate) fn start(api: &Api, payers: Vec<Payer>, phases: watch::Receiver<Phase>, seed: u64) -> Self {
        let (sender, memory) = mpsc::unbounded_channel();
        let signers = Arc::new(payers.iter().filter(|payer| payer.mandate.is_some()).cloned().collect());
        let payers = Arc::new(payers);
        let (mut clients, counts) = (JoinSet::new(), Arc::<Counts>::default());
        for number in 0..CLIENTS {
            let client = Client {
                api: api.clone(),
                payers: Arc::clone(&payers),
                signers: Arc::clone(&signers),
                phases: phases.clone(),
                memory: sender.clone(),
                chance: Chance::new(seed ^ (number + 1)),
                number,
                counts: Arc::clone(&counts),
            };
            clients.spawn(client.run());
        }
        Self { clients, memory, counts }
    }

    /// How many orders have their answer.
    pub(crate) fn answered(&self) -> u64 {
        self.counts.answered.load(Ordering::Relaxed)
    }

    /// A window begins or ends, in which every order must be answered by one of the servers.
    pub(crate) fn turn_window(&self) {
        self.counts.window.fetch_add(1, Ordering::SeqCst);
    }

    /// Waits until every order has its answer.
    pub(crate) async fn finish(mut self) -> Result<Memory, Failure> {
        while let Some(ended) = self.clients.join_next().await {
            ended?;
        }
        let mut memory = Memory::default();
        while let Some(one) = self.memory.recv().await {
            match one {
                Ok(told) => memory.told.push(told),
                Err(wrong) => memory.wrong.push(wrong),
            }
        }
        Ok(memory)
    }
}

impl Client {
    /// Pays until the attack is over. An order without an answer is handed to a task of its own: whoever waits for
    /// the channel's truth must not keep the load from going on.
    async fn run(mut self) {
        let mut open = JoinSet::new();
        let mut count = 0_u64;
        while self.serving().await {
            count += 1;
            let Some(order) = self.order(count) else { return };
            let window = self.counts.window.load(Ordering::SeqCst);
            if !self.send(&order, 1, window).await {
                let again = self.clone();
                open.spawn(again.send_again(order, window));
            }
        }
        while open.join_next().await.is_some() {}
    }

    /// Waits for a server; `false` once no new orders are wanted.
    async fn serving(&mut self) -> bool {
        let serving = self.phases.wait_for(|phase| *phase != Phase::Down).await;
        serving.is_ok_and(|phase| *phase == Phase::Up)
    }

    fn order(&mut self, count: u64) -> Option<Order> {
        let by_channel = self.chance.between(1, 100) <= BY_CHANNEL && !self.signers.is_empty();
        let payers = if by_channel { &self.signers } else { &self.payers };
        let payer = self.chance.one_of(payers)?;
        let mandate = payer.mandate.clone().filter(|_| by_channel);
        let number = format!("order-{}-{count}", self.number);
        Some(Order {
            key: format!("key-{number}"),
            number,
            account: payer.account.clone(),
            by_wallet: mandate.is_none(),
            instrument: mandate.unwrap_or_else(|| payer.wallet.clone()),
            fen: i64::try_from(self.chance.between(1, MOST)).unwrap_or(1),
            turn: usize::try_from(self.chance.between(0, 1)).unwrap_or(0),
        })
    }

    /// Sends an order; whether it has its answer.
    async fn send(&self, order: &Order, sends: u32, begun: u64) -> bool {
        let remembered = match self.api.pay(order, sends).await {
            Reply::Silent => return false,
            Reply::Told { payment, said, causes } => {
                let window = if self.counts.window.load(Ordering::SeqCst) == begun { begun } else { 0 };
                Ok(Told { order: order.clone(), payment, said, causes, sends, window })
            }
            Reply::Wrong(why) => Err(format!("order {}, sent {sends} times, was answered {why}", order.number)),
        };
        self.counts.answered.fetch_add(1, Ordering::Relaxed);
        // The receiver lives until every client has ended.
        drop(self.memory.send(remembered));
        true
    }

    async fn send_again(mut self, order: Order, window: u64) {
        for sends in 2..MOST_SENDS {
            let known = self.phases.wait_for(|phase| *phase != Phase::Down).await.is_ok();
            if !known || self.send(&order, sends, window).await {
                return;
            }
            // Either a new server is up, or it was a short break of the old one.
            drop(tokio::time::timeout(BREATH, self.phases.changed()).await);
        }
        drop(self.memory.send(Err(format!("order {} never got an answer", order.number))));
    }
}
