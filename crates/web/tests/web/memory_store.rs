//! A store that keeps everything in memory, so that these tests are about the web alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MandateId, MerchantId, PaymentId};
use tantu_domain::incident::Incident;
use tantu_domain::instrument::Mandate;
use tantu_domain::payment::Payment;
use tantu_store::access::{ApiKey, Merchant, Session, TokenHash};
use tantu_store::audit::{Audit, AuditedAttempt};
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey};
use tantu_store::error::StoreError;
use tantu_store::job::{Job, Lease};
use tantu_store::keys::Keys;
use tantu_store::world::{AccountFile, World};
use tantu_store::{Batch, Store};

#[derive(Default)]
struct Kept {
    world: World,
    merchants: HashMap<MerchantId, Merchant>,
    api_keys: HashMap<[u8; 32], ApiKey>,
    changes: usize,
}

#[derive(Default)]
pub(crate) struct MemoryStore {
    kept: Mutex<Kept>,
    broken: Mutex<bool>,
}

impl MemoryStore {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many changes there have ever been: what is refused makes none.
    pub(crate) fn changes(&self) -> usize {
        self.kept().changes
    }

    /// From now on the database cannot be used.
    pub(crate) fn break_down(&self) {
        *self.broken.lock().unwrap() = true;
    }

    fn works(&self) -> Result<(), StoreError> {
        let broken = *self.broken.lock().unwrap();
        if broken { Err(StoreError::Unavailable("/secret/path is gone".into())) } else { Ok(()) }
    }
}

struct Open<'a>(&'a MemoryStore);

impl Batch for Open<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let mut kept = self.0.kept();
        for change in changes {
            kept.world.apply(change);
            kept.changes += 1;
            match change {
                Change::PutMerchant(merchant) => {
                    kept.merchants.insert(merchant.id, merchant.clone());
                }
                Change::PutApiKey(key) => {
                    kept.api_keys.insert(key.hash.0, key.clone());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Store for MemoryStore {
    fn begin(&self, _: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        self.works()?;
        let mut world = self.kept().world.clone();
        world.incidents.retain(|incident| incident.stands(now));
        Ok((world, Box::new(Open(self))))
    }

    fn lease_due_jobs(
        &self,
        lease: &Lease,
        now: Timestamp,
        wall: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let mut kept = self.kept();
        let free = |job: &&mut Job| job.run_at <= now && job.lease.as_ref().is_none_or(|held| held.until <= wall);
        let due = kept.world.jobs.values_mut().filter(free).take(usize::try_from(limit).unwrap());
        let leased = due.map(|job| {
            job.lease = Some(lease.clone());
            job.fence += 1;
            job.tries += 1;
            job.clone()
        });
        Ok(leased.collect())
    }

    fn next_due(&self, wall: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let kept = self.kept();
        let free = kept.world.jobs.values().filter(|job| job.lease.as_ref().is_none_or(|held| held.until <= wall));
        Ok(free.map(|job| job.run_at).min())
    }

    fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.works()?;
        Ok(self.kept().world.payments.get(&id).cloned())
    }

    fn payment_of(&self, attempt: AttemptId) -> Result<Option<PaymentId>, StoreError> {
        Ok(self.kept().world.attempts.get(&attempt).copied())
    }

    fn account(&self, id: AccountId, _: Timestamp) -> Result<Option<AccountFile>, StoreError> {
        self.works()?;
        Ok(self.kept().world.accounts.get(&id).cloned())
    }

    fn account_of(&self, instrument: InstrumentId) -> Result<Option<AccountId>, StoreError> {
        let kept = self.kept();
        let found =
            kept.world.accounts.values().find(|file| file.instruments.iter().any(|known| known.id == instrument));
        Ok(found.map(|file| file.account.id))
    }

    fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        Ok(self.kept().world.mandates.get(&id).cloned())
    }

    fn incidents(&self, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
        Ok(self.kept().world.incidents.iter().filter(|incident| incident.stands(now)).cloned().collect())
    }

    fn claim(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        Ok(self.kept().world.claims.get(key).cloned())
    }

    fn merchant(&self, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
        Ok(self.kept().merchants.get(&id).cloned())
    }

    fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        Ok(self.kept().api_keys.get(&hash.0).cloned())
    }

    fn session(&self, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        Ok(self.kept().world.sessions.get(&hash.0).cloned())
    }

    fn audit(&self) -> Result<Audit, StoreError> {
        Ok(Audit { checks: Vec::new() })
    }

    fn audited_attempts(&self) -> Result<Vec<AuditedAttempt>, StoreError> {
        Ok(Vec::new())
    }

    fn ping(&self) -> Result<(), StoreError> {
        self.works()
    }
}
