//! The store in a PostgreSQL database: several processes write it, and a batch holds the rows that it has loaded.
//!
//! The trait blocks and a network does not, so the store has two threads of its own that speak; whoever calls waits on his own
//! thread. A batch is as few round trips as its keys allow: one to three to load, and one that carries every change and the commit.
//! Whatever belongs to a payer is asked for with his shard in the statement, so that a cluster knows whom to ask.

pub(crate) mod access;
mod accounts;
pub(crate) mod announcements;
mod audit;
mod audit_trail;
mod bindings;
mod cards;
mod care;
pub(crate) mod cell;
pub(crate) mod claims;
mod decisions;
mod devices;
mod folds;
mod hits;
pub(crate) mod incidents;
mod instruments;
pub(crate) mod jobs;
mod ledger;
mod limits;
pub(crate) mod loading;
mod mandates;
mod observations;
pub(crate) mod open;
mod pay_later;
mod payments;
mod people;
mod points;
mod proofs;
mod refunds;
mod requests;
mod sealed;
mod second_factors;
mod tickets;
pub(crate) mod writes;

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use jiff::Timestamp;
use tantu_domain::announcement::Announcement;
use tantu_domain::audit::AuditEntry;
use tantu_domain::binding::Binding;
use tantu_domain::check::Decision;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{
    AccountId, AttemptId, BillId, BindingId, DeviceKeyId, DeviceReportId, FoldId, IncidentId, InstrumentId, MandateId,
    MerchantId, PaymentId, RefundId, Shard, TicketId,
};
use tantu_domain::incident::Incident;
use tantu_domain::instrument::Mandate;
use tantu_domain::payment::Payment;
use tantu_domain::refund::Refund;
use tantu_domain::ticket::Ticket;
use tantu_paylater::bill::Bill;
use tokio::runtime::Handle;
use tokio_postgres::Row;

use crate::access::{ApiKey, Merchant, Session, TokenHash};
use crate::audit::{Audit, AuditedAttempt};
use crate::change::Change;
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
use crate::request::Request;
use crate::sharded::layout::{self, Layout};
use crate::ticket::TicketsOf;
use crate::wire::address::{Address, CONNECT};
use crate::wire::answers::{ANSWER, Answers, LONG_ANSWER, said};
use crate::wire::burst::Ask;
use crate::wire::guard::Guard;
use crate::wire::link::Link;
use crate::wire::readiness::{self, Room};
use crate::wire::threads::Threads;
use crate::wire::upsert::Form;
use crate::wire::wait::wait;
use crate::world::{AccountFile, World};
use crate::{Batch, Lanes, Store};
use loading::{BEGIN, COMMIT, Loaded, Loading};
use open::Use;
use writes::{Writes, commit};

/// How many batches one process has open at once. While one waits for the disk, the others load and decide; the rest of the
/// connections read.
const WRITERS: usize = 4;

/// How long an opening waits for others that hold up the migration.
pub(crate) const MIGRATION: Duration = Duration::from_secs(30);

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// The store in one database.
pub struct PostgresStore {
    pub(crate) pool: Pool,
    /// The address without its password.
    pub(crate) shown: String,
    pub(crate) usage: Use,
    pub(crate) room: Room,
    /// How rows travel to it.
    pub(crate) form: Form,
    /// The shards that the database holds, if each statement must be about one of them.
    pub(crate) held: Option<Range<u8>>,
    pub(crate) runtime: Handle,
    /// What the handle is of.
    _threads: Arc<Threads>,
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.pool.close();
    }
}

impl PostgresStore {
    /// Opens `postgres://…` for writing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be reached or written, holds something else, or its schema is newer than ours.
    pub fn open_url(url: &str) -> Result<Self, StoreError> {
        Self::open_patiently(url, MIGRATION)
    }

    /// The same, and waits so long at most for others that hold up the migration.
    ///
    /// # Errors
    /// [`StoreError`] as above, and if the others took longer.
    pub fn open_patiently(url: &str, patience: Duration) -> Result<Self, StoreError> {
        let mut store = Self::new(url, Use::Write)?;
        store.form = store.wait(open::for_writing(&store.pool, &store.shown, patience))?;
        store.wait(layout::settle(&store, Layout::WHOLE))?;
        Ok(store)
    }

