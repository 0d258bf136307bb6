//! The part of the data that a batch has loaded, as it stands after the commands decided so far.

use std::collections::{HashMap, HashSet};

use tantu_domain::account::Account;
use tantu_domain::announcement::Announcement;
use tantu_domain::audit::{Appeal, AuditEntry};
use tantu_domain::binding::Binding;
use tantu_domain::code::Code;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{
    AccountId, AnnouncementId, AttemptId, BindingId, CaseId, CodeId, DeviceKeyId, FoldId, JobId, MandateId, MerchantId,
    OpeningId, PaymentId, Shard, TicketId, TransactionId,
};
use tantu_domain::incident::Incident;
use tantu_domain::instrument::{Instrument, InstrumentKind, Mandate};
use tantu_domain::ledger::{LedgerAccount, Purpose};
use tantu_domain::limit::{Counter, LimitUse, Window};
use tantu_domain::money::Money;
use tantu_domain::observation::Observation;
use tantu_domain::password::Proof;
use tantu_domain::payment::Payment;
use tantu_domain::points::{Lot, Points, Taken};
use tantu_domain::refund::Refund;
use tantu_domain::second_factor::SecondFactor;
use tantu_domain::staff::StaffMark;
use tantu_domain::ticket::Ticket;
use tantu_paylater::bill::Bill;
use tantu_paylater::credit::CreditEntry;
use tantu_paylater::dispute::Dispute;
use tantu_paylater::hardship::Extension;

use crate::access::Session;
use crate::change::Change;
use crate::claim::{Claim, ClaimKey, IdempotencyKey};
use crate::clearing::Clearing;
use crate::device::DeviceKey;
use crate::job::Job;
use crate::notice::NoticeRow;
use crate::pay_later::{LineRow, PayLaterFile, Repayment};
use crate::person::{SealedPerson, Subject, Tally};
use crate::request::Request;

/// All that is kept about one account and that a decision depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFile {
    /// The account with its sums.
    pub account: Account,
    /// Its instruments, in the order in which they were added.
    pub instruments: Vec<Instrument>,
    /// The observations that are not cleared.
    pub observations: Vec<Observation>,
    /// The used part of the windows that are open.
    pub uses: Vec<LimitUse>,
    /// The pay-later line, if it has one.
    pub pay_later: Option<PayLaterFile>,
    /// Its points, if it has an instrument for them.
    pub points: Option<Points>,
}

/// What a batch has loaded.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Accounts.
    pub accounts: HashMap<AccountId, AccountFile>,
    /// Payments.
    pub payments: HashMap<PaymentId, Payment>,
    /// Which payment an attempt belongs to.
    pub attempts: HashMap<AttemptId, PaymentId>,
    /// Mandates.
    pub mandates: HashMap<MandateId, Mandate>,
    /// Bindings of bank cards.
    pub bindings: HashMap<BindingId, Binding>,
    /// Claims.
    pub claims: HashMap<ClaimKey, Claim>,
    /// Requests.
    pub requests: HashMap<IdempotencyKey, Request>,
    /// The claims' payments that are there. One that is not was claimed before a crash, and never made.
    pub made: HashSet<PaymentId>,
    /// Jobs.
    pub jobs: HashMap<JobId, Job>,
    /// Sessions and links.
    pub sessions: HashMap<[u8; 32], Session>,
    /// Proofs of the pay password, by their payment.
    pub proofs: HashMap<PaymentId, Proof>,
    /// What is known of holders.
    pub people: HashMap<AccountId, SealedPerson>,
    /// Audit trails, the first entry first.
    pub audit: HashMap<AccountId, Vec<AuditEntry>>,
    /// Appeals.
    pub appeals: HashMap<CaseId, Appeal>,
    /// Tickets.
    pub tickets: HashMap<TicketId, Ticket>,
    /// What payers are told, by its keys.
    pub notices: HashMap<String, NoticeRow>,
    /// One-time codes.
    pub codes: HashMap<CodeId, Code>,
    /// How often something was sent or tried.
    pub tallies: HashMap<Subject, Tally>,
    /// The second factors of staff.
    pub second_factors: HashMap<StaffMark, SecondFactor>,
    /// Keys of payers' devices.
    pub device_keys: HashMap<DeviceKeyId, DeviceKey>,
    /// What gathers for merchants on payers' shards.
    pub clearings: HashMap<(Shard, MerchantId), Clearing>,
    /// Folds.
    pub folds: HashMap<FoldId, Fold>,
    /// The refunds of payments, the first first.
    pub refunds: HashMap<PaymentId, Vec<Refund>>,
    /// The bills of the payments whose refunds are looked at, settled or not.
    pub billed: HashMap<PaymentId, Bill>,
    /// What merchants have settled.
    pub settled: HashMap<MerchantId, Money>,
    /// What each of the transactions that were asked for is posted for, if it is.
    pub posted: HashMap<TransactionId, Option<Purpose>>,
    /// What staff tell everybody.
    pub announcements: HashMap<AnnouncementId, Announcement>,
    /// The incidents that are not over, and those that are planned. There are few, and every decision needs them.
    pub incidents: Vec<Incident>,
}

