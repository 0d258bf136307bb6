//! The store in several PostgreSQL databases, each with the shards that follow each other; or in one whose shards may lie on
//! machines of their own, as on a cluster.
//!
//! A transaction is of one shard, and a guard refuses whatever is not. A payment needs rows of three: of its payer's, and of its two
//! claims'. So claims are transactions of their own, made before the payer's; a crash in between leaves a claim without its
//! payment, which the repetition makes. Merchants, API keys, sessions, incidents and announcements are few and nobody's: they live in the first
//! database, and are written by transactions of their own too.

mod audit;
mod batch;
mod claims;
pub(crate) mod layout;

use std::future::Future;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tantu_domain::announcement::Announcement;
use tantu_domain::audit::AuditEntry;
use tantu_domain::binding::Binding;
use tantu_domain::check::Decision;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{
    AccountId, AttemptId, BillId, BindingId, DeviceKeyId, DeviceReportId, FoldId, IncidentId, InstrumentId, JobId,
    MandateId, MerchantId, PaymentId, RefundId, SHARDS, Shard, TicketId,
};
use tantu_domain::incident::Incident;
use tantu_domain::instrument::Mandate;
use tantu_domain::payment::Payment;
use tantu_domain::refund::Refund;
use tantu_domain::ticket::Ticket;
use tantu_paylater::bill::Bill;
use tokio::sync::Semaphore;

use crate::access::{ApiKey, Merchant, Session, TokenHash};
use crate::audit::{Audit, AuditedAttempt};
use crate::claim::{Claim, ClaimKey};
use crate::clearing::{Clearing, MerchantBalance};
use crate::device::{DeviceKey, DeviceReport};
use crate::error::{StoreError, Trouble};
use crate::hit::{Hit, HitsOf};
use crate::job::{Job, Lease};
use crate::keys::Keys;
use crate::listing::{Page, PaymentsOf};
use crate::notice::NoticeRow;
use crate::pay_later::Repayment;
use crate::person::SealedOtherwise;
use crate::postgres::open::{self, Use};
use crate::postgres::{MIGRATION, PostgresStore, jobs};
use crate::request::Request;
use crate::ticket::{TicketsOf, state_at};
use crate::wire::answers::{ANSWER, said};
use crate::wire::burst::Ask;
use crate::wire::guard::Guard;
use crate::wire::threads::Threads;
use crate::wire::upsert::Form;
use crate::wire::wait::wait;
use crate::world::{AccountFile, World};
use crate::{Batch, Lanes, Store};
use layout::Layout;

/// How many batches of one database's payers are open at once in one process.
const BATCHES: usize = 6;

/// How many connections to a database make or read claims. Whoever uses one waits for nothing else meanwhile.
const CLAIMS: usize = 4;

/// How many connections to the first database are for what is no payer's.
const SMALL: usize = 4;

/// How many connections to a database read for callers.
const READS: usize = 8;

/// One of the databases. Who waits for whom is bounded by kind: a batch that waits for a connection to claims holds none of those.
struct Database {
    reads: PostgresStore,
    batches: PostgresStore,
    claims: PostgresStore,
    /// As many as there are connections for batches, so that a batch waits here and not for a connection.
    turns: Arc<Semaphore>,
}

/// The store in several databases, or in one whose batches are of one shard.
pub struct ShardedStore {
    databases: Vec<Database>,
    /// To the first database, for what is no payer's.
    small: PostgresStore,
}

impl ShardedStore {
    /// Opens databases for writing, in their order, and brings their schemas up to date. New ones become parts of this whole.
    ///
    /// # Errors
    /// [`StoreError`] if one cannot be reached or written, its schema is newer than ours, or it is part of another whole.
    pub fn open_urls(urls: &[String]) -> Result<Self, StoreError> {
        Self::open_patiently(urls, MIGRATION)
    }

    /// The same, and waits so long at most, for each of them, for others that hold up its migration.
    ///
    /// # Errors
    /// [`StoreError`] as above, and if the others took longer.
    pub fn open_patiently(urls: &[String], patience: Duration) -> Result<Self, StoreError> {
        Self::open(urls, Use::Write, patience)
    }

    /// Opens databases beside their writers, to read.
    ///
    /// # Errors
    /// [`StoreError`] if one cannot be reached, its schema is not ours, or it is part of another whole.
    pub fn read_urls(urls: &[String]) -> Result<Self, StoreError> {
        Self::open(urls, Use::Read, MIGRATION)
    }

