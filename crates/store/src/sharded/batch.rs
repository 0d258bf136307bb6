//! A batch of one shard: what it loads from where, and in which order it is saved.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tantu_domain::ids::Shard;
use tokio::sync::OwnedSemaphorePermit;

use super::{Database, ShardedStore, claims};
use crate::Batch;
use crate::change::Change;
use crate::claim::{Claim, ClaimKey};
use crate::error::{StoreError, Trouble};
use crate::keys::Keys;
use crate::postgres::loading::{BEGIN, Loaded, Loading};
use crate::postgres::writes::{Writes, commit};
use crate::postgres::{access, announcements, incidents};
use crate::wire::answers::{ANSWER, said};
use crate::wire::burst::Ask;
use crate::wire::link::Link;
use crate::world::World;

/// A connection with a transaction that may have begun.
struct Open {
    link: Link,
    begun: bool,
}

/// The payers' transaction, and beside it the one of what is no payer's if its rows are held.
pub(super) struct ShardedBatch<'a> {
    store: &'a ShardedStore,
    payers: Option<Open>,
    small: Option<Open>,
    /// Of the payers.
    loaded: Loaded,
    _turn: Option<OwnedSemaphorePermit>,
}

/// Loads what the keys touch. The payers come first, and are held; then whatever is claimed is read, so that nobody else of
/// theirs claims or pays meanwhile.
pub(super) fn begin<'a>(
    store: &'a ShardedStore,
    keys: &Keys,
    now: Timestamp,
) -> Result<(World, ShardedBatch<'a>), StoreError> {
    store.small.may_write()?;
    let shards: BTreeSet<Shard> = keys.shards().collect();
    if shards.len() > 1 {
        return Err(StoreError::NotOneShard(format!("a batch is about {} shards", shards.len())));
    }
    let shard = shards.first().copied();
    // What lies elsewhere is not asked for on the payers' connection.
    let (claims, sessions, announcements) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let own = Keys { claims, sessions, announcements, ..keys.clone() };
    store.wait(async {
        let mut batch = ShardedBatch { store, payers: None, small: None, loaded: Loaded::default(), _turn: None };
        let mut world = World::default();
        if let Some(shard) = shard {
            let (turn, mut link) = store.at(shard).open().await?;
            batch._turn = Some(turn);
            let mut loading = Loading::new(&mut link, &own, Some(shard));
            loading.payers(now).await?;
            let claims = claims::read(store, &keys.claims).await?;
            loading.world.claims.extend(claims.into_iter().map(|one| (one.key.clone(), one)));
            loading.requests().await?;
            let begun = loading.begun;
            (world, batch.loaded) = (loading.world, loading.loaded);
            batch.payers = Some(Open { link, begun });
        } else {
            let claims = claims::read(store, &keys.claims).await?;
            world.claims.extend(claims.into_iter().map(|one| (one.key.clone(), one)));
        }
        batch.small(keys, &mut world).await?;
        Ok((world, batch))
    })
}

impl Database {
    /// A connection for a batch, once it is its turn.
    async fn open(&self) -> Result<(OwnedSemaphorePermit, Link), StoreError> {
        let closed = |_| StoreError::Unavailable(Trouble::Other, "the store is being closed".into());
        let turn = self.turns.clone().acquire_owned().await.map_err(closed)?;
        Ok((turn, self.batches.writer().await?))
    }
}

