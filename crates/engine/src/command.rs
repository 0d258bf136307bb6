//! A use case: what it touches, and what it decides on the state of that. Pure: the lane does the rest.

use jiff::{SignedDuration, Timestamp};
use tantu_domain::channel::Channel;
use tantu_domain::clock::Ids;
use tantu_domain::policy::Policy;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::error::Rejection;
use crate::pay_later::PayLater;

/// What a decision may use besides the state.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// Business time.
    pub now: Timestamp,
    /// Real time.
    pub wall: Timestamp,
    /// Fresh ids.
    pub ids: &'a dyn Ids,
    /// The figures in force.
    pub policy: &'a Policy,
    /// The channels that this server is configured to ask.
    pub channels: &'a [Channel],
    /// Durations, and who we are.
    pub settings: &'a Settings,
}

/// Durations, and who we are.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This process, as the holder of leases.
    pub process: String,
    /// How long after a charge is submitted its channel itself stops taking money for it.
    pub charge_expiry: SignedDuration,
    /// How long a payer has to confirm at a channel before the channel itself takes no more money for it.
    pub confirm_expiry: SignedDuration,
    /// How long a job is ours before another process may take it.
    pub lease: SignedDuration,
    /// For how many days a mandate is asked for.
    pub mandate_days: u16,
    /// How long a caller waits for a channel before the answer is *undecided*.
    pub answer_wait: std::time::Duration,
    /// How often what merchants are paid is folded into their own accounts, in real time.
    pub fold_interval: std::time::Duration,
    /// Pay later, if it is offered.
    pub pay_later: Option<PayLater>,
    /// Where channels send notifications: our address as they see it, without the path.
    pub notify_base: String,
}

/// A decision: what to tell the caller, and what to change.
pub type Decision<Outcome> = Result<(Outcome, Vec<Change>), Rejection>;

/// A use case.
pub trait Command: Send + 'static {
    /// What the caller is told once the changes are durable.
    type Outcome: Send + 'static;

    /// What it touches.
    fn keys(&self) -> Keys;

    /// Decides. It must not look at anything but its arguments.
    ///
    /// # Errors
    /// [`Rejection`] if the command cannot be carried out; nothing changes then.
    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Self::Outcome>;
}
