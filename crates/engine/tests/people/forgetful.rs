//! The control of the promises about codes: the real store, which forgets how often somebody asked or tried. What is counted
//! counts for nothing with it, as where one looks first and counts after that.

use jiff::Timestamp;
use tantu_domain::audit::AuditEntry;
use tantu_domain::binding::Binding;
use tantu_domain::check::Decision;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{
    AccountId, AttemptId, BillId, BindingId, DeviceKeyId, DeviceReportId, FoldId, InstrumentId, MandateId, MerchantId,
    PaymentId, RefundId, Shard, TicketId,
};
use tantu_domain::incident::Incident;
use tantu_domain::instrument::Mandate;
use tantu_domain::payment::Payment;
use tantu_domain::refund::Refund;
use tantu_domain::ticket::Ticket;
use tantu_paylater::bill::Bill;

use tantu_domain::announcement::Announcement;
use tantu_domain::ids::IncidentId;
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
use tantu_store::sqlite::SqliteStore;
use tantu_store::ticket::TicketsOf;
use tantu_store::world::{AccountFile, World};
use tantu_store::{Batch, Lanes, Store};

pub(crate) struct ForgetfulStore(pub(crate) SqliteStore);

struct Forgetting<'a>(Box<dyn Batch + 'a>);

impl Batch for Forgetting<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let counts = |change: &Change| match change {
            Change::PutTally(_) => true,
            Change::PutCode(code) => code.tries > 0 && code.used_at.is_none(),
            _ => false,
        };
        let kept: Vec<Change> = changes.iter().filter(|change| !counts(change)).cloned().collect();
        self.0.commit(&kept)
    }
}

impl Store for ForgetfulStore {
    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let (world, batch) = self.0.begin(keys, now)?;
        Ok((world, Box::new(Forgetting(batch))))
    }

    fn lanes(&self) -> Lanes {
        self.0.lanes()
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        self.0.lease_due_jobs(lease, now, wall, limit)
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.0.next_due(wall)
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.0.payment(id)
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        self.0.payments(of, page)
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        self.0.payment_of(attempt)
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.0.decisions(payment)
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        self.0.account(id, now)
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.0.account_of(instrument)
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.0.mandate(id)
    }

    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError> {
        self.0.binding(id)
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.0.incidents(now)
    }

    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
        self.0.incidents_since(at, most)
    }

    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.0.incident(id)
    }

    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
        self.0.hits(of, page)
    }

    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError> {
        self.0.hit_count(incident)
    }

    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError> {
        self.0.announcements(most)
    }

    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError> {
        self.0.sealed_otherwise(shard, current, limit)
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        self.0.claim(key)
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.0.requests_of(payment)
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        self.0.merchant(id)
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.0.api_key(hash)
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.0.session(hash)
    }

    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.0.app_sessions(account)
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.0.device_key(id)
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.0.device_report(id)
    }

    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.0.ticket(id)
    }

    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
        self.0.tickets(of, limit)
    }

    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
        self.0.clearings(shard)
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.0.refund(id)
    }

    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.0.refunds(payment)
    }

    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError> {
        self.0.audited_refunds()
    }

    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError> {
        self.0.fold(id)
    }

    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError> {
        self.0.bill(id)
    }

    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError> {
        self.0.bills(account)
    }

    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
        self.0.repayments(bill)
    }

    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.0.notices(account, most)
    }

    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
        self.0.folds_under_way(merchant)
    }

    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError> {
        self.0.merchant_balance(id)
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        self.0.audit()
    }

    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError> {
        self.0.audit_trails()
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        self.0.audited_attempts()
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        self.0.ping()
    }
}
