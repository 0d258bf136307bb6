//! What a batch loads, and holds until it ends.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tantu_domain::ids::{AccountId, AttemptId, DeviceKeyId, JobId, MandateId, PaymentId, Shard};

use super::{access, accounts, claims, devices, incidents, jobs, mandates, payments, proofs, requests};
use crate::claim::{Claim, ClaimKey};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::wire::answers::{ANSWER, Answers, said};
use crate::wire::burst::Ask;
use crate::wire::link::Link;
use crate::world::World;

pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
pub(crate) const COMMIT: &str = "COMMIT";

fn by_shard<T: Copy>(ids: impl IntoIterator<Item = T>, shard: fn(T) -> Shard) -> BTreeMap<u8, Vec<T>> {
    let mut shards: BTreeMap<u8, Vec<T>> = BTreeMap::new();
    for id in ids {
        shards.entry(shard(id).number()).or_default().push(id);
    }
    shards
}

/// The same statements, and the rows of the first are locked.
fn first_locking<const N: usize>(asks: [Ask; N]) -> impl Iterator<Item = Ask> {
    asks.into_iter().enumerate().map(|(number, ask)| if number == 0 { ask.locking() } else { ask })
}

/// A batch that is being loaded. Payments, accounts, claims, jobs, sessions, proofs and device keys are locked in this order, each of them in key
/// order: every process does so, and no two wait for each other here.
pub(crate) struct Loading<'a> {
    link: &'a mut Link,
    keys: &'a Keys,
    /// What the keys name, and what comes along.
    payments: BTreeSet<PaymentId>,
    accounts: BTreeSet<AccountId>,
    pub(crate) world: World,
    /// The batch's shard, where it has one: what lies elsewhere is brought in from there.
    only: Option<Shard>,
    /// The transaction begins with the first burst.
    pub(crate) begun: bool,
}

impl<'a> Loading<'a> {
    pub(crate) fn new(link: &'a mut Link, keys: &'a Keys, only: Option<Shard>) -> Self {
        let (payments, accounts) = (keys.payments.clone(), keys.accounts.clone());
        Self { link, keys, payments, accounts, world: World::default(), only, begun: false }
    }

    pub(crate) async fn load(mut self, now: Timestamp) -> Result<World, StoreError> {
        self.payers(now).await?;
        self.requests().await?;
        Ok(self.world)
    }

    /// All but what claims lead to.
    pub(crate) async fn payers(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.whose().await?;
        self.payments().await?;
        self.others(now).await
    }

    async fn ask(&mut self, mut asks: Vec<Ask>) -> Result<Answers, StoreError> {
        if self.begun {
            return said(ANSWER, self.link, &asks).await;
        }
        self.begun = true;
        asks.insert(0, Ask::frame(BEGIN));
        let mut answers = said(ANSWER, self.link, &asks).await?;
        drop(answers.rows());
        Ok(answers)
    }

    /// Finds the payments of attempts and the accounts of mandates. Whose they are never changes, so nothing is locked yet.
    async fn whose(&mut self) -> Result<(), StoreError> {
        let attempts = by_shard(self.keys.attempts.iter().copied(), AttemptId::shard);
        let mandates = by_shard(self.keys.mandates.iter().copied(), MandateId::shard);
        if attempts.is_empty() && mandates.is_empty() {
            return Ok(());
        }
        let of_attempts = attempts.iter().map(|(shard, ids)| payments::ask_payments_of(*shard, ids));
        let of_mandates = mandates.iter().map(|(shard, ids)| mandates::ask(*shard, ids));
        let mut answers = self.ask(of_attempts.chain(of_mandates).collect()).await?;
        self.world.attempts.extend(answers.all(attempts.len(), payments::read_payment_of)?);
        self.payments.extend(self.world.attempts.values());
        self.accounts.extend(answers.all(mandates.len(), mandates::read)?.iter().map(|mandate| mandate.account));
        Ok(())
    }

    async fn payments(&mut self) -> Result<(), StoreError> {
        let payments = by_shard(self.payments.iter().copied(), PaymentId::shard);
        if payments.is_empty() {
            return Ok(());
        }
        let asks = payments.iter().flat_map(|(shard, ids)| first_locking(payments::asks(*shard, ids)));
        let mut answers = self.ask(asks.collect()).await?;
        for _ in &payments {
            for payment in payments::read(&mut answers)? {
                self.accounts.insert(payment.account);
                let attempts = payment.legs.iter().flat_map(|leg| &leg.attempts);
                self.world.attempts.extend(attempts.map(|attempt| (attempt.id, payment.id)));
                self.world.payments.insert(payment.id, payment);
            }
        }
        Ok(())
    }

