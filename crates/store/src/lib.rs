//! What is remembered: one trait, and a folder for each database behind it.
//!
//! A writer calls [`Store::begin`] with the keys that its commands touch and gets the [`World`] as it
//! stands; commands are decided on it in memory; [`Batch::commit`] makes all their changes one durable
//! transaction. Nothing outside this crate contains SQL.

pub mod access;
pub mod around;
pub mod audit;
pub mod baseline;
pub mod change;
pub mod claim;
pub mod clearing;
pub mod device;
pub mod error;
pub mod hit;
pub mod job;
pub mod keys;
pub mod listing;
pub mod notice;
pub mod open;
pub mod pay_later;
pub mod person;
mod points;
pub mod postgres;
mod record;
mod record_activity;
mod record_limits;
pub mod request;
mod row;
mod rows;
pub mod sharded;
pub mod sqlite;
pub mod ticket;
mod wire;
pub mod world;

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
use crate::change::Change;
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

/// How batches are formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    /// Of any payers; so many may be open at once, each of other payers than the others.
    Mixed(usize),
    /// Each of the payers of one shard, or of nobody. Those of different shards may be open at once.
    ByShard,
}

/// What is remembered.
///
/// The calls block; the lane calls the writing ones from its own thread, and readers never wait for it.
pub trait Store: Send + Sync {
    /// How batches are formed.
    fn lanes(&self) -> Lanes;

    /// Loads what the keys touch, in key order, and keeps every other writer off it until the batch is
    /// committed or dropped.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError>;

    /// Takes up to `limit` jobs that are due at `now` and not leased at `wall`, in one transaction of its
    /// own, and leases them. Each lease has a higher fence than the one before.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be written.
    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError>;

    /// When the next job that nobody holds falls due.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError>;

    /// One payment with its legs and attempts.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError>;

    /// A page of somebody's payments, the newest first. Their order is that of their ids, which never changes, so
    /// that a payment made meanwhile neither shifts a page nor stands on two.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError>;

    /// The payment that an attempt belongs to.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError>;

    /// The decisions about a payment with their checks, the first first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError>;

    /// All that is kept about one account and that a decision at `now` depends on.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError>;

    /// The account that an instrument belongs to.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError>;

    /// One mandate, signed or not.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError>;

    /// The binding of a bank card, however it stands.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError>;

    /// The incidents that stand at `now`.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError>;

    /// The incidents that were not over at `at`, those that are planned among them: first those without an end, then the
    /// last that ended; so many at most.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError>;

    /// An incident, also one that is over or planned.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError>;

    /// A page of the payments that an incident hit, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError>;

    /// How many payments an incident hit.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError>;

    /// What staff tell everybody, withdrawn or not, the last first; so many at most.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError>;

    /// A claim, if somebody has made it.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError>;

    /// What was asked about a payment, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError>;

    /// A merchant.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError>;

    /// The holder of an API key, found by the key's hash.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError>;

    /// A payer's session or sign-in link, found by its token's hash.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError>;

    /// The sessions of apps in which an account is signed in.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError>;

    /// The key of a payer's device, revoked or not.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError>;

    /// What a payer's device said of itself.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError>;

    /// A ticket with its thread.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError>;

    /// So many tickets at most, with their threads, in the list's order.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError>;

    /// What does not begin with `current`, as all does that the newest key has sealed: so many rows of a shard at most, and how
    /// many there are.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError>;

    /// What has gathered for merchants on a shard and is not folded yet.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError>;

    /// A fold, begun or done.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError>;

    /// A merchant's refund.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError>;

    /// The refunds of a payment, the first first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError>;

    /// A bill, settled or not.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError>;

    /// Every bill of an account, the last bought first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError>;

    /// What was paid on a bill, or tried, the first first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError>;

    /// What an account's holder was or will be told, of his bills and of incidents, the last first; so many at most.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError>;

    /// A merchant's folds that are not done, on every shard.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError>;

    /// What a merchant has. It asks every shard.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError>;

    /// Adds up the books and counts what does not hold. It reads one moment of the database, beside a
    /// running writer.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn audit(&self) -> Result<Audit, StoreError>;

    /// The audit trails of all accounts, each in its order.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError>;

    /// Every attempt, for the comparison with a channel's own books.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError>;

    /// Every refund, for the comparison with a channel's own books.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError>;

    /// Whether the database can do its work now, and what its clock shows, if it has one of its own.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot; [`StoreError::trouble`] says why.
    fn ping(&self) -> Result<Option<Timestamp>, StoreError>;
}

/// One transaction that has been begun. Dropping it changes nothing.
pub trait Batch {
    /// Makes the changes durable, all or none. Where batches are [`Lanes::ByShard`], what is not the payers' comes before that, and
    /// stays if the payers' is refused: claims, in the order in which they are put, keys before orders; then merchants,
    /// API keys, sessions, incidents and announcements.
    ///
    /// # Errors
    /// [`StoreError`] if nothing was changed, or, for [`StoreError::Unknown`], if only the database knows.
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError>;
}
