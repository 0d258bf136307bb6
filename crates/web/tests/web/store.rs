//! The real store on a file of its own, which counts what is written and can be made to fail.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
use tantu_store::access::{ApiKey, Merchant, Session, TokenHash};
use tantu_store::audit::{Audit, AuditedAttempt};
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey};
use tantu_store::clearing::{Clearing, MerchantBalance};
use tantu_store::device::{DeviceKey, DeviceReport};
use tantu_store::error::{StoreError, Trouble};
use tantu_store::hit::{Hit, HitsOf};
use tantu_store::job::{Job, Lease};
use tantu_store::keys::Keys;
use tantu_store::listing::{Page, PaymentsOf};
use tantu_store::notice::NoticeRow;
use tantu_store::pay_later::Repayment;
use tantu_store::person::SealedOtherwise;
use tantu_store::request::Request;
use tantu_store::sqlite::SqliteStore;
use tantu_store::ticket::TicketsOf;
use tantu_store::world::{AccountFile, World};
use tantu_store::{Batch, Lanes, Store};

pub(crate) struct WatchedStore {
    inner: SqliteStore,
    changes: AtomicUsize,
    broken: AtomicBool,
    clock: Mutex<Option<Timestamp>>,
    _folder: tempfile::TempDir,
}

impl WatchedStore {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inner = SqliteStore::open_url(&format!("sqlite:{}", folder.path().join("web.db").display())).unwrap();
        Self {
            inner,
            changes: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            clock: Mutex::default(),
            _folder: folder,
        }
    }

    /// How many changes there have ever been: what is refused makes none.
    pub(crate) fn changes(&self) -> usize {
        self.changes.load(Ordering::SeqCst)
    }

    /// From now on the database cannot be used.
    pub(crate) fn break_down(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    /// From now on the database has a clock, and it shows this.
    pub(crate) fn show_time(&self, at: Timestamp) {
        *self.clock.lock().unwrap() = Some(at);
    }

    fn works(&self) -> Result<&SqliteStore, StoreError> {
        let broken = self.broken.load(Ordering::SeqCst);
        if broken {
            Err(StoreError::Unavailable(Trouble::Full, "/secret/path is gone".into()))
        } else {
            Ok(&self.inner)
        }
    }
}

struct Watched<'a>(Box<dyn Batch + 'a>, &'a AtomicUsize);

impl Batch for Watched<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        self.1.fetch_add(changes.len(), Ordering::SeqCst);
        self.0.commit(changes)
    }
}

impl Store for WatchedStore {
    fn lanes(&self) -> Lanes {
        self.inner.lanes()
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let (world, batch) = self.works()?.begin(keys, now)?;
        Ok((world, Box::new(Watched(batch, &self.changes))))
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        self.works()?.lease_due_jobs(lease, now, wall, limit)
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.works()?.next_due(wall)
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.works()?.payment(id)
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        self.works()?.payments(of, page)
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        self.works()?.payment_of(attempt)
    }

    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError> {
        self.works()?.binding(id)
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.works()?.decisions(payment)
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        self.works()?.account(id, now)
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.works()?.account_of(instrument)
    }

    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError> {
        self.works()?.bill(id)
    }

    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError> {
        self.works()?.bills(account)
    }

    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
        self.works()?.repayments(bill)
    }

    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.works()?.notices(account, most)
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.works()?.mandate(id)
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.works()?.incidents(now)
    }

    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
        self.works()?.incidents_since(at, most)
    }

    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.works()?.incident(id)
    }

    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
        self.works()?.hits(of, page)
    }

    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError> {
        self.works()?.hit_count(incident)
    }

    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError> {
        self.works()?.announcements(most)
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        self.works()?.claim(key)
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.works()?.requests_of(payment)
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        self.works()?.merchant(id)
    }

    // Who asks is known even then: the tests are about what comes after.
    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.inner.api_key(hash)
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.inner.session(hash)
    }

    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.inner.app_sessions(account)
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.works()?.device_key(id)
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.works()?.device_report(id)
    }

    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.works()?.ticket(id)
    }

    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
        self.works()?.tickets(of, limit)
    }

    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError> {
        self.works()?.sealed_otherwise(shard, current, limit)
    }

    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
        self.works()?.clearings(shard)
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.works()?.refund(id)
    }

    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.works()?.refunds(payment)
    }

    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError> {
        self.works()?.audited_refunds()
    }

    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError> {
        self.works()?.fold(id)
    }

    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
        self.works()?.folds_under_way(merchant)
    }

    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError> {
        self.works()?.merchant_balance(id)
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        self.works()?.audit()
    }

    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError> {
        self.works()?.audit_trails()
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        self.works()?.audited_attempts()
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        self.works()?.ping()?;
        Ok(*self.clock.lock().unwrap())
    }
}
