//! The store in a PostgreSQL database: several processes write it, and a batch holds the rows that it has loaded.
//!
//! The trait blocks and a network does not, so the store has two threads of its own that speak; whoever calls waits on his own
//! thread. A batch is as few round trips as its keys allow: one to three to load, and one that carries every change and the commit.
//! Whatever belongs to a payer is asked for with his shard in the statement, so that a cluster knows whom to ask.

mod access;
mod accounts;
mod audit;
mod cell;
mod claims;
mod decisions;
mod devices;
mod incidents;
mod instruments;
mod jobs;
mod ledger;
mod limits;
mod mandates;
mod observations;
mod open;
mod payments;
mod proofs;
mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use deadpool_postgres::Pool;
use jiff::Timestamp;
use tantu_domain::check::Decision;
use tantu_domain::ids::{
    AccountId, AttemptId, DeviceKeyId, DeviceReportId, InstrumentId, JobId, MandateId, MerchantId, PaymentId, Shard,
};
use tantu_domain::incident::Incident;
use tantu_domain::instrument::Mandate;
use tantu_domain::payment::Payment;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_postgres::Row;
use tokio_postgres::error::{DbError, SqlState};

use crate::access::{ApiKey, Merchant, Session, TokenHash};
use crate::audit::{Audit, AuditedAttempt};
use crate::change::Change;
use crate::claim::{Claim, ClaimKey};
use crate::device::{DeviceKey, DeviceReport};
use crate::error::StoreError;
use crate::job::{Job, Lease};
use crate::keys::Keys;
use crate::listing::{Page, PaymentsOf};
use crate::request::Request;
use crate::wire::address::Address;
use crate::wire::burst::Ask;
use crate::wire::failure::{Ended, ended, failed, refused};
use crate::wire::link::Link;
use crate::wire::sums::Sums;
use crate::wire::upsert::Rows;
use crate::wire::wait::wait;
use crate::world::{AccountFile, World};
use crate::{Batch, Store};
use jobs::Finished;
use open::Use;

/// How many batches one process has open at once. While one waits for the disk, the others load and decide; the rest of the
/// connections read.
const WRITERS: usize = 4;

/// How long the server may take to answer a burst. Longer than its own time-outs: whatever it still can say is better.
const ANSWER: Duration = Duration::from_secs(15);

/// The same for what looks at everything.
const LONG_ANSWER: Duration = Duration::from_secs(615);

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const COMMIT: &str = "COMMIT";

/// A commit that waits for a standby must not be cut short: the server would call it done without the standby.
const PATIENT: &str = "SET LOCAL statement_timeout = 0";

/// The rows that a burst has brought, statement by statement.
struct Answers(std::vec::IntoIter<Vec<Row>>);

impl Answers {
    /// The next statement's rows.
    fn rows(&mut self) -> Vec<Row> {
        self.0.next().unwrap_or_default()
    }

    /// What the rows of the next statements tell.
    fn all<T>(
        &mut self,
        statements: usize,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.0.by_ref().take(statements).flatten().map(|row| read(&row)).collect()
    }
}

/// The store in one database.
pub struct PostgresStore {
    pool: Pool,
    /// The address without its password.
    shown: String,
    usage: Use,
    runtime: Handle,
    /// What the handle is of, until the store ends.
    threads: Option<Runtime>,
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.pool.close();
        // Not a wait for its threads: the store may be dropped by a task of another runtime.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

impl PostgresStore {
    /// Opens `postgres://…` for writing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be reached or written, holds something else, or its schema is newer than ours.
    pub fn open_url(url: &str) -> Result<Self, StoreError> {
        let store = Self::new(url, Use::Write)?;
        store.wait(open::for_writing(&store.pool, &store.shown))?;
        Ok(store)
    }

    /// Opens `postgres://…` beside its writers, to read.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be reached, or its schema is not ours.
    pub fn read_url(url: &str) -> Result<Self, StoreError> {
        let store = Self::new(url, Use::Read)?;
        store.wait(open::for_reading(&store.pool, &store.shown))?;
        Ok(store)
    }

