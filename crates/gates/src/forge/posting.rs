//! Forged notifications, posted to the server's doors over several connections.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;
use futures_util::future::join_all;
use reqwest::header::CONTENT_TYPE;

use super::alipay;
use super::fields::{Target, form};
use super::liar::Liar;
use super::shop::Shop;
use super::unionpay;
use crate::outcome::Failure;
use crate::stage::client;

/// So many post at once.
const POSTING: u64 = 8;

/// How a notification comes to be.
type Make = dyn Fn(u64, &mut Rng) -> (&'static str, Vec<u8>) + Send + Sync;

/// What became of them.
#[derive(Debug, Default)]
pub(super) struct Posted {
    pub(super) posted: u64,
    /// What was accepted, in a sentence each.
    pub(super) accepted: Vec<String>,
    /// How often each status was answered.
    pub(super) statuses: BTreeMap<u16, u64>,
}

/// Posts notifications in Alipay's name.
pub(super) async fn to_alipay(shop: &Shop, liar: &Arc<Liar>, count: u64) -> Result<Posted, Failure> {
    let (liar, targets) = (Arc::clone(liar), shop.at_alipay.clone());
    post(
        shop,
        "alipay",
        count,
        Arc::new(move |turn, rng: &mut Rng| {
            let (name, forge) = alipay::NOTIFICATIONS[place(turn, alipay::NOTIFICATIONS.len())];
            let (target, other) = two_of(&targets, rng);
            (name, forge(&liar.alipay, target, other, rng))
        }),
    )
    .await
}

/// Posts notifications in UnionPay's name.
pub(super) async fn to_unionpay(shop: &Shop, liar: &Arc<Liar>, count: u64) -> Result<Posted, Failure> {
    let (liar, targets) = (Arc::clone(liar), shop.at_unionpay.clone());
    post(
        shop,
        "unionpay",
        count,
        Arc::new(move |turn, rng: &mut Rng| {
            let (name, forge) = unionpay::FORGERIES[place(turn, unionpay::FORGERIES.len())];
            let (target, _) = two_of(&targets, rng);
            let paid = unionpay::paid(target, rng);
            (name, form(&forge(&liar.unionpay, paid, rng)))
        }),
    )
    .await
}

/// The kind whose turn it is.
fn place(turn: u64, kinds: usize) -> usize {
    usize::try_from(turn).unwrap_or(0) % kinds
}

/// Two open payments, not the same.
fn two_of(targets: &[Target], rng: &mut Rng) -> (Target, Target) {
    let one = rng.usize(..targets.len());
    let other = (one + 1 + rng.usize(..targets.len() - 1)) % targets.len();
    (targets[one], targets[other])
}

async fn post(shop: &Shop, channel: &'static str, count: u64, make: Arc<Make>) -> Result<Posted, Failure> {
    let turns = Arc::new(AtomicU64::new(0));
    let address = format!("{}/v1/notifications/{channel}", shop.base);
    let tasks = (0..POSTING).map(|number| {
        let (turns, make, address) = (Arc::clone(&turns), Arc::clone(&make), address.clone());
        tokio::spawn(async move { one_after_another(&address, &turns, count, &*make, number).await })
    });
    let mut whole = Posted::default();
    for part in join_all(tasks).await {
        let part = part??;
        whole.posted += part.posted;
        whole.accepted.extend(part.accepted);
        for (status, times) in part.statuses {
            *whole.statuses.entry(status).or_default() += times;
        }
    }
    Ok(whole)
}

async fn one_after_another(
    address: &str,
    turns: &AtomicU64,
    count: u64,
    make: &Make,
    seed: u64,
) -> Result<Posted, Failure> {
    let (http, mut rng, mut posted) = (client()?, Rng::with_seed(seed), Posted::default());
    loop {
        let turn = turns.fetch_add(1, Ordering::Relaxed);
        if turn >= count {
            return Ok(posted);
        }
        let (name, body) = make(turn, &mut rng);
        let request = http.post(address).header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8");
        let status = request.body(body).send().await?.status();
        posted.posted += 1;
        *posted.statuses.entry(status.as_u16()).or_default() += 1;
        if !status.is_client_error() {
            posted.accepted.push(format!("{name}: {status}"));
        }
    }
}
