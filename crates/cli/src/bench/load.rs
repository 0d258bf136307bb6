//! The callers: so many at once, each with one payment in flight, through the engine or over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tantu_domain::answer::Answer;
use tantu_domain::ceiling::Tier;
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

use crate::bench::figures::{per_second, percentile};
use crate::bench::metered::Lane;
use crate::bench::{Detail, MERCHANT, Run};
use crate::output::Failure;
use crate::stage::keys::register_merchant;

/// What each payment is over, in fen.
const AMOUNT: i64 = 100;

/// What each account begins with, in fen: enough for a million payments.
const OPENING: i64 = 100_000_000;

/// How far apart those are who pay one after the other: a prime, so that everybody has his turn.
const STRIDE: u64 = 2_147_483_647;

/// How many accounts are being opened at once; two of the lane's largest batches.
const OPENING_AT_ONCE: u64 = 1024;

/// Who is paid.
pub(crate) struct Merchant {
    pub(crate) id: MerchantId,
    pub(crate) api_key: String,
}

/// For whom orders are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Market {
    /// The merchants take turns as strangers do.
    Many,
    /// The first merchant takes all.
    One,
}

/// An order as the callers place it.
struct Order<'a> {
    merchant: &'a Merchant,
    number: String,
    key: String,
    payer: OpenedAccount,
}

/// All orders of a run, each with a number and a key of its own.
pub(crate) struct Orders {
    /// How the numbers begin.
    series: &'static str,
    pub(crate) merchants: Vec<Merchant>,
    pub(crate) payers: Vec<OpenedAccount>,
    next: AtomicU64,
}

impl Orders {
    pub(crate) fn of(series: &'static str, merchants: Vec<Merchant>, payers: Vec<OpenedAccount>) -> Self {
        Self { series, merchants, payers, next: AtomicU64::new(0) }
    }

    /// Registers the merchants and opens the accounts.
    pub(crate) async fn prepare(engine: &Engine, merchants: u64, accounts: u64) -> Result<Self, Failure> {
        let mut registered = Vec::new();
        for _ in 0..merchants {
            let id = MerchantId::new(&*engine.ids(), Shard::of(0));
            registered.push(Merchant { id, api_key: register_merchant(engine, id, MERCHANT).await? });
        }
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
        Ok(Self::of("order", registered, payers))
    }

    /// The next order: numbers ascend as a merchant's do, keys and merchants are spread as strangers' are.
    fn next(&self, market: Market) -> Result<Order<'_>, Failure> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (high, low) = (mix(number), mix(!number));
        let pick = |seed: u64, of: usize| -> Result<usize, Failure> { Ok(usize::try_from(seed % u64::try_from(of)?)?) };
        let merchant = match market {
            Market::Many => pick(mix(high), self.merchants.len())?,
            Market::One => 0,
        };
        Ok(Order {
            merchant: &self.merchants[merchant],
            number: format!("{}-{number:012}", self.series),
            // The number's digits and its spread ones: no two series share a key.
            key: format!("{:.1}{high:016x}{:015x}", self.series, low >> 4),
            payer: self.payers[self.turn(number)?],
        })
    }

    /// Whose turn it is. Payers take turns far apart from each other, because chance alone would let one of very many pay so
    /// often in a minute that the rules against misuse stop him.
    fn turn(&self, number: u64) -> Result<usize, Failure> {
        let many = u64::try_from(self.payers.len())?;
        let place = u128::from(number) * u128::from(STRIDE) % u128::from(many);
        Ok(usize::try_from(place)?)
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
        opened.push(engine.run(OpenAccount { id, opening: Some(Money::cny(OPENING)), met: Some(Tier::Three) }).await?);
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
    Http { client: reqwest::Client, url: String },
}

