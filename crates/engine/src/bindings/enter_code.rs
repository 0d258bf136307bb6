//! Stores that the details and the code go to the channel, before they do.

use jiff::SignedDuration;
use tantu_domain::evidence::Evidence;
use tantu_domain::ids::{AccountId, BindingId, OpeningId};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{Holder, Stepped, account_of, job_of, own_binding, stopped, verdict};
use crate::command::{Command, Decision, Tools};

/// How long nobody asks about an opening that is being sent.
const BEFORE_IT_IS_ASKED_ABOUT: SignedDuration = SignedDuration::from_secs(10);

/// Stores it.
#[derive(Debug, Clone)]
pub(crate) struct EnterCode {
    /// Whose binding.
    pub(crate) account: AccountId,
    /// Which.
    pub(crate) binding: BindingId,
    /// The details that the code is for; others may have been given meanwhile.
    pub(crate) opening: Option<OpeningId>,
    /// Who enters it.
    pub(crate) holder: Holder,
}

impl Command for EnterCode {
    type Outcome = Stepped;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.bindings.insert(self.binding);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Stepped> {
        let binding = own_binding(world, self.account, self.binding)?.clone();
        let file = account_of(world, self.account)?;
        let verdict = verdict(world, file, &self.holder, None, tools);
        if !verdict.blockers.is_empty() {
            let causes = verdict.findings(binding.instrument);
            return Ok((Stepped::Refused(binding, causes), Vec::new()));
        }
        let Some(opening) = binding.opening.filter(|opening| Some(*opening) == self.opening) else {
            let done = binding.done();
            return Ok((stopped(binding, &Evidence::BindingStep { expected: "sms_code", done }), Vec::new()));
        };
        match binding.clone().enter_code(tools.now) {
            Ok(entered) => {
                let run_at = tools.now.checked_add(BEFORE_IT_IS_ASKED_ABOUT).unwrap_or(tools.now);
                let job = Job {
                    id: job_of(opening),
                    kind: JobKind::ResolveOpening { binding: entered.id },
                    run_at,
                    tries: 0,
                    fence: 1,
                    // Only asked about, and by anybody: whoever holds the details sends them once, now.
                    lease: None,
                };
                Ok((Stepped::Taken(entered.clone()), vec![Change::PutBinding(entered), Change::PutJob(job)]))
            }
            Err(wrong) => {
                let codes = &file.account.codes;
                let wrong = match wrong {
                    Evidence::CodeWrong { state, .. } => Evidence::CodeWrong {
                        state,
                        next_code_at: Some(codes.next_at(tools.now)),
                        sends_left: codes.left(tools.now),
                    },
                    other => other,
                };
                Ok((stopped(binding, &wrong), Vec::new()))
            }
        }
    }
}
