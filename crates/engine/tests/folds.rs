//! Whatever comes between payments, folds, debits and crashes: no money is lost or doubled, a merchant never falls below
//! nothing by a debit, and every payment is in exactly one fold.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tantu_domain::answer::Answer;
use tantu_domain::ceiling::Tier;
use tantu_domain::client::Speaker;
use tantu_domain::clock::Clock as _;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{AccountId, InstrumentId, MerchantId, Shard, TransactionId};
use tantu_domain::money::Money;
use tantu_domain::policy::Policy;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::Settings;
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::merchants::debit::{DebitMerchant, Debited};
use tantu_engine::merchants::fold::{BeginFold, CreditFold, FinishFold};
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Engine, EngineConfig};
use tantu_store::Store;
use tantu_store::claim::IdempotencyKey;
use tantu_store::open::open_urls;

/// The payers' shards; the first is the merchant's own.
const SHARDS: [u8; 3] = [5, 6, 99];

const OPENING: i64 = 1_000_000;

/// What happens next. Shards are places in [`SHARDS`].
#[derive(Debug, Clone, Copy)]
enum Step {
    Pay {
        shard: usize,
        fen: i64,
    },
    Fold {
        shard: usize,
    },
    /// A fold that its process leaves after so many of its three commits.
    Crash {
        shard: usize,
        commits: usize,
    },
    /// Whoever takes the job of a fold that was left, maybe not the only one.
    EndLeft {
        times: usize,
    },
    Debit {
        fen: i64,
        again: bool,
    },
    /// Another process takes over, and nobody else is there any more.
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let shard = 0..SHARDS.len();
    let step = prop_oneof![
        4 => (shard.clone(), 1..5_000_i64).prop_map(|(shard, fen)| Step::Pay { shard, fen }),
        2 => shard.clone().prop_map(|shard| Step::Fold { shard }),
        2 => (shard, 1..3_usize).prop_map(|(shard, commits)| Step::Crash { shard, commits }),
        1 => (1..3_usize).prop_map(|times| Step::EndLeft { times }),
        3 => (1..9_000_i64, any::<bool>()).prop_map(|(fen, again)| Step::Debit { fen, again }),
        1 => Just(Step::Restart),
    ];
    proptest::collection::vec(step, 1..24)
}

/// What must be true, told without any ledger.
#[derive(Debug, Default)]
struct Told {
    gathered: HashMap<u8, i64>,
    /// Folds that were left, with how many of their commits were made.
    left: Vec<(Fold, usize)>,
    settled: i64,
    held: i64,
}

impl Told {
    fn fold(&mut self, shard: u8) -> i64 {
        self.gathered.insert(shard, 0).unwrap_or(0)
    }

    fn in_transit(&self) -> i64 {
        self.left.iter().filter(|(_, commits)| *commits == 1).map(|(fold, _)| fold.amount().minor()).sum()
    }

    fn end_left(&mut self) {
        self.settled += self.in_transit();
        self.left.clear();
    }
}

struct Town {
    store: Arc<dyn Store>,
    clock: Arc<SystemClock>,
    engine: Engine,
    merchant: MerchantId,
    payers: Vec<(AccountId, InstrumentId)>,
    orders: usize,
    told: Told,
}

async fn engine(store: &Arc<dyn Store>, clock: &Arc<SystemClock>, fold_interval: Duration) -> Engine {
    Engine::start(EngineConfig {
        store: store.clone(),
        clock: clock.clone(),
        ids: Arc::new(UuidIds),
        policy: Policy { version: "test".into(), ..Policy::default() },
        settings: Settings {
            process: "test".into(),
            charge_expiry: SignedDuration::from_mins(2),
            confirm_expiry: SignedDuration::from_mins(15),
            lease: SignedDuration::from_hours(1),
            mandate_days: 365,
            answer_wait: Duration::from_secs(20),
            fold_interval,
            pay_later: None,
            notify_base: "http://127.0.0.1".into(),
        },
        channels: HashMap::new(),
        passwords: None,
        card_keeper: None,
        second_factors: None,
        people: None,
        webhooks: None,
        codes: Arc::default(),
    })
    .await
    .unwrap()
}

/// Nothing sweeps by itself.
const NEVER: Duration = Duration::from_secs(1_000_000);