    fn new(url: &str, usage: Use) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let shown = address.shown.clone();
        let pool = open::pool(address, usage)?;
        let threads = Builder::new_multi_thread().worker_threads(2).thread_name("postgres").enable_all().build();
        let threads =
            threads.map_err(|error| StoreError::Unavailable(format!("no threads can be started: {error}")))?;
        Ok(Self { pool, shown, usage, runtime: threads.handle().clone(), threads: Some(threads) })
    }

    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        wait(&self.runtime, future)
    }

    async fn link(&self) -> Result<Link, StoreError> {
        Ok(Link::new(open::connect(&self.pool, &self.shown).await?, self.runtime.clone()))
    }

    /// A connection that may write.
    async fn writer(&self) -> Result<Link, StoreError> {
        match self.usage {
            Use::Write => self.link().await,
            Use::Read => Err(StoreError::Unavailable("this process opened the database to read".into())),
        }
    }

    /// Reads by one statement.
    fn select<T>(&self, ask: Ask, read: impl Fn(&Row) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        self.wait(async {
            let mut link = self.link().await?;
            let mut answers = said(ANSWER, &mut link, &[ask]).await?;
            link.settle();
            answers.rows().iter().map(read).collect()
        })
    }

    /// Reads one row, if it is there.
    fn select_one<T>(&self, ask: Ask, read: impl Fn(&Row) -> Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        Ok(self.select(ask, read)?.pop())
    }

    /// Reads by several statements within one transaction, so that all that is read is of one moment.
    fn snapshot(&self, asks: impl IntoIterator<Item = Ask>, limit: Duration) -> Result<Answers, StoreError> {
        let long = if limit == LONG_ANSWER { open::LONG.as_slice() } else { &[] };
        let mut whole = vec![Ask::plain(SNAPSHOT)];
        whole.extend(long.iter().copied().map(Ask::plain));
        whole.extend(asks);
        whole.push(Ask::plain(COMMIT));
        self.wait(async {
            let mut link = self.link().await?;
            let mut answers = said(limit, &mut link, &whole).await?;
            link.settle();
            (0..=long.len()).for_each(|_| drop(answers.rows()));
            Ok(answers)
        })
    }
}

/// Sends a burst that changes nothing that stays.
async fn said(limit: Duration, link: &mut Link, asks: &[Ask]) -> Result<Answers, StoreError> {
    let answers = tokio::time::timeout(limit, link.burst(asks)).await.map_err(|_| no_answer(limit))?;
    Ok(Answers(answers.map_err(|broken| failed(&broken))?.into_iter()))
}

fn no_answer(limit: Duration) -> StoreError {
    StoreError::Unavailable(format!("the database did not answer within {} s", limit.as_secs()))
}

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
struct Loading<'a> {
    link: &'a mut Link,
    keys: &'a Keys,
    /// What the keys name, and what comes along.
    payments: BTreeSet<PaymentId>,
    accounts: BTreeSet<AccountId>,
    world: World,
    /// The transaction begins with the first burst.
    begun: bool,
}

impl<'a> Loading<'a> {
    fn new(link: &'a mut Link, keys: &'a Keys) -> Self {
        let (payments, accounts) = (keys.payments.clone(), keys.accounts.clone());
        Self { link, keys, payments, accounts, world: World::default(), begun: false }
    }

    async fn load(mut self, now: Timestamp) -> Result<World, StoreError> {
        self.whose().await?;
        self.payments().await?;
        self.others(now).await?;
        self.requests().await?;
        Ok(self.world)
    }

