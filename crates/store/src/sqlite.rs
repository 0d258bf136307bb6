//! The store in one SQLite file: one connection writes, a few read beside it, and every commit is durable
//! before it returns.

mod access;
mod accounts;
mod announcements;
mod audit;
mod audit_trail;
mod bindings;
mod cards;
mod care;
mod cell;
mod claims;
mod decisions;
mod devices;
mod folds;
mod hits;
mod incidents;
mod instruments;
mod jobs;
mod ledger;
mod limits;
mod loading;
mod mandates;
mod observations;
mod open;
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
mod writes;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode};
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
use crate::error::{StoreError, Trouble};
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
use loading::{account_file, load};
use open::Durability;
pub(crate) use open::{CHECKPOINT_PAGES, WRITERS_CACHE_KIB};
use writes::apply;

/// The database could not do what was asked of it; nothing changed.
fn unavailable(error: rusqlite::Error) -> StoreError {
    let trouble = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Trouble::Full,
        Some(ErrorCode::ReadOnly) => Trouble::ReadOnly,
        _ => Trouble::Other,
    };
    StoreError::Unavailable(trouble, error.to_string())
}

/// A change was not taken: because of what it says, or because the database cannot take any.
fn refused(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Refused(error.to_string()),
        _ => unavailable(error),
    }
}

/// The connection that writes. It is opened again after a commit that failed: what such a connection still
/// holds in its cache may never have reached the disk.
struct Writer {
    connection: Option<Connection>,
    durability: Durability,
    /// Keeps other processes from writing as long as it is open.
    _lock: File,
}