impl Town {
    async fn new(store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(SystemClock::default());
        let engine = engine(&store, &clock, NEVER).await;
        let mut payers = Vec::new();
        for shard in SHARDS {
            let id = AccountId::new(&UuidIds, Shard::of(shard));
            let opened = engine
                .run(OpenAccount { id, opening: Some(Money::cny(OPENING)), met: Some(Tier::Three) })
                .await
                .unwrap();
            payers.push((id, opened.wallet));
        }
        let merchant = MerchantId::new(&UuidIds, Shard::of(SHARDS[0]));
        Self { store, clock, engine, merchant, payers, orders: 0, told: Told::default() }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Pay { shard, fen } => self.pay(shard, fen).await,
            Step::Fold { shard } => {
                self.fold(shard, 3).await;
            }
            Step::Crash { shard, commits } => {
                let left = self.fold(shard, commits).await;
                self.told.left.extend(left.map(|fold| (fold, commits)));
                self.restart().await;
            }
            Step::EndLeft { times } => self.end_left(times).await,
            Step::Debit { fen, again } => self.debit(fen, again).await,
            Step::Restart => self.restart().await,
        }
        self.compare();
    }

    async fn pay(&mut self, shard: usize, fen: i64) {
        let (account, instrument) = self.payers[shard];
        self.orders += 1;
        let key = IdempotencyKey { client: "test".into(), key: self.orders.to_string() };
        let create = CreatePayment {
            merchant: self.merchant,
            order_no: self.orders.to_string(),
            subject: "test".into(),
            account,
            amount: Money::cny(fen),
            instrument,
            speaker: Speaker::default(),
            shown: None,
            idempotency: key.clone(),
            request_hash: [1; 32],
        };
        assert_eq!(self.engine.pay(create, key).await.unwrap().answer, Answer::Succeeded);
        *self.told.gathered.entry(SHARDS[shard]).or_default() += fen;
    }

    /// So many commits of a fold; the fold if there was anything.
    async fn fold(&mut self, shard: usize, commits: usize) -> Option<Fold> {
        let shard = SHARDS[shard];
        let begun = self.engine.run(BeginFold { merchant: self.merchant, shard: Shard::of(shard) }).await.unwrap();
        let gathered = self.told.fold(shard);
        assert_eq!(begun.as_ref().map_or(0, |fold| fold.amount().minor()), gathered);
        let fold = begun?;
        if commits > 1 {
            self.engine.run(CreditFold(fold.clone())).await.unwrap();
            self.told.settled += gathered;
        }
        if commits > 2 {
            self.engine.run(FinishFold(fold.clone())).await.unwrap();
        }
        Some(fold)
    }

    async fn end_left(&mut self, times: usize) {
        for _ in 0..times {
            for (fold, _) in &self.told.left {
                self.engine.run(CreditFold(fold.clone())).await.unwrap();
                self.engine.run(FinishFold(fold.clone())).await.unwrap();
            }
        }
        self.told.end_left();
    }

    /// A debit gets what it asks for if all that was ever paid is enough for it. It settles no more than it needs.
    async fn debit(&mut self, fen: i64, again: bool) {
        let id = TransactionId::new(&UuidIds, self.merchant.shard());
        let debit = DebitMerchant { id, merchant: self.merchant, amount: Money::cny(fen) };
        let gathered: i64 = self.told.gathered.values().sum();
        let done = self.engine.debit_merchant(debit).await;
        if self.told.settled + gathered + self.told.in_transit() < fen {
            let Err(EngineError::Rejected(Rejection::MerchantShort { asked, settled, coming, .. })) = done else {
                panic!("{done:?}")
            };
            let expected = (fen, self.told.settled, gathered + self.told.in_transit());
            assert_eq!((asked.minor(), settled.minor(), coming.minor()), expected);
            return;
        }
        done.unwrap();
        if again {
            self.engine.debit_merchant(debit).await.unwrap();
        }
        if self.told.settled + gathered < fen {
            self.told.end_left();
            while let Some(shard) = self.told.gathered.keys().next().copied() {
                self.told.settled += self.told.fold(shard);
                self.told.gathered.remove(&shard);
            }
        }
        let mut fullest: Vec<(i64, u8)> = self.told.gathered.iter().map(|(shard, fen)| (*fen, *shard)).collect();
        fullest.sort();
        while self.told.settled < fen {
            // Of two that are as full either may be folded; which one, the books say.
            let (most, _) = fullest.pop().unwrap();
            let now = self.store.merchant_balance(self.merchant).unwrap().gathered;
            let folded = |shard: u8| !now.iter().any(|(left, _)| left.number() == shard);
            let shard = self.told.gathered.iter().find(|(shard, fen)| **fen == most && folded(**shard));
            let shard = *shard.unwrap().0;
            self.told.settled += self.told.fold(shard);
        }
        (self.told.settled, self.told.held) = (self.told.settled - fen, self.told.held + fen);
    }

    async fn restart(&mut self) {
        self.engine = engine(&self.store, &self.clock, NEVER).await;
    }

    /// What the books say is what was told, and the audit finds nothing.
    fn compare(&self) {
        let balance = self.store.merchant_balance(self.merchant).unwrap();
        let seen = [balance.settled, balance.held, balance.in_transit].map(Money::minor);
        assert_eq!(seen, [self.told.settled, self.told.held, self.told.in_transit()]);
        let gathered: HashMap<u8, i64> =
            balance.gathered.iter().map(|(shard, fen)| (shard.number(), fen.minor())).collect();
        let mut told = self.told.gathered.clone();
        told.retain(|_, fen| *fen > 0);
        assert_eq!(gathered, told);
        let paid: i64 = self.payers.iter().map(|(payer, _)| OPENING - self.wallet(*payer)).sum();
        assert_eq!(paid, seen.iter().sum::<i64>() + told.values().sum::<i64>(), "what payers paid is the merchant's");
        let broken: Vec<String> =
            self.store.audit().unwrap().checks.into_iter().flat_map(|check| check.broken).collect();
        assert_eq!(broken, Vec::<String>::new());
    }

    fn wallet(&self, payer: AccountId) -> i64 {
        let file = self.store.account(payer, Timestamp::UNIX_EPOCH).unwrap().unwrap();
        file.account.balance.minor()
    }

    /// The time comes at which others take the jobs that were left; then everything is folded.
    async fn settle(&mut self) {
        self.clock.set_offset(2 * 3_600);
        self.engine.clock_moved();
        let mut look = tokio::time::interval(Duration::from_millis(5));
        for _ in 0..4_000 {
            look.tick().await;
            if self.store.next_due(self.clock.wall()).unwrap().is_none() && self.is_quiet() {
                break;
            }
        }
        assert!(self.is_quiet(), "a job ends every fold that was left");
        self.told.end_left();
        self.compare();
        self.engine.fold_merchant(self.merchant).await.unwrap();
        self.told.settled += self.told.gathered.drain().map(|(_, fen)| fen).sum::<i64>();
        self.compare();
        assert_eq!(self.store.folds_under_way(self.merchant).unwrap(), []);
    }

    fn is_quiet(&self) -> bool {
        self.told.left.iter().all(|(fold, _)| self.store.fold(fold.id).unwrap().unwrap().done_at.is_some())
    }
}

