//! What a command changes: whole rows by their ids, postings, and counts.

use jiff::civil::Date;
use tantu_domain::account::Account;
use tantu_domain::announcement::Announcement;
use tantu_domain::audit::{Appeal, AuditEntry};
use tantu_domain::binding::Binding;
use tantu_domain::check::Decision;
use tantu_domain::code::Code;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{AccountId, JobId};
use tantu_domain::incident::Incident;
use tantu_domain::instrument::{Instrument, Mandate};
use tantu_domain::ledger::Transaction;
use tantu_domain::limit::{Counter, Window};
use tantu_domain::money::Money;
use tantu_domain::observation::Observation;
use tantu_domain::password::Proof;
use tantu_domain::payment::Payment;
use tantu_domain::points::{Lot, Taken};
use tantu_domain::refund::Refund;
use tantu_domain::second_factor::SecondFactor;
use tantu_domain::ticket::Ticket;
use tantu_paylater::bill::Bill;
use tantu_paylater::credit::CreditEntry;
use tantu_paylater::dispute::Dispute;
use tantu_paylater::hardship::Extension;

use crate::access::{ApiKey, Merchant, Session};
use crate::claim::Claim;
use crate::device::{DeviceKey, DeviceReport};
use crate::hit::Hit;
use crate::job::Job;
use crate::notice::NoticeRow;
use crate::pay_later::{LineRow, Repayment};
use crate::person::{SealedPerson, Tally};
use crate::request::Request;

/// One change. `Put` writes the whole row, new or known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An account's state, its pay password, and the codes sent for its cards. Its sums are never put: they follow from [`Change::Post`].
    PutAccount(Account),
    /// An instrument: for one under a mandate, which mandate it is charged under; for a card, all that is kept of it.
    PutInstrument(Instrument),
    /// A mandate.
    PutMandate(Mandate),
    /// The binding of a bank card.
    PutBinding(Binding),
    /// A payment with its legs and attempts. Whoever changes one has loaded it; one that the batch did not load is new.
    PutPayment(Payment),
    /// An observation.
    PutObservation(Observation),
    /// An incident.
    PutIncident(Incident),
    /// What staff tell everybody; for one that is known, who has withdrawn it.
    PutAnnouncement(Announcement),
    /// A claim; for one that is made, the same again.
    PutClaim(Claim),
    /// What a client has asked. Its first answer and its first repetition stay.
    PutRequest(Request),
    /// A balanced change of the books; it moves the balances of its accounts.
    Post(Transaction),
    /// A fold, begun or done. Its range never changes, and its number is taken once.
    PutFold(Fold),
    /// A refund; for one that is known, where it stands.
    PutRefund(Refund),
    /// Counts towards a limit, or gives back.
    AdjustLimit {
        /// Whose.
        account: AccountId,
        /// In which sum.
        counter: Counter,
        /// Which kind of window.
        window: Window,
        /// The window's first day.
        starts_on: Date,
        /// By how much; negative to give back.
        delta: Money,
    },
    /// A line and what its holder has set for its bills. What of it is used follows from the bills.
    PutLine(LineRow),
    /// A bill.
    PutBill(Bill),
    /// What is paid on a bill.
    PutRepayment(Repayment),
    /// An entry of an account's credit history; for one that is known, whether it is struck.
    PutCreditEntry(AccountId, CreditEntry),
    /// That an incident hit a payment; the first time stays.
    PutHit(Hit),
    /// What a payer is told; for one that is known, when and by which road he was told.
    PutNotice(NoticeRow),
    /// A later due date; for one that is known, who has decided on it.
    PutExtension(Extension),
    /// A dispute of an entry of an account's credit history; for one that is known, who has decided on it.
    PutDispute(AccountId, Dispute),
    /// A lot of points.
    PutLot(Lot),
    /// What a payment of an account took from a lot of its points.
    PutTaken(AccountId, Taken),
    /// A job.
    PutJob(Job),
    /// A job is done.
    FinishJob(JobId),
    /// A merchant.
    PutMerchant(Merchant),
    /// An API key.
    PutApiKey(ApiKey),
    /// A session or link.
    PutSession(Session),
    /// What a decision about a payment rested on.
    PutDecision(Decision),
    /// That a pay password was entered for a payment; it takes the place of an older proof.
    PutProof(Proof),
    /// A holder's answer to a case.
    PutAppeal(Appeal),
    /// The next entry of an account's audit trail. A number is taken once.
    Audit(AuditEntry),
    /// What is known of a holder, sealed.
    PutPerson(SealedPerson),
    /// A one-time code; for one that is known, its tries, its use and its delivery.
    PutCode(Code),
    /// How often something was sent or tried.
    PutTally(Tally),
    /// The second factor of a member of staff.
    PutSecondFactor(SecondFactor),
    /// The key of a payer's device; for one that is known, its end.
    PutDeviceKey(DeviceKey),
    /// What a payer's device said of itself. It never changes.
    PutDeviceReport(DeviceReport),
    /// A ticket with its thread; of one that is known, what was said stays.
    PutTicket(Ticket),
}
