//! Payers of every shard, two processes, four databases: repetitions, rivals for one order, and connections that are cut between claims
//! and payments. One order stays one payment, and one key has one answer. Both processes fold all the while: in the end a debit finds
//! all that was ever paid.
//!
//! `SOAK_ROUNDS` runs it longer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tantu_domain::answer::Answer;
use tantu_domain::ceiling::Tier;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{AccountId, InstrumentId, MerchantId, PaymentId, SHARDS, Shard, TransactionId};
use tantu_domain::money::Money;
use tantu_domain::policy::Policy;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::Settings;
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::merchants::debit::DebitMerchant;
use tantu_engine::payments::answer::Led;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Engine, EngineConfig};
use tantu_store::claim::IdempotencyKey;
use tantu_store::clearing::MerchantBalance;
use tantu_store::error::StoreError;
use tantu_store::sharded::ShardedStore;

/// What each payer begins with, in fen.
const OPENING: i64 = 1_000_000;

/// What an order costs, in fen.
const PRICE: i64 = 1_00;

/// How often a caller asks again who was not told what became of his request.
const AGAIN: usize = 200;

/// Four empty databases, and somebody who cuts half of the connections to them for each line that he is sent.
struct Databases {
    urls: Vec<String>,
    holder: Child,
}

impl Databases {
    fn start() -> Self {
        let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests");
        let mut holder = Process::new(format!("{tests}/with-postgres"))
            .arg(format!("{tests}/cut-connections"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(holder.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let urls: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(urls.len(), 4, "PostgreSQL did not start: {line}");
        Self { urls, holder }
    }

    fn cut(&mut self) {
        self.holder.stdin.as_mut().unwrap().write_all(b"cut\n").unwrap();
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        drop(self.holder.wait());
    }
}

async fn engine(urls: &[String], process: &str) -> Engine {
    let urls = urls.to_vec();
    let store = tokio::task::spawn_blocking(move || ShardedStore::open_urls(&urls).unwrap()).await.unwrap();
    Engine::start(EngineConfig {
        store: Arc::new(store),
        clock: Arc::new(SystemClock::default()),
        ids: Arc::new(UuidIds),
        policy: Policy { version: "test".into(), ..Policy::default() },
        settings: Settings {
            process: process.into(),
            charge_expiry: SignedDuration::from_mins(2),
            confirm_expiry: SignedDuration::from_mins(15),
            lease: SignedDuration::from_secs(15),
            mandate_days: 365,
            answer_wait: Duration::from_secs(20),
            pay_later: None,
            notify_base: "http://127.0.0.1".into(),
            fold_interval: Duration::from_millis(200),
        },
        channels: HashMap::new(),
        codes: Arc::default(),
        passwords: None,
        card_keeper: None,
        second_factors: None,
        people: None,
        webhooks: None,
    })
    .await
    .unwrap()
}

#[derive(Clone, Copy)]
struct Payer {
    account: AccountId,
    wallet: InstrumentId,
}

/// What a caller was told: the payment that his request has made, or none if another has the order.
async fn ask(engine: Engine, command: CreatePayment) -> Option<PaymentId> {
    for _ in 0..AGAIN {
        match engine.run(command.clone()).await {
            Ok(Led::Answered(given)) => {
                assert_eq!(given.answer, Answer::Succeeded);
                return Some(given.payment.id);
            }
            Ok(Led::Again(payment, answer, _)) => {
                assert_eq!(answer, Answer::Succeeded);
                return Some(payment);
            }
            Err(EngineError::Rejected(Rejection::OrderTaken { .. })) => return None,
            Err(EngineError::Store(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            other => panic!("{other:?}"),
        }
    }
    panic!("nobody was told what became of {command:?}");
}

fn order(merchant: MerchantId, order_no: &str, payer: Payer, key: String) -> CreatePayment {
    let mut request_hash = [0; 32];
    request_hash[..16].copy_from_slice(&payer.account.bytes());
    CreatePayment {
        merchant,
        order_no: order_no.into(),
        subject: "Two teas".into(),
        account: payer.account,
        amount: Money::cny(PRICE),
        instrument: payer.wallet,
        speaker: Speaker::default(),
        shown: None,
        idempotency: IdempotencyKey { client: merchant.to_string(), key },
        request_hash,
    }
}

/// One order, asked for by two payers and under three keys at once, each of them through both processes; gives what each key was told.
async fn contend(
    engines: [Engine; 2],
    merchant: MerchantId,
    order_no: String,
    payers: [Payer; 2],
) -> [Option<PaymentId>; 3] {
    let asked = [(payers[0], "a"), (payers[0], "b"), (payers[1], "c")];
    let tasks = asked.map(|(payer, key)| {
        let command = order(merchant, &order_no, payer, format!("{order_no}-{key}"));
        engines.clone().map(|engine| tokio::spawn(ask(engine, command.clone())))
    });
    let mut told = [None; 3];
    for (answer, tasks) in told.iter_mut().zip(tasks) {
        let mut both = Vec::new();
        for task in tasks {
            both.push(task.await.unwrap());
        }
        assert_eq!(both[0], both[1], "one key has one answer");
        *answer = both[0];
    }
    told
}

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for from outside")]
fn rounds() -> u32 {
    std::env::var("SOAK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2)
}

/// Holds all that a merchant was ever paid, and finds that there is no more.
async fn debit_all(engine: &Engine, merchant: MerchantId, fen: i64) {
    let id = TransactionId::new(&UuidIds, merchant.shard());
    let debit = DebitMerchant { id, merchant, amount: Money::cny(fen) };
    for _ in 0..AGAIN {
        match engine.debit_merchant(debit).await {
            Ok(_) => break,
            Err(EngineError::Store(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(other) => panic!("{other}"),
        }
    }
    let balance = engine.read(move |store| Ok(patiently(|| store.merchant_balance(merchant)))).await.unwrap();
    let nothing = Money::cny(0);
    let expected = MerchantBalance { settled: nothing, held: debit.amount, in_transit: nothing, gathered: Vec::new() };
    assert_eq!(balance, expected);
}

/// Reads again as long as connections are cut.
fn patiently<T>(read: impl Fn() -> Result<T, StoreError>) -> T {
    (0..AGAIN).find_map(|_| read().ok()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_once_whatever_is_cut() {
    let rounds = rounds();
    let mut databases = tokio::task::spawn_blocking(Databases::start).await.unwrap();
    let engines = [engine(&databases.urls, "one").await, engine(&databases.urls, "other").await];
    let merchant = MerchantId::new(&UuidIds, Shard::of(0));
    let mut payers = Vec::new();
    for shard in 0..SHARDS {
        let account = AccountId::new(&UuidIds, Shard::of(shard));
        let opening = Some(Money::cny(OPENING));
        let opened = engines[0].run(OpenAccount { id: account, opening, met: Some(Tier::Three) }).await.unwrap();
        payers.push(Payer { account, wallet: opened.wallet });
    }
    let mut orders = 0;
    for round in 0..rounds {
        let contests: Vec<_> = (0..payers.len())
            .map(|number| {
                let rivals = [payers[number], payers[(number * 7 + 13) % payers.len()]];
                let order_no = format!("{round}-{number}");
                tokio::spawn(contend(engines.clone(), merchant, order_no, rivals))
            })
            .collect();
        for (number, contest) in contests.into_iter().enumerate() {
            if number % 10 == 0 {
                databases.cut();
            }
            let told = contest.await.unwrap();
            assert_eq!(told.iter().flatten().count(), 1, "{round}-{number}: {told:?}");
            orders += 1;
        }
    }
    debit_all(&engines[1], merchant, PRICE * orders).await;
    let (store, now) = (engines[0].store(), engines[0].clock().now());
    let audit = tokio::task::spawn_blocking(move || {
        let spent = payers.iter().map(|payer| {
            let file = patiently(|| store.account(payer.account, now)).unwrap();
            OPENING - file.account.balance.minor()
        });
        assert_eq!(spent.sum::<i64>(), PRICE * orders);
        patiently(|| store.audit())
    })
    .await
    .unwrap();
    let broken: Vec<_> = audit.checks.iter().flat_map(|check| &check.broken).collect();
    assert!(broken.is_empty(), "{broken:?}");
    let looked_at = |id: &str| audit.checks.iter().find(|check| check.id == id).unwrap().looked_at;
    assert!(looked_at("folds_given_once") > 0 && looked_at("folds_in_line") > 0, "{audit:?}");
    assert_eq!(looked_at("orders_claimed_and_not_made"), 0, "whoever has claimed an order has asked until it was made");
}