/// Runs the steps on a store that is fresh and empty.
async fn run(store: Arc<dyn Store>, steps: &[Step]) {
    let mut town = Town::new(store).await;
    for step in steps {
        town.take(*step).await;
    }
    town.settle().await;
}

#[test]
fn nothing_is_lost_or_doubled_whatever_comes_between() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let ran = TestRunner::new(config).run(&steps(), |steps| {
        let folder = tempfile::tempdir().unwrap();
        let store = open_urls(&[format!("sqlite:{}", folder.path().join("folds.db").display())]).unwrap();
        runtime.block_on(run(store, &steps));
        Ok(())
    });
    ran.unwrap();
}

/// Two processes that sweep all the time while payers pay: what is paid comes in by itself.
#[tokio::test(flavor = "multi_thread")]
async fn sweeps_bring_in_what_is_paid() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_urls(&[format!("sqlite:{}", folder.path().join("sweeps.db").display())]).unwrap();
    let mut town = Town::new(store.clone()).await;
    let often = Duration::from_millis(20);
    let sweepers = [engine(&store, &town.clock, often).await, engine(&store, &town.clock, often).await];
    for number in 0..60 {
        town.pay(number % SHARDS.len(), 7).await;
    }
    let mut look = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..2_000 {
        look.tick().await;
        if store.merchant_balance(town.merchant).unwrap().settled == Money::cny(60 * 7) {
            break;
        }
    }
    drop(sweepers);
    let balance = store.merchant_balance(town.merchant).unwrap();
    assert_eq!((balance.settled, balance.in_transit, balance.gathered), (Money::cny(420), Money::cny(0), Vec::new()));
}

/// Debits that come at the same time never take more than there is, and none of them is refused that could be paid.
#[tokio::test(flavor = "multi_thread")]
async fn debits_at_once_take_what_is_there_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_urls(&[format!("sqlite:{}", folder.path().join("debits.db").display())]).unwrap();
    let mut town = Town::new(store.clone()).await;
    for shard in 0..SHARDS.len() {
        town.pay(shard, 1_000).await;
    }
    let debits = (0..8).map(|_| {
        let (engine, merchant) = (town.engine.clone(), town.merchant);
        let id = TransactionId::new(&UuidIds, merchant.shard());
        tokio::spawn(
            async move { engine.debit_merchant(DebitMerchant { id, merchant, amount: Money::cny(500) }).await },
        )
    });
    let (mut held, mut short) = (0, 0);
    for debit in debits.collect::<Vec<_>>() {
        match debit.await.unwrap() {
            Ok(Debited::Held) => held += 1,
            Ok(Debited::Forgone) => panic!("nobody gave it up"),
            Err(EngineError::Rejected(Rejection::MerchantShort { .. })) => short += 1,
            Err(other) => panic!("{other}"),
        }
    }
    let balance = store.merchant_balance(town.merchant).unwrap();
    assert_eq!((held, short), (6, 2));
    assert_eq!((balance.settled, balance.held), (Money::cny(0), Money::cny(3_000)));
}
