//! What a batch touches. Sets, so that everything is loaded and locked in key order.

use std::collections::BTreeSet;

use tantu_domain::ids::{
    AccountId, AnnouncementId, AttemptId, BindingId, CaseId, CodeId, DeviceKeyId, FoldId, JobId, MandateId, MerchantId,
    OpeningId, PaymentId, Shard, TicketId, TransactionId,
};
use tantu_domain::staff::StaffMark;

use crate::claim::{ClaimKey, IdempotencyKey};
use crate::person::Subject;

/// What a batch touches. A payment brings its account along, an attempt its payment, a mandate or binding its account; a claim
/// brings its request, and whether its payment is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// Accounts, with their instruments, observations and used limits.
    pub accounts: BTreeSet<AccountId>,
    /// Payments.
    pub payments: BTreeSet<PaymentId>,
    /// Attempts.
    pub attempts: BTreeSet<AttemptId>,
    /// Mandates.
    pub mandates: BTreeSet<MandateId>,
    /// Bindings of bank cards.
    pub bindings: BTreeSet<BindingId>,
    /// Bindings by the number under which their details went to the channel last.
    pub openings: BTreeSet<OpeningId>,
    /// Claims.
    pub claims: BTreeSet<ClaimKey>,
    /// Requests whose payment is known.
    pub requests: BTreeSet<(PaymentId, IdempotencyKey)>,
    /// Jobs.
    pub jobs: BTreeSet<JobId>,
    /// Sessions and links.
    pub sessions: BTreeSet<[u8; 32]>,
    /// What staff tell everybody.
    pub announcements: BTreeSet<AnnouncementId>,
    /// Payments whose proof of the pay password is looked at.
    pub proofs: BTreeSet<PaymentId>,
    /// Accounts whose holder is looked at.
    pub people: BTreeSet<AccountId>,
    /// Accounts whose audit trail goes on.
    pub audit: BTreeSet<AccountId>,
    /// Cases whose appeal is looked at.
    pub appeals: BTreeSet<CaseId>,
    /// Tickets.
    pub tickets: BTreeSet<TicketId>,
    /// What payers are told, by its keys.
    pub notices: BTreeSet<(AccountId, String)>,
    /// One-time codes.
    pub codes: BTreeSet<CodeId>,
    /// What is counted.
    pub tallies: BTreeSet<Subject>,
    /// Members of staff whose second factor is looked at.
    pub second_factors: BTreeSet<StaffMark>,
    /// Keys of payers' devices.
    pub device_keys: BTreeSet<DeviceKeyId>,
    /// What gathers for merchants on a payers' shard, with the last fold of it.
    pub clearings: BTreeSet<(Shard, MerchantId)>,
    /// Folds.
    pub folds: BTreeSet<FoldId>,
    /// Payments whose refunds are looked at, with the bills of those that the line has paid.
    pub refunds: BTreeSet<PaymentId>,
    /// Merchants' own accounts in the books.
    pub merchants: BTreeSet<MerchantId>,
    /// Transactions that may have been posted already.
    pub transactions: BTreeSet<TransactionId>,
}

impl Keys {
    /// The shard of a payer or merchant, if one is touched at all: all that he owns lives there.
    pub fn shard(&self) -> Option<Shard> {
        self.shards().next()
    }

    /// The shard of each thing that is a payer's, or of merchants' money.
    pub fn shards(&self) -> impl Iterator<Item = Shard> {
        let accounts = self.accounts.iter().chain(&self.people).chain(&self.audit).map(|id| id.shard());
        let payments = self.payments.iter().chain(&self.proofs).map(|id| id.shard());
        let attempts = self.attempts.iter().map(|id| id.shard());
        let mandates = self.mandates.iter().map(|id| id.shard());
        let bindings = self.bindings.iter().map(|id| id.shard());
        let openings = self.openings.iter().map(|id| id.shard());
        let requests = self.requests.iter().map(|(payment, _)| payment.shard());
        let jobs = self.jobs.iter().map(|id| id.shard());
        let codes = self.codes.iter().map(|id| id.shard()).chain(self.appeals.iter().map(|id| id.shard()));
        let codes = codes.chain(self.tickets.iter().map(|id| id.shard()));
        let codes = codes.chain(self.notices.iter().map(|(account, _)| account.shard()));
        let tallies = self.tallies.iter().map(|subject| subject.shard());
        let tallies = tallies.chain(self.second_factors.iter().map(|staff| staff.shard()));
        let device_keys = self.device_keys.iter().map(|id| id.shard());
        let clearings = self.clearings.iter().map(|(shard, _)| *shard);
        let folds = self.folds.iter().map(|id| id.shard()).chain(self.refunds.iter().map(|id| id.shard()));
        let merchants = self.merchants.iter().map(|id| id.shard());
        let transactions = self.transactions.iter().map(|id| id.shard());
        let payers = accounts.chain(payments).chain(attempts).chain(mandates).chain(bindings).chain(openings);
        let others = clearings.chain(folds).chain(merchants).chain(transactions).chain(codes).chain(tallies);
        payers.chain(requests).chain(jobs).chain(device_keys).chain(others)
    }

    /// Adds another set.
    pub fn extend(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.payments.extend(other.payments);
        self.attempts.extend(other.attempts);
        self.mandates.extend(other.mandates);
        self.bindings.extend(other.bindings);
        self.openings.extend(other.openings);
        self.claims.extend(other.claims);
        self.requests.extend(other.requests);
        self.jobs.extend(other.jobs);
        self.sessions.extend(other.sessions);
        self.announcements.extend(other.announcements);
        self.proofs.extend(other.proofs);
        self.people.extend(other.people);
        self.audit.extend(other.audit);
        self.appeals.extend(other.appeals);
        self.tickets.extend(other.tickets);
        self.notices.extend(other.notices);
        self.codes.extend(other.codes);
        self.tallies.extend(other.tallies);
        self.second_factors.extend(other.second_factors);
        self.device_keys.extend(other.device_keys);
        self.clearings.extend(other.clearings);
        self.folds.extend(other.folds);
        self.refunds.extend(other.refunds);
        self.merchants.extend(other.merchants);
        self.transactions.extend(other.transactions);
    }
}
