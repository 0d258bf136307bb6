//! A store around another, for whoever measures or spoils what goes through: it says what it changes, and all else goes to the
//! store inside.

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

use crate::access::{ApiKey, Merchant, Session, TokenHash};
use crate::audit::{Audit, AuditedAttempt};
use crate::claim::{Claim, ClaimKey};
use crate::clearing::{Clearing, MerchantBalance};
use crate::device::{DeviceKey, DeviceReport};
use crate::error::StoreError;
use crate::hit::{Hit, HitsOf};
use crate::job::{Job, Lease};
use crate::keys::Keys;
use crate::listing::{Page, PaymentsOf};
use crate::notice::NoticeRow;
use crate::pay_later::Repayment;
use crate::person::SealedOtherwise;
use crate::request::Request;
use crate::ticket::TicketsOf;
use crate::world::{AccountFile, World};

use crate::{Batch, Lanes, Store};

/// A store around another.
pub trait Around: Send + Sync {
    /// The store inside.
    fn inner(&self) -> &dyn Store;

    /// Asked before each call. What it refuses does not reach the store inside.
    ///
    /// # Errors
    /// [`StoreError`] as the caller is to see it.
    fn pass(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// What becomes of [`Store::begin`].
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        self.inner().begin(keys, now)
    }

    /// What becomes of [`Store::ping`].
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot do its work.
    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner().ping()
    }
}

impl<T: Around> Store for T {
    fn lanes(&self) -> Lanes {
        self.inner().lanes()
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        self.pass()?;
        Around::begin(self, keys, now)
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        self.pass()?;
        Around::ping(self)
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        self.pass()?;
        self.inner().lease_due_jobs(lease, now, wall, limit)
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.pass()?;
        self.inner().next_due(wall)
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.pass()?;
        self.inner().payment(id)
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        self.pass()?;
        self.inner().payments(of, page)
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        self.pass()?;
        self.inner().payment_of(attempt)
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.pass()?;
        self.inner().decisions(payment)
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        self.pass()?;
        self.inner().account(id, now)
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.pass()?;
        self.inner().account_of(instrument)
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.pass()?;
        self.inner().mandate(id)
    }

    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError> {
        self.pass()?;
        self.inner().binding(id)
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.pass()?;
        self.inner().incidents(now)
    }

    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
        self.pass()?;
        self.inner().incidents_since(at, most)
    }

    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.pass()?;
        self.inner().incident(id)
    }

    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
        self.pass()?;
        self.inner().hits(of, page)
    }

    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError> {
        self.pass()?;
        self.inner().hit_count(incident)
    }

    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError> {
        self.pass()?;
        self.inner().announcements(most)
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        self.pass()?;
        self.inner().claim(key)
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.pass()?;
        self.inner().requests_of(payment)
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        self.pass()?;
        self.inner().merchant(id)
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.pass()?;
        self.inner().api_key(hash)
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.pass()?;
        self.inner().session(hash)
    }

    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.pass()?;
        self.inner().app_sessions(account)
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.pass()?;
        self.inner().device_key(id)
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.pass()?;
        self.inner().device_report(id)
    }

    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.pass()?;
        self.inner().ticket(id)
    }

    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
        self.pass()?;
        self.inner().tickets(of, limit)
    }

    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError> {
        self.pass()?;
        self.inner().sealed_otherwise(shard, current, limit)
    }

    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
        self.pass()?;
        self.inner().clearings(shard)
    }

    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError> {
        self.pass()?;
        self.inner().fold(id)
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.pass()?;
        self.inner().refund(id)
    }

    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.pass()?;
        self.inner().refunds(payment)
    }

    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError> {
        self.pass()?;
        self.inner().bill(id)
    }

    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError> {
        self.pass()?;
        self.inner().bills(account)
    }

    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
        self.pass()?;
        self.inner().repayments(bill)
    }

    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.pass()?;
        self.inner().notices(account, most)
    }

    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
        self.pass()?;
        self.inner().folds_under_way(merchant)
    }

    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError> {
        self.pass()?;
        self.inner().merchant_balance(id)
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        self.pass()?;
        self.inner().audit()
    }

    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError> {
        self.pass()?;
        self.inner().audit_trails()
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        self.pass()?;
        self.inner().audited_attempts()
    }

    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError> {
        self.pass()?;
        self.inner().audited_refunds()
    }
}
