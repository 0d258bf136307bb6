//! The callers: so many at once, each with one payment in flight, through the engine or over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use tantu_domain::answer::Answer;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{AccountId, MerchantId, Shard};
use tantu_domain::money::Money;
use tantu_engine::Engine;
use tantu_engine::accounts::open::{OpenAccount, OpenedAccount};
use tantu_engine::payments::answer::Led;
use tantu_engine::payments::create::CreatePayment;
use tantu_store::claim::IdempotencyKey;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::bench::figures::per_second;
use crate::output::Failure;

/// What each payment is over, in fen.
const AMOUNT: i64 = 100;

/// What each account begins with, in fen: enough for a million payments.
const OPENING: i64 = 100_000_000;

/// How many accounts are being opened at once; two of the lane's largest batches.
const OPENING_AT_ONCE: u64 = 1024;

/// An order as the callers place it.
struct Order {
    number: String,
    key: String,
    payer: OpenedAccount,
}

/// All orders of a run, each with a number and a key of its own.
pub(crate) struct Orders {
    merchant: MerchantId,
    payers: Vec<OpenedAccount>,
    next: AtomicU64,
}

impl Orders {
    /// Opens the accounts.
    pub(crate) async fn prepare(engine: &Engine, merchant: MerchantId, accounts: u64) -> Result<Self, Failure> {
        let mut openers = JoinSet::new();
        let next = Arc::new(AtomicU64::new(0));
        for _ in 0..OPENING_AT_ONCE.min(accounts) {
            openers.spawn(open(engine.clone(), next.clone(), accounts));
        }
        let mut payers = Vec::new();
        while let Some(opened) = openers.join_next().await {
            payers.extend(opened??);
        }
        // In the order of their ids, so that a run does not depend on who was scheduled first.
        payers.sort_unstable_by_key(|payer| payer.account);
        Ok(Self { merchant, payers, next: AtomicU64::new(0) })
    }

    /// The next order: numbers ascend as a merchant's do, keys and payers are spread as strangers' are.
    fn next(&self) -> Result<Order, Failure> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (high, low) = (mix(number), mix(!number));
        let payer = usize::try_from(mix(high ^ low) % u64::try_from(self.payers.len())?)?;
        Ok(Order {
            number: format!("order-{number:012}"),
            key: format!("{high:016x}{low:016x}"),
            payer: self.payers[payer],
        })
    }
}

async fn open(engine: Engine, next: Arc<AtomicU64>, accounts: u64) -> Result<Vec<OpenedAccount>, Failure> {
    let mut opened = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= accounts {
            return Ok(opened);
        }
        let id = AccountId::new(&*engine.ids(), Shard::of(u8::try_from(number % 100)?));
        opened.push(engine.run(OpenAccount { id, opening: Some(Money::cny(OPENING)) }).await?);
    }
}

/// Spreads numbers evenly and the same in every run (the finaliser of splitmix64).
fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Where payments are asked for.
pub(crate) enum Door {
    /// In this process.
    Engine(Engine),
    /// Over loopback, with connections that stay open.
    Http { client: reqwest::Client, url: String, api_key: String },
}

impl Door {
    /// Has an order paid; it is durable when this returns.
    async fn pay(&self, merchant: MerchantId, order: Order) -> Result<(), Failure> {
        match self {
            Self::Engine(engine) => pay_in_process(engine, merchant, order).await,
            Self::Http { client, url, api_key } => {
                let body = json!({
                    "order_no": order.number,
                    "subject": "Bench",
                    "account": order.payer.account.to_string(),
                    "amount": { "amount": AMOUNT, "currency": "CNY" },
                    "instrument": order.payer.wallet.to_string(),
                });
                let request = client.post(url).bearer_auth(api_key).header("Idempotency-Key", order.key).json(&body);
                let answer = request.send().await?;
                let status = answer.status();
                let told = answer.bytes().await?;
                if status == reqwest::StatusCode::CREATED {
                    return Ok(());
                }
                Err(Failure::usage(format!("a payment was answered {status}: {}", String::from_utf8_lossy(&told))))
            }
        }
    }
}

async fn pay_in_process(engine: &Engine, merchant: MerchantId, order: Order) -> Result<(), Failure> {
    let mut request_hash = [0; 32];
    request_hash.copy_from_slice(order.key.as_bytes());
    let command = CreatePayment {
        merchant,
        order_no: order.number,
        subject: "Bench".into(),
        account: order.payer.account,
        amount: Money::cny(AMOUNT),
        instrument: order.payer.wallet,
        speaker: Speaker::default(),
        shown: None,
        idempotency: IdempotencyKey { client: merchant.to_string(), key: order.key },
        request_hash,
    };
    match engine.run(command).await? {
        Led::Answered(given) if given.answer == Answer::Succeeded => Ok(()),
        other => Err(Failure::usage(format!("a payment from a full wallet was not paid: {other:?}"))),
    }
}

/// What the callers have seen in one round.
pub(crate) struct Seen {
    /// How many payments were answered.
    pub(crate) payments: u64,
    /// A second, from the first question to the last answer.
    pub(crate) per_second: u64,
    /// How long each caller waited, in microseconds, ascending.
    pub(crate) waits: Vec<u64>,
}

/// Lets so many callers pay for as long as `slice`; each asks again as soon as it is answered.
pub(crate) async fn ride(
    door: &Arc<Door>,
    orders: &Arc<Orders>,
    in_flight: u32,
    slice: Duration,
) -> Result<Seen, Failure> {
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..in_flight {
        callers.spawn(call(door.clone(), orders.clone(), began + slice));
    }
    let mut waits = Vec::new();
    while let Some(waited) = callers.join_next().await {
        waits.extend(waited??);
    }
    let elapsed = began.elapsed();
    waits.sort_unstable();
    let payments = u64::try_from(waits.len())?;
    Ok(Seen { payments, per_second: per_second(payments, elapsed), waits })
}

async fn call(door: Arc<Door>, orders: Arc<Orders>, until: Instant) -> Result<Vec<u64>, Failure> {
    let mut waits = Vec::new();
    loop {
        let asked = Instant::now();
        if asked >= until {
            return Ok(waits);
        }
        door.pay(orders.merchant, orders.next()?).await?;
        waits.push(u64::try_from(asked.elapsed().as_micros())?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use tantu_domain::ids::InstrumentId;

    #[test]
    fn every_order_has_a_number_and_a_key_of_its_own_and_payers_take_turns() {
        let shard = |number: u8| {
            let mut bytes = [number; 16];
            bytes[15] = 0;
            bytes
        };
        let payer = |number| OpenedAccount {
            account: AccountId::from_bytes(shard(number)).unwrap(),
            wallet: InstrumentId::from_bytes(shard(number)).unwrap(),
        };
        let merchant = MerchantId::from_bytes(shard(9)).unwrap();
        let orders = Orders { merchant, payers: (0..4).map(payer).collect(), next: AtomicU64::new(0) };
        let (mut numbers, mut keys, mut payers) = (HashSet::new(), HashSet::new(), [0_u32; 4]);
        for _ in 0..4_000 {
            let order = orders.next().unwrap();
            let payer = orders.payers.iter().position(|payer| *payer == order.payer).unwrap();
            payers[payer] += 1;
            numbers.insert(order.number);
            keys.insert(order.key);
        }
        assert_eq!((numbers.len(), keys.len()), (4_000, 4_000));
        assert!(payers.iter().all(|count| (900..1_100).contains(count)), "{payers:?}");
    }
}