    async fn others(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let keys = self.keys;
        let accounts = by_shard(self.accounts.iter().copied(), AccountId::shard);
        let mandates = by_shard(keys.mandates.iter().copied(), MandateId::shard);
        let jobs = by_shard(keys.jobs.iter().copied(), JobId::shard);
        let claims = claims::asks(&keys.claims);
        let sessions = (!keys.sessions.is_empty()).then(|| access::ask_sessions(&keys.sessions));
        let incidents = self.only.is_none().then(incidents::ask);
        let proofs = by_shard(keys.proofs.iter().copied(), PaymentId::shard);
        let device_keys = by_shard(keys.device_keys.iter().copied(), DeviceKeyId::shard);
        let (claim_asks, session_asks) = (claims.len(), usize::from(sessions.is_some()));
        let incident_asks = usize::from(incidents.is_some());
        let mut asks: Vec<Ask> = incidents.into_iter().collect();
        asks.extend(accounts.iter().flat_map(|(shard, ids)| first_locking(accounts::asks(*shard, ids, now))));
        // Again, now that their accounts are held: whoever changes a mandate holds its account.
        asks.extend(mandates.iter().map(|(shard, ids)| mandates::ask(*shard, ids)));
        asks.extend(claims);
        asks.extend(jobs.iter().map(|(shard, ids)| jobs::ask(*shard, ids).locking()));
        asks.extend(sessions.map(Ask::locking));
        asks.extend(proofs.iter().map(|(shard, payments)| proofs::ask(*shard, payments).locking()));
        asks.extend(device_keys.iter().map(|(shard, ids)| devices::ask_keys(*shard, ids).locking()));
        if asks.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(asks).await?;
        let world = &mut self.world;
        world.incidents = answers.all(incident_asks, incidents::read)?;
        for _ in &accounts {
            world.accounts.extend(accounts::read(&mut answers)?.into_iter().map(|file| (file.account.id, file)));
        }
        world.mandates.extend(answers.all(mandates.len(), mandates::read)?.into_iter().map(|one| (one.id, one)));
        world.claims.extend(answers.all(claim_asks, claims::read)?.into_iter().map(|one| (one.key.clone(), one)));
        world.jobs.extend(answers.all(jobs.len(), jobs::read)?.into_iter().map(|one| (one.id, one)));
        let sessions = answers.all(session_asks, access::read_session)?;
        world.sessions.extend(sessions.into_iter().map(|one| (one.hash.0, one)));
        world.proofs.extend(answers.all(proofs.len(), proofs::read)?.into_iter().map(|one| (one.payment, one)));
        let device_keys = answers.all(device_keys.len(), devices::read_key)?;
        world.device_keys.extend(device_keys.into_iter().map(|one| (one.id, one)));
        Ok(())
    }

    /// What came of the claims that are made, and the requests that are named themselves. Only a repetition, or a rival, gets here.
    pub(crate) async fn requests(&mut self) -> Result<(), StoreError> {
        let only = self.only;
        // What came of another payer's claim is nothing to decide on, and lies where he does.
        let own = |claim: &&Claim| only.is_none_or(|shard| claim.payment.shard() == shard);
        let claims = || self.world.claims.values().filter(own);
        let mut wanted = self.keys.requests.clone();
        wanted.extend(claims().filter_map(|claim| match &claim.key {
            ClaimKey::Idempotency(own) => Some((claim.payment, own.clone())),
            ClaimKey::Order { .. } => None,
        }));
        let claimed: BTreeSet<PaymentId> = claims().map(|claim| claim.payment).collect();
        let (requests, claimed) = (requests::asks(&wanted), by_shard(claimed, PaymentId::shard));
        if requests.is_empty() && claimed.is_empty() {
            return Ok(());
        }
        let asked = requests.len();
        let made = claimed.iter().map(|(shard, ids)| payments::ask_made(*shard, ids));
        let mut answers = self.ask(requests.into_iter().chain(made).collect()).await?;
        let requests = answers.all(asked, requests::read)?;
        self.world.requests.extend(requests.into_iter().map(|one| (one.key.clone(), one)));
        self.world.made.extend(answers.all(claimed.len(), payments::read_id)?);
        Ok(())
    }
}