/// The store in one file.
pub struct SqliteStore {
    path: PathBuf,
    writer: Option<Mutex<Writer>>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens `sqlite:PATH` for writing, makes it if it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`] if another process writes it, its schema is newer than ours, or it cannot be used.
    pub fn open_url(url: &str) -> Result<Self, StoreError> {
        Self::open(&path_of(url)?, Durability::Full)
    }

    /// Opens `sqlite:PATH` beside its writer, to read.
    ///
    /// # Errors
    /// [`StoreError`] if it is missing, or its schema is not ours.
    pub fn read_url(url: &str) -> Result<Self, StoreError> {
        let path = path_of(url)?;
        let first = open::reader(&path)?;
        Ok(Self { path, writer: None, readers: Mutex::new(vec![first]) })
    }

    /// Opens a file whose commits are not durable. It is the control of the power-cut gate, which must see
    /// that payments are lost; nothing that anybody relies on may use it.
    ///
    /// # Errors
    /// As [`SqliteStore::open_url`].
    pub fn open_without_sync(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, Durability::None)
    }

    fn open(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let lock = open::lock(path)?;
        let connection = Some(open::writer(path, durability)?);
        let writer = Some(Mutex::new(Writer { connection, durability, _lock: lock }));
        Ok(Self { path: path.to_owned(), writer, readers: Mutex::default() })
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        let closed = || StoreError::Unavailable(Trouble::Other, "this process opened the database to read".into());
        let mut writer = self.writer.as_ref().ok_or_else(closed)?.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.connection.is_none() {
            writer.connection = Some(open::writer(&self.path, writer.durability)?);
        }
        Ok(writer)
    }

    /// Reads within one transaction, so that all that is read is of one moment.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let pooled = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => open::reader(&self.path)?,
        };
        let transaction = connection.unchecked_transaction().map_err(unavailable)?;
        let found = read(&transaction)?;
        drop(transaction);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(found)
    }
}

fn path_of(url: &str) -> Result<PathBuf, StoreError> {
    match url.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        Some(_) | None => Err(StoreError::Url { url: crate::wire::address::shown(url) }),
    }
}

fn connection<'a>(writer: &'a MutexGuard<'_, Writer>) -> Result<&'a Connection, StoreError> {
    writer
        .connection
        .as_ref()
        .ok_or_else(|| StoreError::Unavailable(Trouble::Other, "the database is being opened again".into()))
}

/// A transaction that has begun, and every other writer waits for.
struct SqliteBatch<'a> {
    writer: MutexGuard<'a, Writer>,
    ended: bool,
}

impl Drop for SqliteBatch<'_> {
    fn drop(&mut self) {
        let rolled_back = self.ended
            || self.writer.connection.as_ref().is_some_and(|connection| connection.execute_batch("ROLLBACK").is_ok());
        if !rolled_back {
            self.writer.connection = None;
        }
    }
}

impl Batch for SqliteBatch<'_> {
    fn commit(mut self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let open = connection(&self.writer)?;
        for change in changes {
            apply(open, change)?;
        }
        if let Err(error) = open.execute_batch("COMMIT") {
            // A sync that failed says nothing about what is on the disk: the file is read anew before it is
            // written again, and nobody is told that this happened.
            self.ended = true;
            self.writer.connection = None;
            return Err(StoreError::Unknown(error.to_string()));
        }
        self.ended = true;
        Ok(())
    }
}

impl Store for SqliteStore {
    fn lanes(&self) -> Lanes {
        Lanes::Mixed(1)
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let writer = self.writer()?;
        connection(&writer)?.execute_batch("BEGIN IMMEDIATE").map_err(unavailable)?;
        let batch = Box::new(SqliteBatch { writer, ended: false });
        let world = load(connection(&batch.writer)?, keys, now)?;
        Ok((world, batch))
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let writer = self.writer()?;
        jobs::lease_due(connection(&writer)?, lease, now, wall, limit)
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| jobs::next_due(connection, wall))
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.read(|connection| payments::find(connection, id))
    }

    fn payments(&self, of: PaymentsOf, page: Page) -> Result<Vec<Payment>, StoreError> {
        self.read(|connection| payments::page(connection, of, page))
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        self.read(|connection| payments::payment_of(connection, attempt))
    }

    fn decisions(&self, payment: PaymentId) -> Result<Vec<Decision>, StoreError> {
        self.read(|connection| decisions::of_payment(connection, payment))
    }

    fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        self.read(|connection| account_file(connection, id, now))
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        self.read(|connection| instruments::account_of(connection, instrument))
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.read(|connection| mandates::find(connection, id))
    }

    fn binding(&self, id: BindingId) -> Result<Option<Binding>, StoreError> {
        self.read(|connection| bindings::find(connection, id))
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        let standing = self.read(incidents::standing)?;
        Ok(standing.into_iter().filter(|incident| incident.stands(now)).collect())
    }

    fn incidents_since(&self, at: Timestamp, most: u32) -> Result<Vec<Incident>, StoreError> {
        let found = self.read(|connection| incidents::not_over(connection, at, most))?;
        Ok(found.into_iter().filter(|incident| !incident.is_over(at)).collect())
    }

    fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.read(|connection| incidents::find(connection, id))
    }

    fn hits(&self, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
        self.read(|connection| hits::page(connection, of, page))
    }

    fn hit_count(&self, incident: IncidentId) -> Result<u64, StoreError> {
        self.read(|connection| hits::count(connection, incident))
    }

    fn announcements(&self, most: u32) -> Result<Vec<Announcement>, StoreError> {
        self.read(|connection| announcements::list(connection, most))
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        self.read(|connection| claims::find(connection, key))
    }

    fn requests_of(&self, payment: PaymentId) -> Result<Vec<Request>, StoreError> {
        self.read(|connection| requests::of_payment(connection, payment))
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        self.read(|connection| access::merchant(connection, id))
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.read(|connection| access::api_key(connection, hash))
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.read(|connection| access::session(connection, hash))
    }

    fn app_sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.read(|connection| access::app_sessions(connection, account))
    }

    fn device_key(&self, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
        self.read(|connection| devices::key(connection, id))
    }

    fn device_report(&self, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
        self.read(|connection| devices::report(connection, id))
    }

    fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.read(|connection| tickets::find(connection, id))
    }

    fn tickets(&self, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
        self.read(|connection| tickets::list(connection, of, limit))
    }

    fn sealed_otherwise(&self, shard: Shard, current: &[u8], limit: u16) -> Result<SealedOtherwise, StoreError> {
        self.read(|connection| sealed::otherwise(connection, shard, current, limit))
    }

    fn clearings(&self, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
        self.read(|connection| folds::clearings(connection, shard))
    }

    fn bill(&self, id: BillId) -> Result<Option<Bill>, StoreError> {
        self.read(|connection| pay_later::bill(connection, id))
    }

    fn bills(&self, account: AccountId) -> Result<Vec<Bill>, StoreError> {
        self.read(|connection| pay_later::bills(connection, account))
    }

    fn repayments(&self, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
        self.read(|connection| pay_later::of_bill(connection, bill))
    }

    fn notices(&self, account: AccountId, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.read(|connection| care::notices(connection, account, most))
    }

    fn fold(&self, id: FoldId) -> Result<Option<Fold>, StoreError> {
        self.read(|connection| folds::find(connection, id))
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.read(|connection| refunds::find(connection, id))
    }

    fn refunds(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.read(|connection| refunds::of_payment(connection, payment))
    }

    fn audited_refunds(&self) -> Result<Vec<Refund>, StoreError> {
        self.read(refunds::every)
    }

    fn folds_under_way(&self, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
        self.read(|connection| folds::under_way(connection, merchant))
    }

    fn merchant_balance(&self, id: MerchantId) -> Result<MerchantBalance, StoreError> {
        self.read(|connection| folds::merchant_balance(connection, id))
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        self.read(audit::audit)
    }

    fn audit_trails(&self) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(audit_trail::all)
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        self.read(payments::audited)
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| connection.query_row("SELECT 1", [], |_| Ok(None)).map_err(unavailable))
    }
}
