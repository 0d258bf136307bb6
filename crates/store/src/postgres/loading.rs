//! What a batch loads, and holds until it ends.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use tantu_domain::ids::{
    AccountId, AttemptId, BindingId, CaseId, CodeId, DeviceKeyId, JobId, MandateId, OpeningId, PaymentId, Shard,
    TicketId,
};
use tantu_domain::instrument::InstrumentKind;
use tantu_domain::staff::StaffMark;

use super::{
    access, accounts, announcements, audit_trail, bindings, care, claims, devices, incidents, jobs, mandates,
    pay_later, payments, people, points, proofs, requests, second_factors, tickets,
};
use crate::claim::{Claim, ClaimKey};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::person::Subject;
use crate::wire::answers::{ANSWER, Answers, said};
use crate::wire::burst::Ask;
use crate::wire::link::Link;
use crate::world::{AccountFile, World};

pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
pub(crate) const COMMIT: &str = "COMMIT";

/// Ids shard by shard, which is the order in which everybody locks.
pub(super) fn by_shard<T: Copy + Ord>(ids: &BTreeSet<T>, shard: fn(T) -> Shard) -> Vec<T> {
    let mut ids: Vec<T> = ids.iter().copied().collect();
    ids.sort_by_key(|id| shard(*id));
    ids
}

/// The same statements, and the rows of the first are locked.
fn first_locking(asks: Vec<Ask>) -> impl Iterator<Item = Ask> {
    asks.into_iter().enumerate().map(|(number, ask)| if number == 0 { ask.locking() } else { ask })
}

/// A batch that is being loaded. Payments, accounts, claims, jobs, sessions, proofs, device keys, announcements, people, codes, tallies and factors are locked in this order, each of them in key
/// order: every process does so, and no two wait for each other here.
pub(crate) struct Loading<'a> {
    link: &'a mut Link,
    pub(super) keys: &'a Keys,
    /// What the keys name, and what comes along.
    payments: BTreeSet<PaymentId>,
    accounts: BTreeSet<AccountId>,
    bindings: BTreeSet<BindingId>,
    pub(crate) world: World,
    pub(crate) loaded: Loaded,
    /// The batch's shard, where it has one: what lies elsewhere is brought in from there.
    only: Option<Shard>,
    /// The transaction begins with the first burst.
    pub(crate) begun: bool,
}

/// What a batch knows of rows that it may write.
#[derive(Default)]
pub(crate) struct Loaded {
    /// The payments that the batch holds.
    pub(crate) payments: HashSet<PaymentId>,
    /// The balances that are there, by the names of their ledger accounts.
    pub(crate) balances: HashSet<String>,
    /// The claims that nobody had made.
    pub(crate) free: HashSet<ClaimKey>,
}

impl<'a> Loading<'a> {
    pub(crate) fn new(link: &'a mut Link, keys: &'a Keys, only: Option<Shard>) -> Self {
        let (payments, accounts) = (keys.payments.clone(), keys.accounts.clone());
        let (world, loaded) = (World::default(), Loaded::default());
        Self { link, keys, payments, accounts, bindings: BTreeSet::new(), world, loaded, only, begun: false }
    }

    pub(crate) async fn load(mut self, now: Timestamp) -> Result<(World, Loaded), StoreError> {
        self.payers(now).await?;
        self.requests().await?;
        let Self { world, mut loaded, keys, .. } = self;
        loaded.free.extend(keys.claims.iter().filter(|key| !world.claims.contains_key(key)).cloned());
        Ok((world, loaded))
    }

    /// All but what claims lead to.
    pub(crate) async fn payers(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.whose().await?;
        self.payments().await?;
        self.others(now).await?;
        self.people().await?;
        self.merchants().await?;
        self.refunds().await?;
        self.loaded.payments.extend(self.world.payments.keys());
        Ok(())
    }

    pub(super) async fn ask(&mut self, mut asks: Vec<Ask>) -> Result<Answers, StoreError> {
        if self.begun {
            return said(ANSWER, self.link, &asks).await;
        }
        self.begun = true;
        asks.insert(0, Ask::frame(BEGIN));
        let mut answers = said(ANSWER, self.link, &asks).await?;
        drop(answers.rows());
        Ok(answers)
    }