    fn open(urls: &[String], usage: Use, patience: Duration) -> Result<Self, StoreError> {
        let many = || {
            StoreError::Unavailable(Trouble::Other, format!("there are {SHARDS} shards; give 1 to {SHARDS} databases"))
        };
        let parts = u8::try_from(urls.len()).ok().filter(|parts| (1..=SHARDS).contains(parts)).ok_or_else(many)?;
        let threads = Threads::start()?;
        let (mut databases, mut form) = (Vec::new(), Form::Columns);
        for (number, url) in (0..parts).zip(urls) {
            let with =
                |connections| PostgresStore::with(url, usage, connections, Some(held(number, parts)), threads.clone());
            let (reads, batches, claims) = (with(READS)?, with(BATCHES)?, with(CLAIMS)?);
            reads.wait(async {
                match usage {
                    Use::Write => form = open::for_writing(&reads.pool, &reads.shown, patience).await?,
                    Use::Read => open::for_reading(&reads.pool, &reads.shown).await?,
                }
                layout::settle(&reads, Layout::part(number + 1, parts)).await
            })?;
            databases.push(Database { reads, batches, claims, turns: Arc::new(Semaphore::new(BATCHES)) });
        }
        let first = urls.first().ok_or_else(many)?;
        let mut small = PostgresStore::with(first, usage, SMALL, None, threads)?;
        // They are all of one kind: several plain servers, or one cluster.
        small.form = form;
        Ok(Self { databases, small })
    }

    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        wait(&self.small.runtime, future)
    }

    /// The database of a shard.
    fn at(&self, shard: Shard) -> &Database {
        &self.databases[place(shard.number(), self.databases.len())]
    }

    /// Where to read what lives on a shard.
    fn on(&self, shard: Shard) -> &PostgresStore {
        &self.at(shard).reads
    }

    /// Takes those of the due jobs that are free still, each shard's in a transaction of its own.
    fn take(
        &self,
        due: Vec<(Timestamp, JobId)>,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
    ) -> Result<Vec<Job>, StoreError> {
        let mut taken = Vec::new();
        for (number, database) in self.databases.iter().enumerate() {
            let lies_here = |id: &JobId| place(id.shard().number(), self.databases.len()) == number;
            let ids: Vec<_> = due.iter().map(|(_, id)| *id).filter(lies_here).collect();
            if ids.is_empty() {
                continue;
            }
            match self.wait(lease_each(&database.claims, ids, lease, now, wall)) {
                Ok(jobs) => taken.extend(jobs),
                // What is taken is done; the others are asked for again.
                Err(error) if !taken.is_empty() => tracing::error!(%error, "due jobs could not be taken"),
                Err(error) => return Err(error),
            }
        }
        taken.sort_by_key(|job: &Job| (job.run_at, job.id));
        Ok(taken)
    }
}

/// Takes jobs of one database, each shard's by a statement that is a transaction by itself.
async fn lease_each(
    store: &PostgresStore,
    due: Vec<JobId>,
    lease: &Lease,
    now: Timestamp,
    wall: Timestamp,
) -> Result<Vec<Job>, StoreError> {
    store.may_write()?;
    let guard = store.held.clone().map_or(Guard::Off, |held| Guard::OneShardEach { held });
    let mut link = store.guarded(guard).await?;
    let asks: Vec<Ask> = jobs::asks_lease(due, lease, now, wall);
    let mut answers = said(ANSWER, &mut link, &asks).await?;
    link.settle();
    answers.all(asks.len(), jobs::read)
}

/// Of several clocks the one that is furthest from the middle: if one is wrong, it is that.
fn odd_one(mut clocks: Vec<Timestamp>) -> Option<Timestamp> {
    clocks.sort();
    let (first, last, middle) = (*clocks.first()?, *clocks.last()?, *clocks.get(clocks.len() / 2)?);
    Some(if last.duration_since(middle) > middle.duration_since(first) { last } else { first })
}

/// Which of so many databases a shard lies in.
fn place(shard: u8, databases: usize) -> usize {
    usize::from(shard) * databases / usize::from(SHARDS)
}

/// The shards of one of so many databases.
fn held(number: u8, databases: u8) -> Range<u8> {
    let lies_here = |shard: &u8| place(*shard, usize::from(databases)) == usize::from(number);
    let first = (0..SHARDS).find(lies_here).unwrap_or(0);
    first..(first..SHARDS).find(|shard| !lies_here(shard)).unwrap_or(SHARDS)
}