impl Door {
    /// Has an order paid; it is durable when this returns.
    async fn pay(&self, order: Order<'_>) -> Result<(), Failure> {
        match self {
            Self::Engine(engine) => pay_in_process(engine, order).await,
            Self::Http { client, url } => {
                let body = json!({
                    "order_no": order.number,
                    "subject": "Bench",
                    "account": order.payer.account.to_string(),
                    "amount": { "amount": AMOUNT, "currency": "CNY" },
                    "instrument": order.payer.wallet.to_string(),
                });
                let request = client.post(url).bearer_auth(&order.merchant.api_key);
                let request = request.header("Idempotency-Key", order.key).json(&body);
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

async fn pay_in_process(engine: &Engine, order: Order<'_>) -> Result<(), Failure> {
    let merchant = order.merchant.id;
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
        other => {
            let why = format!("a payment from a full wallet was not paid: {other:?}");
            Err(Failure::with_hint(why, "where a rule against misuse has stopped it, give more --accounts"))
        }
    }
}

/// What the callers have seen in one ride.
#[derive(Serialize, Deserialize)]
pub(crate) struct Seen {
    /// How long each caller waited, in microseconds, ascending.
    waits: Vec<u64>,
    /// From the first question to the last answer.
    elapsed: Duration,
}

impl Seen {
    /// How many payments were answered.
    pub(crate) fn payments(&self) -> u64 {
        u64::try_from(self.waits.len()).unwrap_or(u64::MAX)
    }

    /// The same of two processes that have paid side by side.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.waits.extend(other.waits);
        self.waits.sort_unstable();
        Self { waits: self.waits, elapsed: self.elapsed.max(other.elapsed) }
    }

    /// The figures of it.
    pub(crate) fn into_run(self, lane: Lane, logged: Option<u64>) -> Run {
        let (payments, waits) = (self.payments(), &self.waits);
        let (p50, p99) = (percentile(waits, 50), percentile(waits, 99));
        let commits = u64::try_from(lane.batches.len()).unwrap_or(u64::MAX);
        let detail = Detail { payments, p50, p99, commits, spent: lane.spent, logged };
        Run { per_second: per_second(payments, self.elapsed), detail: Some(detail) }
    }
}

/// Lets so many callers pay for as long as `slice`; each asks again as soon as it is answered.
pub(crate) async fn ride(
    door: &Arc<Door>,
    orders: &Arc<Orders>,
    market: Market,
    in_flight: u32,
    slice: Duration,
) -> Result<Seen, Failure> {
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..in_flight {
        callers.spawn(call(door.clone(), orders.clone(), market, began + slice));
    }
    let mut waits = Vec::new();
    while let Some(waited) = callers.join_next().await {
        waits.extend(waited??);
    }
    waits.sort_unstable();
    Ok(Seen { waits, elapsed: began.elapsed() })
}

async fn call(door: Arc<Door>, orders: Arc<Orders>, market: Market, until: Instant) -> Result<Vec<u64>, Failure> {
    let mut waits = Vec::new();
    loop {
        let asked = Instant::now();
        if asked >= until {
            return Ok(waits);
        }
        door.pay(orders.next(market)?).await?;
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
        let merchant = |number| Merchant { id: MerchantId::from_bytes(shard(number)).unwrap(), api_key: String::new() };
        let orders = Orders::of("order", (5..9).map(merchant).collect(), (0..4).map(payer).collect());
        let second = Orders::of("second", (5..9).map(merchant).collect(), (0..4).map(payer).collect());
        let (mut numbers, mut keys, mut payers, mut merchants) =
            (HashSet::new(), HashSet::new(), [0_u32; 4], [0_u32; 4]);
        for _ in 0..4_000 {
            let order = orders.next(Market::Many).unwrap();
            let payer = orders.payers.iter().position(|payer| *payer == order.payer).unwrap();
            let merchant = orders.merchants.iter().position(|merchant| merchant.id == order.merchant.id).unwrap();
            payers[payer] += 1;
            merchants[merchant] += 1;
            let other = second.next(Market::One).unwrap();
            assert_eq!(other.merchant.id, second.merchants[0].id);
            numbers.extend([order.number, other.number]);
            keys.extend([order.key, other.key]);
        }
        assert_eq!((numbers.len(), keys.len()), (8_000, 8_000));
        assert!(keys.iter().all(|key| key.len() == 32));
        assert!(payers.iter().chain(&merchants).all(|count| (900..1_100).contains(count)), "{payers:?} {merchants:?}");
    }

    #[test]
    fn two_processes_are_as_slow_as_the_slower() {
        let seen = |waits: &[u64], seconds| Seen { waits: waits.to_vec(), elapsed: Duration::from_secs(seconds) };
        let run = seen(&[1, 3], 1).with(seen(&[2, 9], 2)).into_run(Lane::default(), None);
        let detail = run.detail.unwrap();
        assert_eq!((run.per_second, detail.payments, detail.p50, detail.p99), (2, 4, 2, 9));
    }
}