    /// Finds the payments of attempts and the accounts of mandates and bindings. Whose they are never changes, so nothing is locked yet.
    async fn whose(&mut self) -> Result<(), StoreError> {
        let attempts = payments::ask_payments_of(&by_shard(&self.keys.attempts, AttemptId::shard));
        let mandates = mandates::ask(&by_shard(&self.keys.mandates, MandateId::shard));
        let bindings = bindings::ask(&by_shard(&self.keys.bindings, BindingId::shard));
        let openings = bindings::ask_by_opening(&by_shard(&self.keys.openings, OpeningId::shard));
        let [of_attempts, of_mandates, of_bindings, of_openings] =
            [&attempts, &mandates, &bindings, &openings].map(|ask| usize::from(ask.is_some()));
        let asks: Vec<Ask> = [attempts, mandates, bindings, openings].into_iter().flatten().collect();
        if asks.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(asks).await?;
        self.world.attempts.extend(answers.all(of_attempts, payments::read_payment_of)?);
        self.payments.extend(self.world.attempts.values());
        self.accounts.extend(answers.all(of_mandates, mandates::read)?.iter().map(|mandate| mandate.account));
        let found = answers.all(of_bindings + of_openings, bindings::read)?;
        self.accounts.extend(found.iter().map(|binding| binding.account));
        self.bindings.extend(found.iter().map(|binding| binding.id));
        Ok(())
    }

    async fn payments(&mut self) -> Result<(), StoreError> {
        if self.payments.is_empty() {
            return Ok(());
        }
        let asks = payments::asks(&by_shard(&self.payments, PaymentId::shard));
        let mut answers = self.ask(first_locking(asks).collect()).await?;
        for payment in payments::read(&mut answers)? {
            self.accounts.insert(payment.account);
            let attempts = payment.legs.iter().flat_map(|leg| &leg.attempts);
            self.world.attempts.extend(attempts.map(|attempt| (attempt.id, payment.id)));
            self.world.payments.insert(payment.id, payment);
        }
        Ok(())
    }

    async fn others(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let keys = self.keys;
        let accounts = accounts::asks(&by_shard(&self.accounts, AccountId::shard), now);
        // Again, now that their accounts are held: whoever changes a mandate or a binding holds its account.
        let mandates = mandates::ask(&by_shard(&keys.mandates, MandateId::shard));
        let bindings = bindings::ask(&by_shard(&self.bindings, BindingId::shard));
        let claims = claims::ask(&keys.claims);
        let jobs = jobs::ask(&by_shard(&keys.jobs, JobId::shard));
        let sessions = (!keys.sessions.is_empty()).then(|| access::ask_sessions(&keys.sessions));
        let proofs = proofs::ask(&by_shard(&keys.proofs, PaymentId::shard));
        let device_keys = devices::ask_keys(&by_shard(&keys.device_keys, DeviceKeyId::shard));
        let announcements = announcements::ask(keys.announcements.iter());
        let several = [&mandates, &bindings, &claims, &jobs, &sessions, &proofs, &device_keys, &announcements]
            .map(|ask| usize::from(ask.is_some()));
        let has_accounts = !accounts.is_empty();
        let incidents = self.only.is_none().then(incidents::ask);
        let incident_asks = usize::from(incidents.is_some());
        let mut asks: Vec<Ask> = incidents.into_iter().collect();
        asks.extend(first_locking(accounts));
        asks.extend([mandates, bindings, claims].into_iter().flatten());
        asks.extend([jobs, sessions, proofs, device_keys, announcements].into_iter().flatten().map(Ask::locking));
        if asks.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(asks).await?;
        let world = &mut self.world;
        world.incidents = answers.all(incident_asks, incidents::read)?;
        if has_accounts {
            let (files, balances) = accounts::read(&mut answers)?;
            world.accounts.extend(files.into_iter().map(|file| (file.account.id, file)));
            self.loaded.balances = balances;
        }
        let [mandates, bindings, claims, jobs, sessions, proofs, device_keys, announcements] = several;
        world.mandates.extend(answers.all(mandates, mandates::read)?.into_iter().map(|one| (one.id, one)));
        world.bindings.extend(answers.all(bindings, bindings::read)?.into_iter().map(|one| (one.id, one)));
        world.claims.extend(answers.all(claims, claims::read)?.into_iter().map(|one| (one.key.clone(), one)));
        world.jobs.extend(answers.all(jobs, jobs::read)?.into_iter().map(|one| (one.id, one)));
        let sessions = answers.all(sessions, access::read_session)?;
        world.sessions.extend(sessions.into_iter().map(|one| (one.hash.0, one)));
        world.proofs.extend(answers.all(proofs, proofs::read)?.into_iter().map(|one| (one.payment, one)));
        let device_keys = answers.all(device_keys, devices::read_key)?;
        world.device_keys.extend(device_keys.into_iter().map(|one| (one.id, one)));
        let announcements = answers.all(announcements, announcements::read)?;
        world.announcements.extend(announcements.into_iter().map(|one| (one.id, one)));
        self.lines().await?;
        self.points().await
    }