impl ShardedBatch<'_> {
    /// The incidents; and the sessions and announcements, which are held.
    async fn small(&mut self, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
        let mut link = self.store.small.writer().await?;
        let sessions = (!keys.sessions.is_empty()).then(|| access::ask_sessions(&keys.sessions));
        let announcements = announcements::ask(keys.announcements.iter());
        let [session_asks, announcement_asks] = [&sessions, &announcements].map(|ask| usize::from(ask.is_some()));
        let holds = session_asks + announcement_asks > 0;
        let mut asks: Vec<Ask> = holds.then(|| Ask::frame(BEGIN)).into_iter().collect();
        asks.extend([sessions, announcements].into_iter().flatten().map(Ask::locking));
        asks.push(incidents::ask());
        let mut answers = said(ANSWER, &mut link, &asks).await?;
        if holds {
            drop(answers.rows());
        }
        let sessions = answers.all(session_asks, access::read_session)?;
        world.sessions.extend(sessions.into_iter().map(|one| (one.hash.0, one)));
        let known = answers.all(announcement_asks, announcements::read)?;
        world.announcements.extend(known.into_iter().map(|one| (one.id, one)));
        world.incidents = answers.all(1, incidents::read)?;
        if holds {
            self.small = Some(Open { link, begun: true });
        } else {
            link.settle();
        }
        Ok(())
    }

    async fn save_small(&mut self, changes: &[&Change]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let nothing = Loaded::default();
        let writes = Writes::of(changes.iter().copied(), &nothing)?;
        let mut open = match self.small.take() {
            Some(open) => open,
            None => Open { link: self.store.small.writer().await?, begun: false },
        };
        let saved = commit(&mut open.link, writes, (self.store.small.form, &nothing), open.begun).await;
        self.store.small.room.see(saved)
    }

    async fn save_payers(&mut self, changes: &[&Change]) -> Result<(), StoreError> {
        let writes = Writes::of(changes.iter().copied(), &self.loaded)?;
        let written = writes.shard();
        let mut open = match self.payers.take() {
            Some(open) => open,
            // Nothing was loaded, so what is written says where.
            None => {
                let Some(shard) = written else { return Ok(()) };
                let (turn, link) = self.store.at(Shard::of(shard)).open().await?;
                self._turn = Some(turn);
                Open { link, begun: false }
            }
        };
        let saved = commit(&mut open.link, writes, (self.store.small.form, &self.loaded), open.begun).await;
        match written {
            Some(shard) => self.store.on(Shard::of(shard)).room.see(saved),
            None => saved,
        }
    }
}

impl Batch for ShardedBatch<'_> {
    fn commit(mut self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let (mut keys, mut orders, mut small, mut payers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for change in changes {
            match change {
                Change::PutClaim(claim) => claims_of_kind(claim, &mut keys, &mut orders).push(claim),
                Change::PutMerchant(_)
                | Change::PutApiKey(_)
                | Change::PutSession(_)
                | Change::PutIncident(_)
                | Change::PutAnnouncement(_) => small.push(change),
                Change::PutAccount(_)
                | Change::PutInstrument(_)
                | Change::PutMandate(_)
                | Change::PutBinding(_)
                | Change::PutPayment(_)
                | Change::PutObservation(_)
                | Change::PutRequest(_)
                | Change::Post(_)
                | Change::PutFold(_)
                | Change::AdjustLimit { .. }
                | Change::PutLine(_)
                | Change::PutBill(_)
                | Change::PutRepayment(_)
                | Change::PutCreditEntry(..)
                | Change::PutNotice(_)
                | Change::PutHit(_)
                | Change::PutExtension(_)
                | Change::PutDispute(..)
                | Change::PutLot(_)
                | Change::PutTaken(..)
                | Change::PutJob(_)
                | Change::FinishJob(_)
                | Change::PutDecision(_)
                | Change::PutProof(_)
                | Change::PutAppeal(_)
                | Change::Audit(_)
                | Change::PutPerson(_)
                | Change::PutCode(_)
                | Change::PutTally(_)
                | Change::PutSecondFactor(_)
                | Change::PutDeviceKey(_)
                | Change::PutTicket(_)
                | Change::PutDeviceReport(_)
                | Change::PutRefund(_) => payers.push(change),
            }
        }
        let store = self.store;
        store.wait(async {
            // A key before its order: whoever finds an order's claim may find its payment's key as well.
            claims::make(store, &keys).await?;
            claims::make(store, &orders).await?;
            self.save_small(&small).await?;
            self.save_payers(&payers).await
        })
    }
}

fn claims_of_kind<'a, 'b>(
    claim: &Claim,
    keys: &'b mut Vec<&'a Claim>,
    orders: &'b mut Vec<&'a Claim>,
) -> &'b mut Vec<&'a Claim> {
    match claim.key {
        ClaimKey::Idempotency(_) => keys,
        ClaimKey::Order { .. } => orders,
    }
}
