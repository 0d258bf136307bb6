//! The payments: in waves, each paid by several payers at once and brought to its end before the next.
//!
//! Three faults in a row open the channel's breaker, and then nothing is sent for seconds. So faults stand apart: three of ten
//! payments have one, never two in a row. Where they meet all the same, the breaker does what it is for; the payments that
//! it refuses are counted and made again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use tantu_domain::answer::Answer;
use tantu_domain::attempt::AttemptState;
use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{MerchantId, PaymentId, Shard};
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_engine::instruments::recheck::RecheckInstrument;
use tantu_engine::payments::create::CreatePayment;
use tantu_store::claim::IdempotencyKey;

use super::payers::{self, Payer};
use super::troubles::{self, Trouble};
use crate::outcome::Failure;
use crate::stage::Stage;

/// So many pay at once by each channel: enough for two cores, few enough that faults stay apart.
const PAYERS: u8 = 3;

/// So many payments are brought to their end together.
const WAVE: u64 = 2_000;

/// The faulty ones of ten payments.
const FAULTY: [u64; 3] = [0, 3, 6];

/// How far business time goes on after a wave: late notifications are hours late.
const HOURS_BETWEEN: u64 = 5;

/// The steps in which business time goes on while payments are undecided: small ones over the questions' distances, then larger
/// ones over the charge's own expiry, until nothing is undecided.
const SMALL_STEPS: u32 = 60;
const SMALL_STEP: u64 = 3;
const LARGE_STEP: u64 = 30;
const STEPS: u32 = 600;

/// How long one step takes in real time: what falls due is looked for several times.
const LOOKS: u32 = 4;
const LOOK: Duration = Duration::from_millis(8);

/// What is counted.
#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    told: AtomicU64,
    undecided: AtomicU64,
    refused_by_breaker: AtomicU64,
    faults: Mutex<BTreeMap<(Channel, &'static str), u64>>,
    /// How many were begun by each channel; their faults go by that, so that each channel meets all of its own.
    by_channel: Mutex<BTreeMap<Channel, u64>>,
}

impl Counts {
    /// The number of the next payment by a channel.
    fn next_of(&self, channel: Channel) -> u64 {
        let mut begun = self.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        let next = begun.entry(channel).or_default();
        *next += 1;
        *next - 1
    }

    /// A fault was made.
    fn made(&self, channel: Channel, fault: &'static str) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner).entry((channel, fault)).or_default() += 1;
    }
}

/// Everybody who pays, and what was paid.
pub(crate) struct Traffic {
    payers: Vec<Payer>,
    troubles: Arc<BTreeMap<Channel, Vec<Trouble>>>,
    merchant: MerchantId,
    counts: Arc<Counts>,
    payments: Vec<PaymentId>,
    business_seconds: u64,
}

impl Traffic {
    pub(crate) async fn prepare(stage: &Stage) -> Result<Self, Failure> {
        let mut payers = Vec::new();
        for number in 0..PAYERS {
            payers.push(payers::at_alipay(stage, number).await?);
            payers.push(payers::at_unionpay(stage, PAYERS + number).await?);
        }
        let channels: Vec<Channel> = payers.iter().map(|payer| payer.channel).collect();
        Ok(Self {
            payers,
            troubles: Arc::new(channels.into_iter().map(|channel| (channel, troubles::of(channel))).collect()),
            merchant: MerchantId::new(&*stage.engine.ids(), Shard::of(0)),
            counts: Arc::default(),
            payments: Vec::new(),
            business_seconds: 0,
        })
    }

    pub(crate) fn told(&self) -> u64 {
        self.counts.told.load(Ordering::Relaxed)
    }

    pub(crate) fn told_undecided(&self) -> u64 {
        self.counts.undecided.load(Ordering::Relaxed)
    }

    pub(crate) fn refused_by_breaker(&self) -> u64 {
        self.counts.refused_by_breaker.load(Ordering::Relaxed)
    }

    /// How often each fault was made, by channel.
    pub(crate) fn faults(&self) -> BTreeMap<&'static str, BTreeMap<&'static str, u64>> {
        let mut faults: BTreeMap<&'static str, BTreeMap<&'static str, u64>> = BTreeMap::new();
        for ((channel, fault), times) in &*self.counts.faults.lock().unwrap_or_else(PoisonError::into_inner) {
            faults.entry(channel.id()).or_default().insert(fault, *times);
        }
        faults
    }