    async fn ask(&mut self, mut asks: Vec<Ask>) -> Result<Answers, StoreError> {
        if self.begun {
            return said(ANSWER, self.link, &asks).await;
        }
        self.begun = true;
        asks.insert(0, Ask::plain(BEGIN));
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
        let proofs = by_shard(keys.proofs.iter().copied(), PaymentId::shard);
        let device_keys = by_shard(keys.device_keys.iter().copied(), DeviceKeyId::shard);
        let (claim_asks, session_asks) = (claims.len(), usize::from(sessions.is_some()));
        let mut asks = vec![incidents::ask()];
        asks.extend(accounts.iter().flat_map(|(shard, ids)| first_locking(accounts::asks(*shard, ids, now))));
        // Again, now that their accounts are held: whoever changes a mandate holds its account.
        asks.extend(mandates.iter().map(|(shard, ids)| mandates::ask(*shard, ids)));
        asks.extend(claims);
        asks.extend(jobs.iter().map(|(shard, ids)| jobs::ask(*shard, ids).locking()));
        asks.extend(sessions.map(Ask::locking));
        asks.extend(proofs.iter().map(|(shard, payments)| proofs::ask(*shard, payments).locking()));
        asks.extend(device_keys.iter().map(|(shard, ids)| devices::ask_keys(*shard, ids).locking()));
        let mut answers = self.ask(asks).await?;
        let world = &mut self.world;
        world.incidents = answers.all(1, incidents::read)?;
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
    async fn requests(&mut self) -> Result<(), StoreError> {
        let mut wanted = self.keys.requests.clone();
        wanted.extend(self.world.claims.values().filter_map(|claim| match &claim.key {
            ClaimKey::Idempotency(own) => Some((claim.payment, own.clone())),
            ClaimKey::Order { .. } => None,
        }));
        let claimed: BTreeSet<PaymentId> = self.world.claims.values().map(|claim| claim.payment).collect();
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

/// What a batch writes.
struct Writes {
    rows: Rows,
    finished: Finished,
    uses: Sums,
    moves: Sums,
}

impl Writes {
    fn of(changes: &[Change]) -> Result<Self, StoreError> {
        let (uses, moves) = (limits::uses(), ledger::moves());
        let mut writes = Self { rows: Rows::default(), finished: Finished::default(), uses, moves };
        changes.iter().try_for_each(|change| writes.add(change))?;
        Ok(writes)
    }

    fn add(&mut self, change: &Change) -> Result<(), StoreError> {
        let rows = &mut self.rows;
        match change {
            Change::PutAccount(account) => accounts::put(rows, account)?,
            Change::PutInstrument(instrument) => instruments::put(rows, instrument)?,
            Change::PutMandate(mandate) => mandates::put(rows, mandate)?,
            Change::PutPayment(payment) => payments::put(rows, payment)?,
            Change::PutObservation(observation) => observations::put(rows, observation)?,
            Change::PutIncident(incident) => incidents::put(rows, incident)?,
            Change::PutClaim(claim) => claims::put(rows, claim)?,
            Change::PutRequest(request) => requests::put(rows, request)?,
            Change::Post(transaction) => ledger::post(rows, &mut self.moves, transaction)?,
            Change::AdjustLimit { account, product, window, starts_on, delta } => {
                limits::adjust(&mut self.uses, *account, *product, *window, *starts_on, *delta);
            }
            Change::PutJob(job) => jobs::put(rows, job)?,
            Change::FinishJob(job) => self.finished.finish(rows, *job),
            Change::PutMerchant(merchant) => access::put_merchant(rows, merchant)?,
            Change::PutApiKey(key) => access::put_api_key(rows, key)?,
            Change::PutSession(session) => access::put_session(rows, session)?,
            Change::PutDecision(decision) => decisions::put(rows, decision)?,
            Change::PutProof(proof) => proofs::put(rows, proof)?,
            Change::PutDeviceKey(key) => devices::put_key(rows, key)?,
            Change::PutDeviceReport(report) => devices::put_report(rows, report)?,
        }
        Ok(())
    }

    /// Every statement, and the commit as the last. The balances go last of all: a merchant's is everybody's, and its row is
    /// locked for the shortest time.
    fn asks(&mut self) -> Result<Vec<Ask>, StoreError> {
        let mut asks = self.finished.asks();
        asks.extend(std::mem::take(&mut self.rows).asks());
        asks.extend(limits::asks(&self.uses)?);
        asks.extend(ledger::asks(&self.moves)?);
        asks.extend([PATIENT, COMMIT].map(Ask::plain));
        Ok(asks)
    }

    /// What the server means by refusing one of them.
    fn refused(&self, told: &DbError) -> StoreError {
        match (told.table(), told.code()) {
            (Some(claims::NAME), &SqlState::NOT_NULL_VIOLATION) => StoreError::Claimed,
            (Some(ledger::BALANCES_NAME), &(SqlState::NOT_NULL_VIOLATION | SqlState::CHECK_VIOLATION)) => {
                ledger::refused(&self.moves, told)
            }
            _ => refused(told),
        }
    }
}

/// A transaction that has begun; the rows that it has loaded are nobody else's until it ends.
struct PostgresBatch<'a> {
    store: &'a PostgresStore,
    link: Link,
}

impl Batch for PostgresBatch<'_> {
    fn commit(mut self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let mut writes = Writes::of(changes)?;
        let asks = writes.asks()?;
        let commit = asks.len() - 1;
        // The commit travels with the changes: if one of them fails, the server makes it a rollback.
        let sent = async { tokio::time::timeout(ANSWER, self.link.burst(&asks)).await };
        match self.store.wait(sent) {
            Ok(Ok(_)) => {
                self.link.settle();
                Ok(())
            }
            Ok(Err(broken)) => Err(match ended(&broken, commit) {
                Ended::Refused(told) => {
                    self.link.settle();
                    writes.refused(told)
                }
                Ended::Nothing(error) => error,
                Ended::Unknown(why) => StoreError::Unknown(why),
            }),
            Err(_) => Err(StoreError::Unknown(format!("the database did not answer within {} s", ANSWER.as_secs()))),
        }
    }
}

impl Store for PostgresStore {
    fn writers(&self) -> usize {
        WRITERS
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        self.wait(async {
            let mut link = self.writer().await?;
            let world = Loading::new(&mut link, keys).load(now).await?;
            let batch: Box<dyn Batch> = Box::new(PostgresBatch { store: self, link });
            Ok((world, batch))
        })
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        self.wait(async {
            let mut link = self.writer().await?;
            let due = said(ANSWER, &mut link, &[jobs::ask_due(now, wall, limit)]).await?.all(1, jobs::read_due)?;
            if due.is_empty() {
                link.settle();
                return Ok(Vec::new());
            }
            let mut asks = vec![Ask::plain(BEGIN)];
            asks.extend(jobs::asks_lease(due, lease, now, wall));
            asks.push(Ask::plain(COMMIT));
            let mut answers = said(ANSWER, &mut link, &asks).await?;
            link.settle();
            let mut taken = answers.all(asks.len(), jobs::read)?;
            taken.sort_by_key(|job| (job.run_at, job.id));
            Ok(taken)
        })
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.select_one(jobs::ask_next_due(wall), jobs::read_next_due)?.flatten())
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        let mut answers = self.snapshot(payments::asks(id.shard().number(), &[id]), ANSWER)?;
        Ok(payments::read(&mut answers)?.pop())
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        let ids = self.select(payments::ask_page(of, page), payments::read_id)?;
        let shards = by_shard(ids.iter().copied(), PaymentId::shard);
        let mut answers = self.snapshot(shards.iter().flat_map(|(shard, ids)| payments::asks(*shard, ids)), ANSWER)?;
        let mut listed = Vec::with_capacity(ids.len());
        for _ in &shards {
            listed.extend(payments::read(&mut answers)?);
        }
        listed.sort_by_key(|payment| std::cmp::Reverse(payment.id));
        Ok(listed)
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        let ask = payments::ask_payments_of(attempt.shard().number(), &[attempt]);
        Ok(self.select_one(ask, payments::read_payment_of)?.map(|(_, payment)| payment))
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.select(decisions::ask_of_payment(payment), decisions::read)
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        let mut answers = self.snapshot(accounts::asks(id.shard().number(), &[id], now), ANSWER)?;
        Ok(accounts::read(&mut answers)?.pop())
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.select_one(instruments::ask_account(instrument), instruments::read_account)
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.select_one(mandates::ask(id.shard().number(), &[id]), mandates::read)
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        let standing = self.select(incidents::ask(), incidents::read)?;
        Ok(standing.into_iter().filter(|incident| incident.stands(now)).collect())
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        let found = claims::asks([key]).into_iter().map(|ask| self.select_one(ask, claims::read));
        Ok(found.collect::<Result<Vec<_>, _>>()?.pop().flatten())
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.select(requests::ask_of_payment(payment), requests::read)
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        self.select_one(access::ask_merchant(id), access::read_merchant)
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.select_one(access::ask_api_key(hash), access::read_api_key)
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.select_one(access::ask_sessions([&hash.0]), access::read_session)
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.select_one(devices::ask_keys(id.shard().number(), &[id]), devices::read_key)
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.select_one(devices::ask_report(id), devices::read_report)
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        audit::read(&mut self.snapshot(audit::asks(), LONG_ANSWER)?)
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        self.snapshot([payments::ask_audited()], LONG_ANSWER)?.all(1, payments::read_audited)
    }

    fn ping(&self) -> Result<(), StoreError> {
        self.select(Ask::plain("SELECT 1"), |_| Ok(())).map(drop)
    }
}
