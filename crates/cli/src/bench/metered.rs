//! A store that notes how the engine uses it: the size of each commit, and where the lane's time goes.
//!
//! It changes nothing on the way, so what is measured is the production store.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

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
use tantu_store::error::StoreError;
use tantu_store::hit::{Hit, HitsOf};
use tantu_store::job::{Job, Lease};
use tantu_store::keys::Keys;
use tantu_store::listing::{Page, PaymentsOf};
use tantu_store::notice::NoticeRow;
use tantu_store::pay_later::Repayment;
use tantu_store::person::SealedOtherwise;
use tantu_store::request::Request;
use tantu_store::ticket::TicketsOf;
use tantu_store::world::{AccountFile, World};
use tantu_store::{Batch, Lanes, Store};
use tokio::time::Instant;

/// What the lane did since it was last asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lane {
    /// How many payments each commit made, in order.
    pub(crate) batches: Vec<u64>,
    /// Where the time went.
    pub(crate) spent: Spent,
}

/// Where the lane's time goes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// Loading what the batches touch.
    pub(crate) load: Duration,
    /// Deciding.
    pub(crate) decide: Duration,
    /// Writing and making durable.
    pub(crate) commit: Duration,
}

/// Notes of what goes through.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Mutex<Lane>>);

impl Meter {
    /// What was noted, and begins anew.
    pub(crate) fn take(&self) -> Lane {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, payments: u64, load: Duration, decide: Duration, commit: Duration) {
        // Keys, accounts and jobs are no payments; a commit without any says nothing about a batch.
        if payments == 0 {
            return;
        }
        let mut lane = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lane.batches.push(payments);
        lane.spent.load += load;
        lane.spent.decide += decide;
        lane.spent.commit += commit;
    }
}

/// A store with a meter.
pub(crate) struct Metered {
    store: Arc<dyn Store>,
    meter: Meter,
}

impl Metered {
    /// Puts a meter on a store.
    pub(crate) fn new(store: Arc<dyn Store>, meter: Meter) -> Self {
        Self { store, meter }
    }
}

struct MeteredBatch<'a> {
    batch: Box<dyn Batch + 'a>,
    meter: &'a Meter,
    load: Duration,
    loaded: Instant,
}

impl Batch for MeteredBatch<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let (decide, began) = (self.loaded.elapsed(), Instant::now());
        self.batch.commit(changes)?;
        let payments = changes.iter().filter(|change| matches!(change, Change::PutPayment(_))).count();
        self.meter.note(u64::try_from(payments).unwrap_or(0), self.load, decide, began.elapsed());
        Ok(())
    }
}

impl Store for Metered {
    fn lanes(&self) -> Lanes {
        self.store.lanes()
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let began = Instant::now();
        let (world, batch) = self.store.begin(keys, now)?;
        let batch = MeteredBatch { batch, meter: &self.meter, load: began.elapsed(), loaded: Instant::now() };
        Ok((world, Box::new(batch)))
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        self.store.lease_due_jobs(lease, now, wall, limit)
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_due(wall)
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.store.payment(id)
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        self.store.payments(of, page)
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        self.store.payment_of(attempt)
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.store.decisions(payment)
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        self.store.account(id, now)
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.store.account_of(instrument)
    }

    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError> {
        self.store.binding(id)
    }

    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError> {
        self.store.bill(id)
    }

    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError> {
        self.store.bills(account)
    }

    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
        self.store.repayments(bill)
    }

    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.store.notices(account, most)
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.store.mandate(id)
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.store.incidents(now)
    }

    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
        self.store.incidents_since(at, most)
    }

    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.store.incident(id)
    }

    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
        self.store.hits(of, page)
    }

    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError> {
        self.store.hit_count(incident)
    }

    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError> {
        self.store.announcements(most)
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        self.store.claim(key)
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.store.requests_of(payment)
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        self.store.merchant(id)
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.store.api_key(hash)
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.store.session(hash)
    }

    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.store.app_sessions(account)
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.store.device_key(id)
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.store.device_report(id)
    }

    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.store.ticket(id)
    }

    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
        self.store.tickets(of, limit)
    }

    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError> {
        self.store.sealed_otherwise(shard, current, limit)
    }

    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
        self.store.clearings(shard)
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.store.refund(id)
    }

    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.store.refunds(payment)
    }

    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError> {
        self.store.audited_refunds()
    }

    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError> {
        self.store.fold(id)
    }

    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
        self.store.folds_under_way(merchant)
    }

    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError> {
        self.store.merchant_balance(id)
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        self.store.audit()
    }

    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError> {
        self.store.audit_trails()
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        self.store.audited_attempts()
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.ping()
    }
}