    /// How many payments were begun by each channel.
    pub(crate) fn by_channel(&self) -> BTreeMap<&'static str, u64> {
        let begun = self.counts.by_channel.lock().unwrap_or_else(PoisonError::into_inner);
        begun.iter().map(|(channel, times)| (channel.id(), *times)).collect()
    }

    pub(crate) fn payments(&self) -> &[PaymentId] {
        &self.payments
    }

    pub(crate) fn business_hours(&self) -> u64 {
        self.business_seconds / 3_600
    }

    /// Pays a wave of at most `count` payments in all, and brings it to its end.
    pub(crate) async fn wave(&mut self, stage: &Stage, count: u64) -> Result<(), Failure> {
        let until = (self.told() + WAVE).min(count);
        let shared: Vec<_> = self.payers.iter().map(|payer| self.till(stage, payer.clone(), until)).collect();
        let mut paid = Vec::new();
        for one in join_all(shared).await {
            paid.extend(one?);
        }
        self.settle(stage, paid.clone()).await?;
        self.payments.extend(paid);
        stage.control(Method::DELETE, "/faults", None).await?;
        self.advance(stage, HOURS_BETWEEN * 3_600).await
    }

    /// Lets the channel's last repetitions come in.
    pub(crate) async fn wait_for_notifications(&mut self, stage: &Stage, wait: Duration) -> Result<(), Failure> {
        tokio::time::sleep(wait).await;
        self.settle(stage, self.payments.clone()).await
    }

    /// One payer pays one order after another until the wave is full.
    async fn till(&self, stage: &Stage, payer: Payer, until: u64) -> Result<Vec<PaymentId>, Failure> {
        let mut paid = Vec::new();
        loop {
            let number = self.counts.begun.fetch_add(1, Ordering::Relaxed);
            if number >= until {
                self.counts.begun.fetch_sub(1, Ordering::Relaxed);
                return Ok(paid);
            }
            let place = self.counts.next_of(payer.channel);
            let trouble = self.trouble(&payer, place);
            if let Some(trouble) = trouble {
                for fault in trouble.script(payer.channel, &payer.there) {
                    stage.control(Method::POST, "/faults", Some(fault)).await?;
                }
                self.counts.made(payer.channel, trouble.name);
            }
            self.pay(stage, &payer, number, trouble, &mut paid).await?;
            self.counts.told.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What goes wrong with the payment that is the `number`th of its channel.
    fn trouble(&self, payer: &Payer, number: u64) -> Option<&Trouble> {
        let place = FAULTY.iter().position(|place| *place == number % 10)?;
        let turn = number / 10 * 3 + u64::try_from(place).unwrap_or(0);
        let all = self.troubles.get(&payer.channel)?;
        let many = u64::try_from(all.len()).unwrap_or(1);
        let trouble = all.get(usize::try_from(turn % many).unwrap_or(0))?;
        if (turn / many).is_multiple_of(trouble.every) { Some(trouble) } else { all.first() }
    }

    /// Pays one order. What an open breaker refuses is made again as another order.
    async fn pay(
        &self,
        stage: &Stage,
        payer: &Payer,
        number: u64,
        trouble: Option<&Trouble>,
        paid: &mut Vec<PaymentId>,
    ) -> Result<(), Failure> {
        for again in 0..200_u32 {
            let order_no = format!("order-{number}-{again}");
            let idempotency = IdempotencyKey { client: self.merchant.to_string(), key: order_no.clone() };
            let fen = i64::try_from(1 + number * 7 % 900).unwrap_or(1);
            let command = CreatePayment {
                merchant: self.merchant,
                order_no,
                subject: format!("Tea {number}"),
                account: payer.account,
                amount: Money::cny(fen),
                instrument: payer.instrument,
                speaker: Speaker::default(),
                shown: None,
                idempotency: idempotency.clone(),
                request_hash: [1; 32],
            };
            let given = stage.engine.pay(command, idempotency).await?;
            paid.push(given.payment.id);
            match &given.answer {
                Answer::Refused(refusal)
                    if refusal.causes.iter().any(|finding| finding.cause == Cause::ChannelInterfaceFault)
                        && given.payment.legs.iter().all(|leg| leg.attempts.is_empty()) =>
                {
                    self.counts.refused_by_breaker.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
                Answer::Undecided { .. } => {
                    self.counts.undecided.fetch_add(1, Ordering::Relaxed);
                    self.trouble_the_asking(stage, &given.payment, number).await?;
                }
                _ => {}
            }
            if trouble.is_some_and(Trouble::is_false_refusal) {
                // He says that there is money enough, as there is.
                let recheck = RecheckInstrument { account: payer.account, instrument: payer.instrument };
                stage.engine.run(recheck).await?;
            }
            return Ok(());
        }
        Err("the channel's breaker does not close any more".into())
    }

    /// Of every four undecided ones, one is asked about in vain at first.
    async fn trouble_the_asking(&self, stage: &Stage, payment: &Payment, number: u64) -> Result<(), Failure> {
        let Some(attempt) = payment.undecided_attempt().filter(|_| number / 10 % 4 == 1) else { return Ok(()) };
        let which = usize::try_from(number / 40).unwrap_or(0);
        for fault in troubles::of_asking(attempt.channel, &attempt.id.channel_number(), which) {
            stage.control(Method::POST, "/faults", Some(fault)).await?;
        }
        Ok(())
    }

    /// Moves business time on until nothing of it is under way any more.
    async fn settle(&mut self, stage: &Stage, mut open: Vec<PaymentId>) -> Result<(), Failure> {
        for step in 0..STEPS {
            open = stage
                .engine
                .read(move |store| {
                    let mut left = Vec::new();
                    for id in open {
                        if store.payment(id)?.is_some_and(|payment| is_under_way(&payment)) {
                            left.push(id);
                        }
                    }
                    Ok(left)
                })
                .await?;
            if open.is_empty() {
                return Ok(());
            }
            self.advance(stage, if step < SMALL_STEPS { SMALL_STEP } else { LARGE_STEP }).await?;
            for _ in 0..LOOKS {
                stage.engine.clock_moved();
                tokio::time::sleep(LOOK).await;
            }
        }
        // The reckoning names them.
        Ok(())
    }

    async fn advance(&mut self, stage: &Stage, seconds: u64) -> Result<(), Failure> {
        self.business_seconds += seconds;
        stage.advance(seconds).await
    }
}

fn is_under_way(payment: &Payment) -> bool {
    let attempts = payment.legs.iter().flat_map(|leg| &leg.attempts);
    attempts
        .into_iter()
        .any(|attempt| matches!(attempt.state, AttemptState::Submitted { .. } | AttemptState::Returning { .. }))
}