impl World {
    /// Makes one command's changes visible to the next one of the batch.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::PutAccount(account) => self.put_account(account),
            Change::PutInstrument(instrument) => self.put_instrument(instrument),
            Change::PutMandate(mandate) => self.put_mandate(mandate),
            Change::PutBinding(binding) => {
                self.bindings.insert(binding.id, binding.clone());
            }
            Change::PutPayment(payment) => self.put_payment(payment),
            Change::PutObservation(observation) => self.put_observation(observation),
            Change::PutIncident(incident) => put(&mut self.incidents, incident, |one, other| one.id == other.id),
            Change::PutAnnouncement(one) => drop(self.announcements.insert(one.id, one.clone())),
            Change::PutClaim(claim) => {
                self.claims.insert(claim.key.clone(), claim.clone());
            }
            Change::PutRequest(request) => {
                self.requests.insert(request.key.clone(), request.clone());
            }
            Change::Post(transaction) => {
                if let Some(posted) = self.posted.get_mut(&transaction.id()) {
                    *posted = Some(transaction.purpose());
                }
                for entry in transaction.entries() {
                    self.move_balance(entry.account, entry.effect());
                }
            }
            Change::PutFold(fold) => self.put_fold(fold),
            Change::PutRefund(refund) => self.put_refund(refund),
            Change::AdjustLimit { account, counter, window, starts_on, delta } => {
                self.adjust_limit(*account, *counter, *window, *starts_on, *delta);
            }
            Change::PutLine(row) => self.put_line(row),
            Change::PutBill(bill) => self.put_bill(bill),
            Change::PutRepayment(repayment) => self.put_repayment(repayment),
            Change::PutCreditEntry(account, entry) => self.put_credit_entry(*account, entry),
            Change::PutNotice(row) => self.put_notice(row),
            Change::PutExtension(extension) => self.put_extension(extension),
            Change::PutDispute(account, dispute) => self.put_dispute(*account, dispute),
            Change::PutLot(lot) => self.put_lot(lot),
            Change::PutTaken(account, taken) => self.put_taken(*account, taken),
            Change::PutJob(job) => {
                self.jobs.insert(job.id, job.clone());
            }
            Change::FinishJob(job) => {
                self.jobs.remove(job);
            }
            Change::PutSession(session) => {
                self.sessions.insert(session.hash.0, session.clone());
            }
            Change::PutProof(proof) => {
                self.proofs.insert(proof.payment, proof.clone());
            }
            Change::PutAppeal(appeal) => {
                self.appeals.insert(appeal.case, appeal.clone());
            }
            Change::Audit(entry) => self.audit.entry(entry.account).or_default().push(entry.clone()),
            Change::PutPerson(person) => drop(self.people.insert(person.account, person.clone())),
            Change::PutTicket(ticket) => drop(self.tickets.insert(ticket.id, ticket.clone())),
            Change::PutCode(code) => drop(self.codes.insert(code.id, code.clone())),
            Change::PutTally(tally) => drop(self.tallies.insert(tally.subject, tally.clone())),
            Change::PutSecondFactor(factor) => drop(self.second_factors.insert(factor.staff, factor.clone())),
            Change::PutDeviceKey(key) => drop(self.device_keys.insert(key.id, key.clone())),
            Change::PutMerchant(_)
            | Change::PutApiKey(_)
            | Change::PutDecision(_)
            | Change::PutHit(_)
            | Change::PutDeviceReport(_) => {}
        }
    }

    /// The binding whose details went to the channel under this number last.
    pub fn binding_of(&self, opening: OpeningId) -> Option<&Binding> {
        self.bindings.values().find(|binding| binding.opening == Some(opening))
    }

    fn put_account(&mut self, account: &Account) {
        if let Some(file) = self.accounts.get_mut(&account.id) {
            // The sums are the ledger's.
            file.account.state = account.state.clone();
            file.account.password = account.password.clone();
            file.account.tier = account.tier;
            file.account.limits = account.limits.clone();
            file.account.codes = account.codes.clone();
            file.account.person = account.person.clone();
            file.account.activity = account.activity.clone();
        } else {
            let file = AccountFile {
                account: account.clone(),
                instruments: Vec::new(),
                observations: Vec::new(),
                uses: Vec::new(),
                pay_later: None,
                points: None,
            };
            self.accounts.insert(account.id, file);
        }
    }

    fn put_instrument(&mut self, instrument: &Instrument) {
        if let Some(file) = self.accounts.get_mut(&instrument.account) {
            put(&mut file.instruments, instrument, |one, other| one.id == other.id);
        }
    }

    fn put_mandate(&mut self, mandate: &Mandate) {
        self.mandates.insert(mandate.id, mandate.clone());
        let file = self.accounts.get_mut(&mandate.account);
        for instrument in file.into_iter().flat_map(|file| &mut file.instruments) {
            if let InstrumentKind::Mandate(current) = &mut instrument.kind
                && current.id == mandate.id
            {
                *current = mandate.clone();
            }
        }
    }

    fn put_payment(&mut self, payment: &Payment) {
        for attempt in payment.legs.iter().flat_map(|leg| &leg.attempts) {
            self.attempts.insert(attempt.id, payment.id);
        }
        self.made.insert(payment.id);
        self.payments.insert(payment.id, payment.clone());
    }

    fn put_observation(&mut self, observation: &Observation) {
        if let Some(file) = self.accounts.get_mut(&observation.account) {
            put(&mut file.observations, observation, |one, other| one.id == other.id);
        }
    }

    fn pay_later(&mut self, account: AccountId) -> Option<&mut PayLaterFile> {
        self.accounts.get_mut(&account).and_then(|file| file.pay_later.as_mut())
    }

    fn put_fold(&mut self, fold: &Fold) {
        if let Some(clearing) = self.clearings.get_mut(&(fold.id.shard(), fold.merchant)) {
            clearing.last = Some(fold.clone());
        }
        self.folds.insert(fold.id, fold.clone());
    }

    fn put_refund(&mut self, refund: &Refund) {
        if let Some(refunds) = self.refunds.get_mut(&refund.payment) {
            put(refunds, refund, |one, other| one.id == other.id);
        }
    }

    fn put_lot(&mut self, lot: &Lot) {
        if let Some(points) = self.points(lot.account) {
            put(&mut points.lots, lot, |one, other| one.id == other.id);
        }
    }

    fn put_taken(&mut self, account: AccountId, taken: &Taken) {
        if let Some(points) = self.points(account) {
            put(&mut points.taken, taken, |one, other| (one.payment, one.lot) == (other.payment, other.lot));
        }
    }

    fn points(&mut self, account: AccountId) -> Option<&mut Points> {
        self.accounts.get_mut(&account).map(|file| file.points.get_or_insert_default())
    }

    fn put_line(&mut self, row: &LineRow) {
        let Some(file) = self.accounts.get_mut(&row.line.account) else { return };
        match &mut file.pay_later {
            Some(known) => {
                // What is used is the bills' to say.
                let used = known.row.line.used;
                known.row = row.clone();
                known.row.line.used = used;
            }
            None => file.pay_later = Some(PayLaterFile::fresh(row.clone())),
        }
    }

    fn put_bill(&mut self, bill: &Bill) {
        if let Some(billed) = self.billed.get_mut(&bill.payment) {
            *billed = bill.clone();
        }
        let Some(file) = self.pay_later(bill.account) else { return };
        put(&mut file.bills, bill, |one, other| one.id == other.id);
        if bill.settled_on.is_some() {
            file.bills.retain(|one| one.id != bill.id);
            file.repayments.retain(|one| one.bill != bill.id);
            file.notices.retain(|one| one.about.bill().is_none_or(|notice| notice.bill != bill.id));
            file.extensions.retain(|one| one.bill != bill.id);
        }
        file.bills.sort_by_key(|one| (one.due_on, one.id));
        let nothing = Money::zero(bill.amount.currency());
        // A sum that does not fit is refused by the database with the whole command.
        file.row.line.used = file.bills.iter().fold(nothing, |sum, one| sum.plus(one.owed.principal).unwrap_or(sum));
    }

    fn put_repayment(&mut self, repayment: &Repayment) {
        let Some(file) = self.pay_later(repayment.account) else { return };
        if file.bills.iter().any(|bill| bill.id == repayment.bill) {
            put(&mut file.repayments, repayment, |one, other| one.id == other.id);
        }
    }

    fn put_credit_entry(&mut self, account: AccountId, entry: &CreditEntry) {
        if let Some(file) = self.pay_later(account) {
            put(&mut file.credit, entry, |one, other| one.id == other.id);
        }
    }

    fn put_notice(&mut self, row: &NoticeRow) {
        self.notices.insert(row.key(), row.clone());
        let (Some(notice), Some(file)) = (row.about.bill(), self.pay_later(row.account)) else { return };
        if file.bills.iter().any(|bill| bill.id == notice.bill) {
            put(&mut file.notices, row, |one, other| one.about == other.about);
            file.notices.sort_by_key(NoticeRow::key);
        }
    }

    fn put_extension(&mut self, extension: &Extension) {
        let Some(file) = self.pay_later(extension.account) else { return };
        if file.bills.iter().any(|bill| bill.id == extension.bill) {
            put(&mut file.extensions, extension, |one, other| one.id == other.id);
        }
    }

    fn put_dispute(&mut self, account: AccountId, dispute: &Dispute) {
        let Some(file) = self.pay_later(account) else { return };
        put(&mut file.disputes, dispute, |one, other| one.entry == other.entry);
        file.disputes.sort_by_key(|one| one.entry);
    }

    fn move_balance(&mut self, ledger: LedgerAccount, effect: Money) {
        let sum = match ledger {
            LedgerAccount::Customer(id) => self.accounts.get_mut(&id).map(|file| &mut file.account.balance),
            LedgerAccount::CustomerHeld(id) => self.accounts.get_mut(&id).map(|file| &mut file.account.held),
            LedgerAccount::Merchant(id) => self.settled.get_mut(&id),
            LedgerAccount::MerchantClearing(id, shard) => {
                self.clearings.get_mut(&(shard, id)).map(|clearing| &mut clearing.gathered)
            }
            LedgerAccount::MerchantHeld(_)
            | LedgerAccount::MerchantInTransit(_)
            | LedgerAccount::RefundInTransit(_)
            | LedgerAccount::ChannelReceivable(..)
            | LedgerAccount::Reserve(_)
            | LedgerAccount::LenderReceivable(_)
            | LedgerAccount::Points(_)
            | LedgerAccount::PointsHeld(_)
            | LedgerAccount::PointsIssued(_)
            | LedgerAccount::PointsFund(_)
            | LedgerAccount::PayLaterDebt(_)
            | LedgerAccount::PayLaterLent(_) => None,
        };
        if let Some(sum) = sum {
            // A sum that does not fit is refused by the database with the whole command; until then it stays.
            *sum = sum.plus(effect).unwrap_or(*sum);
        }
    }

    fn adjust_limit(
        &mut self,
        account: AccountId,
        counter: Counter,
        window: Window,
        starts_on: jiff::civil::Date,
        delta: Money,
    ) {
        let Some(file) = self.accounts.get_mut(&account) else { return };
        let found = file
            .uses
            .iter_mut()
            .find(|used| used.counter == counter && used.window == window && used.starts_on == starts_on);
        if let Some(used) = found {
            used.used = used.used.plus(delta).unwrap_or(used.used);
        } else {
            file.uses.push(LimitUse { account, counter, window, starts_on, used: delta });
        }
    }
}

fn put<T: Clone>(list: &mut Vec<T>, item: &T, same: impl Fn(&T, &T) -> bool) {
    match list.iter_mut().find(|known| same(known, item)) {
        Some(known) => *known = item.clone(),
        None => list.push(item.clone()),
    }
}
