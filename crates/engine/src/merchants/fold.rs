//! The three steps of a fold, each a commit of one shard and each repeatable: begin it on the payers' shard, credit the merchant
//! on his own, and mark it done. A crash between two of them leaves a job that takes the rest of the steps.

use tantu_domain::fold::Fold;
use tantu_domain::ids::{FoldId, MerchantId, Shard, TransactionId};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Takes what has gathered for a merchant on a shard. The fold if there was anything.
#[derive(Debug, Clone, Copy)]
pub struct BeginFold {
    /// Whose.
    pub merchant: MerchantId,
    /// On which shard.
    pub shard: Shard,
}

impl Command for BeginFold {
    type Outcome = Option<Fold>;

    fn keys(&self) -> Keys {
        Keys { clearings: [(self.shard, self.merchant)].into(), ..Keys::default() }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Option<Fold>> {
        let Some(clearing) = world.clearings.get(&(self.shard, self.merchant)) else { return Ok((None, Vec::new())) };
        let ids = (FoldId::new(tools.ids, self.shard), TransactionId::new(tools.ids, self.merchant.shard()));
        let begun = Fold::after(clearing.last.as_ref(), ids, self.merchant, clearing.gathered, tools.now);
        let Some(fold) = begun else { return Ok((None, Vec::new())) };
        let changes =
            vec![Change::Post(fold.taken()?), Change::PutFold(fold.clone()), Change::PutJob(job(&fold, tools))];
        Ok((Some(fold), changes))
    }
}

/// Whoever begins a fold ends it at once; only if he has not by the time that a lease would be over does somebody else.
fn job(fold: &Fold, tools: &Tools<'_>) -> Job {
    let run_at = tools.now.checked_add(tools.settings.lease).unwrap_or(tools.now);
    Job { id: fold.job(), kind: JobKind::EndFold { fold: fold.id }, run_at, tries: 0, fence: 0, lease: None }
}

/// Credits a merchant with what a fold has taken, unless he has been.
#[derive(Debug, Clone)]
pub struct CreditFold(pub Fold);

impl Command for CreditFold {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys { transactions: [self.0.credit].into(), ..Keys::default() }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        if world.posted.get(&self.0.credit).is_some_and(Option::is_some) {
            return Ok(((), Vec::new()));
        }
        Ok(((), vec![Change::Post(self.0.given(tools.now)?)]))
    }
}

/// Marks a fold whose merchant is credited as done.
#[derive(Debug, Clone)]
pub struct FinishFold(pub Fold);

impl Command for FinishFold {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys { folds: [self.0.id].into(), jobs: [self.0.job()].into(), ..Keys::default() }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let under_way = world.folds.get(&self.0.id).filter(|fold| fold.done_at.is_none());
        let done = under_way.map(|fold| Change::PutFold(Fold { done_at: Some(tools.now), ..fold.clone() }));
        // No fence: whoever comes late finds the same fold credited under the same id.
        let job = world.jobs.contains_key(&self.0.job()).then(|| Change::FinishJob(self.0.job()));
        Ok(((), done.into_iter().chain(job).collect()))
    }
}
