//! What all channels of one sandbox share: one business clock, one script of faults, one list of calls, one place for what
//! runs later.

use std::sync::Arc;

use crate::calls::Calls;
use crate::clock::Clock;
use crate::faults::FaultBook;
use crate::tasks::Tasks;

/// Shared by every channel and by the control.
#[derive(Clone)]
pub(crate) struct Backstage {
    pub(crate) clock: Arc<Clock>,
    pub(crate) faults: Arc<FaultBook>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) tasks: Arc<Tasks>,
}

impl Backstage {
    pub(crate) fn new() -> Self {
        Self { clock: Arc::new(Clock::new()), faults: Arc::default(), calls: Arc::default(), tasks: Arc::default() }
    }
}