impl Store for ShardedStore {
    fn lanes(&self) -> Lanes {
        Lanes::ByShard
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let (world, batch) = batch::begin(self, keys, now)?;
        Ok((world, Box::new(batch)))
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let mut due = Vec::new();
        for database in &self.databases {
            due.extend(database.reads.select_of_all(jobs::ask_due(now, wall, limit), jobs::read_due)?);
        }
        due.sort();
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        self.take(due, lease, now, wall)
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let due = self.databases.iter().map(|database| database.reads.next_due(wall));
        Ok(due.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().min())
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.on(id.shard()).payment(id)
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        match of {
            PaymentsOf::Account(account) => self.on(account.shard()).payments(of, page),
            PaymentsOf::Merchant(_) => {
                let pages = self.databases.iter().map(|database| database.reads.payments(of, page));
                let mut listed: Vec<Payment> = pages.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
                listed.sort_by_key(|payment| std::cmp::Reverse(payment.id));
                listed.truncate(page.limit.into());
                Ok(listed)
            }
        }
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        self.on(attempt.shard()).payment_of(attempt)
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.on(payment.shard()).decisions(payment)
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        self.on(id.shard()).account(id, now)
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.on(instrument.shard()).account_of(instrument)
    }

    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError> {
        self.on(id.shard()).binding(id)
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.on(id.shard()).mandate(id)
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.small.incidents(now)
    }

    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
        self.small.incidents_since(at, most)
    }

    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.small.incident(id)
    }

    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
        match of {
            HitsOf::Payer(_, account) => self.on(account.shard()).hits(of, page),
            HitsOf::Incident(_) => {
                let pages = self.databases.iter().map(|database| database.reads.hits(of, page));
                let mut listed: Vec<Hit> = pages.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
                listed.sort_by_key(|hit| std::cmp::Reverse(hit.payment));
                listed.truncate(page.limit.into());
                Ok(listed)
            }
        }
    }

    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError> {
        let counts = self.databases.iter().map(|database| database.reads.hit_count(incident));
        Ok(counts.collect::<Result<Vec<_>, _>>()?.into_iter().sum())
    }

    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError> {
        self.small.announcements(most)
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        Ok(self.wait(claims::read(self, [key]))?.pop())
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.on(payment.shard()).requests_of(payment)
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        self.small.merchant(id)
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.small.api_key(hash)
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.small.session(hash)
    }

    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.small.app_sessions(account)
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.on(id.shard()).device_key(id)
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.on(id.shard()).device_report(id)
    }

    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.on(id.shard()).ticket(id)
    }

    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
        match of {
            TicketsOf::Account(account) => self.on(account.shard()).tickets(of, limit),
            TicketsOf::Waiting => {
                let each = self.databases.iter().map(|database| database.reads.tickets(of, limit));
                let mut all: Vec<Ticket> = each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
                all.sort_by_key(|ticket| (state_at(ticket.state), ticket.id));
                all.truncate(usize::from(limit));
                Ok(all)
            }
        }
    }

    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError> {
        self.on(shard).sealed_otherwise(shard, current, limit)
    }

    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
        self.on(shard).clearings(shard)
    }

    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError> {
        self.on(id.shard()).bill(id)
    }

    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError> {
        self.on(account.shard()).bills(account)
    }

    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
        self.on(bill.shard()).repayments(bill)
    }

    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.on(account.shard()).notices(account, most)
    }

    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError> {
        self.on(id.shard()).fold(id)
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.on(id.shard()).refund(id)
    }

    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.on(payment.shard()).refunds(payment)
    }

    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError> {
        let found = self.databases.iter().map(|database| database.reads.audited_refunds());
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
        let found = self.databases.iter().map(|database| database.reads.folds_under_way(merchant));
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError> {
        let mut sum = MerchantBalance::nothing();
        for database in &self.databases {
            sum.join(database.reads.merchant_balance(id)?);
        }
        Ok(sum)
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        audit::audit(self)
    }

    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError> {
        let found = self.databases.iter().map(|database| database.reads.audit_trails());
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        let found = self.databases.iter().map(|database| database.reads.audited_attempts());
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        let clocks = self.databases.iter().map(|database| database.reads.ping());
        Ok(odd_one(clocks.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odd_clock_is_looked_at() {
        let odd = |seconds: &[i64]| {
            let clocks = seconds.iter().map(|second| Timestamp::from_second(*second).unwrap());
            odd_one(clocks.collect()).map(Timestamp::as_second)
        };
        assert_eq!(odd(&[100, 101, 900, 102]), Some(900));
        assert_eq!(odd(&[100, 2, 101]), Some(2));
        assert_eq!((odd(&[7]), odd(&[])), (Some(7), None));
    }

    #[test]
    fn every_shard_lies_in_one_database() {
        for databases in 1..=SHARDS {
            let ranges: Vec<_> = (0..databases).map(|number| held(number, databases)).collect();
            let all: Vec<u8> = ranges.iter().cloned().flatten().collect();
            assert_eq!(all, (0..SHARDS).collect::<Vec<_>>(), "{databases}");
            let sizes = || ranges.iter().map(ExactSizeIterator::len);
            assert!(sizes().max().unwrap() - sizes().min().unwrap() <= 1, "{databases}");
        }
        assert_eq!([0, 24, 25, 99].map(|shard| place(shard, 4)), [0, 0, 1, 3]);
    }
}