    /// Opens `postgres://…` beside its writers, to read.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be reached, or its schema is not ours.
    pub fn read_url(url: &str) -> Result<Self, StoreError> {
        let store = Self::new(url, Use::Read)?;
        store.wait(open::for_reading(&store.pool, &store.shown))?;
        store.wait(layout::settle(&store, Layout::WHOLE))?;
        Ok(store)
    }

    fn new(url: &str, usage: Use) -> Result<Self, StoreError> {
        Self::with(url, usage, open::CONNECTIONS, None, Threads::start()?)
    }

    /// A store on threads that others use too.
    pub(crate) fn with(
        url: &str,
        usage: Use,
        connections: usize,
        held: Option<Range<u8>>,
        threads: Arc<Threads>,
    ) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        // Where each kind of use has its own few connections, one is waited for in turn, and whoever holds it is bounded himself.
        let wait = if held.is_some() { ANSWER } else { CONNECT };
        let shown = address.shown.clone();
        let pool = open::pool(address, usage, connections, wait)?;
        let (room, form, runtime) = (Room::default(), Form::Columns, threads.handle());
        Ok(Self { pool, shown, usage, room, form, held, runtime, _threads: threads })
    }

    /// Whether the database says that each of its batches is of one shard.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub(crate) fn is_by_shard(&self) -> Result<bool, StoreError> {
        self.wait(layout::settle(self, Layout::WHOLE)).map(|layout| layout.by_shard)
    }

    /// From now on each of its batches is.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written.
    pub(crate) fn batch_by_shard(&self) -> Result<(), StoreError> {
        self.wait(layout::batch_by_shard(self))
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        wait(&self.runtime, future)
    }

    pub(crate) async fn link(&self) -> Result<Link, StoreError> {
        self.guarded(self.held.clone().map_or(Guard::Off, |held| Guard::OneShard { held, seen: None })).await
    }

    /// A connection for what is no payer's, or everybody's.
    pub(crate) async fn link_to_all(&self) -> Result<Link, StoreError> {
        self.guarded(Guard::Off).await
    }

    pub(crate) async fn guarded(&self, guard: Guard) -> Result<Link, StoreError> {
        Ok(Link::new(open::connect(&self.pool, &self.shown).await?, self.runtime.clone(), guard))
    }

    /// A connection that may write.
    pub(crate) async fn writer(&self) -> Result<Link, StoreError> {
        self.may_write()?;
        self.link().await
    }

    pub(crate) fn may_write(&self) -> Result<(), StoreError> {
        match self.usage {
            Use::Write => Ok(()),
            Use::Read => {
                Err(StoreError::Unavailable(Trouble::Other, "this process opened the database to read".into()))
            }
        }
    }

    /// Reads by one statement, or nothing.
    pub(crate) fn select<T>(
        &self,
        ask: impl Into<Option<Ask>>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.select_on(self.link(), ask, read)
    }

    /// Reads by one statement what is no payer's, or everybody's.
    pub(crate) fn select_of_all<T>(
        &self,
        ask: impl Into<Option<Ask>>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.select_on(self.link_to_all(), ask, read)
    }

    fn select_on<T>(
        &self,
        link: impl Future<Output = Result<Link, StoreError>>,
        ask: impl Into<Option<Ask>>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let Some(ask) = ask.into() else { return Ok(Vec::new()) };
        self.wait(async {
            let mut link = link.await?;
            let mut answers = said(ANSWER, &mut link, &[ask]).await?;
            link.settle();
            answers.rows().iter().map(read).collect()
        })
    }

    /// Reads one row, if it is there.
    fn select_one<T>(
        &self,
        ask: impl Into<Option<Ask>>,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.select(ask, read)?.pop())
    }

    /// Reads by several statements within one transaction, so that all that is read is of one moment.
    fn snapshot(&self, asks: impl IntoIterator<Item = Ask>, limit: Duration) -> Result<Answers, StoreError> {
        // Whatever takes long looks at everything.
        let long = if limit == LONG_ANSWER { open::LONG.as_slice() } else { &[] };
        let mut whole = vec![Ask::frame(SNAPSHOT)];
        whole.extend(long.iter().copied().map(Ask::frame));
        whole.extend(asks);
        whole.push(Ask::frame(COMMIT));
        self.wait(async {
            let mut link = if long.is_empty() { self.link().await? } else { self.link_to_all().await? };
            let mut answers = said(limit, &mut link, &whole).await?;
            link.settle();
            (0..=long.len()).for_each(|_| drop(answers.rows()));
            Ok(answers)
        })
    }
}