    /// The points of accounts that have an instrument for them. Whoever changes a lot holds its account.
    async fn points(&mut self) -> Result<(), StoreError> {
        let have = self.world.accounts.values().filter(|file| points::are_kept(file));
        let ids: BTreeSet<AccountId> = have.map(|file| file.account.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(points::asks(&by_shard(&ids, AccountId::shard))).await?;
        let mut found = points::read(&mut answers)?;
        for id in ids {
            let own = found.remove(&id).unwrap_or_default();
            self.world.accounts.entry(id).and_modify(|known| known.points = Some(own));
        }
        Ok(())
    }

    /// The lines of accounts that have one. Who has none, as in most payments, is not asked about one. Whoever changes a line, a
    /// bill or a repayment holds its account.
    async fn lines(&mut self) -> Result<(), StoreError> {
        let has_line = |file: &&AccountFile| file.instruments.iter().any(|one| one.kind == InstrumentKind::PayLater);
        let ids: BTreeSet<AccountId> =
            self.world.accounts.values().filter(has_line).map(|file| file.account.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(pay_later::asks(&by_shard(&ids, AccountId::shard))).await?;
        for (account, file) in pay_later::read(&mut answers)? {
            self.world.accounts.entry(account).and_modify(|known| known.pay_later = Some(file));
        }
        Ok(())
    }

    /// What is known of holders, what was sent to them, and what was done to their accounts. Few batches are about that.
    async fn people(&mut self) -> Result<(), StoreError> {
        let keys = self.keys;
        let asks = [
            people::ask_people(&by_shard(&keys.people, AccountId::shard)),
            people::ask_codes(&by_shard(&keys.codes, CodeId::shard)),
            people::ask_tallies(&by_shard(&keys.tallies, Subject::shard)),
            second_factors::ask(&by_shard(&keys.second_factors, StaffMark::shard)),
            audit_trail::ask(&by_shard(&keys.audit, AccountId::shard)),
            audit_trail::ask_appeals(&by_shard(&keys.appeals, CaseId::shard)),
            tickets::ask(&by_shard(&keys.tickets, TicketId::shard)),
            tickets::ask_messages(&by_shard(&keys.tickets, TicketId::shard)),
            care::ask_notices_by_key(&keys.notices),
        ];
        let [people, codes, tallies, second_factors, audit, appeals, tickets, messages, notices] =
            asks.each_ref().map(|ask| usize::from(ask.is_some()));
        let asks: Vec<Ask> = asks.into_iter().flatten().map(Ask::locking).collect();
        if asks.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(asks).await?;
        let world = &mut self.world;
        world.people.extend(answers.all(people, people::read_person)?.into_iter().map(|one| (one.account, one)));
        world.codes.extend(answers.all(codes, people::read_code)?.into_iter().map(|one| (one.id, one)));
        world.tallies.extend(answers.all(tallies, people::read_tally)?.into_iter().map(|one| (one.subject, one)));
        world
            .second_factors
            .extend(answers.all(second_factors, second_factors::read)?.into_iter().map(|one| (one.staff, one)));
        // A trail that was asked for is there, be it empty.
        keys.audit.iter().for_each(|account| world.audit.entry(*account).or_default().clear());
        for entry in answers.all(audit, audit_trail::read)? {
            world.audit.entry(entry.account).or_default().push(entry);
        }
        world.appeals.extend(answers.all(appeals, audit_trail::read_appeal)?.into_iter().map(|one| (one.case, one)));
        let found = answers.all(tickets, tickets::read_ticket)?;
        let whole = tickets::together(found, answers.all(messages, tickets::read_message)?);
        world.tickets.extend(whole.into_iter().map(|one| (one.id, one)));
        world.notices.extend(answers.all(notices, care::read_notice)?.into_iter().map(|one| (one.key(), one)));
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
        let requests = requests::ask(&wanted);
        let made = payments::ask_made(&by_shard(&claimed, PaymentId::shard));
        if requests.is_none() && made.is_none() {
            return Ok(());
        }
        let (asked, claimed) = (usize::from(requests.is_some()), usize::from(made.is_some()));
        let mut answers = self.ask(requests.into_iter().chain(made).collect()).await?;
        let requests = answers.all(asked, requests::read)?;
        self.world.requests.extend(requests.into_iter().map(|one| (one.key.clone(), one)));
        self.world.made.extend(answers.all(claimed, payments::read_id)?);
        Ok(())
    }
}
