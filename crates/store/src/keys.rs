//! What a batch touches. Sets, so that everything is loaded and locked in key order.

use std::collections::BTreeSet;

use tantu_domain::ids::{AccountId, AttemptId, DeviceKeyId, JobId, MandateId, PaymentId, Shard};

use crate::claim::{ClaimKey, IdempotencyKey};

/// What a batch touches. A payment brings its account along, an attempt its payment, a mandate its account; a claim brings its
/// request, and whether its payment is there.
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
    /// Claims.
    pub claims: BTreeSet<ClaimKey>,
    /// Requests whose payment is known.
    pub requests: BTreeSet<(PaymentId, IdempotencyKey)>,
    /// Jobs.
    pub jobs: BTreeSet<JobId>,
    /// Sessions and links.
    pub sessions: BTreeSet<[u8; 32]>,
    /// Payments whose proof of the pay password is looked at.
    pub proofs: BTreeSet<PaymentId>,
    /// Keys of payers' devices.
    pub device_keys: BTreeSet<DeviceKeyId>,
}

impl Keys {
    /// The payer's shard, if a payer is touched at all: all that he owns lives there.
    pub fn shard(&self) -> Option<Shard> {
        let accounts = self.accounts.first().map(|id| id.shard());
        let payments = self.payments.first().map(|id| id.shard());
        let attempts = self.attempts.first().map(|id| id.shard());
        let mandates = self.mandates.first().map(|id| id.shard());
        let jobs = self.jobs.first().map(|id| id.shard());
        accounts.or(payments).or(attempts).or(mandates).or(jobs)
    }

    /// Adds another set.
    pub fn extend(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.payments.extend(other.payments);
        self.attempts.extend(other.attempts);
        self.mandates.extend(other.mandates);
        self.claims.extend(other.claims);
        self.requests.extend(other.requests);
        self.jobs.extend(other.jobs);
        self.sessions.extend(other.sessions);
        self.proofs.extend(other.proofs);
        self.device_keys.extend(other.device_keys);
    }
}