/// A transaction that has begun; the rows that it has loaded are nobody else's until it ends.
struct PostgresBatch<'a> {
    store: &'a PostgresStore,
    link: Link,
    loaded: Loaded,
}

impl Batch for PostgresBatch<'_> {
    fn commit(mut self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let writes = Writes::of(changes, &self.loaded)?;
        let committed = self.store.wait(commit(&mut self.link, writes, (self.store.form, &self.loaded), true));
        self.store.room.see(committed)
    }
}

impl Store for PostgresStore {
    fn lanes(&self) -> Lanes {
        Lanes::Mixed(WRITERS)
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        self.wait(async {
            let mut link = self.writer().await?;
            let (world, loaded) = Loading::new(&mut link, keys, None).load(now).await?;
            let batch: Box<dyn Batch> = Box::new(PostgresBatch { store: self, link, loaded });
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
            let mut asks = vec![Ask::frame(BEGIN)];
            asks.extend(jobs::asks_lease(due.into_iter().map(|(_, id)| id), lease, now, wall));
            asks.push(Ask::frame(COMMIT));
            let mut answers = said(ANSWER, &mut link, &asks).await?;
            link.settle();
            let mut taken = answers.all(asks.len(), jobs::read)?;
            taken.sort_by_key(|job| (job.run_at, job.id));
            Ok(taken)
        })
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.select_of_all(jobs::ask_next_due(wall), jobs::read_next_due)?.pop().flatten())
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        let mut answers = self.snapshot(payments::asks(&[id]), ANSWER)?;
        Ok(payments::read(&mut answers)?.pop())
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        let ids = match of {
            PaymentsOf::Account(_) => self.select(payments::ask_page(of, page), payments::read_id)?,
            PaymentsOf::Merchant(_) => self.select_of_all(payments::ask_page(of, page), payments::read_id)?,
        };
        let mut shards: BTreeMap<Shard, Vec<PaymentId>> = BTreeMap::new();
        for id in ids {
            shards.entry(id.shard()).or_default().push(id);
        }
        let mut listed = Vec::new();
        for ids in shards.values() {
            listed.extend(payments::read(&mut self.snapshot(payments::asks(ids), ANSWER)?)?);
        }
        listed.sort_by_key(|payment| std::cmp::Reverse(payment.id));
        Ok(listed)
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        let ask = payments::ask_payments_of(&[attempt]);
        Ok(self.select_one(ask, payments::read_payment_of)?.map(|(_, payment)| payment))
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.select(decisions::ask_of_payment(payment), decisions::read)
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        let asks = accounts::asks(&[id], now).into_iter().chain(pay_later::asks(&[id])).chain(points::asks(&[id]));
        let mut answers = self.snapshot(asks.collect::<Vec<_>>(), ANSWER)?;
        let Some(mut file) = accounts::read(&mut answers)?.0.pop() else { return Ok(None) };
        file.pay_later = pay_later::read(&mut answers)?.remove(&id);
        let mut points = points::read(&mut answers)?;
        file.points = points::are_kept(&file).then(|| points.remove(&id).unwrap_or_default());
        Ok(Some(file))
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.select_one(instruments::ask_account(instrument), instruments::read_account)
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.select_one(mandates::ask(&[id]), mandates::read)
    }

    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError> {
        self.select_one(bindings::ask(&[id]), bindings::read)
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        let standing = self.select_of_all(incidents::ask(), incidents::read)?;
        Ok(standing.into_iter().filter(|incident| incident.stands(now)).collect())
    }

    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
        let found = self.select_of_all(incidents::ask_not_over(at, most), incidents::read)?;
        Ok(found.into_iter().filter(|incident| !incident.is_over(at)).collect())
    }

    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        Ok(self.select_of_all(incidents::ask_one(id), incidents::read)?.pop())
    }

    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
        match of {
            HitsOf::Incident(_) => self.select_of_all(hits::ask_page(of, page), hits::read),
            HitsOf::Payer(..) => self.select(hits::ask_page(of, page), hits::read),
        }
    }

    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError> {
        Ok(self.select_of_all(hits::ask_count(incident), hits::read_count)?.pop().unwrap_or(0))
    }

    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError> {
        self.select_of_all(announcements::ask_list(most), announcements::read)
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        self.select_one(claims::ask([key]), claims::read)
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.select(requests::ask_of_payment(payment), requests::read)
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        Ok(self.select_of_all(access::ask_merchant(id), access::read_merchant)?.pop())
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        Ok(self.select_of_all(access::ask_api_key(hash), access::read_api_key)?.pop())
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        Ok(self.select_of_all(access::ask_sessions([&hash.0]), access::read_session)?.pop())
    }

    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.select_of_all(access::ask_app_sessions(account), access::read_session)
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.select_one(devices::ask_keys(&[id]), devices::read_key)
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.select_one(devices::ask_report(id), devices::read_report)
    }

    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let found = self.select(tickets::ask(&[id]), tickets::read_ticket)?;
        let thread = self.select(tickets::ask_messages(&[id]), tickets::read_message)?;
        Ok(tickets::together(found, thread).pop())
    }

    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
        let ask = tickets::ask_list(of, limit);
        let found = match of {
            TicketsOf::Account(_) => self.select(ask, tickets::read_ticket)?,
            TicketsOf::Waiting => self.select_of_all(ask, tickets::read_ticket)?,
        };
        // One thread after the other: those of several shards are not asked for by one statement.
        let mut threads = Vec::new();
        for ticket in &found {
            threads.extend(self.select(tickets::ask_messages(&[ticket.id]), tickets::read_message)?);
        }
        Ok(tickets::together(found, threads))
    }

    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError> {
        self.select(sealed::ask(shard, current, limit), sealed::read).map(SealedOtherwise::of)
    }

    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
        self.select(folds::ask_clearings(shard), folds::read_clearing)
    }

    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError> {
        self.select_one(Some(pay_later::ask_bill(id)), pay_later::read_bill)
    }

    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError> {
        self.select(Some(pay_later::ask_bills(account)), pay_later::read_bill)
    }

    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
        self.select(Some(pay_later::ask_repayments(bill)), pay_later::read_repayment)
    }

    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.select(Some(care::ask_notices(account, most)), care::read_notice)
    }

    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError> {
        self.select_one(folds::ask(&[id]), folds::read)
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.select_one(refunds::ask(id), refunds::read)
    }

    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.select(refunds::ask_of_payments(&[payment]), refunds::read)
    }

    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError> {
        self.snapshot([refunds::ask_every()], LONG_ANSWER)?.all(1, refunds::read)
    }

    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
        self.select_of_all(folds::ask_under_way(merchant), folds::read)
    }

    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError> {
        Ok(folds::balance_of(id, self.select_of_all(folds::ask_balance(id), ledger::read_sum)?))
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        audit::read(&mut self.snapshot(audit::asks(), LONG_ANSWER)?)
    }

    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError> {
        self.snapshot([audit_trail::ask_all()], LONG_ANSWER)?.all(1, audit_trail::read)
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        self.snapshot([payments::ask_audited()], LONG_ANSWER)?.all(1, payments::read_audited)
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        let ready = async { readiness::ask(self.link_to_all().await?, self.usage == Use::Write, &self.room).await };
        self.wait(ready).map(Some)
    }
}
